"""Electrodes that are written out in a scenario, meshed: volumes and areas beside those of wires, arcs and rings."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rfa_model.applicators.protruding import Protruding
from rfa_model.applicators.side_exposed import SideExposed
from rfa_model.applicators.tine_words import ELECTRODE, TINES
from rfa_model.applicators.tined import Tined
from rfa_model.applicators.windowed_rod import WINDOW
from rfa_model.assurance.verification.case import Case
from rfa_model.assurance.verification.outcome import CaseOutcome, Check
from rfa_model.meshing.generate import generate_mesh
from rfa_model.meshing.sizes import mesh_sizes

GROUP = "Electrodes of one's own"
NEEDLE, RADIUS_MM = "conventional_18g_5mm", 0.635
# Of draft meshes: a wire has fewer facets about it than a needle.
WIRE, RING = 0.02, 0.01
SPHERE_MM = 40.0

WORDS = r"""
Draft meshes of an 18G needle with three tines (3 mm straight; 4 mm on an arc of 60°), with a wire of 0.5 mm that
protrudes by 3 mm, and with a window of 4 mm over 120°. A wire of radius $r$ and length $\ell$ with a round end has the
volume $\pi r^2(\ell-r)+\tfrac{2}{3}\pi r^3$ and the area $2\pi r\ell$, straight or, by Pappus, along an arc, less what
the needle takes of it where it leaves; a window has its share of a ring's $2\pi RL$.
""".strip()


def sizes(quick: bool) -> CaseOutcome:
    """Of the metal that is nobody's needle."""
    tines = {"tines": 3, "tine_length_mm": 3, "tine_diameter_mm": 0.35, "tine_angle_deg": 45, "tine_exit_mm": 2.5}
    arc = {"tine_length_mm": 4, "tine_angle_deg": 30, "tine_bend_deg": 60}
    straight, curved = (Tined.model_validate({"probe": NEEDLE, **words}) for words in (tines, tines | arc))
    ahead = Protruding.model_validate({"probe": NEEDLE, "protrusion_mm": 3, "protrusion_diameter_mm": 0.5})
    found = CaseOutcome()
    for name, chosen, part in (
        ("straight tines", straight, TINES), ("curved tines", curved, TINES), ("protruding wire", ahead, ELECTRODE)
    ):  # fmt: skip
        body = chosen.body()
        count = 3.0 if part == TINES else 1.0
        volume, area = _meshed(chosen, part)
        exact = count * body.tines.volume_mm3(body.rod), count * body.tines.area_mm2(body.rod)
        found.checks.append(Check(f"{name}: volume", exact[0], volume, WIRE, "mm³"))
        found.checks.append(Check(f"{name}: area", exact[1], area, WIRE, "mm²"))
    window = SideExposed.model_validate(
        {"probe": NEEDLE, "window_start_mm": 3, "window_length_mm": 4, "window_angle_deg": 120}
    )
    volume, area = _meshed(window, WINDOW)
    found.checks.append(Check("window: volume", np.pi * RADIUS_MM**2 * 4.0 / 3.0, volume, RING, "mm³"))
    found.checks.append(Check("window: area", 2.0 * np.pi * RADIUS_MM * 4.0 / 3.0, area, RING, "mm²"))
    return found


def _meshed(chosen: Tined | Protruding | SideExposed, part: str) -> tuple[float, float]:
    mesh = generate_mesh(chosen.applicator(), mesh_sizes("draft"), SPHERE_MM)
    cells: Mapping[str, int] = mesh.groups.cells
    volume = np.abs(mesh.volumes_mm3())[mesh.tet_tags == cells[part]].sum()
    area = mesh.areas_mm2()[mesh.triangle_tags == mesh.groups.facets[f"{part}_surface"]].sum()
    return float(volume), float(area)


CASES = (
    Case(
        "own-electrodes", GROUP, "Tines, a protruding wire and a window are as large as asked for", WORDS, sizes, False
    ),
)
