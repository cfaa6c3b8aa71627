"""A straight round rod as a body: its samples, outline, CAD and mesh sizes. Millimetres."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rfa_model.applicators import rod_cad, rod_cells, rod_rounding
from rfa_model.applicators.body import CadKernel, PartOutline, Solid
from rfa_model.applicators.cell_sizes import MeshSizes, SizeFunction
from rfa_model.applicators.rod_shape import RodShape

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
RING_SAMPLES, ARC_SAMPLES = 12, 17


@dataclass(frozen=True)
class Rod(RodShape):
    """A rod of one diameter, frozen and hashable, a :class:`~rfa_model.applicators.body.Body`.

    For its attributes see :class:`~rfa_model.applicators.rod_shape.RodShape`.
    """

    def samples_mm(self, length_mm: float, step_mm: float) -> FloatArray:
        """Points on axis and surface, rings of twelve, up to ``length_mm``, (N, 3)."""
        end = min(length_mm, self.heights_mm[-1])
        z = np.minimum(np.arange(0.0, end + step_mm / 2, step_mm), end)
        r, f, g = self.radius_mm, self.distal_rounding_mm, self.proximal_rounding_mm
        below = np.clip(f - z, 0.0, f)
        rho = r - f + np.sqrt(np.maximum(f**2 - below**2, 0.0))
        if not self.is_endless:
            above = np.clip(z - (self.heights_mm[-1] - g), 0.0, g)
            rho = np.minimum(rho, r - g + np.sqrt(np.maximum(g**2 - above**2, 0.0)))
        angle = np.linspace(0.0, 2 * np.pi, RING_SAMPLES, endpoint=False)
        height = np.repeat(z[:, None], len(angle), axis=1)
        rings = np.stack([np.outer(rho, np.cos(angle)), np.outer(rho, np.sin(angle)), height], axis=-1)
        axis = np.column_stack([np.zeros_like(z), np.zeros_like(z), z])
        samples = np.concatenate([axis, rings.reshape(-1, 3)])
        return samples if self.bevel is None else self.bevel.raised_mm(samples)

    def outline(self, length_mm: float) -> tuple[PartOutline, ...]:
        """Profiles of the parts up to ``length_mm``; ends are drawn to the axis, cuts between parts stay open."""
        found = []
        for part in self.part_names:
            low, high = self.span_mm(part)
            if low < length_mm:
                bevel = self.bevel if low == 0.0 else None
                found.append(PartOutline(part, self._profile(part, low, min(high, length_mm)), bevel))
        return tuple(found)

    def lumen_outline(self, length_mm: float) -> tuple[PartOutline, ...]:
        """Profile of the bore up to ``length_mm``."""
        bore = self.bore
        if bore is None or bore.start_mm >= length_mm:
            return ()
        r, start = bore.radius_mm, bore.start_mm
        return (PartOutline(bore.name, np.array([[0.0, start], [r, start], [r, length_mm]])),)

    def _profile(self, part: str, low: float, high: float) -> FloatArray:
        r, (distal, proximal) = self.radius_mm, self.rounding_mm(part)
        starts, ends = self.is_end(part)
        angle = np.linspace(0.0, np.pi / 2, ARC_SAMPLES)
        points = [np.array([[r, low]])]
        if starts:
            f = min(distal, r)
            points = [np.zeros((1, 2)), np.column_stack([r - f + f * np.sin(angle), f - f * np.cos(angle)])]
        if ends and high >= self.heights_mm[-1]:
            f = min(proximal, r)
            arc = np.column_stack([r - f + f * np.cos(angle), high - f + f * np.sin(angle)])
            return np.vstack([*points, arc, [[0.0, high]]])
        return np.vstack([*points, [[r, high]]])

    def solids(self, occ: CadKernel, reach_mm: float) -> Iterator[Solid]:
        """Build part after part, then the bore."""
        return rod_cad.solids(self, occ, reach_mm)

    def size_function(self, sizes: MeshSizes, metal: frozenset[str]) -> SizeFunction:
        """Target edge length, mm: finest where metal meets insulation."""
        return rod_cells.size_function(self, sizes, metal)

    def outside_function(self) -> SizeFunction:
        """Distance to the rod at (x, y, z), 0 inside, mm; its edges count as sharp."""
        return rod_cells.outside_function(self)

    def at_true_size(
        self, points_mm: FloatArray, surfaces: Mapping[str, IntArray], exits: IntArray, metal: frozenset[str]
    ) -> FloatArray:
        """Nodes moved so that each part encloses its volume and the bore has its wall's area."""
        return rod_rounding.at_true_size(self, points_mm, surfaces, exits, metal)
