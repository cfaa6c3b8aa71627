"""Solve one run of the grid and read its lesions at the times the bands speak of."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rfa_model import library
from rfa_model.assurance.validation.bands import bench
from rfa_model.assurance.validation.trials import CRITERIA, RAMP_S, Trial, reads, scenario
from rfa_model.errors import SolveError
from rfa_model.laws import Criterion
from rfa_model.metrics.data import FieldSeries
from rfa_model.metrics.entry import number_at
from rfa_model.metrics.isosurface import TriSurface
from rfa_model.metrics.lesion import ApplicatorFrame, LesionVolume, measure_lesion
from rfa_model.metrics.run import TemperatureMetrics
from rfa_model.simulation import simulate
from rfa_model.treatment.workspace import workspace_of_this_process

HOLDS_S = (60.0, 90.0, 120.0, 150.0, 180.0, 360.0, 600.0, 720.0)
SIZES = ("volume_mm3", "width_mm", "length_mm", "distal_mm", "proximal_mm", "sphericity")
MEASURED = (*SIZES, "waist_mm")
OUTLINED_S = (90.0, 150.0)
OUTLINE_DIGITS = 3

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Row:
    """One lesion: sizes in mm and mm³, None where there is none; ``after_cooling`` includes the cool-down."""

    hold_s: float
    criterion: str
    after_cooling: bool
    sizes: dict[str, float | None]


@dataclass
class Solved:
    """A run's lesions, energies and outlines, or the reason why it was not solved.

    ``outlines``: per hold the section of the judged lesion through the needle's axis, as segments [x0, z0, x1, z1] in
    mm, z up the shaft from the distal end.
    """

    trial: Trial
    rows: list[Row] = field(default_factory=list)
    energy_J: dict[float, float] = field(default_factory=dict)
    outlines: dict[float, list[list[float]]] = field(default_factory=dict)
    hottest_C: float | None = None
    energy_residual: float | None = None
    wall_s: float = 0.0
    failure: str = ""


def solve(trial: Trial, numerics: Mapping[str, float | str]) -> Solved:
    """Solve and measure one trial with the given numerics; a run the solver gives up on is a result too."""
    began = time.perf_counter()
    try:
        arm = simulate(scenario(trial, numerics), workspace=workspace_of_this_process()).arms["bench"]
    except SolveError as error:
        return Solved(trial, failure=str(error), wall_s=time.perf_counter() - began)
    found = Solved(trial)
    fields, history = arm.fields, arm.history
    volume, frame = LesionVolume(fields.tissue_mesh), ApplicatorFrame.of(arm.applicator, arm.pose)
    holds_s = [hold_s for hold_s in HOLDS_S if hold_s <= trial.hold_s]
    for name in CRITERIA:
        criterion = library.criteria()[name]
        for hold_s in (hold_s for hold_s in holds_s if reads(trial, name, hold_s)):
            values = _until(fields, criterion, RAMP_S + hold_s)
            metrics, surface = measure_lesion(volume, values, criterion.level, frame, logarithmic=criterion.logarithmic)
            found.rows.append(Row(hold_s, name, False, {size: getattr(metrics, size) for size in MEASURED}))
            if name == bench().conditions.judged.criterion and hold_s in OUTLINED_S:
                found.outlines[hold_s] = outline(surface, frame)
        if (cooled := arm.summary["lesions"].get(name)) is None:
            continue
        found.rows.append(Row(holds_s[-1], name, True, {size: number_at(cooled, (size,)) for size in MEASURED}))
    found.energy_J = {
        hold_s: float(np.interp(RAMP_S + hold_s, history["time_s"], history["energy_J"])) for hold_s in holds_s
    }
    found.hottest_C = TemperatureMetrics.max_C.read(arm.summary["temperature"])
    found.energy_residual = arm.balance["energy_residual"]
    found.wall_s = time.perf_counter() - began
    return found


def hottest_until(fields: FieldSeries, time_s: float) -> Array:
    """Peak temperature so far at a snapshot's time, nodal, °C; ValueError if no snapshot was taken then."""
    return np.asarray(fields.exposure_until(_snapshot(fields, time_s)).peak_temperature_C, dtype=float)


def _until(fields: FieldSeries, criterion: Criterion, time_s: float) -> Array:
    """The criterion's field as it stood at a snapshot's time; ValueError if no snapshot was taken then."""
    values = criterion.values(fields.exposure_until(_snapshot(fields, time_s)))
    if values is None:
        raise ValueError(f"{criterion.quantity} is not kept over time")
    return np.asarray(values, dtype=float)


def _snapshot(fields: FieldSeries, time_s: float) -> int:
    at = int(np.argmin(np.abs(fields.times_s - time_s)))
    if abs(fields.times_s[at] - time_s) > 1e-6:
        raise ValueError(f"no snapshot at {time_s:g} s, only at {', '.join(f'{t:g}' for t in fields.times_s)}")
    return at


def outline(surface: TriSurface, frame: ApplicatorFrame) -> list[list[float]]:
    """Section of the lesion's surface by the plane through the needle's axis, as segments [x0, z0, x1, z1] in mm."""
    points = frame.to_applicator(surface.points_mm)
    y = points[:, 1] + 1e-9  # no point lies in the plane
    segments = []
    for triangle in surface.isosurface:
        cut = [
            points[a] + y[a] / (y[a] - y[b]) * (points[b] - points[a])
            for a, b in zip(triangle, np.roll(triangle, -1), strict=True)
            if (y[a] > 0) != (y[b] > 0)
        ]
        if cut:
            segments.append([round(float(v), OUTLINE_DIGITS) for point in cut for v in (point[0], point[2])])
    return segments
