"""Classical solutions that a public ablation model is checked with, at its own numbers: cylinders, Green's, a front."""

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import quad

from rfa_model._fenics import dolfinx
from rfa_model.assurance.verification.case import Case
from rfa_model.assurance.verification.outcome import CaseOutcome, Check, Convergence
from rfa_model.assurance.verification.tools.bioheat import (
    BODY_C,
    GivenHeat,
    bioheat,
    muscle_tables,
    read_at,
    run_transient,
    solve_steady,
    uniform_heat,
)
from rfa_model.assurance.verification.tools.boxes import boundary_facets, boundary_mask, box, graded_box
from rfa_model.assurance.verification.tools.planar_front import PlanarFront
from rfa_model.assurance.verification.tools.quadrature import source_load
from rfa_model.laws import ElectricConductivity
from rfa_model.physics.assembly import CellTables, facet_mass
from rfa_model.physics.bioheat import Coolant
from rfa_model.physics.electric import ElectricProblem
from rfa_model.physics.marks import marked_dofs
from rfa_model.solver.unit_potential import UnitPotential

Array = NDArray[np.float64]
GROUP = "Checks of a public model"
# Its tissue (liver), needle and sphere.
SIGMA, K, RHO_C, GAS, PERFUSION = 0.132, 0.512, 1080.0 * 3455.0, 370.0 * 2156.0, 31.2e3
LATENT, BAND_C = 1080.0 * 0.8 * 2.26e6, (90.0, 100.0)
NEEDLE_M, OUTER_M, LENGTH_M = 1.5e-3, 45e-3, 1e-4
COOLING, VOLTAGE_V = 3366.0, 20.0
HALF_ANGLE = 0.02


def _sector(layers: int) -> tuple[CellTables, NDArray[np.bool_]]:
    """A thin sector of metal and tissue between two cylinders; which cells are metal."""
    mesh = box((1.0, 1.0, LENGTH_M), (layers + 1, 1, 1))
    radii = np.concatenate([[0.8 * NEEDLE_M], np.geomspace(NEEDLE_M, OUTER_M, layers + 1)])
    radius = radii[np.rint(mesh.geometry.x[:, 0] * (layers + 1)).astype(int)]
    turn = HALF_ANGLE * (2.0 * mesh.geometry.x[:, 1] - 1.0)
    mesh.geometry.x[:, 0], mesh.geometry.x[:, 1] = radius, radius * np.tan(turn)
    tables = muscle_tables(mesh, 2)
    return tables, tables.corners[:, :, 0].mean(axis=1) < NEEDLE_M


def cylinders(quick: bool) -> CaseOutcome:
    """Potential and steady temperature between an electrode and a grounded cylinder, insulated and cooled."""
    tables, metal = _sector(24)
    far = boundary_facets(tables.V.mesh, lambda x: np.isclose(x[0], OUTER_M))
    tissue, contact = (np.flatnonzero(mask).astype(np.int32) for mask in (~metal, metal))
    problem = ElectricProblem(tables, tissue, {"needle": contact}, far, None)
    current = UnitPotential(problem, np.full(len(tissue), SIGMA), ElectricConductivity(slope_per_C=0.0), rtol=1e-11)
    current.update(np.full(tables.local_size, BODY_C))
    log = float(np.log(OUTER_M / NEEDLE_M))
    share = np.tan(HALF_ANGLE) / np.pi
    found = CaseOutcome(
        [Check("resistance of 1 m", log / (2.0 * np.pi * SIGMA), share * LENGTH_M / current.conductance_S, 1e-3, "Ω")]
    )
    radii = np.array([1.0, 1.5, 3.0, 10.0]) * NEEDLE_M
    # Heat is the tissue's alone: the metal keeps its temperature, and conducts next to nothing.
    fixed = boundary_mask(tables.V, lambda x: np.isclose(x[0], OUTER_M)) | ~marked_dofs(tables.V, tables.dofs[tissue])
    needle = dolfinx.mesh.locate_entities(tables.V.mesh, 2, lambda x: np.isclose(x[0], NEEDLE_M)).astype(np.int32)
    for name, h in (("insulated", 0.0), ("cooled", COOLING)):
        # A facet between metal and tissue comes once from each of its cells.
        coolant = Coolant(facet_mass(tables.V, needle)[1], 0.5 * h, BODY_C)
        heat = bioheat(tables, conductivity=np.where(metal, 1e-9, K), capacity=RHO_C, coolant=coolant, fixed=fixed)
        no_load, start = np.zeros(tables.local_size), np.full(tables.local_size, BODY_C)
        T = solve_steady(heat, no_load, start, current, VOLTAGE_V**2)
        found_C = read_at(tables, T, np.column_stack([radii * 1.0001, 0.0 * radii, 0.0 * radii + 0.4 * LENGTH_M]))
        for r, exact, computed in zip(radii, _between_cylinders(radii, h, log), found_C - BODY_C, strict=True):
            found.checks.append(Check(f"θ at {1e3 * r:g} mm, {name}", float(exact), float(computed), 2e-3, "K"))
    return found


def _between_cylinders(r_m: Array, h: float, log: float) -> Array:
    """θ = cφ − σφ²/2k, with c from kθ' = hθ on the needle (h = 0: c = σV/k)."""
    field = VOLTAGE_V / (NEEDLE_M * log)
    c = (SIGMA * VOLTAGE_V * field + h * SIGMA * VOLTAGE_V**2 / (2.0 * K)) / (h * VOLTAGE_V + K * field)
    phi = VOLTAGE_V * np.log(OUTER_M / r_m) / log
    return c * phi - SIGMA * phi**2 / (2.0 * K)


WIDTH_M, STRENGTH_W_PER_M3, SIDE_M, TIMES_S = 3e-3, 2e6, 20e-3, (5.0, 60.0)


def green(quick: bool) -> CaseOutcome:
    """A source whose strength falls off like a Gaussian, in perfused tissue without end."""
    n = 10
    tables = muscle_tables(graded_box((SIDE_M,) * 3, (n,) * 3, (1.5,) * 3), 2)
    far = boundary_mask(tables.V, lambda x: np.isclose(x, SIDE_M).any(axis=0))
    heat = bioheat(tables, conductivity=K, capacity=RHO_C, perfusion=PERFUSION, fixed=far)
    source = GivenHeat(
        source_load(tables, lambda x: STRENGTH_W_PER_M3 * np.exp(-(x**2).sum(axis=0) / (2.0 * WIDTH_M**2)))
    )
    start = np.full(tables.local_size, BODY_C)
    ends, _ = run_transient(heat, source, start, list(np.diff((0.0, *TIMES_S))), 2e-3)
    radii = np.array([0.0, 2e-3, 4e-3, 8e-3])
    points = np.outer(radii, np.ones(3) / np.sqrt(3.0)) + 1e-7
    found = CaseOutcome()
    for t, T in zip(TIMES_S, ends, strict=True):
        for r, computed in zip(radii, read_at(tables, T, points) - BODY_C, strict=True):
            exact, at_centre = (_gaussian_rise(x, t) for x in (r, 0.0))
            quantity = f"θ at {1e3 * r:g} mm, {t:g} s"
            found.checks.append(Check(quantity, exact, float(computed), 3e-3 * at_centre, "K", "absolute"))
    return found


def _gaussian_rise(r_m: float, t_s: float) -> float:
    """∫ of the perfused Green's function over source and time; the spatial part of it is another Gaussian."""
    alpha, square = K / RHO_C, WIDTH_M**2

    def rate(tau: float) -> float:
        wide = square + 2.0 * alpha * tau
        return float((square / wide) ** 1.5 * np.exp(-(r_m**2) / (2.0 * wide) - PERFUSION * tau / RHO_C))

    return STRENGTH_W_PER_M3 / RHO_C * float(quad(rate, 0.0, t_s, epsabs=0.0, epsrel=1e-11)[0])


def _front(condensing: bool) -> PlanarFront:
    low, high = BAND_C
    band = 0.5 * (RHO_C + GAS) + LATENT / (high - low)
    if condensing:
        return PlanarFront(K, (RHO_C, band, GAS), BODY_C, low, high, 110.0)
    return PlanarFront(K, (GAS, band, RHO_C), 140.0, high, low, BODY_C)


DEPTH_M, BEGIN_S, END_S, MESHES = 20e-3, 10.0, 40.0, (15, 30, 60)


def planar(quick: bool) -> CaseOutcome:
    """A front that runs into a half-space, water boiling off or condensing, on finer and finer meshes."""
    found = CaseOutcome()
    for name, front in (("boiling", _front(False)), ("condensing", _front(True))):
        sizes, errors = [], []
        for cells in MESHES:
            tables = muscle_tables(graded_box((DEPTH_M, 1e-4, 1e-4), (cells, 1, 1), (3.0, 0.0, 0.0)), 1)
            ends = boundary_mask(tables.V, lambda x: np.isclose(x[0], 0.0) | np.isclose(x[0], DEPTH_M))
            heat = bioheat(
                tables, conductivity=K, capacity=RHO_C, latent_J_per_m3=LATENT, boiling_band_C=BAND_C,
                gas_capacity=GAS, fixed=ends,
            )  # fmt: skip
            depth = tables.V.tabulate_dof_coordinates()[:, 0]
            start = front.temperature_C(depth, BEGIN_S)
            (T,), _ = run_transient(heat, uniform_heat(tables, 0.0), start, [END_S - BEGIN_S], 0.05, 10.0 / cells)
            apart = T - front.temperature_C(depth, END_S)
            sizes.append(1e3 * float(np.diff(np.unique(np.round(depth, 12))).min()))
            errors.append(float(np.sqrt((apart**2).mean())))
        quantity = f"temperature, {name}, root mean square over {1e3 * DEPTH_M:g} mm"
        found.convergences.append(Convergence(quantity, tuple(sizes), tuple(errors), 0.9, "first cell", "mm", "K"))
        found.checks.append(Check(f"{quantity}, {MESHES[-1]} cells", 0.0, errors[-1], 0.5, "K", "absolute"))
    return found


CASES = (
    Case(
        "cylinders",
        GROUP,
        "Between a needle and a grounded cylinder: potential, and temperature of an insulated and a cooled needle",
        r"""$\varphi = V\ln(R/r)/\ln(R/a)$ and, steady and unperfused, $\theta = c\,\varphi - \sigma\varphi^2/2k$ with
$\theta = 0$ at $R$: $c = \sigma V/k$ where no heat crosses the needle's face, and
$c = (\sigma V E + h\sigma V^2/2k)/(hV + kE)$ with $E = V/(a\ln(R/a))$ where it is cooled, $k\theta' = h\theta$.
Numbers of the public model `MITA`: $a = 1.5$ mm, $R = 45$ mm, $\sigma = 0.132$ S/m, $k = 0.512$ W/(m K), $h = 3366$
        W/(m² K); 20 V.""",
        cylinders,
    ),
    Case(
        "green",
        GROUP,
        "A Gaussian source in perfused tissue without end",
        r"""Tissue answers heat at a point and an instant with
$\frac{1}{\rho c}(4\pi\alpha t)^{-3/2}e^{-r^2/4\alpha t - wt/\rho c}$ (Green's function of the bioheat equation: Vyas &
Rustgi, Med Phys 1992). Spread over $q_0e^{-r^2/2s^2}$ and over time it gives
$\theta = \frac{q_0}{\rho c}\int_0^t\left(\frac{s^2}{s^2 + 2\alpha\tau}\right)^{3/2}
\exp\left(-\frac{r^2}{2(s^2 + 2\alpha\tau)} - \frac{w\tau}{\rho c}\right)\mathrm d\tau$. An eighth of space, cells of
0.9 mm at the centre, $s = 3$ mm, $w = 31.2$ kW/(m³ K); 0.3 % of the rise at the centre is allowed.""",
        green,
    ),
    Case(
        "planar-front",
        GROUP,
        "A front that runs into a half-space, boiling it or condensing in it",
        r"""Neumann's solution (Carslaw & Jaeger, §11.2) with the latent heat spread over a band, 90 to 100 °C: three
zones of constant capacity, $T = a + b\,\mathrm{erf}(x/\sqrt{4\alpha t})$, with temperature and flow of heat continuous
at both fronts. A surface at 140 °C boils tissue of 37 °C; one at 37 °C lets dried tissue of 110 °C take its water
back, which is solidification. $\rho c = 1080\cdot3455$ and $370\cdot2156\ \mathrm{J/m^3K}$, latent heat
$0.8\cdot1080\cdot2.26\times10^6\ \mathrm{J/m^3}$. From 10 s to 40 s, steps shrinking with the cells: a mesh that boils
in whole cells promises order 1.""",
        planar,
    ),
)
