"""Lesions after a bolus, by the fluid and by where it is taken to lie; a table of ``docs/modes.md``.

``python -m benchmarks.fluid_at_the_tip [WORDS …]`` solves 18G, 10 mm, 80 °C for 90 s in unperfused muscle from 21 °C,
on draft meshes with linear elements: 5 s of CPU each, minutes where a pool of water boils.
"""

import math
import sys
from collections.abc import Mapping

from rfa_model.results.reader import ArmResults
from rfa_model.scenario import Scenario
from rfa_model.simulation import simulate

FLUIDS = ("water", "saline_0_7", "saline_3", "saline_23_4")
ALONG = {"shape": "along_needle", "elongation": 4}
PLACES: Mapping[str, Mapping[str, object]] = {
    "wet to a fifth, ball": {"porosity": 0.2, "volume_mL": 0.5},
    "wet to a fifth, along the needle": {"porosity": 0.2, "volume_mL": 0.5, **ALONG},
    "pool, ball": {"porosity": 0.9, "volume_mL": 0.5},
    "pool, along the needle": {"porosity": 0.9, "volume_mL": 0.5, **ALONG},
    "pool of a fifth of it, along the needle": {"porosity": 0.9, "volume_mL": 0.1, **ALONG},
}
HEAD = (
    "where it lies",
    "fluid",
    "volume, mm³",
    "width, mm",
    "length, mm",
    "surface, mm²",
    "mean W",
    "Ω at first",
    "°C",
)
PROTOCOL = [{"ramp": {"to_C": 80, "duration_s": 15}}, {"hold": {"temperature_C": 80, "duration_s": 90}}]


def solved(fluid: Mapping[str, object] | None) -> ArmResults:
    """The lesion after a bolus, or without."""
    arm = {"probe": "conventional_18g_10mm", "protocol": PROTOCOL} | ({} if fluid is None else {"fluid": fluid})
    made = Scenario(
        title="fluid",
        anatomy={"kind": "homogeneous", "tissue": "muscle"},
        body={"temperature_C": 21, "perfusion": False},
        criteria=["visible_edge"],
        numerics={"resolution": "draft", "element_order": 1},
        arms={"arm": arm},
    )
    return simulate(made).arms["arm"]


def surface_mm2(width_mm: float, length_mm: float) -> float:
    """Of a spheroid, by Thomsen's approximation to 1 %."""
    a, c, p = 0.5 * width_mm, 0.5 * length_mm, 1.6075
    return 4.0 * math.pi * ((a ** (2 * p) + 2.0 * (a * c) ** p) / 3.0) ** (1.0 / p)


def row(place: str, fluid: str, arm: ArmResults) -> str:
    """Of the table."""
    lesion, electrical = arm.summary["lesions"]["visible_edge"], arm.summary["electrical"]
    width, length = lesion["width_mm"], lesion["length_mm"]
    numbers = (
        f"{lesion['volume_mm3']:.0f}",
        f"{width:.1f}",
        f"{length:.1f}",
        f"{surface_mm2(width, length):.0f}",
        f"{electrical['power_W']['mean']:.1f}",
        f"{electrical['impedance_ohm']['start']:.0f}",
        f"{arm.summary['temperature']['max_C']:.0f}",
    )
    return f"| {' | '.join((place, fluid, *numbers))} |"


def main(words: list[str]) -> None:
    """Print the table, of all places or of those whose names hold one of these words."""
    print(f"| {' | '.join(HEAD)} |\n|{len(HEAD) * '---|'}", flush=True)
    print(row("nowhere", "none", solved(None)), flush=True)
    for place, told in PLACES.items():
        for fluid in FLUIDS if not words or any(word in place for word in words) else ():
            print(row(place, fluid, solved({"fluid": fluid, **told})), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
