"""Every metric of one solved arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rfa_model.errors import InputError
from rfa_model.metrics.data import ArmData
from rfa_model.metrics.electrical import electrical_metrics, sensor_end_C
from rfa_model.metrics.lesion import LesionVolume, ProbeFrame, measure_lesion
from rfa_model.metrics.nerve import nerve_metrics
from rfa_model.metrics.structures import structure_metrics
from rfa_model.metrics.summary import ArmMetrics, TemperatureMetrics, plain

MAIN_CRITERION = "arrhenius"


def main_criterion(names: Sequence[str]) -> str:
    """The criterion nerves and structures are judged by: ``arrhenius`` where it is asked for, else the first."""
    if not names:
        raise InputError("no lesion criterion is given; list at least one under criteria")
    return MAIN_CRITERION if MAIN_CRITERION in names else names[0]


def evaluate(
    arm: ArmData, anatomy: Any, criteria: Sequence[Any], limits: Mapping[str, Any] | None = None
) -> ArmMetrics:
    """Compute the metrics of one arm.

    Parameters
    ----------
    anatomy : gives ``nerves``, ``structures`` and ``distance_mm`` (see ``rfa_model.anatomy``).
    criteria : lesion criteria (``name``, ``quantity``, ``level``, ``logarithmic``), at least one.
    limits : per protected structure, see :func:`rfa_model.metrics.structures.structure_metrics`.

    Raises
    ------
    InputError
        If there is no criterion, a target segment leaves the domain, or limits name a structure this anatomy lacks.
    """
    limits = limits or {}
    by_name = {criterion.name: criterion for criterion in criteria}
    main = main_criterion(list(by_name))
    if anatomy.structures and (unknown := set(limits) - set(anatomy.structures)):
        raise InputError(
            f"limits.{sorted(unknown)[0]}: no such structure; expected one of {', '.join(anatomy.structures)}"
        )
    volume = LesionVolume(arm.fields.tissue_mesh)
    frame = ProbeFrame(arm.pose, arm.probe.tip_length_mm)
    lesions, surfaces = {}, {}
    for name, c in by_name.items():
        field = arm.fields.quantity(c.quantity)
        lesions[name], surfaces[name] = measure_lesion(volume, field, c.level, frame, logarithmic=c.logarithmic)
    nerves = {name: nerve_metrics(arm, nerve, by_name[main], surfaces[main]) for name, nerve in anatomy.nerves.items()}
    structures = {
        name: structure_metrics(arm, structure, anatomy, by_name[main], surfaces[main], limits.get(name))
        for name, structure in anatomy.structures.items()
    }
    return ArmMetrics(
        name=arm.name,
        probe=plain(arm.probe),
        placement=plain(arm.placement) | {"pose": pose_entry(arm.pose)},
        mesh=dict(arm.mesh_info),
        solver=dict(arm.solver_info),
        electrical=electrical_metrics(arm.history, arm.cutoff),
        temperature=_temperature(arm),
        lesions=lesions,
        nerves={name: metrics for name, (metrics, _) in nerves.items()},
        structures=structures,
        balance=dict(arm.balance),
        surfaces=surfaces,
        nerve_tables={name: table for name, (_, table) in nerves.items()},
    )


def pose_entry(pose: Any) -> dict[str, Any]:
    """The pose (probe frame to patient frame, p = R q + t) as JSON."""
    return {"rotation": plain(np.asarray(pose.rotation)), "translation_mm": plain(np.asarray(pose.translation_mm))}


def _temperature(arm: ArmData) -> TemperatureMetrics:
    nodes = arm.fields.tissue_mesh.used_nodes
    hottest = nodes[np.argmax(arm.fields.peak_temperature_C[nodes])]
    x, y, z = (float(c) for c in arm.fields.points_mm[hottest])
    return TemperatureMetrics(sensor_end_C(arm.history), float(arm.fields.peak_temperature_C[hottest]), (x, y, z))
