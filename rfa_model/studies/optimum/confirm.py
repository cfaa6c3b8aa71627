"""An arm's default aim and the one found, solved for real under the same fresh draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from rfa_model.errors import InputError
from rfa_model.studies.engine import Engine
from rfa_model.studies.estimators import Estimate, mean, paired_difference, probability
from rfa_model.studies.optimum.search import Found, draws_of, outlook
from rfa_model.studies.optimum.two_aims import two_aims
from rfa_model.studies.progress import StudyProgress
from rfa_model.studies.read import PlannedStudy
from rfa_model.studies.results import StudyResults
from rfa_model.studies.run import run_study
from rfa_model.studies.store import Store, identity, read_rows
from rfa_model.studies.surrogate.surrogate import Surrogate
from rfa_model.studies.trial import Outcome, Status
from rfa_model.studies.trials import trials_of

PLANS = ("default", "best")
OF_A_PLACE = ("key", "index", "arm", "resolution", "status", "reason", "wall_s", "cpu_s", "peak_rss_MiB")


@dataclass(frozen=True)
class Confirmed:
    """What real solutions say of both aims, draw by draw.

    Attributes
    ----------
    resolution : str
    first : int
        Position of the first draw in the design: those before it chose the aim.
    event, harm : dict of str to Estimate
        Probabilities by ``default`` and ``best``.
    margin_mm : dict of str to Estimate
        Mean margin of the event.
    better, harmed, gained_mm : Estimate or None
        Best minus default, draw by draw: of the event's probability, of harm's, and of the margin.
    told_right : dict of str to (int, int)
        Of so many solved whose draw the surrogate knows, in how many it had told the event right.
    refused : dict of str to int
        Placements at which no needle can lie: missed, and harmed, as the surrogate counts them.
    failed : int
        Trials without a solution otherwise.
    flags : dict of str to int
        Kinds of flags that more solutions of the best aim carry than of the default one, and how many do.
    """

    resolution: str
    first: int
    event: dict[str, Estimate]
    harm: dict[str, Estimate]
    margin_mm: dict[str, Estimate]
    better: Estimate | None
    harmed: Estimate | None
    gained_mm: Estimate | None
    told_right: dict[str, tuple[int, int]]
    refused: dict[str, int]
    failed: int
    flags: dict[str, int]


@dataclass(frozen=True)
class Confirmation:
    """Solutions that are to confirm an arm's best aim.

    Attributes
    ----------
    planned : PlannedStudy
        Of arms ``default`` and ``best``, or of ``default`` alone where that is the best.
    folder : Path
        Its own store.
    known : mapping of str to row
        Solved before, by key: of fewer draws, or about another aim.
    """

    found: Found
    first: int
    count: int
    planned: PlannedStudy
    folder: Path
    known: Mapping[str, Mapping[str, object]]

    @classmethod
    def of(
        cls, surrogate: Surrogate, results: StudyResults, found: Found, first: int, count: int, there: Path,
        resolution: str = "standard",
    ) -> Confirmation:  # fmt: skip
        """So many draws from the ``first`` on, kept below ``there`` beside those of earlier confirmations."""
        planned = PlannedStudy.of(two_aims(surrogate, results, found, first, count, resolution))
        folder = there / f"confirm_{found.arm}_{identity(planned)[:8]}"
        known = {
            str(row["key"]): row
            for other in sorted(there.glob(f"confirm_{found.arm}*"))
            for row in read_rows(other)
            if row["status"] != "lost"
        }
        return cls(found, first, count, planned, folder, known)

    @property
    def missing(self) -> int:
        """How many are still to be solved."""
        return sum(trial.key not in self.known for trial in trials_of(self.planned))

    def solved(
        self,
        surrogate: Surrogate,
        results: StudyResults,
        *,
        engine: Engine | None = None,
        workers: int | None = None,
        progress: StudyProgress | None = None,
    ) -> Confirmed:
        """Solve what is missing, and compare.

        Raises
        ------
        InputError, SolveError
            As :func:`rfa_model.studies.run_study`.
        """
        self._take_over()
        done = run_study(self.planned, self.folder, resume=True, engine=engine, workers=workers, progress=progress)
        arms = dict(zip(PLANS, ("default", "default" if self.found.is_default else "best"), strict=True))
        name = "margin_best_mm" if self.found.which == "capture" else "margin_worst_mm"
        solved, harmed, margin = (
            {plan: done.values(arm, key) for plan, arm in arms.items()} for key in (self.found.which, "harm", name)
        )
        refused = {plan: _refused(done, arm) for plan, arm in arms.items()}
        event = {plan: solved[plan] | dict.fromkeys(refused[plan], 0.0) for plan in PLANS}
        is_judged = "harm" in done.recorder.events()
        harm = {plan: harmed[plan] | dict.fromkeys(refused[plan] if is_judged else [], 1.0) for plan in PLANS}
        apart = PLANS[: len(set(arms.values()))]
        usual = _flags(done, "default")
        return Confirmed(
            self.planned.study.resolution,
            self.first,
            {plan: one for plan in PLANS if (one := probability([v > 0 for v in event[plan].values()]))},
            {plan: one for plan in PLANS if (one := probability([v > 0 for v in harm[plan].values()]))},
            {plan: one for plan in PLANS if (one := mean(list(margin[plan].values())))},
            _difference(event),
            _difference(harm),
            mean([margin["best"][i] - margin["default"][i] for i in _both(margin)]),
            {plan: self._told_right(surrogate, results, plan, solved[plan]) for plan in PLANS},
            {plan: len(refused[plan]) for plan in apart},
            sum(self.count - len(event[plan]) for plan in apart),
            {kind: n for kind, n in _flags(done, arms["best"]).items() if n > usual.get(kind, 0)},
        )

    def _take_over(self) -> None:
        """Keep in this store what others beside it have solved."""
        with Store.opened(self.folder, self.planned, resume=True) as store:
            for trial in trials_of(self.planned):
                if not store.known(trial) and (row := self.known.get(trial.key)) is not None:
                    kept = {k: v for k, v in row.items() if k not in OF_A_PLACE and not k.startswith("x.")}
                    store.add(trial, Outcome(cast(Status, row["status"]), kept, str(row["reason"])))  # type: ignore[arg-type]

    def _told_right(
        self, surrogate: Surrogate, results: StudyResults, plan: str, solved: Mapping[int, float]
    ) -> tuple[int, int]:
        found = self.found
        draws = draws_of(surrogate, results, found.arm, self.count, self.first)
        at = getattr(found, plan).plan
        told = outlook(surrogate, found.arm, at, draws, found.which, found.settings)
        known = {index: value > 0 for index, value in solved.items() if told.known[index]}
        return sum(bool(told.happened[index]) == value for index, value in known.items()), len(known)


def _both(values: Mapping[str, Mapping[int, float]]) -> list[int]:
    return sorted(set(values["default"]) & set(values["best"]))


def _difference(values: Mapping[str, Mapping[int, float]]) -> Estimate | None:
    best, default = ([values[plan][i] > 0 for i in _both(values)] for plan in ("best", "default"))
    return paired_difference(best, default)


def _refused(done: StudyResults, arm: str) -> list[int]:
    """Draws at which the needle cannot lie."""
    return [index for index, row in done.rows(arm, solved=False).items() if row["status"] == "refused"]


def _flags(done: StudyResults, arm: str) -> dict[str, int]:
    """Kinds of flags, and how many trials have each."""
    every = [kind for row in done.rows(arm).values() for kind in str(row.get("flags") or "").split()]
    return {kind: every.count(kind) for kind in sorted(set(every))}


def refuse_unsolvable(count: int, resolution: str) -> None:
    """Raise InputError for a confirmation that decides nothing."""
    if 0 < count < 2:
        raise InputError(f"--confirm {count}: expected 0 for none, or at least 2 draws at {resolution}")
