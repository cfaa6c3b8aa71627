"""The dimension table of the lumbar level, read once from `dimensions.yaml`."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import TypedDict

from rfa_model.errors import InputError

VERTEBRAE = ("T12", "L1", "L2", "L3", "L4", "L5", "S1")


@dataclass(frozen=True)
class VertebraDimensions:
    """One vertebra's dimensions; NaN stands for what is not needed of it."""

    body_width_mm: float
    body_depth_mm: float
    body_height_mm: float
    pedicle_height_mm: float
    pedicle_width_mm: float
    pedicle_transverse_angle_deg: float
    canal_width_mm: float
    canal_depth_mm: float
    transverse_process_span_mm: float
    transverse_process_height_mm: float
    transverse_process_thickness_mm: float
    facet_spacing_mm: float
    facet_width_mm: float
    facet_height_mm: float
    facet_sagittal_angle_deg: float
    spinous_length_mm: float
    spinous_height_mm: float
    disc_above_height_mm: float
    lordosis_above_deg: float
    frame_tilt_deg: float
    bifurcation_to_border_mm: float
    ganglion_width_mm: float
    ganglion_length_mm: float
    ganglion_from_pedicle_mm: float


@dataclass(frozen=True)
class CommonDimensions:
    """Dimensions shared by all levels."""

    cortical_thickness_mm: float
    facet_gap_mm: float
    body_waist_mm: float
    epidural_fat_mm: float
    spinal_nerve_diameter_mm: float
    dorsal_ramus_diameter_mm: float
    skin_thickness_mm: float
    subcutaneous_fat_mm: float
    target_depth_mm: float
    neck_segment_mm: float


class Row(TypedDict):
    """One dimension: its unit, and where its number comes from."""

    unit: str
    source: str
    status: str


class SharedRow(Row):
    """A dimension that all vertebrae share."""

    value: float


class VertebraRow(Row):
    """A dimension by vertebra; not every one has it."""

    values: dict[str, float]


class Table(TypedDict):
    """``dimensions.yaml``."""

    per_vertebra: dict[str, VertebraRow]
    common: dict[str, SharedRow]


@cache
def table() -> Table:
    """The raw table with unit, source and status of every entry."""
    from ruamel.yaml import YAML

    text = resources.files(__package__).joinpath("dimensions.yaml").read_text(encoding="utf-8")
    raw: Table = YAML(typ="safe").load(text)
    return raw


def reference_keys() -> tuple[str, ...]:
    """Keys of the sources behind the table, for the library's list of references."""
    rows: list[Row] = [*table()["per_vertebra"].values(), *table()["common"].values()]
    return tuple(sorted({row["source"] for row in rows}))


@cache
def vertebra_dimensions(vertebra: str) -> VertebraDimensions:
    """Dimensions of one vertebra, T12 to S1."""
    if vertebra not in VERTEBRAE:
        raise InputError(f"anatomy: no vertebra {vertebra!r} in the table; choose one of {', '.join(VERTEBRAE)}")
    rows = table()["per_vertebra"]
    return VertebraDimensions(
        **{
            field.name: float(rows[field.name]["values"].get(vertebra, math.nan))
            for field in fields(VertebraDimensions)
        }
    )


@cache
def common_dimensions() -> CommonDimensions:
    """Dimensions shared by all levels."""
    rows = table()["common"]
    return CommonDimensions(**{field.name: float(rows[field.name]["value"]) for field in fields(CommonDimensions)})


def neighbours(vertebra: str) -> tuple[str, ...]:
    """Names of a vertebra (L1 to S1) and those that touch it, from caudal to cranial."""
    index = VERTEBRAE.index(vertebra)
    return VERTEBRAE[index - 1 : index + 2][::-1]
