"""Every metric of one solved arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from rfa_model.anatomy.base import Anatomy
from rfa_model.applicators.applicator import Applicator
from rfa_model.applicators.choice import ApplicatorBase
from rfa_model.applicators.pose import Pose
from rfa_model.errors import InputError
from rfa_model.laws import Criterion, StructureLimits
from rfa_model.metrics.data import ArmData
from rfa_model.metrics.electrical import ElectricalMetrics
from rfa_model.metrics.entry import Numbers, plain, plain_mapping
from rfa_model.metrics.isosurface import TriSurface
from rfa_model.metrics.lesion import ApplicatorFrame, LesionMetrics, LesionVolume
from rfa_model.metrics.nerve import NerveMetrics, NerveTable, TreatedNerve
from rfa_model.metrics.run import BalanceMetrics, MeshMetrics, SolverMetrics, TemperatureMetrics
from rfa_model.metrics.structures import StructureMetrics
from rfa_model.metrics.summary import ArmMetrics

COMPOSED = "composed"
"""Kind of an applicator that was put together in Python."""
FIRST_CRITERIA = ("visible_edge", "arrhenius")


def main_criterion(names: Sequence[str]) -> str | None:
    """The criterion shown first: ``visible_edge`` where it is asked for, else ``arrhenius``, else the first if any."""
    return next((name for name in (*FIRST_CRITERIA, *names) if name in names), None)


def evaluate(
    arm: ArmData, anatomy: Anatomy, criteria: Sequence[Criterion], limits: Mapping[str, StructureLimits] | None = None
) -> ArmMetrics:
    """Compute the metrics of one arm.

    Parameters
    ----------
    anatomy : gives ``nerves``, ``structures`` and ``distance_mm``.
    criteria : lesion criteria; without any there are no lesions, and nerves and structures are judged by none.
    limits : per protected structure, see :class:`rfa_model.metrics.structures.StructureMetrics`.

    Raises
    ------
    InputError
        If a target segment leaves the domain, or limits name a structure this anatomy lacks.
    """
    limits = limits or {}
    by_name = {criterion.name: criterion for criterion in criteria}
    judging = main_criterion(list(by_name))
    if anatomy.structures and (unknown := set(limits) - set(anatomy.structures)):
        raise InputError(
            f"limits.{sorted(unknown)[0]}: no such structure; expected one of {', '.join(anatomy.structures)}"
        )
    volume = LesionVolume(arm.fields.tissue_mesh)
    frame = ApplicatorFrame.of(arm.applicator, arm.pose)
    lesions, surfaces = {}, {}
    for name, c in by_name.items():
        field = c.of(arm.fields.exposure)
        lesion = LesionMetrics(volume, field, c.level, frame, logarithmic=c.logarithmic)
        lesions[name], surfaces[name] = lesion.settled(), lesion.surface
    main, lies = (by_name[judging], surfaces[judging]) if judging else (None, TriSurface.empty())
    nerves = {name: TreatedNerve(arm, nerve, main, lies) for name, nerve in anatomy.nerves.items()}
    return ArmMetrics(
        name=arm.name,
        probe=probe_entry(arm.probe),
        placement=plain_mapping(arm.placement) | {"pose": pose_entry(arm.pose)},
        mesh=MeshMetrics(arm).settled(),
        solver=SolverMetrics(arm).settled(),
        electrical=ElectricalMetrics(arm.history, arm.cutoff).settled(),
        temperature=TemperatureMetrics(arm).settled(),
        lesions=lesions,
        nerves={name: NerveMetrics(nerve).settled() for name, nerve in nerves.items()},
        structures={
            name: StructureMetrics(arm, structure, anatomy, main, lies, limits.get(name)).settled()
            for name, structure in anatomy.structures.items()
        },
        balance=BalanceMetrics(arm).settled(),
        surfaces=surfaces,
        nerve_tables={name: NerveTable(nerve).columns() for name, nerve in nerves.items()},
    )


def probe_entry(probe: ApplicatorBase | Applicator) -> Numbers:
    """What is known of the probe as JSON: its words, or where there are none the names of its parts."""
    if not isinstance(probe, Applicator):
        return plain_mapping(probe)
    contacts = {contact.name: list(contact.parts) for contact in probe.contacts}
    return {"name": probe.name, "kind": COMPOSED, "parts": list(probe.part_names), "contacts": plain(contacts)}


def pose_entry(pose: Pose) -> Numbers:
    """The pose (probe frame to patient frame, p = R q + t) as JSON."""
    return {"rotation": plain(np.asarray(pose.rotation)), "translation_mm": plain(np.asarray(pose.translation_mm))}
