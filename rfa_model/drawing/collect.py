"""From a results folder's content to what the pictures need; the only module here that knows both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from rfa_model.anatomy.base import Anatomy, Curve, MarksBones
from rfa_model.anatomy.imaged.level import ImagedLevel
from rfa_model.drawing import captions, shapes
from rfa_model.drawing.arm_picture import ArmPicture, Array, CtImage, Distance, Field, NerveLine, Span
from rfa_model.drawing.lesion import NO_LESION, drawn_lesions, excess, locate_within
from rfa_model.drawing.placed_applicator import PlacedApplicator
from rfa_model.errors import InputError
from rfa_model.generator import PhaseBase, in_turn
from rfa_model.laws import Criterion
from rfa_model.metrics.data import TISSUE, FieldSeries
from rfa_model.metrics.entry import ArmEntry
from rfa_model.metrics.field import PulseField
from rfa_model.metrics.isosurface import TriSurface
from rfa_model.results.reader import ArmResults, Results
from rfa_model.scenario import Scenario

BONE = "bone"


def collect(
    arm: ArmResults,
    anatomy: Anatomy,
    protocol: Iterable[PhaseBase],
    entry: ArmEntry,
    body_temperature_C: float,
    criteria: Mapping[str, Criterion],
) -> ArmPicture:
    """Everything drawn of one arm but the anatomy's surfaces, which depend on where one looks from.

    Parameters
    ----------
    arm : the solved arm.
    anatomy : the anatomy it was solved in.
    protocol : the scenario's phases of this arm.
    entry : the arm's entry of summary.json.
    body_temperature_C : resting temperature, °C.
    criteria : the scenario's, by name; the lesion is drawn by the one that is shown first.

    Raises
    ------
    InputError
        If the history or the summary lacks something every results folder has.
    """
    try:
        fields = arm.snapshot(end_of_heating(arm.times_s, _history(arm)))
        lesions = drawn_lesions(criteria, entry)
        beyond = excess(fields, lesions[0].criterion) if lesions else np.full(len(fields.points_mm), NO_LESION)
        union = arm.lesions[lesions[0].name] if arm.earlier_poses and lesions else None
        return ArmPicture(
            name=arm.name,
            probe_label=captions.probe_label(entry["probe"]),
            headline=captions.headline(entry),
            captions=captions.captions(entry),
            applicator=PlacedApplicator(arm.applicator, arm.pose, arm.earlier_poses),
            field=_field(fields, beyond),
            nerves=tuple(_nerves(fields, beyond, anatomy, union)),
            bone_distance=bone_distance(anatomy),
            target_mm=np.asarray(anatomy.target.point_mm, dtype=float),
            along_nerve=np.asarray(anatomy.target.tangent, dtype=float),
            away_from_bone=np.asarray(anatomy.target.away_from_bone, dtype=float),
            history=_history(arm),
            phases=phase_spans(protocol),
            lesions=lesions,
            body_temperature_C=body_temperature_C,
            cutoff_s=arm.cutoff,
            bone_marks=anatomy.bone_marks_mm if isinstance(anatomy, MarksBones) else {},
            ct=_ct(anatomy),
            union=union,
        )
    except KeyError as error:
        raise InputError(
            f"results of arm '{arm.name}' lack {error}: the folder is damaged; run the scenario again"
        ) from None


def _ct(anatomy: Anatomy) -> Callable[[], CtImage] | None:
    """Reads the CT, where the anatomy has one."""
    ct = anatomy.ct if isinstance(anatomy, ImagedLevel) else None
    return None if ct is None else lambda: CtImage(*ct.read())


def collect_arms(results: Results, scenario: Scenario, anatomy: Anatomy) -> dict[str, ArmPicture]:
    """Every arm of a run by its name.

    Raises
    ------
    InputError
        If there is no arm, the scenario lacks one, or its results lack something.
    """
    if not results.arms:
        raise InputError("these results have no arm to draw; run the scenario again")
    if missing := [name for name in results.arms if name not in scenario.arms]:
        raise InputError(f"scenario.yaml has no arm '{missing[0]}'; the folder is damaged; run the scenario again")
    entries, body_C, criteria = results.summary["arms"], scenario.body.temperature_C, scenario.resolved_criteria()
    return {
        name: collect(arm, anatomy, scenario.arms[name].whole_protocol, entries[name], body_C, criteria)
        for name, arm in results.arms.items()
    }


def bone_distance(anatomy: Anatomy) -> Distance | None:
    """Signed distance to bone, negative inside; None in an anatomy without bone."""
    target = np.asarray(anatomy.target.point_mm, dtype=float)[None]
    if not np.isfinite(anatomy.distance_mm(BONE, target)).all():
        return None
    return lambda points: anatomy.distance_mm(BONE, points)


def phase_spans(protocol: Iterable[PhaseBase]) -> tuple[Span, ...]:
    """Labels and times of the protocol's phases."""
    spans: list[Span] = []
    start = 0.0
    for phase in in_turn(protocol):
        spans.append(Span(phase.picture_label(), start, start + phase.duration_s))
        start += phase.duration_s
    return tuple(spans)


def end_of_heating(times_s: NDArray[np.floating], history: Mapping[str, Array]) -> int:
    """Index of the last snapshot taken with the power on; the last of all where power never flowed."""
    powered = history["time_s"][history["power_W"] > 0.0]
    if powered.size == 0:
        return len(times_s) - 1
    return max(int(np.searchsorted(times_s, powered[-1] + 1e-6, side="right")) - 1, 0)


def _history(arm: ArmResults) -> dict[str, Array]:
    return {name: np.asarray(values, dtype=float) for name, values in arm.history.columns.items()}


def _field(fields: FieldSeries, beyond: Array) -> Field:
    return Field(
        points_mm=np.asarray(fields.points_mm, dtype=float),
        cells=fields.cells,
        tissue=np.asarray(fields.cell_region) == TISSUE,
        temperature_C=np.asarray(fields.temperature_C[0], dtype=float),
        excess=beyond,
        time_s=float(fields.times_s[0]),
        field_V_per_m=PulseField(fields).at_nodes() if fields.pulse is not None else None,
    )


def _nerves(fields: FieldSeries, beyond: Array, anatomy: Anatomy, union: TriSurface | None) -> Iterable[NerveLine]:
    curves = [
        (name, curve, protected)
        for protected, named in ((False, anatomy.nerves), (True, anatomy.structures))
        for name, curve in named.items()
        if isinstance(curve, Curve)
    ]
    if not curves:
        return
    points = [np.asarray(curve.points_mm, dtype=float) for _, curve, _ in curves]
    if union is None:
        held = locate_within(fields.tissue_mesh, beyond >= 0.0, np.concatenate(points))(beyond) >= 0.0
    else:
        held = shapes.enclosed(union, np.concatenate(points))
    inside = np.split(held, np.cumsum([len(p) for p in points])[:-1])
    for (name, curve, protected), line, within in zip(curves, points, inside, strict=True):
        yield NerveLine(name, line, curve.diameter_mm, within, protected, curve.label, curve.place)
