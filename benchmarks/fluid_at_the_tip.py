"""Lesions after a bolus, by the fluid and by where it is taken to be; the tables of ``docs/modes.md``.

``python -m benchmarks.fluid_at_the_tip`` solves 18G, 10 mm, 80 °C for 90 s in unperfused muscle from 21 °C with 0.5 mL,
on draft meshes.
"""

import math
import sys
from collections.abc import Iterator, Mapping

from rfa_model.scenario import Scenario
from rfa_model.simulation import simulate

FLUIDS = ("water", "saline_0_7", "saline_3", "saline_23_4")
PLACES: Mapping[str, Mapping[str, object]] = {
    "tissue wet to a fifth, ball": {"porosity": 0.2, "shape": "sphere"},
    "tissue wet to a fifth, along the needle": {"porosity": 0.2, "shape": "along_needle", "elongation": 4},
    "tissue wet to a half, ball": {"porosity": 0.5, "shape": "sphere"},
    "pool, ball": {"porosity": 0.9, "shape": "sphere"},
    "pool, along the needle": {"porosity": 0.9, "shape": "along_needle", "elongation": 4},
}
PROTOCOL = [
    {"ramp": {"to_C": 80, "duration_s": 15}},
    {"hold": {"temperature_C": 80, "duration_s": 90}},
]


def scenario(place: Mapping[str, object]) -> Scenario:
    """An arm without a bolus and one for each fluid."""
    arm = {"probe": "conventional_18g_10mm", "protocol": PROTOCOL}
    arms = {"none": arm}
    arms |= {name: {**arm, "fluid": {"fluid": name, "volume_mL": 0.5, **place}} for name in FLUIDS}
    return Scenario(
        title="fluid",
        anatomy={"kind": "homogeneous", "tissue": "muscle"},
        body={"temperature_C": 21, "perfusion": False},
        criteria=["visible_edge"],
        numerics={"resolution": "draft"},
        arms=arms,
    )


def surface_mm2(width_mm: float, length_mm: float) -> float:
    """Of a spheroid, Thomsen's approximation to 1 %."""
    a, c, p = 0.5 * width_mm, 0.5 * length_mm, 1.6075
    return 4.0 * math.pi * ((a ** (2 * p) + 2.0 * (a * c) ** p) / 3.0) ** (1.0 / p)


def rows(place: Mapping[str, object]) -> Iterator[str]:
    """A table's row for every arm."""
    water_mm2 = None
    for name, arm in simulate(scenario(place)).arms.items():
        lesion, electrical = arm.summary["lesions"]["visible_edge"], arm.summary["electrical"]
        area_mm2 = surface_mm2(lesion["width_mm"], lesion["length_mm"])
        water_mm2 = area_mm2 if name == "water" else water_mm2
        beside = "" if water_mm2 is None else f"{100.0 * (area_mm2 / water_mm2 - 1.0):+.0f} %"
        yield (
            f"| {name.replace('_', ' ')} | {lesion['volume_mm3']:.0f} | {lesion['width_mm']:.1f} | "
            f"{lesion['length_mm']:.1f} | {beside} | {electrical['power_W']['mean']:.1f} | "
            f"{electrical['impedance_ohm']['start']:.0f} | {arm.summary['temperature']['max_C']:.0f} |"
        )


def main(names: list[str]) -> None:
    """Print the tables, of all places or of those whose names hold one of these words."""
    for words, place in PLACES.items():
        if names and not any(name in words for name in names):
            continue
        print(f"\n{words} {dict(place)}\n")
        print(
            "| bolus | volume, mm³ | width, mm | length, mm | surface beside water's | mean W | Ω at start | max °C |"
        )
        print("|---|---|---|---|---|---|---|---|")
        for row in rows(place):
            print(row, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
