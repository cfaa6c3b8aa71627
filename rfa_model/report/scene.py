"""What the report's script draws in three dimensions: still parts, nerves that change colour, surfaces that grow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NotRequired, TypedDict

import numpy as np
import pyvista as pv
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from rfa_model.drawing import canvas, shapes, style
from rfa_model.drawing.arm_picture import ArmPicture, NerveLine
from rfa_model.drawing.lesion import excess_over_time
from rfa_model.drawing.orthographic import View
from rfa_model.metrics.catalogue import Quantity
from rfa_model.metrics.history import Step, lesion_column
from rfa_model.report import parts
from rfa_model.report.bone_labels import BoneLabel
from rfa_model.report.encode import Triangles, Typed, triangles, typed
from rfa_model.report.parts import Trace
from rfa_model.report.surfaces import MOST_TRIANGLES, capture_times_s, chosen_snapshots, surface, thinned
from rfa_model.results.reader import ArmResults

Array = NDArray[np.float64]

INSTRUMENTS: tuple[Quantity[object], ...] = (Step.lesion_mm3, Step.max_C, Step.power_W)
NERVE_STATION_MM, NERVE_SIDES = 0.5, 16
LESION_OPACITY, ISOTHERM_OPACITY = 0.36, 0.30  # of the one side that is drawn
TARGET_OPACITY = 0.95  # drawn after the lesion that holds it, a nerve keeps its colour in it
TRANSLUCENT = {"ambient": 0.6, "diffuse": 0.5, "specular": 0.1, "roughness": 0.7, "fresnel": 0.1}


class NerveScene(TypedDict):
    """Of a nerve's tube: the station each corner belongs to and, per criterion, when (s) each station is captured."""

    station: Typed
    capture: dict[str, Typed]


class ArmScene(TypedDict):
    """What is drawn of one arm in space, and the numbers read beside it."""

    name: str
    times: list[float]
    traces: list[Trace]
    lesions: dict[str, list[Triangles | None]]
    isotherms: dict[str, list[Triangles | None]]
    nerves: list[NerveScene]
    reading: NotRequired[dict[str, list[float]]]
    bones: NotRequired[list[BoneLabel]]


def instruments() -> list[dict[str, object]]:
    """What is read at the time shown, the chosen criterion's lesion first: key, words, decimals and unit."""
    return [
        {
            "key": one.key,
            "label": one.label,
            "digits": one.spoken_digits,
            "unit": one.unit,
        }
        for one in INSTRUMENTS
    ]


def arm_scene(arm: ArmResults, picture: ArmPicture) -> ArmScene:
    """Applicator, nerves and growing surfaces of one arm.

    Returns
    -------
    ``name``, ``times`` (s, of the snapshots drawn), ``traces``, and per criterion and isotherm one surface per time
    (None where there is none): ``lesions`` and ``isotherms``. ``nerves`` says, in the order of the nerve traces, which
    station along the nerve each corner belongs to and, per criterion, when (s) each station is first inside the lesion.
    """
    fields, origin = arm.fields, picture.target_mm
    chosen = chosen_snapshots(fields.times_s)
    excess = {one.name: excess_over_time(fields, one.criterion) for one in picture.lesions}
    tubes = [(nerve, *_tube(nerve)) for nerve in sorted(picture.nerves, key=lambda nerve: not nerve.protected)]
    drawn = [(nerve, _nerve(nerve, tube, origin)) for nerve, tube, _, _ in tubes]
    temperature = np.array(fields.temperature_C, dtype=float)
    return {
        "name": arm.name,
        "times": np.asarray(fields.times_s)[chosen].tolist(),
        "traces": [
            *parts.applicator(picture.applicator, origin),
            *(trace for nerve, trace in drawn if nerve.protected),
            *_growing_traces(picture),
            *(trace for nerve, trace in drawn if not nerve.protected),
        ],
        "lesions": {
            name: [_triangles(_lesion(arm, picture, name, series, k), origin) for k in chosen]
            for name, series in excess.items()
        },
        "isotherms": {
            f"{level:g}": [_triangles(surface(fields, temperature[k] - level), origin) for k in chosen]
            for level in style.ISOTHERMS_C
        },
        "nerves": [
            {
                "station": typed(station_of, "u2"),
                "capture": {name: typed(t) for name, t in capture_times_s(fields, excess, stations).items()},
            }
            for _, _, stations, station_of in tubes
        ],
    }


def _lesion(arm: ArmResults, picture: ArmPicture, criterion: str, excess: Array, index: int) -> pv.PolyData:
    """The lesion at a snapshot; at the end, of several in turn, all of them together."""
    if picture.union is not None and index == len(excess) - 1:
        return thinned(shapes.triangles_of(arm.lesions[criterion]), MOST_TRIANGLES)
    return surface(arm.fields, excess[index])


def camera(view: View) -> dict[str, object]:
    """Where to look from: azimuth from patient left (+x) and elevation in degrees, height shown in mm; scale bars."""
    x, y, z = view.towards_viewer
    return {
        "azimuth": float(np.degrees(np.arctan2(y, x))),
        "elevation": float(np.degrees(np.arcsin(np.clip(z, -1.0, 1.0)))),
        "height_mm": view.height_mm,
        "half_size_mm": parts.HALF_SIZE_MM,
        "bar_lengths_mm": canvas.SCALE_BAR_LENGTHS_MM,
        "bar_share": canvas.SCALE_BAR_SHARE,
    }


def reading(arm: ArmResults, criteria: Sequence[str], times_s: Array) -> dict[str, list[float]]:
    """Numbers shown beside the time: lesion volume per criterion, hottest tissue and power at ``times_s``."""
    columns = arm.history.columns
    wanted = {one.key: one.key for one in INSTRUMENTS[1:]} | {name: lesion_column(name) for name in criteria}
    found: dict[str, list[float]] = {}
    for name, column in wanted.items():
        if column in columns:
            known = np.isfinite(columns[column])
            if known.any():
                values = np.interp(times_s, columns["time_s"][known], columns[column][known])
                found[name] = [round(float(value), 2) for value in values]
    return found


def all_times_s(arms: Sequence[ArmScene]) -> list[float]:
    """Times of every arm's snapshots, in order, each once."""
    return sorted({round(time, 3) for arm in arms for time in arm["times"]})


def _tube(nerve: NerveLine) -> tuple[pv.PolyData, Array, NDArray[np.int64]]:
    """Tube about a nerve, the stations (P, 3) along its centreline, and the station each of its corners belongs to."""
    line = shapes.stations(nerve.points_mm, NERVE_STATION_MM)
    tube = shapes.closed_surface(shapes.tube(nerve.points_mm, nerve.diameter_mm / 2, NERVE_SIDES, NERVE_STATION_MM))
    return tube, line, cKDTree(line).query(np.asarray(tube.points))[1]


def _nerve(nerve: NerveLine, tube: pv.PolyData, origin_mm: Array) -> Trace:
    outside = style.PROTECTED_NERVE if nerve.protected else style.NERVE_OUTSIDE
    inside = style.NERVE_INSIDE
    look = {
        "colorscale": [[0.0, outside], [0.5, outside], [0.5, inside], [1.0, inside]],
        "showscale": False,
        "cmin": 0.0,
        "cmax": 1.0,
        "opacity": 1.0 if nerve.protected else TARGET_OPACITY,
    }
    points = np.asarray(tube.points) - origin_mm
    return parts.mesh("nerve", nerve.words, points, tube.regular_faces, **look)


def _growing_traces(picture: ArmPicture) -> Iterator[Trace]:
    """Empty traces that the script fills with the surfaces of the time shown."""
    nothing = np.zeros((0, 3))
    shells = [("lesion", picture.lesion.colour, LESION_OPACITY)] if picture.lesion else []
    for group in (f"isotherm_{level:g}C" for level in style.ISOTHERMS_C):
        shells.append((group, style.criterion_colour(group), ISOTHERM_OPACITY))
    for group, colour, opacity in shells:
        yield parts.mesh(group, group, nothing, nothing.astype(int), color=colour, opacity=opacity,
                         lighting=TRANSLUCENT, visible=False)  # fmt: skip


def _triangles(mesh: pv.PolyData, origin_mm: Array) -> Triangles | None:
    return triangles(np.asarray(mesh.points) - origin_mm, mesh.regular_faces) if mesh.n_cells else None
