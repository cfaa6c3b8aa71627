"""Every assembled operator against its UFL form, with random coefficients, on a box and on a needle's mesh."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
import scipy.sparse as sp
import ufl

from rfa_model.assurance.verification.tools.bioheat import Array
from rfa_model.laws import Perfusion, ThermalConductivity, Vaporisation
from rfa_model.physics import forms
from rfa_model.physics.assembly import facet_mass
from rfa_model.physics.bioheat import BioheatProblem, Coolant
from rfa_model.physics.electric import ElectricProblem
from tests.verification.operators import (
    LUMEN,
    OUTER,
    SETTINGS,
    SHAFT,
    TISSUE,
    Setting,
    constrain,
    csr,
    difference,
    matrix,
    scalar,
    vector,
)

EXACT = 1e-12
R_M, TAU_S, BLOOD_C, COOLANT_C, H = 0.04, 0.3, 37.0, 5.0, 2e3
RADIAL, AXIAL = 0.6, 7.0


@pytest.fixture(params=[(name, order) for name in SETTINGS for order in (1, 2)], ids=lambda p: f"{p[0]}-P{p[1]}")
def setting(request: pytest.FixtureRequest) -> Setting:
    name, order = request.param
    return SETTINGS[name](order)


@dataclass(frozen=True)
class Electric:
    """A problem with its random σ, the same σ as fields, and its bilinear form."""

    setting: Setting
    problem: ElectricProblem
    corners: Array

    @classmethod
    def random(cls, setting: Setting) -> "Electric":
        cells = setting.group(TISSUE)
        problem = ElectricProblem(setting.tables, cells, setting.contacts, setting.group(OUTER), far_field_radius_m=R_M)
        return cls(setting, problem, np.random.default_rng(3).uniform(0.01, 1.0, (4, len(cells))))

    def sigma(self) -> tuple[ufl.Coefficient, ufl.Coefficient]:
        corners = np.zeros((4, self.setting.tables.count))
        corners[:, self.setting.group(TISSUE)] = self.corners
        return self.setting.per_corner(corners), self.setting.per_cell(corners.mean(axis=0))

    def form(self, phi: ufl.Argument, v: ufl.Argument) -> ufl.Form:
        (sigma, mean), dx, ds = self.sigma(), self.setting.dx, self.setting.ds
        return forms.current(sigma, phi, v, dx(TISSUE)) + forms.far_field(mean, R_M, phi, v, ds(OUTER))

    def matrix(self) -> sp.csr_array:
        V = self.setting.tables.V
        return matrix(self.form(ufl.TrialFunction(V), ufl.TestFunction(V)))


def test_current_matrix_and_right_hand_side(setting: Setting) -> None:
    electric = Electric.random(setting)
    problem, full = electric.problem, electric.matrix()
    problem.update(electric.corners)
    volts = np.array([0.7, -0.4])[: len(problem.contacts)]
    rhs, metal, fixed = problem.right_hand_side(volts), volts @ problem.on_contact, problem.constrained
    assert difference(csr(problem.matrix.matrix), constrain(full, fixed)) < EXACT
    # The contacts' voltages, lifted: −A·V on the free unknowns.
    assert difference(rhs, np.where(fixed, 0.0, -full @ metal)) < EXACT


def test_currents_and_powers(setting: Setting) -> None:
    electric = Electric.random(setting)
    problem, rng = electric.problem, np.random.default_rng(4)
    problem.update(electric.corners)
    values = np.where(problem.on_contact[0], 1.0, rng.uniform(0.0, 1.0, setting.tables.local_size))
    phi, ones = setting.nodal(values), [setting.nodal(metal.astype(float)) for metal in problem.on_contact]
    sigma, mean = electric.sigma()
    joule = setting.tables.scatter((problem.tissue.nodes, problem.joule_load(electric.corners, values)))
    v = ufl.TestFunction(setting.tables.V)
    assert difference(joule, vector(forms.joule(sigma, phi, v, setting.dx(TISSUE)))) < EXACT
    # The reaction: the form with a test function that is 1 on a contact and falls to 0 within the next cell.
    assert problem.currents_A(values) == pytest.approx([scalar(electric.form(phi, one)) for one in ones], rel=1e-11)
    for found, test in ((problem.far_field_power_W, phi), (problem.far_field_current_A, 1.0)):
        beyond = forms.far_field(mean, R_M, phi, test, setting.ds(OUTER))
        assert found(values) == pytest.approx(scalar(beyond), rel=EXACT)


@dataclass(frozen=True)
class Heat:
    """A problem with random coefficients: tissue of any k, ρc, w and latent heat about a metal tip and a shaft."""

    setting: Setting
    problem: BioheatProblem
    k: Array
    heat_capacity: Array
    w: Array
    metabolic: Array
    start_C: Array
    temperature_C: Array

    @classmethod
    def random(cls, setting: Setting) -> "Heat":
        tables, rng = setting.tables, np.random.default_rng(5)
        in_tissue = np.zeros(tables.count, bool)
        in_tissue[setting.group(TISSUE)] = True

        def tissue(low: float, high: float) -> Array:
            return np.where(in_tissue, rng.uniform(low, high, tables.count), 0.0)

        shaft, metal = setting.group(SHAFT), 15.0
        capacity = np.where(in_tissue, tissue(1.5e6, 4.2e6), 3.9e6)
        conductivity = np.where(in_tissue, tissue(0.2, 0.6), metal)
        conductivity[shaft] = 1.0
        metric = tables.metric.copy()
        metric[:, shaft] = tables[shaft].metric_of(np.diag([RADIAL, RADIAL, AXIAL]))
        w, metabolic = tissue(0.0, 1e7), tissue(0.0, 1e8)  # far above the body's, so that neither is drowned
        law = ThermalConductivity()
        problem = BioheatProblem(
            tables=tables,
            metric=metric,
            conductivity_W_per_mK=conductivity,
            tissue=in_tissue.astype(float),
            enthalpy=Vaporisation().enthalpy(capacity, tissue(0.5e9, 1.6e9)),
            conductivity_law=law,
            perfusion_law=Perfusion(shutdown=True),
            perfusion_W_per_m3K=w,
            metabolic_heat_W_per_m3=metabolic,
            blood_temperature_C=BLOOD_C,
            coolants=[Coolant(facet_mass(tables.V, setting.group(LUMEN))[1], H, COOLANT_C)],
            fixed=rng.random(tables.local_size) < 0.1,
        )
        # From cold to boiled dry, and smooth enough that cell means are too.
        x = setting.tables.V.tabulate_dof_coordinates()[:, 2]
        wave = 70.0 + 40.0 * np.sin(3e3 * x)
        return cls(
            setting,
            problem,
            k=conductivity[:, None, None] * np.eye(3) + _shaft_only(tables.count, shaft),
            heat_capacity=capacity,
            w=w,
            metabolic=metabolic,
            start_C=wave + rng.uniform(-5.0, 0.0, tables.local_size),
            temperature_C=wave + rng.uniform(0.0, 5.0, tables.local_size),
        )

    def damage(self) -> Array:
        return np.exp(np.random.default_rng(6).uniform(-2.0, 2.0, self.setting.tables.local_size))

    def mean(self, nodal: Array) -> Array:
        """Cell means, by their form."""
        q, dx = self.setting.one_per_cell(), self.setting.dx
        return vector(forms.cell_mean(self.setting.nodal(nodal), q, dx)) / vector(q * dx)

    def passive(self, T: ufl.Coefficient, v: ufl.Argument) -> ufl.Form:
        """All heat that leaves by itself."""
        s, law = self.setting, ThermalConductivity()
        in_tissue = np.isin(s.cells.values, TISSUE)
        increment = np.where(in_tissue, law.increment(self.mean(self.temperature_C)), 0.0)
        k = s.per_cell(self.k + increment[:, None, None] * np.eye(3))
        alive = np.clip(self.mean(Perfusion().factor(self.damage(), self.temperature_C)), 0.0, 1.0)
        return (
            forms.conduction(k, T, v, s.dx)
            + forms.perfusion(s.per_cell(alive * self.w), T, BLOOD_C, v, s.dx)
            + forms.convection(H, T, COOLANT_C, v, s.ds(LUMEN))
            - forms.metabolism(s.per_cell(self.metabolic), v, s.dx)
        )

    def storage(self, T: ufl.Coefficient, v: ufl.Argument) -> ufl.Form:
        s, H_of = self.setting, self.problem.enthalpy.enthalpy
        before, after = self.mean(self.start_C), self.mean(self.temperature_C)
        latent = H_of(after) - H_of(before) - self.heat_capacity * (after - before)
        rise = T - s.nodal(self.start_C)
        return forms.storage(s.per_cell(self.heat_capacity), rise, s.per_cell(latent), TAU_S, v, s.dx)


def _shaft_only(cells: int, shaft: Array) -> Array:
    extra = np.zeros((cells, 3, 3))
    extra[shaft] = np.diag([RADIAL, RADIAL, AXIAL]) - np.eye(3)
    return extra


def test_cell_means(setting: Setting) -> None:
    heat = Heat.random(setting)
    assert difference(setting.tables.mean(heat.temperature_C), heat.mean(heat.temperature_C)) < EXACT


def test_heat_stored_and_lost(setting: Setting) -> None:
    heat = Heat.random(setting)
    T, v = setting.nodal(heat.temperature_C), ufl.TestFunction(setting.tables.V)
    coefficients = heat.problem.coefficients(heat.temperature_C, heat.damage())
    assert heat.problem.boils(heat.temperature_C), "latent heat takes part"
    lost, stored = vector(heat.passive(T, v)), vector(heat.storage(T, v))
    assert difference(-heat.problem.passive_load(heat.temperature_C, coefficients), lost) < EXACT
    assert difference(heat.problem.storage(heat.temperature_C, heat.start_C, TAU_S), stored) < EXACT
    on_fixed = -float(lost[heat.problem.fixed].sum())
    assert heat.problem.fixed_load_W(heat.temperature_C, coefficients) == pytest.approx(on_fixed, rel=1e-11)


def test_heat_matrix_is_the_forms_derivative(setting: Setting) -> None:
    heat = Heat.random(setting)
    V, problem = setting.tables.V, heat.problem
    T, v = setting.nodal(heat.temperature_C), ufl.TestFunction(V)
    capacity = problem.capacity(problem.tables.mean(heat.temperature_C))
    problem.update_matrix(problem.coefficients(heat.temperature_C, heat.damage()), capacity, TAU_S)
    frozen = matrix(ufl.derivative(heat.passive(T, v) + heat.storage(T, v), T, ufl.TrialFunction(V)))
    q = setting.one_per_cell()
    mean, volume = matrix(forms.cell_mean(ufl.TrialFunction(V), q, setting.dx)), vector(q * setting.dx)
    latent = (capacity - heat.heat_capacity) / TAU_S / volume
    theirs = frozen + mean.T @ (latent[:, None] * mean)
    assert difference(csr(problem.matrix.matrix), constrain(theirs, problem.fixed)) < EXACT


CURRENT = test_current_matrix_and_right_hand_side
PLANTED: list[tuple[str, Callable[[Setting], None]]] = [
    ("current", CURRENT),
    ("far_field", CURRENT),
    ("joule", test_currents_and_powers),
    *((term, test_heat_stored_and_lost) for term in ("storage", "conduction", "perfusion", "metabolism", "convection")),
    ("cell_mean", test_cell_means),
]


@pytest.mark.parametrize(("term", "check"), PLANTED, ids=[term for term, _ in PLANTED])
def test_a_term_that_is_off_by_a_hundred_millionth_is_found(
    term: str, check: Callable[[Setting], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    right: Callable[..., ufl.Form] = getattr(forms, term)
    monkeypatch.setattr(forms, term, lambda *arguments: (1.0 + 1e-8) * right(*arguments))
    with pytest.raises(AssertionError):
        check(SETTINGS["box"](1))
