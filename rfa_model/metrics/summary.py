"""The numbers of one arm as typed dataclasses; ``to_summary`` gives exactly the keys of ``summary.json``."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from rfa_model.metrics.isosurface import TriSurface

Verdict = Literal["ok", "warning", "error"]


@dataclass(frozen=True)
class ElectricalMetrics:
    """What the generator saw. ``cutoff`` is the time (s) at which it cut off on its impedance limit, or None."""

    impedance_start_ohm: float | None
    impedance_end_ohm: float | None
    impedance_max_ohm: float | None
    power_mean_W: float | None
    power_max_W: float | None
    energy_J: float | None
    cutoff: float | None

    def to_summary(self) -> dict[str, Any]:
        """Nested as in the contract: ``impedance_ohm {start, end, max}``, ``power_W {mean, max}``."""
        return {
            "impedance_ohm": {
                "start": self.impedance_start_ohm,
                "end": self.impedance_end_ohm,
                "max": self.impedance_max_ohm,
            },
            "power_W": {"mean": self.power_mean_W, "max": self.power_max_W},
            "energy_J": self.energy_J,
            "cutoff": self.cutoff,
        }


@dataclass(frozen=True)
class TemperatureMetrics:
    """Sensor at the end of the last powered step; hottest tissue of the run and where (patient frame)."""

    sensor_end_C: float | None
    max_C: float | None
    max_at_mm: tuple[float, float, float] | None


@dataclass(frozen=True)
class LesionMetrics:
    """One criterion's lesion; sizes are of its largest connected part, None where there is no lesion.

    ``volume_mm3`` counts tissue only. ``width_mm`` is the largest diameter of the lesion's projection along the needle;
    ``length_mm`` its extent along the needle, ``distal_mm`` how far it reaches beyond the probe's distal end (its
    depth; negative when it stops short of it) and ``proximal_mm`` beyond the active tip's proximal end.
    ``effective_radius_mm`` is the radius of the cylinder of equal length and volume and ``sphericity``
    π^⅓(6V)^⅔/A, both of the lesion with the needle's hole filled.
    """

    volume_mm3: float
    largest_part_mm3: float
    width_mm: float | None
    length_mm: float | None
    distal_mm: float | None
    proximal_mm: float | None
    effective_radius_mm: float | None
    sphericity: float | None


@dataclass(frozen=True)
class NerveMetrics:
    """How well one target nerve is treated; None where the quantity does not apply (see ``metrics.nerve``)."""

    probe_distance_mm: float
    margin_mm: float | None
    captured_length_mm: float
    captured_fraction: float
    full_section_length_mm: float
    max_temperature_C: float | None
    max_damage: float | None
    time_to_capture_s: float | None


@dataclass(frozen=True)
class StructureMetrics:
    """How well one protected structure is spared; None where the quantity does not apply, or no limit is set."""

    clearance_mm: float | None
    max_temperature_C: float | None
    max_damage: float | None
    verdict: Verdict | None


NERVE_COLUMNS = ("arc_mm", "x_mm", "y_mm", "z_mm", "peak_T_C", "damage", "inside", "margin_mm")
"""Columns of ``nerve_<name>.csv``; NaN (an empty cell) where the point lies in the probe."""

MESH_KEYS = ("dofs", "cells", "min_quality", "from_cache")
SOLVER_KEYS = ("steps", "rejected_steps", "electric_solves", "preconditioner_fallbacks", "wall_s")
BALANCE_KEYS = ("power_residual", "energy_residual", "conductivity_lag")


@dataclass(frozen=True)
class ArmMetrics:
    """Every metric of one arm, with the lesion surfaces and nerve tables the results folder stores beside them.

    ``uncertainty`` holds the numerical uncertainty of some of the numbers, nested as in the summary; None if unknown.
    """

    name: str
    probe: dict[str, Any]
    placement: dict[str, Any]
    mesh: dict[str, Any]
    solver: dict[str, Any]
    electrical: ElectricalMetrics
    temperature: TemperatureMetrics
    lesions: dict[str, LesionMetrics]
    nerves: dict[str, NerveMetrics]
    structures: dict[str, StructureMetrics]
    balance: dict[str, Any]
    surfaces: dict[str, TriSurface] = field(default_factory=dict)
    nerve_tables: dict[str, dict[str, np.ndarray]] = field(default_factory=dict)
    uncertainty: dict[str, Any] | None = None

    def to_summary(self) -> dict[str, Any]:
        """The arm's entry of ``summary.json``: plain JSON types, every key present, None for what does not apply."""
        entry = {
            "probe": self.probe,
            "placement": self.placement,
            "mesh": with_keys(self.mesh, MESH_KEYS),
            "solver": with_keys(self.solver, SOLVER_KEYS),
            "electrical": self.electrical.to_summary(),
            "temperature": self.temperature,
            "lesions": self.lesions,
            "nerves": self.nerves,
            "structures": self.structures,
            "balance": with_keys(self.balance, BALANCE_KEYS),
            "uncertainty": self.uncertainty,
        }
        return {key: plain(value) for key, value in entry.items()}


def with_keys(values: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    """``values`` with every one of ``keys`` present (None where it was missing)."""
    return {**dict.fromkeys(keys), **values}


def plain(value: Any) -> Any:
    """Turn dataclasses, pydantic models and numpy values into JSON types; numbers that are not finite become None."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if hasattr(value, "model_dump"):
        return plain(value.model_dump(mode="json"))
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray | list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else None
    if value is None or isinstance(value, str):
        return value
    return str(value)
