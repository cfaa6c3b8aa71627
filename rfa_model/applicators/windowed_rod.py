"""A rod that is bare on one side for a stretch: of one segment a sector is a part of its own. Millimetres."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rfa_model.applicators.body import CadKernel, PartOutline, Solid
from rfa_model.applicators.cell_sizes import REFERENCE_RADIUS_MM, MeshSizes, SizeFunction
from rfa_model.applicators.rod import Rod
from rfa_model.applicators.sector import Sector

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
WINDOW, BACK = "window", "back"


@dataclass(frozen=True)
class WindowedRod:
    """A rod with a window, frozen and hashable, a :class:`~rfa_model.applicators.body.Body`.

    Of the rod's segment ``window`` the sector is the part ``window``, and what is left of it the part ``back``.
    """

    rod: Rod
    sector: Sector

    @property
    def part_names(self) -> tuple[str, ...]:
        """The rod's, its window in two."""
        at = self.rod.part_names.index(WINDOW)
        return (*self.rod.part_names[: at + 1], BACK, *self.rod.part_names[at + 1 :])

    @property
    def lumen_names(self) -> tuple[str, ...]:
        """None."""
        return ()

    @property
    def radius_mm(self) -> float:
        """The rod's."""
        return self.rod.radius_mm

    def parts_along(self, lumen: str) -> tuple[str, ...]:
        """None: it has no lumen."""
        raise KeyError(lumen)

    def touching(self) -> tuple[tuple[str, str], ...]:
        """Either half of the window with the other and with both neighbours."""
        pairs = self.rod.touching()
        behind = [tuple(BACK if part == WINDOW else part for part in pair) for pair in pairs if WINDOW in pair]
        return (*pairs, (WINDOW, BACK), *((one, other) for one, other in behind))

    def endless_parts(self) -> tuple[str, ...]:
        """The rod's."""
        return self.rod.endless_parts()

    def _of_rod(self, part: str) -> str:
        return WINDOW if part == BACK else part

    def _sector(self, part: str) -> Sector:
        return self.sector if part == WINDOW else self.sector.rest

    def ends_mm(self, part: str) -> FloatArray:
        """Both ends of a part on the axis."""
        return self.rod.ends_mm(self._of_rod(part))

    def distance_mm(self, points_mm: ArrayLike, part: str | None = None) -> FloatArray:
        """Signed distance to all of it or to one part, (N,)."""
        if part not in (WINDOW, BACK):
            return self.rod.distance_mm(points_mm, part)
        points = np.atleast_2d(np.asarray(points_mm, dtype=float))
        low, high = self.rod.span_mm(WINDOW)
        across = self._sector(str(part)).distance_mm(points[:, 0], points[:, 1], self.radius_mm)
        beyond = np.maximum(low - points[:, 2], points[:, 2] - high)
        outside = np.hypot(np.maximum(across, 0.0), np.maximum(beyond, 0.0))
        return np.asarray(outside + np.minimum(np.maximum(across, beyond), 0.0))

    def samples_mm(self, length_mm: float, step_mm: float) -> FloatArray:
        """Points on axis and surface."""
        return self.rod.samples_mm(length_mm, step_mm)

    def outline(self, length_mm: float) -> tuple[PartOutline, ...]:
        """Profiles of the parts; the halves of the window revolve through their sectors only."""
        found: list[PartOutline] = []
        for outline in self.rod.outline(length_mm):
            parts = (WINDOW, BACK) if outline.part == WINDOW else ()
            found += [replace(outline, part=part, sector=self._sector(part)) for part in parts] or [outline]
        return tuple(found)

    def lumen_outline(self, length_mm: float) -> tuple[PartOutline, ...]:
        """None."""
        return ()

    def solids(self, occ: CadKernel, reach_mm: float) -> Iterator[Solid]:
        """Build the rod's parts, two sectors of a cylinder in place of the window's segment."""
        for solid in self.rod.solids(occ, reach_mm):
            if solid.name != WINDOW:
                yield solid
                continue
            occ.remove([(3, solid.tag)], recursive=True)
            low, high = self.rod.span_mm(WINDOW)
            for part in (WINDOW, BACK):
                begin, end = self._sector(part).ends
                tag = occ.addCylinder(0, 0, low, 0, 0, high - low, self.radius_mm, angle=end - begin)
                occ.rotate([(3, tag)], 0, 0, 0, 0, 0, 1, begin)
                yield Solid(part, tag, False)

    def size_function(self, sizes: MeshSizes, metal: frozenset[str]) -> SizeFunction:
        """Target edge length, mm: as about a ring, and finest along the window's straight edges too."""
        ring = self.rod.size_function(sizes, metal - {BACK})
        edge = sizes.edge_mm * min(1.0, self.radius_mm / REFERENCE_RADIUS_MM)
        low, high = self.rod.span_mm(WINDOW)
        edges = [(self.radius_mm * math.cos(end), self.radius_mm * math.sin(end)) for end in self.sector.ends]

        def size(x: float, y: float, z: float) -> float:
            beyond = max(0.0, low - z, z - high)
            away = min(math.hypot(x - u, y - v, beyond) for u, v in edges)
            return min(ring(x, y, z), edge + sizes.edge_growth * away)

        return size

    def outside_function(self) -> SizeFunction:
        """Distance to the rod."""
        return self.rod.outside_function()

    def at_true_size(
        self, points_mm: FloatArray, surfaces: Mapping[str, IntArray], exits: IntArray, metal: frozenset[str]
    ) -> FloatArray:
        """Nodes moved as about the whole ring; the window's edges stay in their planes through the axis."""
        whole = {**surfaces, WINDOW: np.concatenate([surfaces[WINDOW], surfaces[BACK]])}
        return self.rod.at_true_size(points_mm, whole, exits, metal - {BACK})

    def surface_area_mm2(self) -> float:
        """Area of the window against tissue, mm²."""
        return self.sector.share * self.rod.surface_area_mm2(WINDOW)

    def volume_mm3(self) -> float:
        """Volume of the part ``window``, mm³."""
        return self.sector.share * self.rod.volume_mm3(WINDOW)

    def content(self) -> dict[str, object]:
        """Everything its shape depends on."""
        sector = [self.sector.middle_deg, self.sector.angle_deg]
        return {"kind": "windowed rod", "rod": self.rod.content(), "sector": sector}
