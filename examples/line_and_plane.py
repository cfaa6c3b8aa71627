"""What is the temperature along a line away from the needle, and over a plane across it?

Nodal fields are interpolated linearly within the tetrahedron that holds a point; where there is no tissue the answer is
NaN, not a guess. In muscle without end all is round about the needle's axis, so a plane through the axis knows the
lesion's volume (Pappus): with x the distance from the axis,

    volume = π ∫∫ |x| [T ≥ 50 °C] dx dz,

which has to be the volume that the lesion's own metrics sum over tetrahedra.
"""

from pathlib import Path

import numpy as np

import rfa_model
from rfa_model.metrics.probing import place_points
from rfa_model.results.reader import ArmResults
from rfa_model.scenario import parse_scenario

SCENARIO = """
title: Eight seconds in muscle
anatomy: {kind: homogeneous, tissue: muscle}
criteria: [isotherm_50C]
numerics: {resolution: draft, element_order: 1}
arms:
  needle:
    probe: conventional_20g_5mm
    protocol:
      - {ramp: {to_C: 75, duration_s: 4}}
      - {hold: {temperature_C: 75, duration_s: 4}}
"""
MIDDLE_MM = 2.5


def solve() -> ArmResults:
    """Return the solved arm."""
    return rfa_model.simulate(parse_scenario(SCENARIO)).arms["needle"]


def peak_C(arm: ArmResults, probe_frame_mm: np.ndarray) -> np.ndarray:
    """Return the highest temperature at points (..., 3) of the needle's frame, NaN in the needle."""
    points = arm.pose.to_patient(probe_frame_mm.reshape(-1, 3))
    return place_points(arm, points)(arm.fields.peak_temperature_C).reshape(probe_frame_mm.shape[:-1])


def on_a_line(arm: ArmResults, radii_mm: np.ndarray) -> np.ndarray:
    """Return it at distances from the axis, across the middle of the tip."""
    return peak_C(arm, np.column_stack([radii_mm, 0.0 * radii_mm, np.full_like(radii_mm, MIDDLE_MM)]))


def on_a_plane(arm: ArmResults, x_mm: np.ndarray) -> np.ndarray:
    """Return it at x across by MIDDLE_MM + x along the needle."""
    across, along = np.meshgrid(x_mm, MIDDLE_MM + x_mm, indexing="ij")
    return peak_C(arm, np.stack([across, np.zeros_like(across), along], axis=2))


def result() -> float:
    """Return the volume above 50 °C by the plane over that by the lesion's metrics, which is 1."""
    arm, x = solve(), np.linspace(-6.0, 6.0, 241)
    hot = np.nan_to_num(on_a_plane(arm, x)) >= 50.0
    volume_mm3 = np.pi * np.sum(np.abs(x)[:, None] * hot) * (x[1] - x[0]) ** 2
    return float(volume_mm3 / arm.summary["lesions"]["isotherm_50C"]["volume_mm3"])


if __name__ == "__main__":
    from matplotlib.image import imsave

    needle = solve()
    picture = on_a_plane(needle, np.linspace(-6.0, 6.0, 481)).T
    imsave(Path("line_and_plane.png"), picture, vmin=37.0, vmax=80.0, origin="lower", cmap="inferno")
    for r in (0.5, 1.0, 2.0, 4.0):
        print(f"{r} mm from the axis: {on_a_line(needle, np.array([r]))[0]:.1f} °C")
