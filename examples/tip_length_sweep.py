"""How does the resistance of a needle fall with the length of its active tip?

A thin bare rod of length L and radius a in a medium of conductivity σ, far from everything, has

    R = (ln(2L/a) − 1)/(2πσL)    for a ≪ L

(H. B. Dwight, Trans AIEE 1936;55:1319, for a rod of length 2L of which the ground's surface leaves half). A needle has
one end rounded and the other screened by its insulated shaft; the longer its tip, the less that matters. Each tip
length is a new mesh; a second of 1 V leaves the tissue cold.
"""

from pathlib import Path

import numpy as np

import rfa_model
from rfa_model import library
from rfa_model.scenario import parse_scenario

RADIUS_MM, TIPS_MM = 0.635, (4.0, 8.0, 16.0)


def resistance_ohm(tip_length_mm: float) -> float:
    """Return the needle's resistance in muscle at body temperature."""
    scenario = parse_scenario(f"""
title: A tip of {tip_length_mm} mm
anatomy: {{kind: homogeneous, tissue: muscle}}
numerics: {{resolution: draft, element_order: 2}}
arms:
  needle:
    probe:
      kind: conventional
      outer_diameter_mm: {2.0 * RADIUS_MM}
      tip_length_mm: {tip_length_mm}
      tip_rounding_mm: {RADIUS_MM}
      sensor_offset_mm: {-RADIUS_MM}
    protocol: [{{voltage: {{voltage_V_rms: 1, duration_s: 1}}}}]
""")
    return float(rfa_model.simulate(scenario).arms["needle"].history["impedance_ohm"][0])


def rod_ohm(tip_length_mm: float) -> float:
    """Return the resistance of a thin rod as long and as thick."""
    sigma = library.tissues()["muscle"].electric_conductivity_S_per_m
    return float((np.log(2.0 * tip_length_mm / RADIUS_MM) - 1.0) / (2e-3 * np.pi * sigma * tip_length_mm))


def draw(path: Path) -> Path:
    """Plot both against the tip's length."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    axes.loglog(TIPS_MM, [resistance_ohm(tip) for tip in TIPS_MM], "o-", label="needle")
    axes.loglog(TIPS_MM, [rod_ohm(tip) for tip in TIPS_MM], "--", label="thin rod")
    axes.set(xlabel="active tip, mm", ylabel="resistance, Ω")
    axes.legend()
    figure.savefig(path)
    return path


def result() -> float:
    """Return the longest needle's resistance over the thin rod's, which is nearly 1."""
    return resistance_ohm(TIPS_MM[-1]) / rod_ohm(TIPS_MM[-1])


if __name__ == "__main__":
    print(draw(Path("tip_length_sweep.png")))
