"""Manufactured solutions in space: the observed orders of heat, of the potential, and of both together.

k is constant per cell, taken at its mean temperature. For k linear in T the error k − k(T) has no mean in a cell but is
O(h) inside it. With linear elements, whose gradients are constant, it does no harm; with quadratic ones it meets the
O(h) variation of ∇T·∇v and leaves an O(h²) consistency error: order 2 in L2, where the elements alone give 3.
σ(T) is linear in each cell: a σ linear in space keeps order 3, a curved one is interpolated to O(h²): order 2.
On these meshes muscle's own slope of k(T) does not show it yet, eight times as much does; that of σ(T) shows only where
T is strongly curved, as in the coupled problem.
"""

import numpy as np
from numpy.typing import NDArray

from rfa_model.assurance.verification.case import Case
from rfa_model.assurance.verification.outcome import CaseOutcome, Convergence
from rfa_model.assurance.verification.tools.bioheat import BODY_C, SIGMA, K, bioheat, lift, muscle_tables, solve_steady
from rfa_model.assurance.verification.tools.boxes import at_nodes, boundary_mask, box
from rfa_model.assurance.verification.tools.given_potential import GivenPotential
from rfa_model.assurance.verification.tools.quadrature import rms_error, source_load
from rfa_model.assurance.verification.tools.smooth import Hills, Slope, divergence
from rfa_model.physics.assembly import CellTables

Array = NDArray[np.float64]
GROUP = "Manufactured solutions"
L = 10e-3
CELLS, QUICK_CELLS = (4, 6, 9, 12), (4, 6, 9)
K_SLOPE, SIGMA_SLOPE, PERFUSION = 0.0012, 0.015, 20000.0
VOLTAGE_V = 20.0
TEMPERATURE = Hills(BODY_C, 40.0, 2.5, 0.3, 2.0, 0.0, 0.8, L)
POTENTIAL = Hills(0.5, 0.4, 2.0, 0.4, 1.5, 0.2, 0.6, L)
STRAIGHT, CURVED = Slope(BODY_C, 20.0, 10.0, 0.0, L), Slope(BODY_C, 20.0, 10.0, 25.0, L)


def tables_of(n: int, order: int) -> CellTables:
    """A cube of side L, n cells a side, its inner nodes moved at random by a tenth of a cell."""
    return muscle_tables(box((L, L, L), (n, n, n), shake=0.1), order)


def heat_error(n: int, order: int, slope: float) -> float:
    """RMS error of T, K, on n³ cells: −∇·(k(T)∇T) + w(T − T_b) = q, exact T on the boundary."""
    tables = tables_of(n, order)

    def q(x: Array) -> Array:
        rise = TEMPERATURE(x) - BODY_C
        return PERFUSION * rise - divergence(K + slope * rise, slope * TEMPERATURE.gradient(x), TEMPERATURE, x)

    fixed = boundary_mask(tables.V)
    heat = bioheat(tables, conductivity_slope=slope, perfusion=PERFUSION, fixed=fixed)
    exact = at_nodes(tables, TEMPERATURE)
    T = solve_steady(heat, source_load(tables, q), lift(np.full_like(exact, BODY_C), fixed, exact))
    return rms_error(tables, T, TEMPERATURE)


def potential_error(n: int, order: int, temperature: Slope, slope: float) -> float:
    """RMS error of φ for 1 V at a given temperature: −∇·(σ(T)∇φ) = s, exact φ on the boundary."""
    tables = tables_of(n, order)
    current = GivenPotential(tables, POTENTIAL, temperature, SIGMA, slope)
    current.update(at_nodes(tables, temperature))
    return rms_error(tables, current.potential, POTENTIAL)


def coupled_errors(n: int, order: int, factor: float) -> tuple[float, float]:
    """RMS errors of T (K) and φ (for 1 V), each solved with the other's answer until both rest."""
    tables = tables_of(n, order)
    k_slope, sigma_slope = factor * K_SLOPE, factor * SIGMA_SLOPE
    current = GivenPotential(tables, POTENTIAL, TEMPERATURE, SIGMA, sigma_slope)

    def q(x: Array) -> Array:
        rise, slope = TEMPERATURE(x) - BODY_C, TEMPERATURE.gradient(x)
        joule = SIGMA * (1.0 + sigma_slope * rise) * VOLTAGE_V**2 * (POTENTIAL.gradient(x) ** 2).sum(axis=0)
        return PERFUSION * rise - divergence(K + k_slope * rise, k_slope * slope, TEMPERATURE, x) - joule

    fixed = boundary_mask(tables.V)
    heat = bioheat(tables, conductivity_slope=k_slope, perfusion=PERFUSION, fixed=fixed)
    exact = at_nodes(tables, TEMPERATURE)
    start = lift(np.full_like(exact, BODY_C), fixed, exact)
    T = solve_steady(heat, source_load(tables, q), start, current, VOLTAGE_V**2)
    return rms_error(tables, T, TEMPERATURE), rms_error(tables, current.potential, POTENTIAL)


def _fall(quantity: str, cells: tuple[int, ...], errors: list[float], least: float, unit: str) -> Convergence:
    return Convergence(quantity, tuple(1e3 * L / n for n in cells), tuple(errors), least, error_unit=unit)


def heat(quick: bool) -> CaseOutcome:
    """T for constant k, muscle's k(T), and eight times its slope."""
    cells, found = QUICK_CELLS if quick else CELLS, CaseOutcome()
    for order, factor, least in ((1, 0, 1.8), (1, 1, 1.8), (2, 0, 2.7), (2, 1, 2.7), (2, 8, 1.9)):
        errors = [heat_error(n, order, factor * K_SLOPE) for n in cells]
        found.convergences.append(_fall(f"T, P{order}, {factor} × muscle's k slope", cells, errors, least, "K"))
    return found


def potential(quick: bool) -> CaseOutcome:
    """φ in a temperature that is linear or curved in space, with muscle's σ(T) and four times its slope."""
    cells, found = QUICK_CELLS if quick else CELLS, CaseOutcome()
    variants = (
        (1, "linear", STRAIGHT, 1, 1.8),
        (2, "linear", STRAIGHT, 1, 2.7),
        (2, "curved", CURVED, 1, 2.7),
        (2, "curved", CURVED, 4, 1.9),
    )
    for order, shape, temperature, factor, least in variants:
        errors = [potential_error(n, order, temperature, factor * SIGMA_SLOPE) for n in cells]
        quantity = f"φ, P{order}, {shape} T, {factor} × muscle's σ slope"
        found.convergences.append(_fall(quantity, cells, errors, least, "V/V"))
    return found


def coupled(quick: bool) -> CaseOutcome:
    """T and φ of the coupled problem, for muscle's slopes and twice these (more would make σ vanish where T is low)."""
    cells, found = QUICK_CELLS if quick else CELLS, CaseOutcome()
    for order, factor, least_T, least_phi in ((1, 1, 1.8, 1.8), (2, 1, 2.7, 1.9), (2, 2, 1.9, 1.9)):
        both = zip(*[coupled_errors(n, order, factor) for n in cells], strict=True)
        for (name, unit, least), errors in zip((("T", "K", least_T), ("φ", "V/V", least_phi)), both, strict=True):
            quantity = f"{name}, P{order}, {factor} × muscle's σ and k slopes"
            found.convergences.append(_fall(quantity, cells, list(errors), least, unit))
    return found


CASES = (
    Case(
        "manufactured-heat",
        GROUP,
        "Steady temperature with k(T) and perfusion",
        r"""$-\nabla\cdot(k(T)\nabla T) + w(T - T_b) = q$ in a cube of 10 mm with

$T = T_b + 40\,\sin(2.5x/L + 0.3)\cos(2y/L)\,e^{-0.8z/L}$

on its boundary; $q$ follows from this $T$. Errors are root mean squares over the cube. Elements of degree $p$ give
order $p + 1$; $k$, one value per cell, limits quadratic ones to order 2 in the end, which only the steepest $k(T)$
shows.""",
        heat,
    ),
    Case(
        "manufactured-potential",
        GROUP,
        "Potential at a given temperature, with σ(T)",
        r"""$-\nabla\cdot(\sigma(T)\nabla\varphi) = s$ in a cube of 10 mm with

$\varphi = 0.5 + 0.4\,\sin(2x/L + 0.4)\cos(1.5y/L + 0.2)\,e^{-0.6z/L}$

on its boundary; $s$ follows from this $\varphi$. $T$ is $37 + 20x/L + 10z/L$ (linear) or that plus $25(y/L)^2$
(curved). $\sigma$ is linear in each cell: a curved one limits quadratic elements to order 2 in the end.""",
        potential,
    ),
    Case(
        "manufactured-coupled",
        GROUP,
        "Potential and temperature together: σ(T), k(T), Joule heat",
        r"""The two problems above at once, each with the other's computed answer, iterated until both rest:

$-\nabla\cdot(\sigma(T)\nabla\varphi) = s,\qquad
-\nabla\cdot(k(T)\nabla T) + w(T - T_b) = V^2\sigma(T)|\nabla\varphi|^2 + q,\qquad V = 20\ \mathrm{V},$

with the same $\varphi$ and $T$. $T$ is more curved than above: with quadratic elements $\varphi$ tends to order 2 at
once, and $T$ after it.""",
        coupled,
    ),
)
