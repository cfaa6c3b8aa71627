"""Electrodes whose exact answers are known: a sphere's and a spheroid's resistance, a sphere in perfused tissue."""

from functools import cache

import numpy as np
import pytest

from rfa_model._fenics import dolfinx
from rfa_model.physics.assembly import CellTables, facet_mass
from rfa_model.physics.bioheat import Coolant
from rfa_model.physics.electric import ElectricProblem
from rfa_model.physics.laws import ConductivityLaw
from rfa_model.physics.marks import marked_dofs
from rfa_model.solver.current import UnitCurrent
from rfa_model.verification.tools import perfused_sphere as exact
from rfa_model.verification.tools.bioheat import (
    BODY_C,
    SIGMA,
    Array,
    bioheat,
    muscle_tables,
    observed_order,
    read_at,
    solve_steady,
)
from rfa_model.verification.tools.shells import Shells, sphere_electrode, spheroid_electrode

BORE_MM, OUTER_MM = 0.5, 60.0
METAL_K = 15.0
# Subdivisions of the icosahedron (edges of 0.58, 0.29 and 0.15 radii) and layers of tissue.
COARSE, MEDIUM, FINE = (1, 12), (2, 18), (3, 26)


def current_of(shells: Shells, tables: CellTables, far_field_radius_m: float | None) -> UnitCurrent:
    problem = ElectricProblem(tables, shells.tissue, shells.metal, shells.outer, far_field_radius_m)
    current = UnitCurrent(problem, np.full(len(shells.tissue), SIGMA), ConductivityLaw(0.0), rtol=1e-11)
    current.update(np.full(tables.local_size, BODY_C))
    return current


@cache
def sphere(level: tuple[int, int], outer_mm: float = OUTER_MM) -> tuple[Shells, CellTables, UnitCurrent]:
    shells = sphere_electrode(*level, BORE_MM, exact.A_M * 1e3, outer_mm)
    tables = muscle_tables(shells.mesh, 2)
    return shells, tables, current_of(shells, tables, outer_mm * 1e-3)


@pytest.mark.parametrize("outer_mm", [10.0, 20.0, 60.0])
def test_resistance_of_a_sphere_does_not_know_the_domain(outer_mm: float) -> None:
    # φ = a/r meets ∂φ/∂n = −φ/R on any concentric sphere, so R = 1/(4πσa) whatever the domain; grounding would take
    # a/R off it, 10 % at 10 mm.
    current = sphere(MEDIUM, outer_mm)[2]
    assert 1.0 / current.conductance_S == pytest.approx(1.0 / (4.0 * np.pi * SIGMA * exact.A_M), rel=5e-3)
    # What the volume does not turn into heat goes on into the body beyond: a/R of it.
    assert 1.0 - current.volume_power_W / current.conductance_S == pytest.approx(exact.A_M * 1e3 / outer_mm, rel=1e-2)
    assert current.power_residual < 1e-9


def test_resistance_of_a_grounded_sphere() -> None:
    # Concentric spheres: (1/a − 1/R)/(4πσ).
    shells, tables, _ = sphere(MEDIUM, 10.0)
    resistance = 1.0 / current_of(shells, tables, None).conductance_S
    assert resistance == pytest.approx((1e3 - 1e2) / (4.0 * np.pi * SIGMA), rel=5e-3)


def test_resistance_of_a_prolate_spheroid() -> None:
    # Confocal spheroids are its equipotentials: alone 1/G = L(A)/(8πσc) with L(A) = ln[(A + c)/(A − c)] and
    # c² = A² − B²; grounded on the confocal spheroid of half axis A₁, L(A) − L(A₁).
    half_mm, radius_mm, outer_mm = 2.5, 0.6, 40.0
    c = np.sqrt(half_mm**2 - radius_mm**2)
    L = [np.log((A + c) / (A - c)) for A in (half_mm, outer_mm)]
    scale = 1.0 / (8.0 * np.pi * SIGMA * c * 1e-3)
    errors = []
    for level in ((2, 16), (3, 24)):
        shells = spheroid_electrode(*level, half_mm, radius_mm, outer_mm)
        tables = muscle_tables(shells.mesh, 2)
        grounded = 1.0 / current_of(shells, tables, None).conductance_S
        errors.append(abs(grounded / (scale * (L[0] - L[1])) - 1.0))
        # The far-field condition is a sphere's: its error on the nearly round outside is of order (c/R)² ≈ 0.4 %
        # of the 6 % that lie beyond.
        free = 1.0 / current_of(shells, tables, outer_mm * 1e-3).conductance_S
        assert free / grounded == pytest.approx(L[0] / (L[0] - L[1]), rel=1e-3)
    assert errors[1] < 5e-3
    assert errors[1] < errors[0] / 2.5


def wall_temperature(wall: str, level: tuple[int, int]) -> tuple[CellTables, Array]:
    """θ of the perfused sphere with a metal wall 0.5 mm thick, the outer boundary on the exact solution."""
    shells, tables, current = sphere(level)
    theta = exact.rise(wall)
    k, tissue, w = np.full(tables.count, METAL_K), np.zeros(tables.count), np.zeros(tables.count)
    k[shells.tissue], tissue[shells.tissue], w[shells.tissue] = exact.K, 1.0, exact.W
    rim = marked_dofs(tables.V, dolfinx.fem.locate_dofs_topological(tables.V, 2, shells.outer)[:, None])
    start = np.full(tables.local_size, BODY_C)
    fixed = rim.copy()
    if wall == "held":
        fixed |= current.problem.tip
    coolant = None
    if wall == "convective":
        # In series from coolant to tissue, all per 4π: 1/(h_b·b²) + (1/b − 1/a)/k_metal = 1/(h·a²).
        a, b = exact.A_M, BORE_MM * 1e-3
        h_bore = 1.0 / (b**2 * (1.0 / (exact.H * a**2) - (1.0 / b - 1.0 / a) / METAL_K))
        _, block = facet_mass(tables.V, shells.bore)
        coolant = Coolant(block, h_bore, BODY_C + exact.COOLANT_RISE_C)
    heat = bioheat(tables, conductivity=k, tissue=tissue, perfusion=w, coolant=coolant, fixed=fixed)
    radius = np.linalg.norm(tables.V.tabulate_dof_coordinates(), axis=1)
    far = np.flatnonzero(rim)
    start[far] = BODY_C + theta(np.array([radius[far].mean()]))[0]
    T = solve_steady(heat, exact.VOLTAGE_V**2 * current.load, start)
    return tables, T - BODY_C


def at_the_table(tables: CellTables, values: Array) -> Array:
    """Values at the table's radii: the wall's from its own nodes, the others means over eight directions."""
    directions = np.array([[0.5 * x, 0.6 * y, np.sqrt(0.39) * z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
    radius = np.linalg.norm(tables.V.tabulate_dof_coordinates(), axis=1)
    wall = np.abs(radius - exact.A_M) < 0.06e-3
    means = [values[wall].mean()]
    for r in exact.RADII_MM[1:]:
        means.append(read_at(tables, values, directions * r * 1e-3).mean())
    return np.array(means)


@pytest.mark.parametrize("wall", exact.TABLE)
def test_exact_solution_gives_the_design_paper_table(wall: str) -> None:
    assert exact.rise(wall)(np.array(exact.RADII_MM) * 1e-3) == pytest.approx(np.array(exact.TABLE[wall]), abs=6e-5)


def table_errors(wall: str, level: tuple[int, int]) -> Array:
    return np.abs(at_the_table(*wall_temperature(wall, level)) - np.array(exact.TABLE[wall]))


@pytest.mark.parametrize("wall", exact.TABLE)
def test_perfused_sphere_meets_the_table(wall: str) -> None:
    # Edges of 0.29 radii on the electrode; θ spans tens of kelvins.
    assert table_errors(wall, MEDIUM).max() < 0.05


@pytest.mark.slow
@pytest.mark.parametrize("wall", exact.TABLE)
def test_perfused_sphere_converges(wall: str) -> None:
    errors = [table_errors(wall, level) for level in (COARSE, MEDIUM, FINE)]
    print(wall, *(np.round(e, 4) for e in errors))
    worst = [float(e.max()) for e in errors]
    assert worst[-1] < 0.01
    # The facets' distance from the sphere is of second order in their size.
    assert observed_order([1.0, 0.5, 0.25], worst) > 1.8
