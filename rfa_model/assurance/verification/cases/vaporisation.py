"""Boiling: no heat is lost on the way through the band, and the front round a line source is where it should be."""

from dataclasses import replace
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.special import exp1

from rfa_model.assurance.verification.case import Case
from rfa_model.assurance.verification.outcome import CaseOutcome, Check, Convergence
from rfa_model.assurance.verification.tools.bioheat import (
    BODY_C,
    K,
    bioheat,
    muscle_tables,
    run_transient,
    uniform_heat,
)
from rfa_model.assurance.verification.tools.boxes import box
from rfa_model.assurance.verification.tools.infinite import RHO_C
from rfa_model.assurance.verification.tools.line_source import Followed, LineSourceRun
from rfa_model.assurance.verification.tools.stefan import LineSource
from rfa_model.errors import SolveError

Array = NDArray[np.float64]
GROUP = "Boiling"
LATENT, GAS = 1090.0 * 0.76 * 2.26e6, 370.0 * 2156.0
STARTS_C, ENDS_C = (20.0, 98.999, 99.0, 100.3, 101.0, 130.0), (37.0, 99.0, 99.7, 101.0, 101.001, 160.0)

# Water's melting as in the literature's example, one set of properties on both sides, and muscle's boiling.
ICE = LineSource(1e4, 2.22, 1.762e6, 1.762e6, 338e3 * 1000.0, initial_C=-10.0, boiling_C=0.0, width_C=1.0)
MUSCLE = LineSource(2e3, K, RHO_C, GAS, LATENT, initial_C=BODY_C, boiling_C=100.0, width_C=2.0)


def storage(quick: bool) -> CaseOutcome:
    """What a step stores beside the enthalpy gained, whatever it jumps; the worst end for each start."""
    tables, found = muscle_tables(box((2e-3, 1e-3, 1e-3), (2, 1, 1)), 2), CaseOutcome()
    heat = bioheat(tables, capacity=RHO_C, latent_J_per_m3=LATENT)
    uneven = np.random.default_rng(3).uniform(-0.5, 0.5, tables.local_size)

    def content(T: Array) -> float:
        return float(heat.enthalpy.enthalpy(tables.mean(T)) @ tables.volume_m3)

    worst: dict[float, Check] = {}
    for start, end in product(STARTS_C, ENDS_C):
        before, after = np.full(tables.local_size, start), end + uneven
        stored = float(heat.storage(after, before, 0.5).sum()) * 0.5
        quantity = f"heat stored from {start:g} °C to {end:g} ± 0.5 °C"
        check = Check(quantity, content(after) - content(before), stored, 1e-10, "J")
        if start not in worst or abs(check.error) > abs(worst[start].error):
            worst[start] = check
    found.checks += worst.values()
    return found


def block(quick: bool) -> CaseOutcome:
    """An insulated block heated evenly, with steps of several tolerances."""
    q, volume, durations, found = 1e8, 2e-9, [1.0, 11.0, 10.0], CaseOutcome()
    supplied = q * np.cumsum(durations)
    # Up to 99 °C with the wet ρc; over 2 K with the mean ρc and the latent heat; on in steam-filled tissue.
    to_band, over_band = RHO_C * 62.0, RHO_C + GAS + LATENT
    warm, boiling = BODY_C + supplied[0] / RHO_C, 99.0 + 2.0 * (supplied[1] - to_band) / over_band
    dry = 101.0 + (supplied[2] - to_band - over_band) / GAS
    # What a stage may leave unsolved, a hundredth of the tolerance, weighs most in the band.
    for order, (tolerance, share) in product((1, 2), ((0.5, 5e-4), (0.1, 1e-4), (0.05, 2e-5))):
        tables = muscle_tables(box((2e-3, 1e-3, 1e-3), (2, 1, 1)), order)
        heat = bioheat(tables, capacity=RHO_C, latent_J_per_m3=LATENT)
        start = np.full(tables.local_size, BODY_C)
        ends, transient = run_transient(heat, uniform_heat(tables, q), start, durations, tolerance)
        where = f"P{order}, tolerance {tolerance:g} K"
        limits = (0.01, 0.01, share * supplied[2] / GAS)
        for T, name, exact, apart in zip(ends, ("warm", "boiling", "dry"), (warm, boiling, dry), limits, strict=True):
            worst = float(T[np.abs(T - exact).argmax()])
            found.checks.append(
                Check(f"temperature, {name}, {where}", float(exact), worst, float(apart), "°C", "absolute")
            )
        found.checks += [
            Check(f"heat supplied, {where}", supplied[-1] * volume, transient.balance.supplied_J, 1e-9, "J"),
            Check(f"enthalpy gained, {where}", supplied[-1] * volume, transient.balance.stored_J, share, "J"),
        ]
    return found


def _line(source: LineSource, length_m: tuple[float, float], order: int, meshes: tuple[int, ...]) -> CaseOutcome:
    """Front and temperatures on finer and finer meshes, the step shrinking with the cells."""
    found, followed = CaseOutcome(), []
    run = LineSourceRun(source, *length_m, order)
    where = f"P{order}, band {source.width_C:g} K"
    for n in meshes:
        try:
            followed.append(run.follow(n))
        except SolveError as stopped:
            found.checks.append(Check(f"solved to the end (1 is yes), {where}, {n} cells", 1.0, 0.0, 0.0))
            found.notes.append(f"{where}, {n} cells: {stopped}")
    if len(followed) < len(meshes):
        return found
    sizes = tuple(1e3 * one.front_cell_m for one in followed)
    for name, unit, errors in (
        ("radius of the front", "share", tuple(one.front_error for one in followed)),
        ("temperature", "K", tuple(one.temperature_error_C for one in followed)),
    ):
        quantity = f"{name}, {where}, root mean square over 8 s"
        found.convergences.append(Convergence(quantity, sizes, errors, 0.9, "cell at the front", "mm", unit))
    found.checks += _beside_the_sharp_front(source, followed[-1], f"{where}, {meshes[-1]} cells")
    return found


def _lines(source: LineSource, length_m: tuple[float, float], quick: bool) -> CaseOutcome:
    found = []
    for order, meshes in ((1, (20, 40, 80)),) if quick else ((1, (20, 40, 80, 160)), (2, (10, 20, 40))):
        found.append(_line(source, length_m, order, meshes))
    return _together(found)


def _together(outcomes: list[CaseOutcome]) -> CaseOutcome:
    return CaseOutcome(
        [check for one in outcomes for check in one.checks],
        [fall for one in outcomes for fall in one.convergences],
        [note for one in outcomes for note in one.notes],
    )


def _beside_the_sharp_front(source: LineSource, one: Followed, where: str) -> list[Check]:
    """The classical solution, as close as cells that boil at their mean temperature can come.

    The front then lies within half a cell, which is worth (Q/2πk)·δ/s inside; outside, where T_m may be up to a cell
    away, it is worth a cell of the slope at the front and half the band.
    """
    front = source.front_m(one.end_s, source.sharp_lambda)
    cell, q = one.front_cell_m, source.sharp_lambda**2
    quantity = f"radius of the front at {one.end_s:.2f} s, {where}"
    checks = [Check(quantity, 1e3 * front, 1e3 * one.front_m, 0.5e3 * cell, "mm", "absolute")]
    inside = source.line_power_W_per_m / (4.0 * np.pi * source.conductivity_W_per_mK) * cell / front
    outside = (source.boiling_C - source.initial_C) * 2.0 * np.exp(-q) / exp1(q) * cell / front + 0.5 * source.width_C
    for radius, computed in zip(one.radii_m, one.temperature_C, strict=True):
        exact, worth = float(source.sharp_C(np.array([radius]), one.end_s)[0]), inside if radius < front else outside
        quantity = f"temperature at {1e3 * radius:.2f} mm, {where}"
        checks.append(Check(quantity, exact, float(computed), float(worth), "°C", "absolute"))
    return checks


def melting_ice(quick: bool) -> CaseOutcome:
    """Equal properties on both sides."""
    return _lines(ICE, (0.1e-3, 30e-3), quick)


def boiling_muscle(quick: bool) -> CaseOutcome:
    """The package's own band, and steam-filled tissue inside the front."""
    length_m = (0.05e-3, 10e-3)
    found = [_lines(MUSCLE, length_m, quick)]
    if not quick:
        found.append(_line(replace(MUSCLE, width_C=0.5), length_m, 1, (20, 40, 80)))
    return _together(found)


STEFAN = r"""A line gives off $Q$ from $t = 0$ on. $T_m$ lies at $s = 2\lambda\sqrt{\alpha t}$ with
$\frac{Q}{4\pi}e^{-\gamma\lambda^2} - k\,(T_m - T_i)\frac{e^{-\lambda^2}}{E_1(\lambda^2)} = \lambda^2\alpha\Lambda$;
inside $T = T_m + \frac{Q}{4\pi k}\left[E_1\!\left(\tfrac{\gamma r^2}{4\alpha t}\right) - E_1(\gamma\lambda^2)\right]$,
outside $T = T_i + (T_m - T_i)\,E_1\!\left(\tfrac{r^2}{4\alpha t}\right)/E_1(\lambda^2)$; $\gamma$ is the ratio of
capacities, inside to outside (Carslaw & Jaeger, §11.6). Checks are beside this sharp front. Cells boil at their mean
temperature: allowed is half a cell of the front, what that is worth inside, and twice that and half the band outside.
Orders are taken against the exact solution with the latent heat spread over the band, which has three zones of
constant capacity and as many exponential integrals. A wedge one cell thick starts from that solution when the front is
at a node; steps shrink with the cells. A fixed mesh that stores latent heat in whole cells promises order 1. """

CASES = (
    Case(
        "boiling-storage",
        GROUP,
        "Heat stored over any jump across the boiling band",
        r"""$\int (H(T) - H(T_0))\,dV$, with $H$ of each cell's mean temperature, is what a step's storage term sums to,
to rounding, from anywhere below, in or above 99 to 101 °C to anywhere.""",
        storage,
    ),
    Case(
        "boiling-block",
        GROUP,
        "Insulated block heated evenly through the boiling band",
        r"""$H(T) - H(T_0) = qt$ with $q = 10^8\ \mathrm{W/m^3}$, whatever steps fall on the band. Of the heat supplied
less than $5\times10^{-4}$, $10^{-4}$ and $2\times10^{-5}$ may be lost at step tolerances of 0.5, 0.1 and 0.05 K.""",
        block,
    ),
    Case(
        "stefan-ice",
        GROUP,
        "Line source in melting ice: the front of a change of phase",
        STEFAN
        + r"""Here $Q = 10^4$ W/m, $k = 2.22$ W/mK, $\rho c = 1.762\times10^6\ \mathrm{J/m^3K}$ on both sides,
$\Lambda = 3.38\times10^8\ \mathrm{J/m^3}$, $T_i = -10$ °C, $T_m = 0 \pm 0.5$ °C.""",
        melting_ice,
    ),
    Case(
        "stefan-muscle",
        GROUP,
        "Line source in boiling muscle: the front of dried tissue",
        STEFAN
        + r"""Here $Q = 2000$ W/m in muscle (no perfusion, $k$ constant) from 37 °C, boiling at 99 to 101 °C and within
0.5 K; $\Lambda = 1.87\times10^9\ \mathrm{J/m^3}$, $\gamma = 0.214$.""",
        boiling_muscle,
    ),
)
