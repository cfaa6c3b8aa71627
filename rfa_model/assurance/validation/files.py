"""The bench run on disk: everything found as JSON, to draw from again, and the lesion sizes as CSV."""

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter

from rfa_model.assurance.page import write_rows
from rfa_model.assurance.validation.measure import MEASURED, SIZES, Row, Solved
from rfa_model.errors import InputError

SCHEMA = "rfa-model/bench/1"
TRIAL_COLUMNS = ("kind", "gauge", "tip_mm", "set_C", "start_C")
CSV_COLUMNS = (*TRIAL_COLUMNS, "hold_s", "criterion", "after_cooling", *MEASURED, "energy_J", "fluid")
CSV_DIGITS = 6


@dataclass
class BenchRun:
    """All solved trials, and with what they were solved."""

    resolution: str
    quick: bool
    date: str
    versions: dict[str, str | None]
    git: str | None
    wall_s: float
    solved: list[Solved]

    @property
    def failures(self) -> list[Solved]:
        """Trials the solver gave up on."""
        return [one for one in self.solved if one.failure]


def write_json(run: BenchRun, path: Path) -> None:
    """Write everything found."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"schema": SCHEMA, **asdict(run)}, allow_nan=False), encoding="utf-8")


def read_json(path: Path) -> BenchRun:
    """Read what :func:`write_json` wrote.

    Raises
    ------
    InputError
        If the file is not a bench run of this version.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content.pop("schema") != SCHEMA:
            raise KeyError("schema")
        run = TypeAdapter(BenchRun).validate_python(content)
        for one in run.solved:
            _check(one)
        return run
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{path}: not a bench run ({SCHEMA}) written by this version: {error}") from error


def _check(one: Solved) -> None:
    """Raise ValueError where a trial's lesions are not what :func:`measure` makes."""
    places = [(row.hold_s, row.criterion, row.after_cooling) for row in one.rows]
    if len(set(places)) < len(places):
        raise ValueError(f"{one.trial.name}: a lesion is there twice")
    for row in one.rows:
        missing = [name for name in SIZES if name not in row.sizes]
        if missing or row.hold_s not in one.energy_J:
            raise ValueError(f"{one.trial.name}: no {', '.join(missing) or 'energy_J'} after {row.hold_s:g} s")
        extents = [row.sizes[name] for name in ("width_mm", "length_mm")]
        if any(size is not None and not 0.0 < size < math.inf for size in extents):
            raise ValueError(f"{one.trial.name}: a lesion of no size after {row.hold_s:g} s")


def write_csv(solved: Iterable[Solved], path: Path) -> None:
    """Write one line per lesion; empty where there is none."""
    write_rows(path, CSV_COLUMNS, (_line(one, row) for one in solved for row in one.rows))


def _line(one: Solved, row: Row) -> list[object]:
    numbers = [*(row.sizes.get(name) for name in MEASURED), one.energy_J[row.hold_s]]
    sizes = ["" if value is None else f"{value:.{CSV_DIGITS}g}" for value in numbers]
    trial = [getattr(one.trial, name) for name in TRIAL_COLUMNS]
    return [*trial, f"{row.hold_s:g}", row.criterion, "yes" if row.after_cooling else "no", *sizes, one.trial.fluid]
