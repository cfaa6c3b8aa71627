"""A rod's volumes in OpenCASCADE: plain cylinders, and ends revolved from their meridian profile."""

from __future__ import annotations

import math
from collections.abc import Iterator

from rfa_model.applicators.bevel import Bevel
from rfa_model.applicators.body import CadKernel, DimTags, Solid
from rfa_model.applicators.rod_shape import RodShape


def solids(rod: RodShape, occ: CadKernel, reach_mm: float) -> Iterator[Solid]:
    """Build part after part, then the bore, all in the rod's frame; what is endless gets the length ``reach_mm``."""
    for part in rod.part_names:
        low, high = rod.span_mm(part)
        endless = math.isinf(high)
        if rod.bevel is not None and low == 0.0:
            tag = _bevelled(rod.bevel, occ, high)
        elif any(rod.is_end(part)):
            tag = _revolved(rod, part, occ, low + reach_mm if endless else high)
        else:
            tag = occ.addCylinder(0, 0, low, 0, 0, reach_mm if endless else high - low, rod.radius_mm)
        yield Solid(part, tag, endless)
    if rod.bore is not None:
        yield Solid(rod.bore.name, occ.addCylinder(0, 0, rod.bore.start_mm, 0, 0, reach_mm, rod.bore.radius_mm), True)


def _bevelled(bevel: Bevel, occ: CadKernel, high: float) -> int:
    """A cylinder without what lies ahead of the face."""
    # The seam of the cylinder starts at the sharp point, where it is a symmetric one.
    whole: DimTags = [(3, occ.addCylinder(0, 0, 0, 0, 0, high, bevel.radius_mm))]
    occ.rotate(whole, 0, 0, 0, 0, 0, 1, -0.5 * math.pi)
    size = 4.0 * bevel.length_mm + 4.0 * bevel.radius_mm
    ahead: DimTags = [(3, occ.addBox(-size, -size, -size, 2.0 * size, 2.0 * size, size))]
    occ.rotate(ahead, 0, 0, 0, 1, 0, 0, 0.5 * math.pi - math.radians(bevel.angle_deg))
    occ.translate(ahead, 0, -bevel.radius_mm, 0)
    left, _ = occ.cut(whole, ahead)
    return int(left[0][1])


def _revolved(rod: RodShape, part: str, occ: CadKernel, high: float) -> int:
    """Revolve an end segment's meridian profile about z."""
    r, (low, _) = rod.radius_mm, rod.span_mm(part)
    (distal, proximal), (starts, ends) = rod.rounding_mm(part), rod.is_end(part)
    bottom = occ.addPoint(0, 0, low)
    top = occ.addPoint(0, 0, high)
    lines: list[int] = []
    at = _distal_corner(occ, lines, bottom, r, distal) if starts else _line(occ, lines, bottom, occ.addPoint(r, 0, low))
    if ends:
        flat = _flat(r, proximal)
        if high - proximal > low + distal + 1e-9 * r:
            at = _line(occ, lines, at, occ.addPoint(r, 0, high - proximal))
        if proximal > 0:
            rim = occ.addPoint(flat, 0, high) if flat > 0 else top
            lines.append(occ.addCircleArc(at, occ.addPoint(flat, 0, high - proximal), rim))
            at = rim
        if flat > 0:
            at = _line(occ, lines, at, top)
    else:
        at = _line(occ, lines, at, occ.addPoint(r, 0, high))
        at = _line(occ, lines, at, top)
    _line(occ, lines, at, bottom)
    profile = occ.addPlaneSurface([occ.addCurveLoop(lines)])
    solid = occ.revolve([(2, profile)], 0, 0, 0, 0, 0, 1, 2 * math.pi)
    occ.remove([(2, profile)], recursive=True)
    return int(next(tag for dim, tag in solid if dim == 3))


def _distal_corner(occ: CadKernel, lines: list[int], at: int, radius_mm: float, fillet: float) -> int:
    """The distal disc and fillet, from the axis to the shoulder; returns the shoulder."""
    flat = _flat(radius_mm, fillet)
    if flat > 0:
        at = _line(occ, lines, at, occ.addPoint(flat, 0, 0))
    if fillet > 0:
        shoulder = occ.addPoint(radius_mm, 0, fillet)
        lines.append(occ.addCircleArc(at, occ.addPoint(flat, 0, fillet), shoulder))
        at = shoulder
    return at


def _line(occ: CadKernel, lines: list[int], start: int, end: int) -> int:
    lines.append(occ.addLine(start, end))
    return end


def _flat(radius_mm: float, fillet_mm: float) -> float:
    flat = radius_mm - fillet_mm
    return 0.0 if flat < 1e-9 * radius_mm else flat
