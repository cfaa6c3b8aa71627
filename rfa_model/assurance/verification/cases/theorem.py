"""The potential-temperature theorem in its four forms on the mesh of every probe of the library.

The derivation stands in :mod:`rfa_model.assurance.verification.tools.potential_theorem`. Insulated tip or tip held at
60 °C, σ constant or rising 1.5 %/°C; the hottest place at 80 °C in all four, which fixes the voltage.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from rfa_model import library
from rfa_model.assurance.verification.case import Case
from rfa_model.assurance.verification.outcome import CaseOutcome, Check, Convergence
from rfa_model.assurance.verification.tools.axisymmetric import grounded_resistance_ohm
from rfa_model.assurance.verification.tools.bioheat import SIGMA
from rfa_model.assurance.verification.tools.cannula import Solution, domain_of, solve_forms
from rfa_model.assurance.verification.tools.potential_theorem import INSULATED, PEAK_RISE_C, SLOPE_PER_C, Form

GROUP = "Potential-temperature theorem"
FLAGSHIPS = ("conventional_18g_10mm", "cooled_17g_4mm")
# The thinnest and the shortest; the others lie between, and are left to the full run.
EXTREMES = ("conventional_22g_5mm", "cooled_17g_2mm")
# Half the thickness, in φ/V, of the layer that counts as the hot spot's surface: θ falls by 0.03 % within it.
LAYER = 0.01
DOMAIN_MM = 40.0
RISING = Form(SLOPE_PER_C)
TIP_RISE, RESISTANCE = f"tip rise, {INSULATED.name}", "resistance, cold"
# By degree and quantity; see ORDERS.
LEAST_ORDER = {
    (1, TIP_RISE): 1.5,
    (1, RESISTANCE): 1.5,
    (2, TIP_RISE): 3.5,
    (2, RESISTANCE): 3.5,
    (2, f"tip rise, {RISING.name}"): 2.0,
}
# Linear elements on the same mesh are worse at least by this.
LEAST_GAIN = 5.0


@dataclass(frozen=True)
class Tolerances:
    """Shares of the exact value."""

    tip_rise: float
    hot_spot: float
    hottest_node: float
    resistance: float


# `standard` keeps the promise: tip rise within 0.3 %, resistance within 0.5 %. `draft` promises nothing; a held tip's
# source is 2.7 to 2.8 times an insulated one's, so its hot spot gets half as much again.
TOLERANCES = {
    "draft": Tolerances(5e-3, 7.5e-3, 1e-2, 1.5e-2),
    "standard": Tolerances(3e-3, 3e-3, 1e-2, 5e-3),
}
# Root mean square over the tissue's nodes of θ − θ(φ), a share of the peak.
FIELD = 3e-3

MATHS = r"""
Steady, no perfusion: $\nabla\cdot(\sigma\nabla\varphi)=0$, $\nabla\cdot(k\nabla\theta)+\sigma|\nabla\varphi|^2=0$,
$\theta=T-T_\infty$. $\varphi=\theta=0$ on the outer sphere (radius 40 mm), the shaft conducts neither current nor heat,
$\varphi=V$ on the tip. Since $\nabla\cdot(\sigma\varphi\nabla\varphi)=\sigma|\nabla\varphi|^2$, Kirchhoff's
$\psi=\int_0^\theta k/\sigma\,\mathrm{d}\theta'$ makes $u=\psi+\varphi^2/2$ a solution of the potential's own equation,
so that $\theta$ depends on $\varphi$ alone, whatever the shape of the electrode:

* insulated tip: $u=V\varphi$, so $\psi=V\varphi-\varphi^2/2$; the tip is an isotherm with $\psi=V^2/2$;
* tip held at $\theta_e$: $\psi=\psi_e\varphi/V+\varphi(V-\varphi)/2$; hottest off the metal, where
  $\varphi/V=\tfrac12+\psi_e/V^2$ and $\psi=(V^2/2+\psi_e)^2/2V^2$.

For $\sigma=\sigma_0(1+a\theta)$, $\psi=k\ln(1+a\theta)/a\sigma_0$ ($k\theta/\sigma_0$ for $a=0$). The conductance is
its value at $\sigma_0$ times the mean of $1+a\theta$ over $0<\varphi<V$; the resistance at $\sigma_0$ comes from a
solve in the meridian plane with cells of 0.2 µm at the ring where metal meets insulation.
Muscle: $\sigma_0=0.446$ S/m, $k=0.49$ W/(m K), $a=0$ or 0.015 /°C, $T_\infty=37$ °C, hottest place 80 °C.
The worst node lies beside that ring, where $\nabla\varphi\sim\rho^{-1/2}$; its tolerance is three times the tip rise's,
times $V^2$ over the insulated tip's.
""".strip()

ORDERS = r"""
The same problem on the meshes `draft`, `standard` and `fine`. The size is the mean spacing of the unknowns,
(volume/unknowns)$^{1/3}$. Tip rise and resistance are of the energy's kind: elements of degree $p$ give order $2p$
where the solution is smooth, and also on meshes graded towards the ring, where $\varphi-V\sim\rho^{1/2}$, as long as
the share of the ring's own cells lies below the rest; that share is of first order in their size alone, whatever $p$
(0.14, 0.07 and 0.03 mm for an 18G needle). These shrink faster than the mean spacing, so orders above $2p$ may show;
half an order is left to the scatter of three unstructured meshes. With $\sigma(T)$ the order is 2: $\sigma$ is linear
within each cell.
""".strip()


def _theorem(probe: str, quick: bool) -> CaseOutcome:
    resolution = "draft" if quick else "standard"
    solutions = solve_forms(domain_of(probe, resolution))
    reference = grounded_resistance_ohm(library.probes()[probe], SIGMA)
    limits, outcome = TOLERANCES[resolution], CaseOutcome()
    for form, solution in solutions.items():
        if form.face_rise_C is None:
            name = f"tip rise, {form.name}"
            outcome.checks.append(Check(name, PEAK_RISE_C, solution.tip_rise, limits.tip_rise, "K"))
        else:
            promised = probe.startswith("cooled") and resolution == "standard"
            hottest = limits.hot_spot if promised else limits.hottest_node
            outcome.checks += _hot_spot(form, solution, limits.hot_spot, hottest)
        outcome.checks.append(_worst_node(form, solution, limits.tip_rise))
        if form.slope_per_C or form.face_rise_C is None:
            exact = reference / form.conductance_factor(form.voltage_V())
            name = f"resistance, {form.name if form.slope_per_C else 'cold'}"
            outcome.checks.append(Check(name, exact, solution.resistance_ohm, limits.resistance, "Ω"))
    residual = max(solution.power_residual for solution in solutions.values())
    outcome.checks.append(Check("|∫σ|∇φ|² − V·I|/V·I, worst of the four", 0.0, residual, 1e-9, kind="absolute"))
    return outcome


def _hot_spot(form: Form, solution: Solution, mean_tolerance: float, node_tolerance: float) -> list[Check]:
    where = form.hot_spot(form.voltage_V())
    on_surface = np.abs(solution.phi - where) < LAYER
    hottest = int(solution.theta.argmax())
    mean, peak = float(solution.theta[on_surface].mean()), float(solution.theta[hottest])
    apart = solution.theta - form.rise(solution.phi, form.voltage_V())
    rms = float(np.sqrt((apart**2).mean()))
    return [
        Check(f"hot spot's surface, mean rise, {form.name}", PEAK_RISE_C, mean, mean_tolerance, "K"),
        Check(f"hottest node, {form.name}", PEAK_RISE_C, peak, node_tolerance, "K"),
        Check(f"φ/V of the hottest node, {form.name}", where, float(solution.phi[hottest]), 0.05, kind="absolute"),
        Check(f"rms of θ − θ(φ), {form.name}", 0.0, rms, FIELD * PEAK_RISE_C, "K", "absolute"),
    ]


def _worst_node(form: Form, solution: Solution, tolerance: float) -> Check:
    apart = solution.theta - form.rise(solution.phi, form.voltage_V())
    worst = float(apart[np.abs(apart).argmax()])
    drive = (form.voltage_V() / Form(form.slope_per_C).voltage_V()) ** 2
    return Check(
        f"θ − θ(φ) at the worst node, {form.name}", 0.0, worst, 3.0 * tolerance * PEAK_RISE_C * drive, "K", "absolute"
    )


def _convergence(probe: str, quick: bool) -> CaseOutcome:
    reference = grounded_resistance_ohm(library.probes()[probe], SIGMA)
    sizes: dict[int, list[float]] = {1: [], 2: []}
    errors: dict[tuple[int, str], list[float]] = {study: [] for study in LEAST_ORDER}
    for resolution in ("draft", "standard", "fine"):
        for degree, forms in ((1, (INSULATED,)), (2, (INSULATED, RISING))):
            domain = domain_of(probe, resolution, degree)
            solutions = solve_forms(domain, forms)
            sizes[degree].append(float(np.cbrt(4.0 / 3.0 * np.pi * DOMAIN_MM**3 / domain.dofs)))
            for form in forms:
                errors[degree, f"tip rise, {form.name}"].append(_percent(solutions[form].tip_rise, PEAK_RISE_C))
            errors[degree, RESISTANCE].append(_percent(solutions[INSULATED].resistance_ohm, reference))
    outcome = CaseOutcome()
    for (degree, name), found in errors.items():
        title, least = f"{name}, degree {degree}", LEAST_ORDER[degree, name]
        outcome.convergences.append(
            Convergence(title, tuple(sizes[degree]), tuple(found), least, "mean spacing", "mm", "%")
        )
    for name in (TIP_RISE, RESISTANCE):
        for n, resolution in enumerate(("draft", "standard", "fine")):
            gain = errors[1, name][n] / errors[2, name][n]
            title = f"error of linear over quadratic elements, {name}, {resolution}"
            outcome.checks.append(Check(title, LEAST_GAIN, gain, 0.0, kind="at least"))
    return outcome


def _percent(computed: float, exact: float) -> float:
    return 100.0 * abs(computed / exact - 1.0)


def _meridian_reference(quick: bool) -> CaseOutcome:
    outcome = CaseOutcome()
    for name in FLAGSHIPS if quick else library.probes():
        fine, coarse = (grounded_resistance_ohm(library.probes()[name], SIGMA, fineness=size) for size in (1.0, 2.0))
        outcome.checks.append(Check(f"{name}, cells twice as large", fine, coarse, 2e-4, "Ω"))
    return outcome


REFERENCE = r"""
$\int\sigma r\nabla\varphi\cdot\nabla v\,\mathrm{d}r\,\mathrm{d}z$ in the probe's meridian plane, quadratic cells of
0.2 µm at the ring where metal meets insulation, 1 V on the tip, the sphere of 40 mm grounded. What judges the
resistance in space must itself be 25 times better than the promise of 0.5 %.
""".strip()

CASES = (
    *(
        Case(
            f"theorem:{probe}",
            GROUP,
            f"{probe}: temperature follows potential",
            MATHS,
            partial(_theorem, probe),
            probe in (*FLAGSHIPS, *EXTREMES),
        )
        for probe in library.probes()
    ),
    *(
        Case(
            f"theorem-orders:{probe}",
            GROUP,
            f"{probe}: draft, standard, fine",
            ORDERS,
            partial(_convergence, probe),
            False,
        )
        for probe in FLAGSHIPS
    ),
    Case("meridian-reference", GROUP, "The reference resistance has converged", REFERENCE, _meridian_reference),
)
