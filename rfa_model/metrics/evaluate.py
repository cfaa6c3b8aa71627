"""Every metric of one solved arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from rfa_model.anatomy.base import Anatomy, Curve
from rfa_model.applicators.applicator import Applicator
from rfa_model.applicators.choice import ApplicatorBase
from rfa_model.applicators.pose import Pose
from rfa_model.errors import InputError
from rfa_model.laws import Criterion, StructureLimits
from rfa_model.metrics.capture import CaptureMetrics
from rfa_model.metrics.catalogue import Measured
from rfa_model.metrics.contacts import contacts_of
from rfa_model.metrics.data import ArmData, InTurn
from rfa_model.metrics.electrical import ElectricalMetrics
from rfa_model.metrics.entry import Numbers, plain, plain_mapping
from rfa_model.metrics.field import FieldMetrics, pulsed
from rfa_model.metrics.flags import flags_of
from rfa_model.metrics.isosurface import TriSurface
from rfa_model.metrics.lesion import LesionMetrics
from rfa_model.metrics.lesions_of import LesionsOf, outer_distances_mm
from rfa_model.metrics.nerve import NerveTable, TreatedNerve
from rfa_model.metrics.nerve_metrics import NerveMetrics
from rfa_model.metrics.run import BalanceMetrics, MeshMetrics, SolverMetrics, TemperatureMetrics
from rfa_model.metrics.several import UnionMetrics, covered_after_each
from rfa_model.metrics.structures import Lesion, StructureMetrics
from rfa_model.metrics.summary import ArmMetrics
from rfa_model.metrics.way import WayMetrics
from rfa_model.placement import AnatomyLike, way_of

COMPOSED = "composed"
"""Kind of an applicator that was put together in Python."""
FIRST_CRITERIA = ("visible_edge", "arrhenius")


def main_criterion(names: Sequence[str]) -> str | None:
    """The criterion shown first: ``visible_edge`` where it is asked for, else ``arrhenius``, else the first if any."""
    return next((name for name in (*FIRST_CRITERIA, *names) if name in names), None)


def evaluate(
    arm: ArmData, anatomy: Anatomy, criteria: Sequence[Criterion], limits: Mapping[str, StructureLimits] | None = None
) -> ArmMetrics:
    """Compute all metrics of one arm; see :func:`measured`."""
    return _settled(measured(arm, anatomy, criteria, limits))


def measured(
    arm: ArmData, anatomy: Anatomy, criteria: Sequence[Criterion], limits: Mapping[str, StructureLimits] | None = None
) -> ArmMetrics:
    """Return the metrics of one arm, each computed when it is asked for first; without surfaces and nerve tables.

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
    together = LesionsOf(arm, criteria)
    lesions = {name: together.measured(criterion) for name, criterion in by_name.items()}
    captures = {name: _captures(arm, nerve, by_name, lesions) for name, nerve in anatomy.nerves.items()}
    nerves = {
        name: captures[name][judging].nerve if judging else TreatedNerve(arm, nerve, None, TriSurface.empty())
        for name, nerve in anatomy.nerves.items()
    }
    spared = {name: _lesion(by_name[name], lesions[name]) for name in sorted(by_name, key=lambda one: one != judging)}
    curves = {name: one for name, one in anatomy.structures.items() if isinstance(one, Curve)}
    found = ArmMetrics(
        name=arm.name,
        probe=probe_entry(arm.probe),
        placement=plain_mapping(arm.placement) | {"pose": pose_entry(arm.pose)},
        way=WayMetrics(way_of(arm.pose, anatomy if isinstance(anatomy, AnatomyLike) else None)),
        mesh=MeshMetrics(arm),
        solver=SolverMetrics(arm),
        electrical=ElectricalMetrics(arm.history, arm.cutoff),
        contacts=contacts_of(arm.history, arm.applicator),
        temperature=TemperatureMetrics(arm),
        lesions=lesions,
        nerves={name: NerveMetrics(nerve, captures[name]) for name, nerve in nerves.items()},
        structures={
            name: StructureMetrics(arm, structure, anatomy, spared, limits.get(name))
            for name, structure in anatomy.structures.items()
        },
        balance=BalanceMetrics(arm),
        union=_union(together, by_name, judging, anatomy, lesions),
        sequence=_sequence(arm, by_name, by_name[judging] if judging else None, anatomy.nerves) or None,
        field=FieldMetrics(arm, anatomy.nerves, curves) if pulsed(arm) else None,
    )
    return replace(found, flags=flags_of(arm, found))


def _settled(found: ArmMetrics) -> ArmMetrics:
    """The same with every value computed, and without what they were computed from; surfaces and tables beside them."""
    return replace(
        found,
        way=found.way.settled(),
        mesh=found.mesh.settled(),
        solver=found.solver.settled(),
        electrical=found.electrical.settled(),
        contacts=None if found.contacts is None else _all_settled(found.contacts),
        temperature=found.temperature.settled(),
        lesions=_all_settled(found.lesions),
        nerves=_all_settled(found.nerves),
        structures=_all_settled(found.structures),
        balance=found.balance.settled(),
        union=found.union.settled() if found.union else None,
        field=found.field.settled() if found.field else None,
        surfaces={name: lesion.surface for name, lesion in found.lesions.items()},
        nerve_tables={name: NerveTable(one.nerve).columns() for name, one in found.nerves.items()},
    )


def _all_settled[M: Measured](found: Mapping[str, M]) -> dict[str, M]:
    return {name: one.settled() for name, one in found.items()}


def _lesion(criterion: Criterion, measured: LesionMetrics) -> Lesion:
    """What structures keep from by a criterion."""
    at_ends = zip(criterion.ends or (), measured.beside.ends or (), strict=True)
    return Lesion(criterion, measured, tuple(Lesion(end, one) for end, one in at_ends))


def _captures(
    arm: ArmData, nerve: Curve, criteria: Mapping[str, Criterion], lesions: Mapping[str, LesionMetrics]
) -> dict[str, CaptureMetrics]:
    """What each criterion says of a nerve."""
    found: dict[str, CaptureMetrics] = {}
    like: TreatedNerve | None = None
    for name, criterion in criteria.items():
        lesion = lesions[name]
        like = TreatedNerve(arm, nerve, criterion, lesion, like=like)
        then = lesion.beside.heated
        at_ends = zip(criterion.ends or (), lesion.beside.ends or (), strict=True)
        found[name] = CaptureMetrics(
            like,
            TreatedNerve(arm, nerve, criterion, then, heated=True, like=like) if then else None,
            tuple(TreatedNerve(arm, nerve, end, one, like=like) for end, one in at_ends),
            lesion.beside.damage_at_rest,
        )
    return found


def probe_entry(probe: ApplicatorBase | Applicator) -> Numbers:
    """What is known of the probe as JSON: its words, or where there are none the names of its parts."""
    if not isinstance(probe, Applicator):
        return plain_mapping(probe)
    contacts = {contact.name: list(contact.parts) for contact in probe.contacts}
    return {"name": probe.name, "kind": COMPOSED, "parts": list(probe.part_names), "contacts": plain(contacts)}


def _union(
    lesions: LesionsOf,
    criteria: Mapping[str, Criterion],
    main: str | None,
    anatomy: Anatomy,
    measured: Mapping[str, LesionMetrics],
) -> UnionMetrics | None:
    if lesions.grid is None:
        return None
    return UnionMetrics(lesions.arm, criteria, main, anatomy.nerves, lesions.grid, measured)


def _sequence(
    arm: ArmData, criteria: Mapping[str, Criterion], judging: Criterion | None, nerves: Mapping[str, Curve]
) -> list[Numbers]:
    """Each of several lesions, how near it came to the end of its sphere, and how far nerves are covered by then."""
    if not arm.increments:
        return [lesion_entry(lesion) for lesion in arm.in_turn]
    outer = {name: outer_distances_mm(arm, criterion) for name, criterion in criteria.items()}
    covered = {name: covered_after_each(arm, nerve, judging) for name, nerve in nerves.items()} if judging else {}
    return [
        {
            **lesion_entry(lesion),
            "outer_distance_mm": {name: distances[n] for name, distances in outer.items()},
            "nerves": {name: {"captured_fraction": shares[n]} for name, shares in covered.items()},
        }
        for n, lesion in enumerate(arm.in_turn)
    ]


def lesion_entry(lesion: InTurn) -> Numbers:
    """One of several lesions as JSON: where, when, and what moving the needle cost by criterion."""
    left, taken_up = lesion.left_mm3 or {}, lesion.taken_up_mm3 or {}
    transfer = {
        name: {
            "before_mm3": before,
            "after_mm3": taken_up[name],
            "error": taken_up[name] / before - 1.0 if before > 0.0 else None,
        }
        for name, before in left.items()
    }
    return {
        "pose": pose_entry(lesion.pose),
        "start_s": lesion.start_s,
        "duration_s": lesion.duration_s,
        "volume_mm3": plain(lesion.end_mm3),
        "transfer": plain(transfer) if lesion.left_mm3 is not None else None,
    }


def pose_entry(pose: Pose) -> Numbers:
    """The pose (probe frame to patient frame, p = R q + t) as JSON."""
    return {"rotation": plain(np.asarray(pose.rotation)), "translation_mm": plain(np.asarray(pose.translation_mm))}
