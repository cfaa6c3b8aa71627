"""Can another program find the same lesion in our fields?

Results are plain arrays, so VTK can cut them. The tissue that was ever at 50 °C or more is {x : max_t T(x, t) ≥ 50}. Of
a field that is linear in each tetrahedron both programs find the volume of that set exactly, so they have to agree to
the last digits.
"""

from pathlib import Path

import pyvista as pv

import rfa_model
from rfa_model.results.reader import ArmResults
from rfa_model.scenario import parse_scenario

SCENARIO = """
title: Eight seconds in muscle
anatomy: {kind: homogeneous, tissue: muscle}
criteria: [isotherm_50C]
numerics: {resolution: draft, element_order: 2}
arms:
  needle:
    probe: conventional_20g_5mm
    protocol:
      - {ramp: {to_C: 75, duration_s: 4}}
      - {hold: {temperature_C: 75, duration_s: 4}}
"""


def solve() -> ArmResults:
    """Return the solved arm."""
    return rfa_model.simulate(parse_scenario(SCENARIO)).arms["needle"]


def tissue_grid(arm: ArmResults) -> pv.UnstructuredGrid:
    """Return the tissue with its peak temperature, as pyvista has it."""
    mesh = arm.fields.tissue_mesh
    grid = pv.UnstructuredGrid({pv.CellType.TETRA: mesh.tets}, mesh.points_mm)
    grid.point_data["peak_C"] = arm.fields.peak_temperature_C
    return grid


def draw(arm: ArmResults, path: Path) -> Path:
    """Draw the peak temperature in a plane through the needle, and half of the lesion before it."""
    plotter, grid = pv.Plotter(off_screen=True, window_size=(900, 700)), tissue_grid(arm)
    near = grid.clip_box((-6.0, 6.0, -6.0, 6.0, -4.0, 9.0), invert=False)
    plotter.add_mesh(near.slice("x"), cmap="inferno", clim=(37.0, 80.0))
    plotter.add_mesh(near.clip("x", invert=False).contour([50.0], scalars="peak_C"), color="white", opacity=0.4)
    plotter.camera_position = "yz"
    plotter.screenshot(path)
    plotter.close()
    return path


def result() -> float:
    """Return pyvista's volume of the lesion over ours, which is 1."""
    arm = solve()
    lesion = tissue_grid(arm).clip_scalar(scalars="peak_C", value=50.0, invert=False)
    return float(lesion.volume / arm.summary["lesions"]["isotherm_50C"]["volume_mm3"])


if __name__ == "__main__":
    print(result(), draw(solve(), Path("in_pyvista.png")))
