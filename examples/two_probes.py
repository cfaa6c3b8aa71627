"""Why cool an electrode to make a larger lesion?

A bare tip is hottest at its own surface, so its set point bounds the power. By the potential-temperature theorem, with
S = σV²/2k, a tip that is held at a rise θₑ has its hottest tissue off the metal, at the rise

    (θₑ + S)²/4S  >  θₑ    where  S > θₑ,

so that for the same hottest temperature of the tissue a colder metal lets more power in, and its heat comes from
further out. Here a conventional and an internally cooled needle, each at its usual set point but in short, beside each
other in muscle: how far do their lesions reach ahead of the needle, where the nerve is when one stands end-on?
"""

import rfa_model
from rfa_model.results import Results, comparison_table
from rfa_model.scenario import parse_scenario

SCENARIO = """
title: Two probes in muscle
anatomy: {kind: homogeneous, tissue: muscle}
criteria: [arrhenius]
numerics: {resolution: draft, element_order: 1}
arms:
  conventional:
    probe: conventional_18g_5mm
    protocol: [{ramp: {to_C: 80, duration_s: 5}}, {hold: {temperature_C: 80, duration_s: 15}}]
  cooled:
    probe: cooled_17g_4mm
    protocol: [{ramp: {to_C: 60, duration_s: 5}}, {hold: {temperature_C: 60, duration_s: 15}}]
"""


def solve() -> Results:
    """Return both arms."""
    return rfa_model.simulate(parse_scenario(SCENARIO))


def result() -> float:
    """Return the reach ahead of the distal end, the cooled probe's over the conventional one's."""
    reach = {name: arm.summary["lesions"]["arrhenius"]["distal_mm"] for name, arm in solve().arms.items()}
    return float(reach["cooled"] / reach["conventional"])


if __name__ == "__main__":
    print(comparison_table(solve()))
