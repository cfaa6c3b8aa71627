"""Give the faceted rod back the size that its inscribed polygon lost. All in the rod's frame, mm."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from rfa_model.applicators.rod_shape import RodShape

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Spans = list[tuple[float, float]]
Walls = list[tuple[float, IntArray]]

# A part's factor takes over from its neighbour's within this many radii behind the junction.
BLEND_RADII = 2.0
ITERATIONS = 15


def at_true_size(
    rod: RodShape,
    points_mm: FloatArray,
    surfaces: Mapping[str, IntArray],
    exits: IntArray,
    metal: frozenset[str],
) -> FloatArray:
    """Nodes moved so that parts and hemispherical ends enclose their exact volumes, the bore its exact wall area.

    Straight facets inscribed in a cylinder make it thinner than it is (1 % of its section at 25 edges around, 20 % at
    5.5): too thin an electrode shows in the resistance, too small a bore in the heat that the coolant takes, too thin
    a shaft in the heat it carries off. Each part gets a factor on the outer radius and one on the bore's, blended
    into insulation behind its junction with metal; between bore and outer surface, and over one radius outside the
    rod, the factor is interpolated linearly. A hemispherical end is short too (by a 50th of its radius at 16 edges
    around): it is stretched along the axis to its own volume. Other lengths stay exact.
    """
    r, parts = rod.radius_mm, rod.part_names
    r_bore = 0.0 if rod.bore is None else rod.bore.radius_mm
    rho, z = np.hypot(points_mm[:, 0], points_mm[:, 1]), points_mm[:, 2]
    end = float(points_mm[np.unique(exits)][:, 2].mean()) if rod.is_endless else rod.heights_mm[-1]
    spans = [(low, min(high, end)) for low, high in map(rod.span_mm, parts)]
    wanted = np.array([rod.filled_volume_mm3(part, high) for part, (_, high) in zip(parts, spans, strict=True)])
    half_ball = 2.0 / 3.0 * math.pi * r**3
    sides = _sides(rod, points_mm, surfaces)
    caps, walls = _caps(rod, points_mm, surfaces), _walls(rod, points_mm, surfaces, spans)
    # A ball grows alike in all directions, across and by stretching its halves.
    is_ball = len(caps) == 2 and end <= 2.0 * r * (1.0 + 1e-9)
    across, lengthwise = (1.0 / 3.0, 1.0 / 3.0) if is_ball else (0.5, 1.0)
    outer, inner, stretches = np.ones(len(parts)), np.ones(len(parts)), np.ones(len(caps))
    moved = points_mm
    for _ in range(ITERATIONS):
        outer *= (wanted / [enclosed_volume_mm3(moved, sides[part]) for part in parts]) ** across
        stretches *= np.array([half_ball / enclosed_volume_mm3(moved, cap) for _, _, cap in caps]) ** lengthwise
        at_surface = np.interp(z, *_blended(rod, metal, outer))
        at_bore = at_surface
        if walls:
            ratios = [area / float(triangle_areas(moved, wall).sum()) for area, wall in walls]
            inner *= [ratios[0]] * (len(parts) - len(walls)) + ratios
            at_bore = np.interp(z, *_blended(rod, metal, inner))
        within = np.clip((rho - r_bore) / (r - r_bore), 0.0, 1.0)
        outside = np.clip((rho - r) / r, 0.0, 1.0)
        factor = at_bore + (at_surface - at_bore) * within + (1.0 - at_surface) * outside
        moved = points_mm * np.column_stack([factor, factor, np.ones_like(factor)])
        for stretch, (equator, upwards, _) in zip(stretches, caps, strict=True):
            depth = np.clip(upwards * (z - equator), 0.0, None)
            share = depth * np.clip(2.0 - np.sqrt(rho**2 + depth**2) / r, 0.0, 1.0)
            moved[:, 2] += upwards * (stretch - 1.0) * share
    return moved


def enclosed_volume_mm3(points_mm: FloatArray, triangles: IntArray) -> float:
    """Volume between surface and axis, mm³: ½∮(x nₓ + y n_y) dA (flat ends add nothing)."""
    a, b, c = (points_mm[triangles[:, i]] for i in range(3))
    normal = 0.5 * np.cross(b - a, c - a)
    outward = (a + b + c)[:, :2] / 3.0
    return float(0.5 * np.abs(np.einsum("ij,ij->i", normal[:, :2], outward)).sum())


def _sides(rod: RodShape, points_mm: FloatArray, surfaces: Mapping[str, IntArray]) -> Mapping[str, IntArray]:
    """Surfaces without a bevel's face: what it adds to the integral is 0, half of it above and half below."""
    if rod.bevel is None:
        return surfaces
    first = surfaces[rod.part_names[0]]
    on_face = np.abs(rod.bevel.ahead_mm(points_mm[first].reshape(-1, 3))).reshape(-1, 3) < 1e-6 * rod.radius_mm
    return {**surfaces, rod.part_names[0]: first[~on_face.all(axis=1)]}


def _caps(
    rod: RodShape, points_mm: FloatArray, surfaces: Mapping[str, IntArray]
) -> list[tuple[float, float, IntArray]]:
    """(height of the equator, way to the pole, triangles) of each hemispherical end; a ring of edges lies at it."""
    r, end = rod.radius_mm, rod.heights_mm[-1]
    ends = [
        (rod.distal_rounding_mm, r, -1.0, rod.part_names[0]),
        (rod.proximal_rounding_mm, end - r, 1.0, rod.part_names[-1]),
    ]
    found = []
    for rounding, equator, upwards, part in ends:
        if rounding > r * (1.0 - 1e-6):
            beyond = upwards * (points_mm[surfaces[part], 2] - equator) >= -1e-6
            found.append((equator, upwards, surfaces[part][beyond.all(axis=1)]))
    return found


def _blended(rod: RodShape, metal: frozenset[str], factors: FloatArray) -> tuple[list[float], list[float]]:
    """Knots of a factor along the axis: each part's own, led over from a metal or more distal neighbour's."""
    parts, knots = rod.part_names, []

    def leads(one: int, other: int) -> bool:
        kinds = parts[one] in metal, parts[other] in metal
        return kinds[0] if kinds[0] != kinds[1] else one < other

    for i, part in enumerate(parts):
        low, high = rod.span_mm(part)
        reach = min(BLEND_RADII * rod.radius_mm, 0.5 * (high - low))
        led_below, led_above = i > 0 and leads(i - 1, i), i + 1 < len(parts) and leads(i + 1, i)
        knots += [(low, i - 1), (low + reach, i)] if led_below else [(low, i)]
        if math.isfinite(high):
            knots += [(high - reach, i), (high, i + 1)] if led_above else [(high, i)]
    return [height for height, _ in knots], [float(factors[i]) for _, i in knots]


def _walls(rod: RodShape, points_mm: FloatArray, surfaces: Mapping[str, IntArray], spans: Spans) -> Walls:
    """(exact area, triangles) of the bore's side wall in each part it runs through, mm²; its closed end is left out."""
    if rod.bore is None:
        return []
    triangles, found = surfaces[rod.bore.name], []
    z, tolerance = points_mm[triangles, 2], 1e-6 * rod.radius_mm
    is_wall = np.ptp(z, axis=1) > tolerance
    for low, high in spans:
        start = max(low, rod.bore.start_mm)
        if high > start:
            within = is_wall & (z.min(axis=1) >= start - tolerance)
            within &= (z.max(axis=1) <= high + tolerance) | (high == spans[-1][1])
            found.append((math.pi * rod.bore.diameter_mm * (high - start), triangles[within]))
    return found


def triangle_areas(points_mm: FloatArray, triangles: IntArray) -> FloatArray:
    """Areas of triangles, shape (F,), mm²."""
    a, b, c = (points_mm[triangles[:, i]] for i in range(3))
    return 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1)
