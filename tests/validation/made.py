"""A bench run made up on the spot: every lesion's width grows with everything it should, by plain arithmetic."""

from rfa_model.assurance.validation.files import BenchRun
from rfa_model.assurance.validation.measure import HOLDS_S, Row, Solved
from rfa_model.assurance.validation.trials import CRITERIA, Trial, grid

SQUARE = [[-1.0, 0.0, 1.0, 0.0], [1.0, 0.0, 1.0, 8.0], [1.0, 8.0, -1.0, 8.0], [-1.0, 8.0, -1.0, 0.0]]


def sizes(width_mm: float, length_mm: float) -> dict[str, float | None]:
    return {
        "volume_mm3": width_mm**2 * length_mm,
        "width_mm": width_mm,
        "length_mm": length_mm,
        "distal_mm": 2.0,
        "proximal_mm": 1.0,
        "sphericity": 0.9,
    }


def solved(trial: Trial) -> Solved:
    """Width = set temperature / gauge + minutes of hold, length = tip + 3 mm, whatever the criterion."""
    holds = [hold_s for hold_s in HOLDS_S if hold_s <= trial.hold_s]
    rows = [
        Row(hold_s, criterion, after, sizes(trial.set_C / trial.gauge + hold_s / 60.0, trial.tip_mm + 3.0))
        for criterion in CRITERIA
        for after in (False, True)
        for hold_s in (holds[-1:] if after else holds)
    ]
    energy_J = {hold_s: 2.0 * hold_s * (0.5 if trial.kind == "water_off" else 1.0) for hold_s in holds}
    outlines = {hold_s: SQUARE for hold_s in (90.0, 150.0) if hold_s in holds}
    return Solved(trial, rows, energy_J, outlines, hottest_C=80.0, energy_residual=1e-6, wall_s=1.0)


def run(quick: bool = False) -> BenchRun:
    runs = [solved(trial) for trial in grid(quick)]
    return BenchRun("draft", quick, "01 January 2026", {"rfa-model": "0.1.0", "gmsh": None}, None, 1.0, runs)
