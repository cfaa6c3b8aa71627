"""The bench over starts, fillings of the bore and edges: what every band is read from, for the joint fit.

The edge is a level of the peak temperature, so that one run gives all edges; over the start sizes hardly bend once the
edge is told by its place between start and set point, so that two starts give all.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

import numpy as np

from rfa_model.assurance.validation.bands import Reading, bench
from rfa_model.assurance.validation.measure import SIZES, hottest_until
from rfa_model.assurance.validation.trials import RAMP_S, Filling, Trial, scenario
from rfa_model.metrics.lesion import ApplicatorFrame, LesionVolume, measure_lesion
from rfa_model.simulation import simulate
from rfa_model.treatment.workspace import workspace_of_this_process

STARTS_C = (21.0, 37.0)
FILLINGS: tuple[Filling, ...] = ("fluid", "air")
EDGES_C = tuple(float(edge) for edge in range(44, 66))
QUANTITIES = (*SIZES, "energy_J")
TABLE = "joint_table.json"
DIGITS = 4


@dataclass(frozen=True)
class Emulated:
    """Sizes of one lesion over :data:`EDGES_C`, by quantity; 0 where there is no lesion."""

    trial: Trial
    hold_s: float
    sizes: Mapping[str, tuple[float, ...]]


def trials() -> dict[Trial, tuple[float, ...]]:
    """Every run that a band's reading asks for, with the holds it is read after."""
    holds: dict[Trial, set[float]] = {}
    for reading in _readings():
        for start_C in STARTS_C:
            for filling in FILLINGS if reading.kind == "conventional" and reading.gauge < 22 else FILLINGS[:1]:
                run = Trial(reading.kind, reading.gauge, reading.tip_mm, reading.set_C, start_C, 0.0, filling)
                holds.setdefault(run, set()).add(reading.hold_s)
    return {replace(run, hold_s=max(found)): tuple(sorted(found)) for run, found in holds.items()}


def _readings() -> Iterator[Reading]:
    for band in bench().bands:
        if band.source not in bench().studies:
            continue
        for _, of, base in band.readings():
            yield of
            if base is not None:
                yield base


def emulate(trial: Trial, numerics: Mapping[str, float | str]) -> list[Emulated]:
    """Solve one run and measure it at every hold and edge."""
    arm = simulate(scenario(trial, numerics, criteria=("isotherm_50C",)), workspace=workspace_of_this_process())
    data = arm.arms["bench"]
    volume, frame = LesionVolume(data.fields.tissue_mesh), ApplicatorFrame.of(data.applicator, data.pose)
    found = []
    for hold_s in trials()[trial]:
        peak = hottest_until(data.fields, RAMP_S + hold_s)
        measured = [measure_lesion(volume, peak, edge, frame, logarithmic=False)[0] for edge in EDGES_C]
        sizes = {name: tuple(float(getattr(one, name) or 0.0) for one in measured) for name in SIZES}
        energy = float(np.interp(RAMP_S + hold_s, data.history["time_s"], data.history["energy_J"]))
        found.append(Emulated(trial, hold_s, sizes | {"energy_J": (energy,) * len(EDGES_C)}))
    return found


def write_table(found: Iterable[Emulated], path: Path) -> None:
    """Write what was emulated, one line per lesion."""
    lines = []
    for one in found:
        sizes = {name: [float(f"{value:.{DIGITS}g}") for value in values] for name, values in one.sizes.items()}
        lines.append(json.dumps({**vars(one.trial), "read_s": one.hold_s, "sizes": sizes}))
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


def read_table(path: Path | None = None) -> list[Emulated]:
    """Read a table; None: the one that ships beside the bands."""
    shipped = resources.files("rfa_model.assurance.validation") / TABLE
    text = (shipped if path is None else path).read_text(encoding="utf-8")
    found = []
    for row in json.loads(text):
        hold_s, sizes = row.pop("read_s"), row.pop("sizes")
        found.append(Emulated(Trial(**row), hold_s, {name: tuple(values) for name, values in sizes.items()}))
    return found
