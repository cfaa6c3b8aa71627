"""How good is the formula that takes a lesion for a spheroid?

Lesions are measured by two calipers and called π/6 · length · width². With the needle's hole filled, a lesion of length
ℓ and effective radius r holds V = πr²ℓ, so what it holds of that spheroid is

    V / (π/6 · ℓw²) = 6 r²/w²,

1 for a spheroid, 3/2 for a cylinder. As a quantity of the catalogue it is from now on in summary.json, in the
comparison table and in the report, under its label and with its docstring as the meaning.
"""

import rfa_model
from rfa_model.metrics.catalogue import quantity, register
from rfa_model.metrics.lesion import LesionMetrics
from rfa_model.results import Results, comparison_table
from rfa_model.scenario import parse_scenario

SCENARIO = """
title: Ten seconds in muscle
anatomy: {kind: homogeneous, tissue: muscle}
criteria: [arrhenius]
numerics: {resolution: draft, element_order: 2}
arms:
  needle:
    probe: conventional_20g_5mm
    protocol: [{ramp: {to_C: 80, duration_s: 4}}, {hold: {temperature_C: 80, duration_s: 6}}]
"""


@register(LesionMetrics)
@quantity(label="share of its spheroid", digits=2)
def spheroid_share(lesion: LesionMetrics) -> float | None:
    """Volume over that of the spheroid of the same length and width."""
    if not lesion.effective_radius_mm or not lesion.width_mm:
        return None
    return 6.0 * (lesion.effective_radius_mm / lesion.width_mm) ** 2


def solve() -> Results:
    """Return the solved arm."""
    return rfa_model.simulate(parse_scenario(SCENARIO))


def result() -> float:
    """Return the share, as the summary has it."""
    return float(solve().arms["needle"].summary["lesions"]["arrhenius"]["spheroid_share"])


if __name__ == "__main__":
    print(comparison_table(solve()))
