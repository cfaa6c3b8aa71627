"""Defects found in other open models of ablation, each with a test that fails if it is put in here.

Others are guarded beside the part they belong to: see the table in tests/guards.py.
"""

import numpy as np
import pytest

from rfa_model import library
from rfa_model.applicators.pose import Pose
from rfa_model.assurance.verification.outcome import observed_order
from rfa_model.assurance.verification.tools.axisymmetric import grounded_resistance_ohm
from rfa_model.assurance.verification.tools.bioheat import BODY_C, bioheat, fixed_steps, muscle_tables, uniform_heat
from rfa_model.assurance.verification.tools.boxes import boundary_facets, box
from rfa_model.meshing import load_mesh
from rfa_model.physics.assembly import facet_mass
from rfa_model.physics.bioheat import Coolant
from rfa_model.physics.damage import StepCurve, cem43_rate
from rfa_model.scenario import Body
from rfa_model.solver.build import build_heat
from rfa_model.solver.domain import Domain
from rfa_model.solver.linear_systems import LinearSystems
from rfa_model.treatment.of_scenario import tissue_laws, treatment_of
from tests.scenarios.runs import NO_LAWS, hold, power, ramp, scenario, solve, treatment, voltage

NEEDLE, FINE_NEEDLE = "conventional_18g_10mm", "conventional_22g_5mm"
SIGMA_S_PER_M = 0.446


BATH = {"laws": NO_LAWS, "body": {"perfusion": False}}
DRAFT = 0.02
"""What quadratic elements on a draft mesh may be off; the defects looked for are factors of 2 and more."""


def heat_content_J(arm) -> float:
    """∫ρc(T − 37 °C) over tissue, tip and shaft at the end, from the fields alone (quadratic elements)."""
    muscle, (tip, shaft) = library.tissues()["muscle"], (part.solid for part in arm.probe.applicator().parts)
    capacity = np.empty(len(arm.fields.cells))
    for region, value in {
        "tissue": muscle.density_kg_per_m3 * muscle.specific_heat_J_per_kgK,
        "tip": tip.volumetric_heat_capacity_J_per_m3K,
        "shaft": shaft.volumetric_heat_capacity_J_per_m3K,
    }.items():
        capacity[arm.fields.in_region(region)] = value
    corners = np.asarray(arm.fields.points_mm)[arm.fields.cells[:, :4]] * 1e-3
    volume = np.abs(np.linalg.det(corners[:, 1:] - corners[:, :1])) / 6.0
    # The mean of a quadratic tetrahedron: −1/20 of each corner, 1/5 of each midpoint.
    rise = (arm.fields.temperature_C[-1].astype(float)[arm.fields.cells] - BODY_C) @ ([-0.05] * 4 + [0.2] * 6)
    return float((capacity * volume) @ rise)


@pytest.fixture(scope="module")
def reference_ohm():
    """The resistance to a grounded sphere from the meridian plane, by another code."""
    return grounded_resistance_ohm(library.probes()[NEEDLE], SIGMA_S_PER_M)


@pytest.fixture(scope="module")
def bath():
    """Two seconds at 14 V rms, σ constant, nothing perfused, the outer sphere grounded."""
    return solve(NEEDLE, [voltage(14.0, 2.0)], order=2, numerics={"outer_boundary": "grounded"}, **BATH)


def test_an_rms_voltage_heats_by_its_square_over_the_resistance(bath, reference_ohm):
    # Defect: amplitude taken for RMS, a factor 2.
    expected_J = 14.0**2 / reference_ohm * 2.0
    assert heat_content_J(bath) == pytest.approx(expected_J, rel=DRAFT)
    assert bath.summary["electrical"]["energy_J"] == pytest.approx(heat_content_J(bath), rel=0.01)


def test_the_impedance_is_ohms_not_milliohms(bath, reference_ohm):
    # Defect: mm taken for m.
    assert bath.summary["electrical"]["impedance_ohm"]["start"] == pytest.approx(reference_ohm, rel=DRAFT)


def test_the_far_field_adds_the_body_beyond_the_sphere(bath):
    # Defect: mm taken for m. A monopole's field beyond 40 mm has the resistance 1/(4πσR) = 4.46 Ω.
    far = solve(NEEDLE, [voltage(14.0, 0.2)], order=2, **BATH)
    both = [arm.summary["electrical"]["impedance_ohm"]["start"] for arm in (far, bath)]
    assert both[0] - both[1] == pytest.approx(1.0 / (4.0 * np.pi * SIGMA_S_PER_M * 0.04), rel=0.02)


class TestPerfusion:
    """Defect: perfusion shut off for the whole run. As rich as in liver, so that a short run shows it."""

    RICH = {"muscle": {"perfusion_W_per_m3K": 58_700.0}}  # noqa: RUF012
    STAYS = {"perfusion": {"shutdown": False}}  # noqa: RUF012

    def energies_J(self, protocol) -> list[float]:
        """Without perfusion, with it, and with perfusion that survives coagulation."""
        runs = [
            solve(FINE_NEEDLE, protocol, tissues=self.RICH, **rest)
            for rest in ({"body": {"perfusion": False}}, {}, {"laws": self.STAYS})
        ]
        return [run.summary["electrical"]["energy_J"] for run in runs]

    def test_it_flows_while_tissue_lives(self):
        without, perfused, stays = self.energies_J([ramp(41, 2), hold(41, 18)])
        assert perfused > 1.01 * without
        assert perfused == pytest.approx(stays, rel=1e-6)

    def test_it_stops_where_tissue_is_coagulated_and_nowhere_else(self):
        without, perfused, stays = self.energies_J(treatment(80, 15))
        # Perfusion never there, or never gone, would make two of the three equal.
        assert 1.01 * without < perfused < 0.99 * stays


def test_boiling_takes_the_latent_heat_of_the_wet_tissues_water():
    # Defect: latent heat 1000 times too small, one name meaning the density of water and that of its vapour.
    made = scenario({"arm": {"probe": FINE_NEEDLE, "protocol": [power(3, 1)]}})
    probe = made.resolved_probe("arm")
    domain = Domain.of(load_mesh(probe.applicator(), "draft"), 1)
    treatment = treatment_of(made, "arm", made.anatomy.build(), probe.applicator(), Pose.identity())
    materials = treatment.materials(domain)
    enthalpy = build_heat(
        LinearSystems.of(domain, None), materials, probe.applicator(), tissue_laws(made), Body()
    ).enthalpy
    over_the_band = enthalpy.enthalpy(np.full(domain.tables.count, 101.0)) - enthalpy.enthalpy(np.full(1, 99.0))
    # 1090 kg/m³ of muscle, three quarters of it water at 2.26 MJ/kg: 1.85 GJ/m³; sensible heat adds 0.005.
    assert over_the_band[domain.cells["tissue"]] == pytest.approx(1.85e9, rel=0.01)
    # Metal does not boil.
    assert over_the_band[domain.cells["tip"]].max() < 1e7


def test_convection_does_not_depend_on_the_time_step():
    # Defect: the Robin term not scaled by Δt. A block that conducts at once cools as one: θ = θ₀ exp(−hAt/ρcV).
    side_m, h, capacity, coolant_C, duration_s = 2e-3, 3500.0, 3.5e6, 10.0, 2.0
    tables = muscle_tables(box((side_m,) * 3, (1, 1, 1)), 1)
    _, wall = facet_mass(tables.V, boundary_facets(tables.V.mesh, lambda x: np.isclose(x[0], 0.0)))
    heat = bioheat(tables, conductivity=1e5, capacity=capacity, coolant=Coolant(wall, h, coolant_C))
    start, none = np.full(tables.local_size, BODY_C), uniform_heat(tables, 0.0)
    exact = coolant_C + (BODY_C - coolant_C) * np.exp(-h * duration_s / (capacity * side_m))
    steps = [2, 4, 8]
    errors = [np.abs(fixed_steps(heat, none, start, duration_s, n) - exact).max() for n in steps]
    assert errors[0] < 1.0
    assert observed_order([1.0 / n for n in steps], errors) == pytest.approx(2.0, abs=0.2)


@pytest.mark.parametrize(("temperature_C", "minutes"), [(45.0, 4.0), (43.0, 1.0), (41.0, 1.0 / 16.0)])
def test_equivalent_minutes_halve_above_43_and_quarter_below(temperature_C, minutes):
    # Defect: R of CEM43 on the wrong side of 43 °C.
    T = np.array([temperature_C])
    assert StepCurve(T, T, np.zeros(1), 60.0).integrate(cem43_rate)[0] == pytest.approx(minutes, rel=1e-12)


def test_the_needle_is_as_large_as_the_library_says():
    # Defect: mm taken for m, in the fields that pictures and metrics are made of.
    fields = solve(NEEDLE, treatment(80, 15), tissues=TestPerfusion.RICH).fields
    tip = np.asarray(fields.points_mm)[np.unique(fields.cells[fields.in_region("tip")])]
    # A faceted hemisphere is stretched to its volume, by some hundredths of a millimetre.
    assert np.ptp(tip, axis=0).max() == pytest.approx(10.0, abs=0.05)
