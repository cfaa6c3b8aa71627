"""Exact transients of heat: perfusion decay, a step on a half-space's surface, a point source in an infinite medium."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import quad
from scipy.optimize import brentq

from rfa_model.assurance.verification.case import Case
from rfa_model.assurance.verification.outcome import CaseOutcome, Check, Convergence
from rfa_model.assurance.verification.tools.bioheat import (
    BODY_C,
    GivenHeat,
    K,
    bioheat,
    fixed_steps,
    lift,
    muscle_tables,
    read_at,
    run_transient,
    uniform_heat,
)
from rfa_model.assurance.verification.tools.boxes import at_nodes, boundary_mask, box, graded_box
from rfa_model.assurance.verification.tools.infinite import RHO_C, half_space_rise, point_source_rise
from rfa_model.assurance.verification.tools.quadrature import rms_error
from rfa_model.laws import Hyperaemia
from rfa_model.physics.assembly import CellTables

Array = NDArray[np.float64]
GROUP = "Heat in time"
# None, muscle, liver (W/m³K); the point source takes ten times muscle's, which it feels within its 15 s.
PERFUSIONS = (0.0, 2550.0, 58700.0)
DEPTH_M, STEP_K = 30e-3, 30.0
SIDE_M, POWER_W = 12e-3, 1.0


def perfusion_decay(quick: bool) -> CaseOutcome:
    """Uniform tissue cooled by blood: with error-controlled steps, and the order of the time scheme."""
    w, rise, found = 25000.0, 30.0, CaseOutcome()
    for order in (1, 2):
        tables = muscle_tables(box((1e-3, 1e-3, 1e-3), (1, 1, 1)), order)
        heat, none = bioheat(tables, capacity=RHO_C, perfusion=w), uniform_heat(tables, 0.0)
        start = np.full(tables.local_size, BODY_C + rise)
        ends, transient = run_transient(heat, none, start, [20.0, 100.0], tolerance_C=1e-3)
        for T, t in zip(ends, (20.0, 120.0), strict=True):
            exact = rise * np.exp(-w * t / RHO_C)
            worst = T[np.abs(T - BODY_C - exact).argmax()] - BODY_C
            found.checks.append(Check(f"θ, P{order}, t = {t:g} s", exact, float(worst), 5e-3, "K", "absolute"))
        lost, carried = -transient.balance.stored_J, transient.balance.perfused_J
        found.checks.append(Check(f"heat carried off by blood, P{order}", lost, carried, 1e-6, "J"))
    duration, steps = 200.0, (4, 8, 16, 32)
    exact = rise * np.exp(-w * duration / RHO_C)
    errors = tuple(float(abs(fixed_steps(heat, none, start, duration, n)[0] - BODY_C - exact)) for n in steps)
    sizes = tuple(duration / n for n in steps)
    found.convergences.append(Convergence("θ, equal steps, t = 200 s", sizes, errors, 1.9, "step", "s"))
    return found


def hyperaemic_decay(quick: bool) -> CaseOutcome:
    """Uniform tissue cooled by blood that flows the faster the hotter it is."""
    w, rise, law, found = 25000.0, 30.0, Hyperaemia(), CaseOutcome()
    tables = muscle_tables(box((1e-3, 1e-3, 1e-3), (1, 1, 1)), 1)
    heat, none = bioheat(tables, capacity=RHO_C, perfusion=w, perfusion_law=law), uniform_heat(tables, 0.0)
    start = np.full(tables.local_size, BODY_C + rise)
    ends, transient = run_transient(heat, none, start, [10.0, 20.0, 30.0], tolerance_C=2e-5)
    for T, t in zip(ends, (10.0, 30.0, 60.0), strict=True):
        exact = _hyperaemic_rise(rise, t, w, law)
        found.checks.append(Check(f"θ, t = {t:g} s", exact, float(T[0]) - BODY_C, 5e-3, "K", "absolute"))
    lost, carried = -transient.balance.stored_J, transient.balance.perfused_J
    found.checks.append(Check("heat carried off by blood", lost, carried, 1e-6, "J"))
    return found


def _hyperaemic_rise(start_K: float, t_s: float, w: float, law: Hyperaemia) -> float:
    """θ at t, from t = ∫ ρc dθ/(w β θ) between θ and its start, by quadrature in ln θ."""

    def needed_s(log: float) -> float:
        def slowness(x: float) -> float:
            return RHO_C / (w * float(law.factor(np.zeros(1), np.array([BODY_C + np.exp(x)]))[0]))

        kink = np.log(law.full_C - BODY_C)
        return float(quad(slowness, log, np.log(start_K), points=[kink] if log < kink else None, epsabs=1e-9)[0])

    return float(np.exp(brentq(lambda log: needed_s(log) - t_s, np.log(1e-3), np.log(start_K), xtol=1e-13)))


def _bar(cells: int, order: int) -> tuple[CellTables, NDArray[np.bool_], NDArray[np.bool_]]:
    """A bar of tissue with fine cells at the surface x = 0; masks of both of its ends."""
    tables = muscle_tables(graded_box((DEPTH_M, 0.5e-3, 0.5e-3), (cells, 1, 1), (5.0, 0.0, 0.0)), order)
    surface = boundary_mask(tables.V, lambda x: np.isclose(x[0], 0.0, atol=1e-12))
    return tables, surface, boundary_mask(tables.V, lambda x: np.isclose(x[0], DEPTH_M))


def half_space(quick: bool) -> CaseOutcome:
    """From the step itself, with error-controlled steps; the order in space from 5 s on, where θ is smooth."""
    found = CaseOutcome()
    tables, surface, far = _bar(48, 2)
    depths, times = np.array([0.3, 1.0, 3.0]) * 1e-3, (2.0, 10.0, 60.0)
    points = np.column_stack([depths, np.full_like(depths, 0.2e-3), np.full_like(depths, 0.3e-3)])
    start = lift(np.full(tables.local_size, BODY_C), surface, BODY_C + STEP_K)
    for w in PERFUSIONS:
        heat = bioheat(tables, capacity=RHO_C, perfusion=w, fixed=surface | far)
        ends, _ = run_transient(heat, uniform_heat(tables, 0.0), start, [2.0, 8.0, 50.0], tolerance_C=0.01)
        for T, t in zip(ends, times, strict=True):
            exact = half_space_rise(depths, t, w, STEP_K)
            for x, one, other in zip(depths, exact, read_at(tables, T - BODY_C, points), strict=True):
                quantity = f"θ, w = {w:g} W/m³K, x = {1e3 * x:g} mm, t = {t:g} s"
                found.checks.append(Check(quantity, float(one), float(other), 0.05, "K", "absolute"))
    cells = (12, 24, 48) if quick else (12, 24, 48, 96)
    for order, least in ((1, 1.9), (2, 2.8)):
        for w in PERFUSIONS[1:2] if quick else PERFUSIONS:
            errors = tuple(_smooth_error(n, order, w) for n in cells)
            sizes = tuple(1e3 * DEPTH_M / n for n in cells)
            quantity = f"θ, P{order}, w = {w:g} W/m³K, t = 20 s, root mean square"
            found.convergences.append(Convergence(quantity, sizes, errors, least, "mean cell size"))
    return found


def _smooth_error(cells: int, order: int, w: float) -> float:
    tables, surface, far = _bar(cells, order)

    def exact(t: float) -> Callable[[Array], Array]:
        return lambda x: half_space_rise(x[0], t, w, STEP_K)

    heat = bioheat(tables, capacity=RHO_C, perfusion=w, fixed=surface | far)
    start = BODY_C + at_nodes(tables, exact(5.0))
    T = fixed_steps(heat, uniform_heat(tables, 0.0), start, 15.0, 150)
    return rms_error(tables, T - BODY_C, exact(20.0))


def _along(radii_m: Array) -> Array:
    """Points at each radius near an axis, a face's diagonal and the space diagonal, a little off the cells' edges."""
    directions = np.array([[1.0, 0.01, 0.005], [1.0, 1.01, 0.01], [1.0, 1.01, 1.02]])
    directions /= np.linalg.norm(directions, axis=1)[:, None]
    return np.asarray(radii_m[:, None, None] * directions)


def point_source(quick: bool) -> CaseOutcome:
    """Read along three directions, which the mesh resolves unlike."""
    found, radii, times = CaseOutcome(), np.array([1.0, 2.0, 3.0]) * 1e-3, (5.0, 15.0)
    meshes, finest = ((12,), 12) if quick else ((8, 12, 16), 16)
    perfused = 10.0 * PERFUSIONS[1]
    for w in (perfused,) if quick else (0.0, perfused):
        errors = []
        for n in meshes:
            computed = _point_source_rises(n, w, radii, times)
            exact = np.array([point_source_rise(radii, t, w, POWER_W) for t in times])
            errors.append(float(np.sqrt(((computed - exact[:, :, None])[-1] ** 2).mean())))
            if n != finest:
                continue
            for i, t in enumerate(times):
                for r, one, three in zip(radii, exact[i], computed[i], strict=True):
                    worst, share = float(three[np.abs(three - one).argmax()]), 0.005 * POWER_W / (4.0 * np.pi * K * r)
                    quantity = f"θ, w = {w:g} W/m³K, r = {1e3 * r:g} mm, t = {t:g} s, worst of three directions"
                    found.checks.append(Check(quantity, float(one), worst, share, "K", "absolute"))
        if len(meshes) >= 3:
            sizes = tuple(1e3 * SIDE_M / n for n in meshes)
            quantity = f"θ at 1–3 mm, w = {w:g} W/m³K, t = 15 s, root mean square"
            found.convergences.append(Convergence(quantity, sizes, tuple(errors), 2.0, "mean cell size"))
    return found


def _point_source_rises(n: int, w: float, radii_m: Array, times_s: tuple[float, ...]) -> Array:
    """θ (times, radii, directions) in the eighth of a cube, with an eighth of the power in its corner."""
    tables = muscle_tables(graded_box((SIDE_M,) * 3, (n,) * 3, (3.0,) * 3), 2)
    corner = np.linalg.norm(tables.V.tabulate_dof_coordinates(), axis=1) < 1e-9
    fixed = boundary_mask(tables.V, lambda x: np.isclose(x.max(axis=0), SIDE_M))
    heat = bioheat(tables, capacity=RHO_C, perfusion=w, fixed=fixed)
    start, source = np.full(tables.local_size, BODY_C), GivenHeat(np.where(corner, POWER_W / 8.0, 0.0))
    ends, _ = run_transient(heat, source, start, list(np.diff([0.0, *times_s])), tolerance_C=0.1)
    points = _along(radii_m)
    return np.array([read_at(tables, T - BODY_C, points.reshape(-1, 3)).reshape(points.shape[:2]) for T in ends])


CASES = (
    Case(
        "perfusion-decay",
        GROUP,
        "Insulated, uniform tissue cooled by its blood",
        r"""$\rho c\,\dot\theta = -w\theta$, so $\theta = \theta_0\,e^{-wt/\rho c}$, with $\theta_0 = 30$ K and
$w = 25\,000\ \mathrm{W/m^3K}$. Steps are accepted with a local error of 1 mK; five times that is allowed for their sum.
Equal steps show the time scheme's order, 2.""",
        perfusion_decay,
    ),
    Case(
        "hyperaemic-decay",
        GROUP,
        "Insulated, uniform tissue cooled by blood that flows faster where it is hot",
        r"""$\rho c\,\dot\theta = -w\,\beta(T)\,\theta$, the flow of heated muscle, 8.6 times that of rest from 45 °C
on, falling to it at 37 °C: $t = \int_\theta^{\theta_0} \rho c\,\mathrm d\theta' / w\beta\theta'$, by quadrature. Start
and $w$ are those of the case before; steps are accepted with a local error of 0.02 mK: iterations end at a twentieth of
it, and heat is to be told to a millionth.""",
        hyperaemic_decay,
    ),
    Case(
        "half-space",
        GROUP,
        "Perfused half-space whose surface jumps by 30 K",
        r"""$$\frac{\theta}{\theta_s} =
\tfrac12\left[e^{-mx}\,\mathrm{erfc}\!\left(\tfrac{x}{\sqrt{4\alpha t}} - \sqrt{\beta t}\right) +
e^{mx}\,\mathrm{erfc}\!\left(\tfrac{x}{\sqrt{4\alpha t}} + \sqrt{\beta t}\right)\right],$$

$m^2 = w/k$, $\alpha = k/\rho c$, $\beta = w/\rho c$; perfusion of none, muscle and liver.
A bar of 30 mm is as good as infinite for 60 s. Steps are accepted with a local error of 0.01 K; five times that is
allowed for their sum and the mesh. For the order, the run starts from the exact $\theta$ at 5 s.""",
        half_space,
    ),
    Case(
        "point-source",
        GROUP,
        "Continuous point source in infinite tissue, without and with perfusion",
        r"""$\theta =
\frac{q}{8\pi kr}\left[e^{-mr}\,\mathrm{erfc}\!\left(\tfrac{r}{\sqrt{4\alpha t}} - \sqrt{\beta t}\right) +
e^{mr}\,\mathrm{erfc}\!\left(\tfrac{r}{\sqrt{4\alpha t}} + \sqrt{\beta t}\right)\right]$, which without perfusion is
$\frac{q}{4\pi kr}\,\mathrm{erfc}\frac{r}{\sqrt{4\alpha t}}$ (Carslaw & Jaeger, §10.4); $q = 1$ W. Computed in an eighth
of a cube of 24 mm, with $q/8$ in the corner's unknown; the cube is as good as infinite for 15 s ($\mathrm{erfc}\,4.3$).
Allowed is 0.5 % of the steady rise $q/4\pi kr$: quadratic interpolation of $1/r$ over edges of length $h$ errs by
$(h/r)^3/12\sqrt3$, and $h/r$ is 0.3 to 0.5 on the space diagonal.""",
        point_source,
    ),
)
