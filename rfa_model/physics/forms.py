"""The weak forms of the model in UFL: what the operators of this room, assembled by hand, have to equal.

Each function is one term, for UFL expressions or fields of any space and for the measure it is integrated over, so that
a form reads as it is printed and can be tried with DOLFINx alone. The solver does not use them: they are the oracle of
``tests/verification/test_forms.py``, and importing them compiles nothing. SI units and °C.

With v = 0 where the unknown is given, the model is: find φ and T such that for all v

    current(σ, φ, v, dx(tissue)) + far_field(σ̄, R, φ, v, ds(outer)) = 0
    storage(…, v, dx) + passive(…, T, v, dx, ds(lumen)) = V² joule(σ, φ, v, dx(tissue))

Where the assembled operators depart from the continuous problem, the coefficients say so: σ is linear within each cell
(its values at the corners, discontinuous between cells), σ̄ its mean over the corners; k, w and ρc are constant within
each cell, k taken at the cell's mean temperature; latent heat belongs to cell means alone, see :func:`storage`. Cells
that tissues share have kinks of their own, :mod:`rfa_model.physics.layered_cells`; that operator is held against these
forms where they are the same, and against its energy, by ``tests/verification/test_layered_cells.py``.
"""

from typing import TYPE_CHECKING

from ufl import grad, inner

if TYPE_CHECKING:
    from ufl import Form, Measure
    from ufl.core.expr import Expr

    type Value = Expr | float


def current(sigma: "Value", phi: "Expr", v: "Expr", dx: "Measure") -> "Form":
    """∇·(σ∇φ) = 0, by parts: ∫ σ∇φ·∇v.

    :meth:`.ElectricProblem.update`. Also the current, in amperes, out of a contact when v is 1 on that contact, 0 on
    the others and anything in between, so that ``current(σ, φⱼ, φᵢ)`` and ``far_field(σ̄, R, φⱼ, φᵢ)`` add up to the
    conductance Gᵢⱼ. Assembled exactly for σ linear in each cell: one degree more than a mean σ would need.
    """
    return inner(sigma * grad(phi), grad(v)) * dx


def far_field(sigma: "Value", radius_m: "Value", phi: "Expr", v: "Expr", ds: "Measure") -> "Form":
    """The body beyond the outer sphere, ∂φ/∂n = −φ/R: ∫ (σ/R) φv.

    Its value is the current that goes there for v = 1, the power for v = φ. Assembled with σ constant on each facet:
    the mean over the corners of the cell behind it.
    """
    return sigma / radius_m * phi * v * ds


def joule(sigma: "Value", phi: "Expr", v: "Expr", dx: "Measure") -> "Form":
    """Heat of the current, W for φ in V (RMS): ∫ σ|∇φ|² v. :meth:`.ElectricProblem.joule_load`, exact for this φ."""
    return sigma * inner(grad(phi), grad(phi)) * v * dx


def storage(
    heat_capacity: "Value", rise: "Expr", latent: "Value", duration_s: "Value", v: "Expr", dx: "Measure"
) -> "Form":
    """Enthalpy taken up within a stage of length τ: ∫ (ρc(T − T₀) + ℓ)/τ v. :meth:`.BioheatProblem.storage`.

    ``rise`` is T − T₀ and ``latent`` what H holds beyond ρc, ℓ = H(T̄) − H(T̄₀) − ρc(T̄ − T̄₀), constant within each cell
    because taken at its mean temperatures: what varies within a cell stores ρc, its mean all of H. So a cell boils as a
    whole, its enthalpy is conserved exactly, and Newton's matrix adds dH/dT − ρc between cell means only.
    """
    return (heat_capacity * rise + latent) / duration_s * v * dx


def conduction(k: "Value", temperature: "Expr", v: "Expr", dx: "Measure") -> "Form":
    """−∇·(k∇T), by parts: ∫ k∇T·∇v, with k a number, or a tensor where a shaft conducts better along its axis."""
    return inner(k * grad(temperature), grad(v)) * dx


def perfusion(w: "Value", temperature: "Expr", blood_C: "Value", v: "Expr", dx: "Measure") -> "Form":
    """Heat taken away by blood: ∫ w(T − T_b) v, with w = β(Ω, T)·w₀ constant within each cell, by its mean of β."""
    return w * (temperature - blood_C) * v * dx


def metabolism(heat: "Value", v: "Expr", dx: "Measure") -> "Form":
    """Metabolic heat ρq_m: ∫ ρq_m v."""
    return heat * v * dx


def convection(h: "Value", temperature: "Expr", coolant_C: "Value", v: "Expr", ds: "Measure") -> "Form":
    """Heat into the coolant, −k∂T/∂n = h(T − T_c) on a lumen's wall: ∫ h(T − T_c) v."""
    return h * (temperature - coolant_C) * v * ds


def cell_mean(u: "Expr", q: "Expr", dx: "Measure") -> "Form":
    """Cell means, ∫ u q for the q that is 1 in one cell: the mean times the cell's volume. :meth:`.Cells.mean`."""
    return u * q * dx
