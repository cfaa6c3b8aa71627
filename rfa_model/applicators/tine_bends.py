"""Bends of tines that cannot be: too tight, back into the shaft, into each other. Plain floats, mm."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Protocol

from rfa_model.applicators.tine_words import straight_mm
from rfa_model.sourced import Issue

TIGHTEST = 2.0
"""Least radius of a tine's arc, in its diameters: tighter, cells on its inside are too flat."""
APART = 1.3
"""Least distance between two tines' axes, in their diameters."""
POINTS = 48
Point = tuple[float, float]


class TinesLike(Protocol):
    """The words of tines."""

    @property
    def tines(self) -> int: ...
    @property
    def tine_length_mm(self) -> float: ...
    @property
    def tine_diameter_mm(self) -> float: ...
    @property
    def tine_angle_deg(self) -> float: ...
    @property
    def tine_exit_mm(self) -> float: ...
    @property
    def tine_bend_deg(self) -> float: ...


def bend_issues(tines: TinesLike, radius_mm: float) -> Iterator[Issue]:
    """What is wrong with the bend of tines that leave a shaft of that radius."""
    bend, wire = math.radians(tines.tine_bend_deg), tines.tine_diameter_mm / 2
    if bend == 0.0:
        return
    angle = math.radians(tines.tine_angle_deg)
    whole = radius_mm / math.sin(angle) + tines.tine_length_mm
    straight = straight_mm(radius_mm, wire, angle)
    arc = whole - wire - straight
    most = math.degrees(max(arc, 0.0) / (TIGHTEST * tines.tine_diameter_mm))
    if abs(tines.tine_bend_deg) > most:
        radius = f"an arc of a radius of {TIGHTEST:g} diameters at least, {TIGHTEST * tines.tine_diameter_mm:g} mm"
        least = f"at most {most:.0f} degrees on the {max(arc, 0.0):.2f} mm that are clear of the shaft"
        yield ("tine_bend_deg",), f"expected {radius}: {least}, got {tines.tine_bend_deg:g}"
        return
    path = _path(angle, straight, arc, arc / bend)
    beside = [abs(out) for out, ahead in path[1:] if ahead < tines.tine_exit_mm + wire]
    if min(beside, default=math.inf) < radius_mm + wire:
        yield ("tine_bend_deg",), f"expected tines that keep clear of the shaft, got {tines.tine_bend_deg:g}"
    elif tines.tines > 1 and _between(path, tines.tines) < APART * tines.tine_diameter_mm:
        yield ("tine_bend_deg",), f"expected tines that keep clear of each other, got {tines.tine_bend_deg:g}"


def _path(angle: float, straight: float, arc: float, radius: float) -> list[Point]:
    """Points of the arc, from where the shaft is left on: distance from the shaft's axis, and ahead of the start."""
    found = []
    for k in range(POINTS + 1):
        turn = arc * k / POINTS / radius
        along, aside = straight + radius * math.sin(turn), radius * (1.0 - math.cos(turn))
        out = along * math.sin(angle) + aside * math.cos(angle)
        found.append((out, along * math.cos(angle) - aside * math.sin(angle)))
    return found


def _between(path: list[Point], count: int) -> float:
    """Least distance between the axes of two neighbours."""
    turn = 2.0 * math.pi / count
    across = [(out * math.cos(turn), out * math.sin(turn), ahead) for out, ahead in path]
    return min(math.dist((out, 0.0, ahead), other) for out, ahead in path for other in across)
