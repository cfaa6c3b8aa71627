"""Electrodes whose resistance is known: a sphere in any domain, concentric spheres, a prolate spheroid."""

from __future__ import annotations

import numpy as np

from rfa_model.assurance.verification.case import Case
from rfa_model.assurance.verification.outcome import CaseOutcome, Check, Convergence
from rfa_model.assurance.verification.tools.bioheat import SIGMA, muscle_tables
from rfa_model.assurance.verification.tools.shells import (
    Shells,
    edge_mm,
    electrode_current,
    sphere_electrode,
    spheroid_electrode,
)

GROUP = "Electrodes in infinite tissue"
RADIUS_MM, BORE_MM = 1.0, 0.5
DOMAINS_MM = (10.0, 20.0, 60.0)
HALF_LENGTH_MM, MINOR_MM, SPHEROID_DOMAIN_MM = 2.5, 0.6, 40.0
# Subdivisions of the icosahedron and layers of tissue.
SPHERE_LEVELS = ((1, 12), (2, 18), (3, 26))
SPHEROID_LEVELS = ((1, 11), (2, 16), (3, 24))
# Of the resistance, at two subdivisions (0.30 mm edges on a sphere of 1 mm) and, for the slender spheroid, three.
RESISTANCE = 5e-3
# A facet lies off the curved surface by the square of its size.
LEAST_ORDER = 2.0

SPHERE = r"""
A sphere of radius $a=1$ mm at 1 V in muscle ($\sigma=0.446$ S/m): $\varphi=a/r$ meets the far-field condition
$\partial\varphi/\partial n=-\varphi/R$ on every concentric sphere of radius $R$, so the resistance is $1/4\pi\sigma a$
whatever the domain; of the power, $a/R$ is turned into heat beyond it. Grounding the sphere of $R$ instead gives
$(1/a-1/R)/4\pi\sigma$.
""".strip()
SPHEROID = r"""
A prolate spheroid of half axes $A=2.5$ and $B=0.6$ mm, $c^2=A^2-B^2$. Confocal spheroids are its equipotentials: alone
it has the resistance $L(A)/8\pi\sigma c$, $L(A)=\ln[(A+c)/(A-c)]$; with the confocal spheroid of half axis $A_1=40$ mm
grounded, $[L(A)-L(A_1)]/8\pi\sigma c$. The far-field condition is a sphere's: on the nearly round outside its error is
of order $(c/A_1)^2=0.4$ % of the 6 % that lie beyond, $2\cdot10^{-4}$ in all; it is held to $10^{-3}$ of the ratio of
the two.
""".strip()


def _far_field(quick: bool) -> CaseOutcome:
    exact, outcome = 1.0 / (4.0 * np.pi * SIGMA * RADIUS_MM * 1e-3), CaseOutcome()
    for outer_mm in DOMAINS_MM:
        shells = _sphere(SPHERE_LEVELS[1], outer_mm)
        current = electrode_current(shells, muscle_tables(shells.mesh, 2), outer_mm * 1e-3)
        beyond = 1.0 - current.volume_power_W / current.conductance_S
        outcome.checks += [
            Check(f"resistance, domain of {outer_mm:g} mm", exact, 1.0 / current.conductance_S, RESISTANCE, "Ω"),
            Check(f"share of the power beyond {outer_mm:g} mm", RADIUS_MM / outer_mm, beyond, 1e-2),
            Check(f"power balance, domain of {outer_mm:g} mm", 0.0, current.power_residual, 1e-9, kind="absolute"),
        ]
    if not quick:
        errors = [abs(_resistance(_sphere(level, 60.0), 60.0) / exact - 1.0) for level in SPHERE_LEVELS]
        outcome.convergences.append(_order("resistance, domain of 60 mm", SPHERE_LEVELS, RADIUS_MM, errors))
    return outcome


def _concentric(quick: bool) -> CaseOutcome:
    outer_mm = DOMAINS_MM[0]
    exact = (1e3 / RADIUS_MM - 1e3 / outer_mm) / (4.0 * np.pi * SIGMA)
    name = f"resistance, {RADIUS_MM:g} mm within {outer_mm:g} mm"
    found = _resistance(_sphere(SPHERE_LEVELS[1], outer_mm), None)
    outcome = CaseOutcome([Check(name, exact, found, RESISTANCE, "Ω")])
    if not quick:
        errors = [abs(_resistance(_sphere(level, outer_mm), None) / exact - 1.0) for level in SPHERE_LEVELS]
        outcome.convergences.append(_order(name, SPHERE_LEVELS, RADIUS_MM, errors))
    return outcome


def _spheroid(quick: bool) -> CaseOutcome:
    c = np.sqrt(HALF_LENGTH_MM**2 - MINOR_MM**2)
    near, far = (float(np.log((A + c) / (A - c))) for A in (HALF_LENGTH_MM, SPHEROID_DOMAIN_MM))
    exact = (near - far) / (8.0 * np.pi * SIGMA * c * 1e-3)
    outcome, errors = CaseOutcome(), []
    for level in SPHEROID_LEVELS:
        shells = spheroid_electrode(*level, HALF_LENGTH_MM, MINOR_MM, SPHEROID_DOMAIN_MM)
        grounded = _resistance(shells, None)
        errors.append(abs(grounded / exact - 1.0))
    free = _resistance(shells, SPHEROID_DOMAIN_MM)
    outcome.checks += [
        Check("resistance, grounded", exact, grounded, RESISTANCE, "Ω"),
        Check("resistance, far-field condition over grounded", near / (near - far), free / grounded, 1e-3),
    ]
    outcome.convergences.append(_order("resistance, grounded", SPHEROID_LEVELS, MINOR_MM, errors))
    return outcome


def _sphere(level: tuple[int, int], outer_mm: float) -> Shells:
    return sphere_electrode(*level, BORE_MM, RADIUS_MM, outer_mm)


def _resistance(shells: Shells, far_field_radius_mm: float | None) -> float:
    radius_m = None if far_field_radius_mm is None else far_field_radius_mm * 1e-3
    return 1.0 / electrode_current(shells, muscle_tables(shells.mesh, 2), radius_m).conductance_S


def _order(name: str, levels: tuple[tuple[int, int], ...], radius_mm: float, errors: list[float]) -> Convergence:
    sizes = tuple(edge_mm(subdivisions, radius_mm) for subdivisions, _ in levels)
    percent = tuple(100.0 * error for error in errors)
    return Convergence(name, sizes, percent, LEAST_ORDER, "edge on the electrode", "mm", "%")


CASES = (
    Case("sphere-far-field", GROUP, "A sphere's resistance does not know the domain", SPHERE, _far_field),
    Case("sphere-grounded", GROUP, "Concentric spheres", SPHERE, _concentric),
    Case("spheroid", GROUP, "A prolate spheroid, alone and grounded", SPHEROID, _spheroid),
)
