"""One trial: one arm of one resolved scenario. Text goes in, a row of numbers comes out, wherever it is solved."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal, cast

from rfa_model.errors import InputError, RfaModelError
from rfa_model.metrics.entry import JSON
from rfa_model.results.provenance import in_words, largest_peak_rss_MiB, versions
from rfa_model.scenario import Scenario
from rfa_model.studies.inputs import by_content, hashes, here
from rfa_model.studies.paths import Content, checked, only_arm
from rfa_model.studies.record import Recorder, Row
from rfa_model.treatment.workspace import Workspace

Status = Literal["solved", "refused", "failed", "lost"]
"""Lost: whoever solved it went away, again and again; it is tried anew by the next run."""
KEPT_MESHES = 4
RELEVANT = ("rfa-model", "dolfinx", "petsc", "numpy", "gmsh")
ROOMS = (
    "anatomy", "applicators", "generator", "laws", "library", "meshing", "metrics", "physics", "placement", "plan",
    "scenario", "solver", "treatment",
)  # fmt: skip


@dataclass(frozen=True)
class Trial:
    """What travels to a worker.

    Attributes
    ----------
    index : int
        Of its draw; the trials of several arms share one.
    arm, resolution : str
    text : str
        The resolved scenario with that arm alone, JSON.
    rests : bool
        Whether a needle that would run into bone comes to lie on it.
    record : tuple of str
        Further paths of the arm's summary to keep.
    fields_mm : float or None
        Keep fields of the nodes within this distance of the contacts' middle.
    key : str
        What it is known by: hash of all the above but the index, and of the versions that solve it.
    """

    index: int
    arm: str
    resolution: str
    text: str
    rests: bool = False
    record: tuple[str, ...] = ()
    fields_mm: float | None = None
    key: str = field(default="")

    @classmethod
    def of(
        cls,
        index: int,
        arm: str,
        content: Content,
        resolution: str,
        rests: bool = False,
        record: tuple[str, ...] = (),
        fields_mm: float | None = None,
    ) -> Trial:
        """One arm of a scenario's content, at a resolution."""
        numerics = {**cast(dict[str, JSON], content["numerics"]), "resolution": resolution}
        text = json.dumps(only_arm({**content, "numerics": numerics}, arm), sort_keys=True)
        known = json.dumps([by_content(text, hashes(content)), rests, record, fields_mm, solving_versions()])
        key = hashlib.sha256(known.encode()).hexdigest()[:24]
        return cls(index, arm, resolution, text, rests, record, fields_mm, key)

    def scenario(self) -> Scenario:
        """The scenario, checked, made from files as they lie on this machine."""
        return checked(here(json.loads(self.text)))


@dataclass(frozen=True)
class Outcome:
    """What comes back: the row of a trial that was solved, or the reason why not."""

    status: Status
    row: Row
    reason: str = ""
    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_rss_MiB: float = 0.0
    fields: bytes | None = None


@cache
def solving_versions() -> dict[str, str | None]:
    """Versions that a number may hang on."""
    import rfa_model._fenics  # noqa: F401  # so that dolfinx and petsc tell their own

    found = versions()
    return {name: found.get(name) for name in RELEVANT} | {"its code": _code()}


def _code() -> str:
    """Hash of the sources that numbers come from: a checkout changes between two versions."""
    package = Path(__file__).resolve().parents[1]
    found = [path for room in ROOMS for path in (package / room).rglob("*") if path.suffix in (".py", ".yaml")]
    files = sorted([*found, package / "studies" / "rest.py"])
    digest = hashlib.sha256()
    for path in files:
        digest.update(str(path.relative_to(package)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


@cache
def trial_workspace() -> Workspace:
    """What this process keeps from one trial to the next: nothing that changes a number."""
    return Workspace(KEPT_MESHES, same_numbers=True)


def load() -> None:
    """Load what solves trials, so that the first one finds it there."""
    import rfa_model.plan
    import rfa_model.studies.rest  # noqa: F401

    solving_versions()


_one_at_a_time = threading.Lock()


def solve(trial: Trial) -> Outcome:
    """Solve one trial; what stops it is its outcome."""
    with _one_at_a_time:  # DOLFINx and PETSc serve one thread at a time
        return _solve(trial)


def solve_alike(trial: Trial, wanted: dict[str, str | None]) -> Outcome:
    """Solve one trial where versions are those wanted; elsewhere it is lost."""
    if (here := solving_versions()) != wanted:
        return Outcome("lost", {}, f"a worker has {in_words(here)}, expected {in_words(wanted)}")
    return solve(trial)


def _solve(trial: Trial) -> Outcome:
    wall, cpu = time.perf_counter(), time.process_time()

    def ended(status: Status, row: Row, reason: str = "", fields: bytes | None = None) -> Outcome:
        spent = time.perf_counter() - wall, time.process_time() - cpu
        return Outcome(status, row, reason, *spent, largest_peak_rss_MiB(), fields)

    try:
        row, fields = _solved(trial)
    except InputError as error:
        return ended("refused", {}, str(error))
    except RfaModelError as error:
        return ended("failed", {}, str(error))
    except Exception as error:  # a defect met by one trial of thousands is told with the others
        return ended("failed", {}, f"{type(error).__name__}: {error}")
    return ended("solved", row, fields=fields)


def _solved(trial: Trial) -> tuple[Row, bytes | None]:
    from rfa_model.plan import Plan
    from rfa_model.studies.fields import packed_fields
    from rfa_model.studies.rest import resting_on_bone

    scenario, pushed_mm = trial.scenario(), 0.0
    if trial.rests:
        scenario, pushed_mm = resting_on_bone(scenario, trial.arm)
    plan = Plan.of(scenario, [trial.arm])
    # No column of every study comes from the history between ends of phases; what is recorded besides may.
    sparsely = not trial.record
    solution = plan.treatment(trial.arm).solve(workspace=trial_workspace(), lazily=True, sparsely=sparsely)
    assert solution is not None
    row = Recorder.of(scenario, trial.record).row(solution.metrics)
    row["pushed_mm"] = pushed_mm
    fields = None if trial.fields_mm is None else packed_fields(solution.arm, trial.fields_mm)
    return row, fields
