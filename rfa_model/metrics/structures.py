"""How well a protected structure is spared: clearance of the lesion, peak temperature and damage, a verdict."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rfa_model.anatomy.base import Anatomy, Curve, Surface
from rfa_model.laws import Criterion, StructureLimits, Threshold
from rfa_model.metrics.catalogue import Measured, quantity
from rfa_model.metrics.curves import sample_curve
from rfa_model.metrics.data import ArmData
from rfa_model.metrics.isosurface import TriSurface, isosurface
from rfa_model.metrics.probing import distance_to_surface_mm, place_points

FloatArray = NDArray[np.floating]
Verdict = Literal["ok", "warning", "error"]
Found = tuple[float | None, float | None, float | None]  # clearance, peak temperature, damage

_SPACING_MM = 0.25
_ENCLOSING = frozenset({"body"})  # parts a lesion belongs inside of; it belongs outside every other

# quantity of StructureMetrics, key of the limits, +1 if larger is worse and -1 if smaller is
_LIMITS = (
    ("max_temperature_C", "max_temperature_C", 1.0),
    ("clearance_mm", "min_clearance_mm", -1.0),
    ("max_damage", "max_damage", 1.0),
)


class StructureMetrics(Measured):
    """How well one protected structure is spared; None where the quantity does not apply, or no limit is set.

    Temperature and damage are the largest on the structure (a tube's centre and skin) as far as it lies inside the
    domain.

    Parameters
    ----------
    structure : an anatomy curve (a tube about ``points_mm``) or surface (``part`` of ``anatomy.distance_mm``).
    criterion, surface : what counts as lesion (None: nothing), and its closed surface in the patient frame.
    limits : None for no limits at all.
    """

    group = "structures"

    def __init__(
        self,
        arm: ArmData,
        structure: Curve | Surface,
        anatomy: Anatomy,
        criterion: Criterion | None,
        surface: TriSurface,
        limits: StructureLimits | None = None,
    ) -> None:
        self.arm, self.structure, self.anatomy, self.limits = arm, structure, anatomy, limits
        self.criterion, self.surface = criterion, surface

    @cached_property
    def found(self) -> Found:
        """Clearance, peak temperature and damage."""
        if isinstance(self.structure, Surface):
            return _of_surface(self.arm, self.structure.part, self.anatomy, self.surface)
        return _of_curve(self.arm, self.structure, self.criterion, self.surface)

    @quantity("mm", "clearance of the lesion", signed=True)
    def clearance_mm(self) -> float | None:
        """From the lesion to the structure; negative where they overlap."""
        return self.found[0]

    @quantity("°C", "peak temperature", study="peak temperature")
    def max_temperature_C(self) -> float | None:
        """Hottest point of the structure."""
        return self.found[1]

    @quantity()
    def max_damage(self) -> float | None:
        """Largest Ω on it."""
        return self.found[2]

    @quantity(label="verdict")
    def verdict(self) -> Verdict | None:
        """`ok`, `warning` or `error`; null without limits."""
        found = {
            "clearance_mm": self.clearance_mm,
            "max_temperature_C": self.max_temperature_C,
            "max_damage": self.max_damage,
        }
        return verdict(found, self.limits)


def verdict(found: dict[str, float | None], limits: StructureLimits | None) -> Verdict | None:
    """Worst of the limits that apply: "error", "warning" or "ok"; None if no limit is set.

    A quantity that is None (no lesion, structure beyond the domain) breaks no limit.
    """
    rank, any_limit = 0, False
    for name_of, key, sign in _LIMITS:
        pair: Threshold | None = getattr(limits, key, None)
        for severity, threshold in enumerate((pair.warning, pair.error) if pair else (), start=1):
            if threshold is None:
                continue
            any_limit = True
            value = found[name_of]
            if value is not None and sign * value > sign * threshold:
                rank = max(rank, severity)
    names: tuple[Verdict, ...] = ("ok", "warning", "error")
    return names[rank] if any_limit else None


def _of_curve(arm: ArmData, structure: Curve, criterion: Criterion | None, surface: TriSurface) -> Found:
    curve = sample_curve(structure, _SPACING_MM)
    n = len(curve.arc_mm)
    placed = place_points(arm, curve.sections_mm.reshape(-1, 3))
    clearance = None
    if criterion is not None and not surface.is_empty:
        u = placed(criterion.of(arm.fields.exposure), logarithmic=criterion.logarithmic).reshape(n, -1)[:, 0]
        distance = distance_to_surface_mm(surface, curve.points_mm, caps=True)
        # NaN (in the probe, beyond the domain) compares false: such a point is not in the lesion, which is tissue
        signed = np.where(u >= criterion.interpolated_level, -distance, distance)
        clearance = float(signed.min() - curve.radius_mm)
    peak = placed(arm.fields.peak_temperature_C)
    damage = np.exp(placed(arm.fields.damage_final, logarithmic=True))
    return clearance, _max(peak), _max(damage)


def _of_surface(arm: ArmData, part: str, anatomy: Anatomy, surface: TriSurface) -> Found:
    mesh = arm.fields.tissue_mesh
    clearance = None
    if not surface.is_empty:
        distance = np.asarray(anatomy.distance_mm(part, surface.points_mm), dtype=float)
        nearest = float((-distance if part in _ENCLOSING else distance).min())
        clearance = nearest if np.isfinite(nearest) else None
    at_nodes = np.zeros(len(mesh.points_mm))
    at_nodes[mesh.used_nodes] = anatomy.distance_mm(part, np.asarray(mesh.points_mm)[mesh.used_nodes])
    if not np.isfinite(at_nodes).all():
        return clearance, None, None
    crossing = isosurface(mesh, at_nodes, 0.0)
    nodes = np.unique(crossing.isosurface)
    if len(nodes) == 0:
        return clearance, None, None
    placed = place_points(arm, crossing.points_mm[nodes])
    return (
        clearance,
        _max(placed(arm.fields.peak_temperature_C)),
        _max(np.exp(placed(arm.fields.damage_final, logarithmic=True))),
    )


def _max(values: FloatArray) -> float | None:
    values = values[np.isfinite(values)]
    return float(values.max()) if len(values) else None
