"""How well a protected structure is spared: clearance of the lesions, peak temperature and damage, a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from rfa_model.anatomy.base import Anatomy, Curve, Surface
from rfa_model.laws import Criterion, StructureLimits, Threshold
from rfa_model.metrics.catalogue import Measured, quantity
from rfa_model.metrics.curves import sample_curve
from rfa_model.metrics.data import TISSUE, ArmData
from rfa_model.metrics.entry import Numbers
from rfa_model.metrics.isosurface import Surfaced, TriSurface, isosurface
from rfa_model.metrics.mesh import TetMesh
from rfa_model.metrics.places import places
from rfa_model.metrics.probing import distance_to_surface_mm

FloatArray = NDArray[np.floating]
Verdict = Literal["ok", "warning", "error"]

_SPACING_MM = 0.25
_ENCLOSING = frozenset({"body"})  # parts a lesion belongs inside of; it belongs outside every other

# quantity of StructureMetrics, key of the limits, +1 if larger is worse and -1 if smaller is
_LIMITS = (
    ("max_temperature_C", "max_temperature_C", 1.0),
    ("clearance_mm", "min_clearance_mm", -1.0),
    ("max_damage", "max_damage", 1.0),
)


class Kept(Protocol):
    """A structure in an arm: the hottest point of it, its largest Ω, and how far a lesion keeps from it."""

    peak_C: float | None
    damage: float | None

    def clearance_mm(self, lesion: Lesion) -> float | None:
        """From the lesion to the structure; None where there is no lesion, or no structure."""


@dataclass(frozen=True)
class Lesion:
    """What counts as lesion and what has its surface; `ends` by the ends of the level's interval."""

    criterion: Criterion
    measured: Surfaced
    ends: tuple[Lesion, ...] = ()

    @property
    def surface(self) -> TriSurface:
        """Closed, in the patient frame."""
        return self.measured.surface


class ClearanceMetrics(Measured):
    """How far one criterion's lesion keeps from a structure; None without a lesion."""

    group = "by_criterion"

    def __init__(self, kept: Kept, lesion: Lesion) -> None:
        self.kept, self.lesion = kept, lesion

    @quantity("mm", "clearance of the lesion", signed=True)
    def clearance_mm(self) -> float | None:
        """From the lesion to the structure; negative where they overlap."""
        return self.kept.clearance_mm(self.lesion)

    @quantity("mm", at="interval.clearance_mm")
    def clearance_interval_mm(self) -> tuple[float, float] | None:
        """Smallest and largest clearance over the interval that the criterion's level is known to."""
        found = [self.kept.clearance_mm(end) for end in self.lesion.ends]
        known = [value for value in found if value is not None]
        return (min(known), max(known)) if len(known) == len(found) > 0 else None


class StructureMetrics(Measured):
    """How well one protected structure is spared; None where the quantity does not apply, or no limit is set.

    Temperature and damage are the largest on the structure (a tube's centre and skin) as far as it lies inside the
    domain.

    Parameters
    ----------
    structure : an anatomy curve (a tube about ``points_mm``) or surface (``part`` of ``anatomy.distance_mm``).
    lesions : by criterion, that shown first in front; none where no criterion was asked for.
    limits : None for no limits at all.
    """

    group = "structures"
    made_of: ClassVar[Mapping[str, str]] = {"by_criterion": "clearances"}

    def __init__(
        self,
        arm: ArmData,
        structure: Curve | Surface,
        anatomy: Anatomy,
        lesions: Mapping[str, Lesion],
        limits: StructureLimits | None = None,
    ) -> None:
        self.arm, self.structure, self.anatomy, self.lesions, self.limits = arm, structure, anatomy, lesions, limits

    @cached_property
    def kept(self) -> Kept:
        """The structure in the arm."""
        if isinstance(self.structure, Surface):
            return _KeptSurface(self.arm, self.structure.part, self.anatomy)
        return _KeptCurve(self.arm, self.structure)

    @cached_property
    def clearances(self) -> dict[str, ClearanceMetrics]:
        """By criterion."""
        return {name: ClearanceMetrics(self.kept, lesion) for name, lesion in self.lesions.items()}

    @quantity("mm", "clearance of the lesion", signed=True)
    def clearance_mm(self) -> float | None:
        """From the lesion to the structure, by the criterion shown first; negative where they overlap."""
        return next((by.clearance_mm for by in self.clearances.values()), None)

    @quantity("°C", "peak temperature", study="peak temperature")
    def max_temperature_C(self) -> float | None:
        """Hottest point of the structure."""
        return self.kept.peak_C

    @quantity()
    def max_damage(self) -> float | None:
        """Largest Ω on it."""
        return self.kept.damage

    @quantity()
    def by_criterion(self) -> dict[str, Numbers]:
        """What each criterion says."""
        return {name: by.to_summary() for name, by in self.clearances.items()}

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


class _KeptCurve:
    """A tube that is to be spared."""

    def __init__(self, arm: ArmData, structure: Curve) -> None:
        self.curve = sample_curve(structure, _SPACING_MM)
        self.there = places(arm, self.curve.sections_mm.reshape(-1, 3))
        self.peak_C, self.damage = _max(self.there.peak_C()), _max(np.exp(self.there.log_damage()))

    def clearance_mm(self, lesion: Lesion) -> float | None:
        if lesion.surface.is_empty:
            return None
        curve, criterion = self.curve, lesion.criterion
        centre = self.there.by(criterion).reshape(len(curve.arc_mm), -1)[:, 0]
        distance = distance_to_surface_mm(lesion.surface, curve.points_mm, caps=True)
        # NaN (in the probe, beyond the domain) compares false: such a point is not in the lesion, which is tissue
        signed = np.where(centre >= criterion.interpolated_level, -distance, distance)
        return float(signed.min() - curve.radius_mm)


class _KeptSurface:
    """A part of the anatomy whose surface is to be spared."""

    def __init__(self, arm: ArmData, part: str, anatomy: Anatomy) -> None:
        self.part, self.anatomy = part, anatomy
        self.peak_C: float | None = None
        self.damage: float | None = None
        crossings = [_crossing_mm(mesh, part, anatomy) for mesh in tissue_meshes(arm)]
        if len(points := np.concatenate(crossings)):
            there = places(arm, points)
            self.peak_C, self.damage = _max(there.peak_C()), _max(np.exp(there.log_damage()))

    def clearance_mm(self, lesion: Lesion) -> float | None:
        if lesion.surface.is_empty:
            return None
        distance = np.asarray(self.anatomy.distance_mm(self.part, lesion.surface.points_mm), dtype=float)
        nearest = float((-distance if self.part in _ENCLOSING else distance).min())
        return nearest if np.isfinite(nearest) else None


def tissue_meshes(arm: ArmData) -> list[TetMesh]:
    """The tissue that an arm was solved in, of each of several lesions."""
    if not arm.increments:
        return [arm.fields.tissue_mesh]
    return [TetMesh.of_cells(one.points_mm, one.cells[one.cell_region == TISSUE]) for one in arm.increments]


def _crossing_mm(mesh: TetMesh, part: str, anatomy: Anatomy) -> FloatArray:
    """Points (P, 3) of a part's surface within a mesh; none where the anatomy does not know it."""
    at_nodes = np.zeros(len(mesh.points_mm))
    at_nodes[mesh.used_nodes] = anatomy.distance_mm(part, np.asarray(mesh.points_mm)[mesh.used_nodes])
    if not np.isfinite(at_nodes).all():
        return np.empty((0, 3))
    crossing = isosurface(mesh, at_nodes, 0.0)
    return crossing.points_mm[np.unique(crossing.isosurface)]


def _max(values: FloatArray) -> float | None:
    values = values[np.isfinite(values)]
    return float(values.max()) if len(values) else None
