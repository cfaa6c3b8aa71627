"""Aims as an operator needs them: where the needle enters the skin, at which angles, how deep."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from io import StringIO

from rfa_model.anatomy.base import Anatomy
from rfa_model.applicators.pose import Pose
from rfa_model.placement import AnatomyLike
from rfa_model.placement.clearance import clear_mm
from rfa_model.placement.way import way_of
from rfa_model.studies.optimum.search import Found, Outlook
from rfa_model.studies.surrogate.surrogate import Surrogate


@dataclass(frozen=True)
class Row:
    """One aim of one arm, in the patient frame (left, posterior, superior); None where there is no skin, or no canal.

    ``protocol``: settings that were chosen; empty where the protocol is the scenario's. ``off_canal_mm``: how far the
    needle keeps from the spinal canal.
    """

    arm: str
    aim: str
    entry_left_mm: float | None
    entry_posterior_mm: float | None
    entry_superior_mm: float | None
    oblique_deg: float
    caudal_deg: float
    depth_mm: float | None
    protocol: str
    tip_left_mm: float
    tip_posterior_mm: float
    tip_superior_mm: float
    pushed_off_bone_mm: float
    off_canal_mm: float | None
    event_percent: float
    harm_percent: float


def rows_of(surrogate: Surrogate, found: Found, anatomy: Anatomy) -> list[Row]:
    """The default and the best aim of an arm, as the needle lies where nothing goes wrong."""
    return [
        _row(surrogate, found, aim, one, anatomy) for aim, one in (("default", found.default), ("best", found.best))
    ]


def as_csv(rows: Sequence[Row]) -> str:
    """Rows with their names above."""
    text = StringIO()
    writer = csv.DictWriter(text, list(Row.__dataclass_fields__), lineterminator="\n")
    writer.writeheader()
    writer.writerows({k: f"{v:.1f}" if isinstance(v, float) else v for k, v in asdict(row).items()} for row in rows)
    return text.getvalue()


def _row(surrogate: Surrogate, found: Found, aim: str, one: Outlook, anatomy: Anatomy) -> Row:
    arm = found.arm
    answers = surrogate.probe(arm).answers(surrogate.aim(arm).poses(one.plan[None, :5]))
    lies = answers.poses
    pose = Pose(lies.rotation[0], lies.translation_mm[0])
    off_canal = clear_mm(pose, surrogate.probe(arm).applicator, anatomy, "canal")
    way = way_of(pose, anatomy if isinstance(anatomy, AnatomyLike) else None)
    left, posterior, superior = [None] * 3 if way.entry_mm is None else [float(x) for x in way.entry_mm]
    return Row(
        arm=arm,
        aim=aim,
        entry_left_mm=left,
        entry_posterior_mm=posterior,
        entry_superior_mm=superior,
        oblique_deg=way.oblique_deg,
        caudal_deg=way.caudal_deg,
        depth_mm=way.length_mm,
        protocol=", ".join(
            f"{setting.label} {value:g} {setting.unit}".strip()
            for setting, value in zip(found.settings, one.plan[5:], strict=True)
        ),
        tip_left_mm=float(pose.translation_mm[0]),
        tip_posterior_mm=float(pose.translation_mm[1]),
        tip_superior_mm=float(pose.translation_mm[2]),
        pushed_off_bone_mm=float(answers.pushed_mm[0]),
        off_canal_mm=off_canal if math.isfinite(off_canal) else None,
        event_percent=100.0 * one.event.value,
        harm_percent=100.0 * one.harm.value,
    )
