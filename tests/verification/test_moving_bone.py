"""Bone that moves a little under a mesh that stays: resistance, lesion and margin follow without a jump."""

import numpy as np
import pytest

from rfa_model.assurance.verification.tools.bioheat import BODY_C, solve_steady
from rfa_model.assurance.verification.tools.bone import DOMAIN_MM, Bone, bone_mesh
from rfa_model.assurance.verification.tools.interface import PARTS, STEADY_LAWS, materials
from rfa_model.metrics.isosurface import isosurface
from rfa_model.metrics.lesion import LesionVolume
from rfa_model.metrics.mesh import TetMesh, split_quadratic
from rfa_model.metrics.probing import distance_to_surface_mm
from rfa_model.scenario import Body
from rfa_model.solver.build import build_current, build_heat
from rfa_model.solver.domain import Domain
from rfa_model.solver.gather import local_cells
from rfa_model.solver.linear_systems import LinearSystems

STEP_MM, STEPS, VOLTAGE_V, LEVEL_K = 0.02, 9, 12.0, 13.0
BESIDE_MM = np.array([[1.0, 1.0, -1.0]])


@pytest.fixture(scope="module")
def answers() -> dict[str, np.ndarray]:
    """Resistance, 50 °C volume and margin of a point beside the electrode, for a plane of bone at nine places."""
    mesh = bone_mesh(Bone(1.5), 1.3, fitted=False)
    domain = Domain.of(mesh, 2)
    systems = LinearSystems.of(domain, DOMAIN_MM * 1e-3)
    points_mm = domain.tables.V.tabulate_dof_coordinates() * 1e3
    tissue = TetMesh(points_mm, split_quadratic(local_cells(domain, "tissue")))
    volume, rest = LesionVolume(tissue), np.full(domain.tables.local_size, BODY_C)
    rows = []
    for distance in 1.4 + STEP_MM * np.arange(STEPS):
        mixed = materials(domain, Bone(float(distance)), fitted=False)
        systems.begin("moving bone")
        current = build_current(systems, mixed, STEADY_LAWS.electric_conductivity)
        current.rtol = 1e-10
        current.update(rest)
        heat = build_heat(systems, mixed, PARTS, STEADY_LAWS, Body(temperature_C=BODY_C))
        rise = solve_steady(heat, VOLTAGE_V**2 * current.load, rest) - BODY_C
        margin = distance_to_surface_mm(isosurface(tissue, rise, LEVEL_K), BESIDE_MM, caps=False)[0]
        rows.append((0.25 / current.conductance_S, 4.0 * volume.volume_mm3(rise, LEVEL_K), margin))
    return dict(zip(("resistance_ohm", "volume_mm3", "margin_mm"), np.array(rows).T, strict=True))


def off_a_smooth_curve(values: np.ndarray) -> float:
    """Largest departure from the cubic that fits best."""
    steps = np.arange(len(values)) - 0.5 * (len(values) - 1)
    return float(np.abs(values - np.polyval(np.polyfit(steps, values, 3), steps)).max())


def test_answers_follow_a_bone_that_moves_by_hundredths_of_a_millimetre(answers: dict[str, np.ndarray]) -> None:
    volume, margin, resistance = (answers[name] for name in ("volume_mm3", "margin_mm", "resistance_ohm"))
    assert off_a_smooth_curve(volume) / volume.mean() < 3e-4
    assert off_a_smooth_curve(margin) < 2e-3
    assert off_a_smooth_curve(resistance) / resistance.mean() < 3e-4
    # It is seen that the bone moves at all: away from it the resistance falls.
    assert (np.diff(resistance) < 0.0).all()
