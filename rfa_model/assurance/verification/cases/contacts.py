"""Several contacts: two spheres, a lead with eight rings, a pair of needles; exact, reciprocal, symmetric."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rfa_model.assurance.verification.case import Case
from rfa_model.assurance.verification.outcome import CaseOutcome, Check, Convergence
from rfa_model.assurance.verification.tools.bioheat import SIGMA
from rfa_model.assurance.verification.tools.contacts import (
    FACETS,
    Ball,
    Rod,
    Sizes,
    cold_current,
    mesh_of,
    mirrored,
)
from rfa_model.assurance.verification.tools.two_spheres import capacitances, dipole_moment
from rfa_model.meshing.arrays import MeshArrays
from rfa_model.physics.drives import Bipolar

GROUP = "Several contacts"
RADIUS_MM, APART_MM, SPHERES_DOMAIN_MM = 1.0, 4.0, 20.0
# Cells on the spheres, coarsest first.
SPHERE_SIZES_MM = (0.4, 0.28, 0.2)
LEAST_ORDER = 2.0
# Of a conductance with the finest of these cells, and of the small differences that the outer boundary makes.
CONDUCTANCE, BOUNDARY = 2e-3, 0.03
# Reciprocity and conservation are the discrete equations' own: what is left is the linear solver's.
RECIPROCAL, CONSERVED = 1e-8, 1e-8
LEFT, RIGHT = "left_tip", "right_tip"
BETWEEN = Bipolar((RIGHT,), (LEFT,))

SPHERES = r"""
Two spheres of radius $a=1$ mm, centres $d=4$ mm apart, in infinite muscle. With $\cosh\beta=d/2a$ the image charges
sum to (Maxwell's *Treatise*, § 173; Smythe, *Static and Dynamic Electricity*, § 5.08)

$$c_{11}=a\sinh\beta\sum_{n\ge1}\frac1{\sinh(2n-1)\beta},\quad c_{12}=-a\sinh\beta\sum_{n\ge1}\frac1{\sinh2n\beta},$$

and the conductances are $G_{ij}=4\pi\sigma c_{ij}$. The condition on the outer sphere, $R=20$ mm about their middle, is
a monopole's, but one sphere against the other is a dipole, of moment $4\pi\sigma p$ at $\pm1$ V:
$\partial\varphi/\partial n=-\varphi/R$ instead of $-2\varphi/R$ lowers $c_{11}-c_{12}$ by $p^2/4R^3$, 0.06 %, and
grounding the sphere raises it by twice as much. With both at 1 V, grounding takes away the resistance
$1/4\pi\sigma R$.
""".strip()
RINGS = r"""
A lead of 1.27 mm with eight rings of 1.5 mm, 0.5 mm apart: $G_{ij}=G_{ji}$ (reciprocity), computed from the reactions
of ring $i$ while ring $j$ is at 1 V, relative to the largest entry. What leaves all rings then goes into the body
beyond the outer sphere, $\sum_iG_{ij}=\int\sigma\varphi_j/R$; and by reciprocity so do the rows.
""".strip()
PAIR = r"""
Two parallel needles, 10 mm tips of 0.9 mm, axes 10 mm apart. Their mid-plane is at 0 V for 1 V between them: one
needle beside a grounded plane has twice the conductance of the pair. The pair is meshed as a whole, the half by itself,
so that the difference is that of two meshes. Nothing goes into the body beyond the sphere, and with both tips at 1 V
their currents are equal. At 60 mm the pair is two single needles in series, each in the other's field: a point's,
$2R_1-2/4\pi\sigma s$, to $(L/s)^2/12$ of the last term, 2 ‰ of 6 % of the whole, and to what two meshes differ.
""".strip()


def _spheres(quick: bool) -> CaseOutcome:
    c11, c12 = capacitances(RADIUS_MM, APART_MM)
    boundary = dipole_moment(RADIUS_MM, APART_MM) ** 2 / (8.0 * SPHERES_DOMAIN_MM**3)
    exact = 4.0 * np.pi * SIGMA * 1e-3 * np.array([c11 - boundary, c12 + boundary])
    outcome, errors = CaseOutcome(), []
    for size in SPHERE_SIZES_MM[2:] if quick else SPHERE_SIZES_MM:
        mesh = _two_balls(size)
        current = cold_current(mesh, SPHERES_DOMAIN_MM)
        found = current.conductance_matrix_S()[0]
        errors.append(abs((found[0] - found[1]) / (exact[0] - exact[1]) - 1.0))
    for name, i in (("self", 0), ("mutual", 1)):
        outcome.checks.append(Check(f"{name} conductance", 1e3 * exact[i], 1e3 * found[i], CONDUCTANCE, "mS"))
    grounded = cold_current(mesh, None)
    apart = np.array([1.0, -1.0])
    between = [found @ apart, grounded.conductance_matrix_S()[0] @ apart]
    dipole = 6.0 * boundary / (c11 - c12)
    beyond = 1e3 / (4.0 * np.pi * SIGMA * SPHERES_DOMAIN_MM)
    lost = 1.0 / current.conductance_S - 1.0 / grounded.conductance_S
    outcome.checks += [
        Check("grounded over far field, one against the other, − 1", dipole, between[1] / between[0] - 1.0, BOUNDARY),
        Check("far field less grounded, both at 1 V", beyond, lost, BOUNDARY, "Ω"),
    ]
    if not quick:
        outcome.convergences.append(
            Convergence(
                "conductance of one against the other",
                SPHERE_SIZES_MM,
                tuple(100.0 * error for error in errors),
                LEAST_ORDER,
                "cells on the spheres",
                "mm",
                "%",
            )
        )
    return outcome


def _two_balls(size_mm: float) -> MeshArrays:
    half = mesh_of(
        [Ball("right", 0.5 * APART_MM, RADIUS_MM)], ["right"], Sizes(size_mm, 0.25, SPHERES_DOMAIN_MM), half=True
    )
    return mirrored(half, {"right": "left"})


def _rings(quick: bool) -> CaseOutcome:
    radius_mm, ring_mm, gap_mm, domain_mm = 0.635, 1.5, 0.5, 40.0
    starts = (np.arange(8) - 3.5) * (ring_mm + gap_mm) - 0.5 * ring_mm
    rings = [Rod(f"ring_{k}", 0.0, radius_mm, z, z + ring_mm) for k, z in enumerate(starts, 1)]
    gaps = [Rod(f"gap_{k}", 0.0, radius_mm, z + ring_mm, z + ring_mm + gap_mm) for k, z in enumerate(starts, 1)]
    shaft = Rod("shaft", 0.0, radius_mm, gaps[-1].end_mm, 2.0 * domain_mm)
    names = [ring.name for ring in rings]
    mesh = mesh_of([*rings, *gaps, shaft], names, Sizes(0.5, 0.4, domain_mm))
    current = cold_current(mesh, domain_mm)
    units = current.unit_solutions()
    conductance_S = units.currents_A.T
    beyond_S = np.array([current.problem.far_field_current_A(unit) for unit in units.potentials])
    largest = conductance_S.max()
    skew, columns, rows = (
        float(np.abs(apart).max() / largest)
        for apart in (
            conductance_S - conductance_S.T,
            conductance_S.sum(axis=0) - beyond_S,
            conductance_S.sum(axis=1) - beyond_S,
        )
    )
    neighbours = conductance_S[~np.eye(8, dtype=bool)]
    return CaseOutcome(
        [
            Check("largest |Gᵢⱼ − Gⱼᵢ| over the largest entry", RECIPROCAL, skew, 0.0, "", "at most"),
            Check("columns against what goes beyond the sphere", CONSERVED, columns, 0.0, "", "at most"),
            Check("rows against what goes beyond the sphere", CONSERVED, rows, 0.0, "", "at most"),
            # Current flows from a live ring into all others.
            Check("largest entry off the diagonal", 0.0, float(neighbours.max()), 0.0, "S", "at most"),
        ]
    )


def _pair(quick: bool) -> CaseOutcome:
    sizes = Sizes(0.45, 0.4, 40.0) if quick else Sizes(0.3, 0.35, 40.0)
    whole, half = mesh_of(_needle(RIGHT, 5.0) + _needle(LEFT, -5.0), (RIGHT, LEFT), sizes), _half(sizes, 5.0)
    pair, both = (cold_current(whole, 40.0, drive) for drive in (BETWEEN, None))
    tags = np.where(half.triangle_tags == FACETS["middle"], FACETS["outer"], half.triangle_tags)
    ground = replace(half, triangle_tags=tags)
    one, grounded = cold_current(ground, None), cold_current(whole, None, BETWEEN)
    beyond = abs(pair.problem.far_field_current_A(pair.potential)) / pair.currents_S[0]
    equal = float(both.currents_S[1] / both.currents_S[0])
    outcome = CaseOutcome(
        [
            Check("net current into the body over the contacts'", 1e-6, float(beyond), 0.0, "", "at most"),
            Check("half against whole", 2.0, one.conductance_S / grounded.conductance_S, 1e-3),
            Check("both at 1 V: one current over the other", 1.0, equal, 1e-3),
        ]
    )
    if quick:
        return outcome
    apart_mm, sizes = 60.0, replace(sizes, domain_mm=150.0)
    single = cold_current(mesh_of(_needle(RIGHT, 0.0), (RIGHT,), sizes), 150.0)
    images = {RIGHT: LEFT, "right_shaft": "left_shaft"}
    far = cold_current(mirrored(_half(sizes, 0.5 * apart_mm), images), 150.0, BETWEEN)
    series = 2.0 / single.conductance_S - 2e3 / (4.0 * np.pi * SIGMA * apart_mm)
    outcome.checks.append(Check("60 mm apart: two in series", series, 1.0 / far.conductance_S, 1e-3, "Ω"))
    return outcome


def _half(sizes: Sizes, y_mm: float) -> MeshArrays:
    return mesh_of(_needle(RIGHT, y_mm), (RIGHT,), sizes, half=True)


def _needle(tip: str, y_mm: float) -> list[Rod]:
    """A tip of 10 mm about the sphere's middle and a shaft out of it."""
    return [Rod(tip, y_mm, 0.45, -5.0, 5.0), Rod(tip.replace("tip", "shaft"), y_mm, 0.45, 5.0, 500.0)]


CASES = (
    Case("two-spheres", GROUP, "Two spheres see each other, and the outer boundary", SPHERES, _spheres),
    Case("eight-rings", GROUP, "Eight rings on a lead: reciprocity and conservation", RINGS, _rings),
    Case("needle-pair", GROUP, "A pair of needles halves by symmetry", PAIR, _pair),
)
