"""What can be told of a run before it begins: whether it will boil tissue, and so be slow and rough."""

from __future__ import annotations

import math

import numpy as np

from rfa_model.applicators.applicator import Applicator
from rfa_model.applicators.pose import Pose
from rfa_model.generator import in_turn
from rfa_model.scenario import Scenario

# Rise of the hottest tissue over that of the sensor, as solved for the flagship: needles, and cooled probes, whose
# hottest tissue lies off their metal.
HOTTEST_OVER_SENSOR = {False: 1.15, True: 2.1}
POINTS = 200


def boiling_notice(scenario: Scenario, arm: str, applicator: Applicator) -> str:
    """Say that an arm's protocol may boil tissue, and what follows; empty where it hardly can.

    A voltage or a power is held against the one whose steady tip just boils: with the tip insulated against heat,
    without perfusion and in any geometry V² = 2 ∫ k/σ dT from the body's temperature (potential-temperature theorem).
    A power is turned into a voltage by the resistance of a prolate spheroid of the contacts' length and width. Where
    there is a bolus tissue is wet, and without its water a cooled probe is a needle.
    """
    laws, body_C = scenario.laws, scenario.body.temperature_C
    if laws.vaporisation.latent_J_per_kg <= 0.0:
        return ""
    boils_C = float(laws.vaporisation.enthalpy(np.ones(1), np.ones(1)).start_C)
    tissues, names = scenario.resolved_tissues(), scenario.anatomy.tissues
    tissue = tissues["muscle"] if names is None or "muscle" in names else tissues[names[0]]
    if (fluid := scenario.arms[arm].fluid) is not None:
        tissue = fluid.spread(Pose.identity(), np.array([0.0, 0.0, 1.0])).wetted(tissue)
    T = np.linspace(body_C, boils_C, POINTS)
    conductivity = tissue.thermal_conductivity_W_per_mK + laws.thermal_conductivity.increment(T)
    sigma = tissue.electric_conductivity_S_per_m * laws.electric_conductivity.factor(T)
    bound_V2 = 2.0 * float(np.trapezoid(conductivity / sigma, T))
    resistance_ohm = _spheroid_ohm(applicator, tissue.electric_conductivity_S_per_m)
    most_V2 = scenario.arms[arm].generator.max_voltage_V_rms ** 2
    cooled = scenario.resolved_probe(arm).is_cooled
    for phase in in_turn(scenario.arms[arm].whole_protocol):
        target_C = phase.target_temperature_C or body_C
        hottest_C = body_C + HOTTEST_OVER_SENSOR[cooled and phase.coolant != "off"] * (target_C - body_C)
        V2 = min(phase.voltage_squared(resistance_ohm) or 0.0, most_V2)
        if hottest_C > boils_C or bound_V2 < V2:
            return (
                f"may boil tissue ({phase.in_words()}): while water boils each step takes several times as long, so "
                "that this arm is slow; distrust its impedance and power from then on, and its sizes by some 10 %"
            )
    return ""


def _spheroid_ohm(applicator: Applicator, sigma_S_per_m: float) -> float:
    """Resistance of a prolate spheroid in an endless medium, ln((A + c)/(A − c))/(8πσc)."""
    low, high = applicator.contact_extent_mm
    long_m = 0.5e-3 * (high - low)
    short_m = min(0.5e-3 * _WIDTH_MM, 0.9 * long_m)
    c = math.sqrt(long_m**2 - short_m**2)
    return math.log((long_m + c) / (long_m - c)) / (8.0 * math.pi * sigma_S_per_m * c)


_WIDTH_MM = 1.2  # between 22G and 16G; the resistance goes as its logarithm
