"""Dimensions of a needle that cannot be, each with the key that is wrong and what was expected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rfa_model.applicators.wall import LEAST_HEEL, LEAST_WALL, bevel_length_mm, wall_at_bevel_mm, wall_at_bore_mm
from rfa_model.sourced import table

if TYPE_CHECKING:
    from rfa_model.applicators.needle import Cannula, Cooling, Probe

Fault = tuple[bool, tuple[str, ...], str]
DEFAULT_PROTOCOLS = {"conventional": "conventional_80C_90s", "cooled": "cooled_60C_150s"}
GAUGES_MM: dict[int, float] = {
    int(found[1]): float(row["outer_diameter_mm"][0])
    for name, row in sorted(table("probes")["probes"].items())
    if (found := re.search(r"_(\d+)g_", name))
}
"""Diameters of the library's probes, by the gauge in their names."""
SAME_GAUGE = 0.02
"""Of the diameter: catalogues round, and makers keep to a few hundredths of a millimetre."""


def faults(probe: Probe) -> Iterator[Fault]:
    """Whether something is wrong, the path of the key, and what was expected there, for everything that is checked."""
    yield from _own(probe)
    if probe.bevel_angle_deg is not None:
        yield from _of_bevel(probe, probe.bevel_angle_deg)
    if probe.cooling is not None:
        yield from _of_lumen(probe, probe.cooling)
    if probe.cannula is not None:
        yield from _of_bore(probe, probe.cannula)


def _own(probe: Probe) -> list[Fault]:
    radius, tip, rounding, cooled = (
        probe.outer_diameter_mm / 2,
        probe.tip_length_mm,
        probe.tip_rounding_mm,
        probe.cooling,
    )
    protocols = DEFAULT_PROTOCOLS.values()
    narrower = f"expected less than the shaft's radius, {radius:g} mm, got {probe.sleeve_thickness_mm:g}"
    ahead = f"expected a sensor in the active tip (above {-tip:g} mm) or ahead of it, got {probe.sensor_offset_mm:g}"
    uncooled = "expected no cooling, because the probe is conventional; did you mean kind 'cooled'?"
    nominal = probe.outer_diameter_mm if probe.gauge is None else GAUGES_MM[probe.gauge]
    return [
        (
            abs(probe.outer_diameter_mm - nominal) > SAME_GAUGE * nominal,
            ("outer_diameter_mm",),
            f"expected the {nominal:g} mm of {probe.gauge}G, got {probe.outer_diameter_mm:g}; drop one of the two",
        ),
        (probe.protocol not in protocols, ("protocol",), f"expected one of {', '.join(protocols)}"),
        (
            rounding > radius,
            ("tip_rounding_mm",),
            f"expected at most the shaft's radius, {radius:g} mm, got {rounding:g}",
        ),
        (
            tip <= rounding,
            ("tip_length_mm",),
            f"expected more than the tip's rounding, {rounding:g} mm, got {tip:g}",
        ),
        (probe.sleeve_thickness_mm >= radius, ("sleeve_thickness_mm",), narrower),
        (probe.sensor_offset_mm <= -tip, ("sensor_offset_mm",), ahead),
        (
            probe.kind == "cooled" and cooled is None,
            ("kind",),
            "expected a key 'cooling' beside it, because the probe is cooled",
        ),
        (probe.kind == "conventional" and cooled is not None, ("cooling",), uncooled),
    ]


def _of_bevel(probe: Probe, angle_deg: float) -> list[Fault]:
    radius, tip = probe.outer_diameter_mm / 2, probe.tip_length_mm
    length = bevel_length_mm(radius, angle_deg)
    reach = length + LEAST_HEEL * radius
    # A sensor in a bore ends where the bore is whole: behind the heel.
    first = length / 2 if probe.cannula is None else length
    metal = "the metal" if probe.cannula is None else "the whole bore"
    return [
        (probe.tip_rounding_mm > 0, ("tip_rounding_mm",), "expected none (0), because the end is bevelled"),
        (
            reach >= tip,
            ("bevel_angle_deg",),
            f"expected a face within the active tip of {tip:g} mm, got {reach:.2f}; choose a larger angle",
        ),
        (
            probe.sensor_offset_mm > -first,
            ("sensor_offset_mm",),
            f"expected a sensor in {metal} behind the bevel (at most {-first:.2f} mm), got {probe.sensor_offset_mm:g}",
        ),
    ]


def _of_lumen(probe: Probe, cooling: Cooling) -> list[Fault]:
    metal, diameter = probe.outer_diameter_mm - 2 * probe.sleeve_thickness_mm, cooling.lumen_diameter_mm
    gap, tip = cooling.lumen_end_gap_mm, probe.tip_length_mm
    narrower = f"expected less than the metal inside the sleeve, {metal:g} mm, got {diameter:g}"
    radius, rounding = probe.outer_diameter_mm / 2, min(probe.tip_rounding_mm, probe.outer_diameter_mm / 2)
    wall = wall_at_bore_mm(radius, rounding, diameter / 2, gap)
    if probe.bevel_angle_deg is not None:
        wall = wall_at_bevel_mm(radius, probe.bevel_angle_deg, diameter / 2, gap)
    thin = f"expected more metal than {wall:.3f} mm at the lumen's end, got {gap:g}"
    return [
        (diameter >= metal, ("cooling", "lumen_diameter_mm"), narrower),
        (
            gap >= tip,
            ("cooling", "lumen_end_gap_mm"),
            f"expected less than the active tip, {tip:g} mm, got {gap:g}",
        ),
        (wall < LEAST_WALL * radius, ("cooling", "lumen_end_gap_mm"), thin),
    ]


def _of_bore(probe: Probe, cannula: Cannula) -> list[Fault]:
    wall, radius, tube = cannula.wall_thickness_mm, probe.outer_diameter_mm / 2, cannula.sensor_tube_diameter_mm
    bore = 2 * (radius - wall)
    solid = "expected no cannula, because the probe is cooled; its lumen is under 'cooling'"
    ahead = f"expected a sensor inside the cannula (below 0), got {probe.sensor_offset_mm:g}"
    return [
        (probe.kind == "cooled", ("cannula",), solid),
        (
            wall >= radius,
            ("cannula", "wall_thickness_mm"),
            f"expected less than the needle's radius, {radius:g} mm, got {wall:g}",
        ),
        (
            tube >= bore,
            ("cannula", "sensor_tube_diameter_mm"),
            f"expected less than the bore, {bore:g} mm, got {tube:g}",
        ),
        (probe.sensor_offset_mm >= 0, ("sensor_offset_mm",), ahead),
    ]
