"""A sphere electrode in perfused tissue, steady, with three walls: insulated, held at body temperature, convective."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import dolfinx
from rfa_model.assurance.verification.case import Case
from rfa_model.assurance.verification.outcome import CaseOutcome, Check, Convergence
from rfa_model.assurance.verification.tools import perfused_sphere as exact
from rfa_model.assurance.verification.tools.bioheat import BODY_C, bioheat, muscle_tables, read_at, solve_steady
from rfa_model.assurance.verification.tools.shells import Shells, edge_mm, electrode_current, sphere_electrode
from rfa_model.physics.assembly import CellTables, facet_mass
from rfa_model.physics.bioheat import Coolant
from rfa_model.physics.marks import marked_dofs

Array = NDArray[np.float64]

BORE_MM, OUTER_MM = 0.5, 60.0
METAL_K = 15.0
# Subdivisions of the icosahedron (edges of 0.60, 0.30 and 0.15 mm) and layers of tissue.
COARSE, MEDIUM, FINE = (1, 12), (2, 18), (3, 26)
# What θ, which spans tens of kelvins, may be off.
TOLERANCE_K = {MEDIUM: 0.05, FINE: 0.01}
# The facets lie off the sphere by the square of their size.
LEAST_ORDER = 1.8

WALLS = {
    "insulated": r"insulated, $\theta'(a)=0$",
    "held": r"held at body temperature, $\theta(a)=0$",
    "convective": r"convective, $k\theta'(a)=h(\theta(a)-\theta_c)$ with $h=3127$ W/(m² K), $\theta_c=-32$ K",
}
MATHS = r"""
Sphere of radius $a=1$ mm at $V_0=10$ V in muscle ($\sigma=0.446$ S/m, $k=0.49$ W/(m K), perfusion
$w=2534.85$ W/(m³ K)), steady; wall {wall}. $\varphi=V_0a/r$, so $u=r\theta$ obeys $u''=m^2u-K/r^3$ with $m^2=w/k$,
$K=\sigma V_0^2a^2/k$, and, bounded far away,

$$u=C\,e^{{-m(r-a)}}+\frac{{K}}{{2m}}\left[e^{{-mr}}\int_a^r\frac{{e^{{ms}}}}{{s^3}}\,\mathrm ds
+e^{{mr}}\,\frac{{E_3(mr)}}{{r^2}}\right],$$

$C$ from the wall. The outside, $r=60$ mm, is held at the exact solution; the metal is a shell 0.5 mm thick, whose bore
takes the convective wall's coolant with the metal in series. Mean over eight directions at each radius.
""".strip()


def _run(wall: str, quick: bool) -> CaseOutcome:
    theta = exact.rise(wall)(np.array(exact.RADII_MM) * 1e-3)
    levels = (MEDIUM,) if quick else (COARSE, MEDIUM, FINE)
    found = [at_the_table(*wall_temperature(wall, level)) for level in levels]
    sizes = [edge_mm(subdivisions, exact.A_M * 1e3) for subdivisions, _ in levels]
    outcome = CaseOutcome()
    for r, expected, value in zip(exact.RADII_MM, theta, found[-1], strict=True):
        name = f"θ at r = {r:g} mm, edges of {sizes[-1]:.2f} mm"
        outcome.checks.append(Check(name, float(expected), float(value), TOLERANCE_K[levels[-1]], "K", "absolute"))
    if not quick:
        worst = tuple(float(np.abs(values - theta).max()) for values in found)
        outcome.convergences.append(
            Convergence("largest error of θ at the radii", tuple(sizes), worst, LEAST_ORDER, "edge on the electrode")
        )
    return outcome


def wall_temperature(wall: str, level: tuple[int, int]) -> tuple[CellTables, Array]:
    """θ with a metal wall 0.5 mm thick, the outer boundary on the exact solution."""
    shells = sphere_electrode(*level, BORE_MM, exact.A_M * 1e3, OUTER_MM)
    tables = muscle_tables(shells.mesh, 2)
    current = electrode_current(shells, tables, OUTER_MM * 1e-3)
    k, tissue, w = np.full(tables.count, METAL_K), np.zeros(tables.count), np.zeros(tables.count)
    k[shells.tissue], tissue[shells.tissue], w[shells.tissue] = exact.K, 1.0, exact.W
    rim = marked_dofs(tables.V, dolfinx.fem.locate_dofs_topological(tables.V, 2, shells.outer)[:, None])
    fixed = rim | current.problem.on_contact[0] if wall == "held" else rim
    coolant = _coolant(shells, tables) if wall == "convective" else None
    heat = bioheat(tables, conductivity=k, tissue=tissue, perfusion=w, coolant=coolant, fixed=fixed)
    radius = np.linalg.norm(tables.V.tabulate_dof_coordinates(), axis=1)
    start = np.full(tables.local_size, BODY_C)
    start[rim] += exact.rise(wall)(np.array([radius[rim].mean()]))[0]
    T = solve_steady(heat, exact.VOLTAGE_V**2 * current.load, start)
    return tables, T - BODY_C


def _coolant(shells: Shells, tables: CellTables) -> Coolant:
    # In series from coolant to tissue, all per 4π: 1/(h_b·b²) + (1/b − 1/a)/k_metal = 1/(h·a²).
    a, b = exact.A_M, BORE_MM * 1e-3
    h_bore = 1.0 / (b**2 * (1.0 / (exact.H * a**2) - (1.0 / b - 1.0 / a) / METAL_K))
    _, block = facet_mass(tables.V, shells.bore)
    return Coolant(block, h_bore, BODY_C + exact.COOLANT_RISE_C)


def at_the_table(tables: CellTables, values: Array) -> Array:
    """Values at the table's radii: the wall's from its own nodes, the others means over eight directions."""
    directions = np.array([[0.5 * x, 0.6 * y, np.sqrt(0.39) * z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
    radius = np.linalg.norm(tables.V.tabulate_dof_coordinates(), axis=1)
    wall = np.abs(radius - exact.A_M) < 0.06e-3
    means = [values[wall].mean()]
    means += [read_at(tables, values, directions * r * 1e-3).mean() for r in exact.RADII_MM[1:]]
    return np.array(means)


CASES = tuple(
    Case(
        f"perfused-sphere:{wall}",
        "Sphere electrode in perfused tissue",
        f"Wall {words.split(',')[0]}",
        MATHS.format(wall=words),
        partial(_run, wall),
    )
    for wall, words in WALLS.items()
)
