"""A fluid injected about the tip before a lesion: wet tissue, as further layers over any anatomy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rfa_model.anatomy.base import (
    Anatomy,
    Curve,
    FloatArray,
    IntArray,
    Layered,
    Surface,
    Target,
    TriangleMesh,
    Window,
)
from rfa_model.library.models import Tissue

DRY = (
    "cortical_bone", "cancellous_bone", "cartilage", "disc", "csf", "dura", "spinal_cord", "nerve", "skin", "blood",
    "air",
)  # fmt: skip
"""What a fluid does not enter."""
WET = "_wet"
ARCHIE = 1.5
"""Exponent of Archie's law, σ = σ_f·pᵐ: 1.5 for spherical grains (Bruggeman), 1.3 to 2 as measured in sands."""
WATER_DENSITY_KG_PER_M3, WATER_HEAT_J_PER_KGK, WATER_CONDUCTIVITY_W_PER_MK = 993.0, 4178.0, 0.62
"""Of water at 37 °C."""


@dataclass(frozen=True)
class Spread:
    """An ellipsoid of wet tissue.

    Attributes
    ----------
    centre_mm : (3,) array
        Patient frame.
    axes : (3, 3) array
        Unit vectors of its axes, one a row.
    half_axes_mm : (3,) array
    porosity : float
        Share of wet tissue that is fluid.
    electric_conductivity_S_per_m : float
        Of the fluid at 37 °C.
    """

    centre_mm: FloatArray
    axes: FloatArray
    half_axes_mm: FloatArray
    porosity: float
    electric_conductivity_S_per_m: float

    def distance_mm(self, points_mm: FloatArray) -> FloatArray:
        """Signed distance of points (N, 3), negative inside; exact at the surface, to first order beside it."""
        along = (np.asarray(points_mm, dtype=float) - self.centre_mm) @ self.axes.T
        scaled = np.linalg.norm(along / self.half_axes_mm, axis=1)
        slope = np.linalg.norm(along / self.half_axes_mm**2, axis=1)
        middle = np.full(len(along), -float(self.half_axes_mm.min()))
        return np.asarray(np.divide(scaled * (scaled - 1.0), slope, out=middle, where=slope > 1e-9))

    def wetted(self, tissue: Tissue) -> Tissue:
        """Return a tissue with the fluid in it: volumes mixed, Archie's law beside what is left of its own σ."""
        p = self.porosity
        dry_J, water_J = (
            tissue.density_kg_per_m3 * tissue.specific_heat_J_per_kgK,
            WATER_DENSITY_KG_PER_M3 * WATER_HEAT_J_PER_KGK,
        )
        density = (1.0 - p) * tissue.density_kg_per_m3 + p * WATER_DENSITY_KG_PER_M3
        sigma = (1.0 - p) * tissue.electric_conductivity_S_per_m + p**ARCHIE * self.electric_conductivity_S_per_m
        changes: dict[str, object] = {
            "name": tissue.name + WET,
            "density_kg_per_m3": density,
            "specific_heat_J_per_kgK": ((1.0 - p) * dry_J + p * water_J) / density,
            "thermal_conductivity_W_per_mK": (1.0 - p) * tissue.thermal_conductivity_W_per_mK
            + p * WATER_CONDUCTIVITY_W_PER_MK,
            "electric_conductivity_S_per_m": sigma,
            "perfusion_W_per_m3K": (1.0 - p) * tissue.perfusion_W_per_m3K,
            "water_fraction": (1.0 - p) * tissue.water_fraction + p,
        }
        return tissue.overridden(changes)


class WetAnatomy:
    """An anatomy with a spread of fluid in it: every tissue that fluid enters once more, wet.

    Parameters
    ----------
    dry : Anatomy
    spread : Spread
    """

    def __init__(self, dry: Anatomy, spread: Spread) -> None:
        self.dry, self.spread = dry, spread
        names = dry.tissue_names
        self._entered = [index for index, name in enumerate(names) if name not in DRY]
        self.tissue_names: tuple[str, ...] = (*names, *(names[index] + WET for index in self._entered))
        self._wet_of = np.arange(len(names))
        self._wet_of[self._entered] = len(names) + np.arange(len(self._entered))

    def tissues(self, known: Mapping[str, Tissue]) -> dict[str, Tissue]:
        """Return the known tissues and the wet ones."""
        dry = self.dry.tissue_names
        return {**known, **{dry[i] + WET: self.spread.wetted(known[dry[i]]) for i in self._entered}}

    @property
    def reference_keys(self) -> tuple[str, ...]:
        """Those of the anatomy."""
        return self.dry.reference_keys

    @property
    def nerves(self) -> Mapping[str, Curve]:
        """Those of the anatomy."""
        return self.dry.nerves

    @property
    def structures(self) -> Mapping[str, Curve | Surface]:
        """Those of the anatomy."""
        return self.dry.structures

    @property
    def target(self) -> Target:
        """That of the anatomy."""
        return self.dry.target

    def tissue_at(self, points_mm: FloatArray) -> IntArray:
        """Index into `tissue_names` for each point, shape (N,)."""
        found = self.dry.tissue_at(points_mm)
        return np.asarray(np.where(self.spread.distance_mm(points_mm) < 0.0, self._wet_of[found], found))

    def distance_mm(self, part: str, points_mm: FloatArray) -> FloatArray:
        """Signed distance to a part's surface, negative inside, shape (N,)."""
        return self.dry.distance_mm(part, points_mm)

    def surfaces(self, spacing_mm: float = 0.8, within: Window | None = None) -> Mapping[str, TriangleMesh]:
        """Those of the anatomy."""
        return self.dry.surfaces(spacing_mm, within)


class LayeredWetAnatomy(WetAnatomy):
    """The same over an anatomy that knows its layers: each that fluid enters is painted again, wet, before the next."""

    @cached_property
    def _dry_layers(self) -> tuple[int, ...]:
        return self.dry.layer_tissues if isinstance(self.dry, Layered) else (0,)

    @property
    def layer_tissues(self) -> tuple[int, ...]:
        """Index into `tissue_names` of the ground and of each layer over it."""
        painted: list[int] = []
        for index in self._dry_layers:
            painted += [index, *([int(self._wet_of[index])] if index in self._entered else [])]
        return tuple(painted)

    def layer_distances_mm(self, points_mm: FloatArray) -> FloatArray:
        """Signed distance of each layer over the ground, negative inside, shape (N, layers)."""
        spread = self.spread.distance_mm(points_mm)
        dry = self.dry.layer_distances_mm(points_mm) if isinstance(self.dry, Layered) else np.empty((len(spread), 0))
        found: list[FloatArray] = []
        for number, index in enumerate(self._dry_layers):
            layer = np.full(len(spread), -np.inf) if number == 0 else dry[:, number - 1]
            found += [] if number == 0 else [layer]
            if index in self._entered:
                found.append(np.maximum(layer, spread))
        return np.stack(found, axis=1)


def with_fluid(dry: Anatomy, spread: Spread) -> WetAnatomy:
    """Return an anatomy with fluid in it, layered where cells can be cut at layers."""
    layered = isinstance(dry, Layered) or len(dry.tissue_names) == 1
    return LayeredWetAnatomy(dry, spread) if layered else WetAnatomy(dry, spread)
