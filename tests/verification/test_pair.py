"""A pair of needles through the whole coupled transient: what is mirrored in space is mirrored in heat and power."""

from dataclasses import dataclass

import numpy as np
import pytest

from rfa_model import library
from rfa_model.applicators.materials import ThermalSolid
from rfa_model.assurance.verification.tools.contacts import ContactMesh, Rod, Sizes, mesh_of, mirrored
from rfa_model.generator import Generator, PhaseRun
from rfa_model.generator.controllers import ConstantVoltage, IdealControl, SetPoint
from rfa_model.physics.drives import Bipolar, Drive, Monopolar
from rfa_model.physics.laws import TissueLaws
from rfa_model.physics.materials import mix
from rfa_model.scenario import Body
from rfa_model.solver.build import build_current, build_heat
from rfa_model.solver.domain import Domain
from rfa_model.solver.linear_systems import LinearSystems
from rfa_model.solver.sensor import PointSensor
from rfa_model.solver.state import State
from rfa_model.solver.step_report import StepReport
from rfa_model.solver.stepping import StepSize
from rfa_model.solver.thermal_parts import PlainPart, PlainParts
from rfa_model.solver.transient import Transient
from rfa_model.solver.unit_potential import UnitPotential

APART_MM, RADIUS_MM, TIP_MM, DOMAIN_MM = 8.0, 0.45, 10.0, 40.0
LIMITS = Generator()
METAL, SLEEVED = ThermalSolid(4e6, 15.0, 15.0), ThermalSolid(3e6, 7.0, 0.6)
BETWEEN = Bipolar(("right_tip",), ("left_tip",))
SETTLED_C = 1e-3


@dataclass(frozen=True)
class Run:
    """What a run left behind."""

    domain: Domain
    current: UnitPotential
    transient: Transient
    reports: list[StepReport]
    end: State

    def at(self, x_mm: float, y_mm: float, z_mm: float, values: np.ndarray | None = None) -> float:
        sensor = PointSensor(self.domain.tables.V, 1e-3 * np.array([x_mm, y_mm, z_mm]))
        return sensor.read(self.end.temperature_C if values is None else values)


@pytest.fixture(scope="module")
def domain() -> Domain:
    y = 0.5 * APART_MM
    rods = [
        Rod("right_tip", y, RADIUS_MM, -0.5 * TIP_MM, 0.5 * TIP_MM),
        Rod("right_shaft", y, RADIUS_MM, 0.5 * TIP_MM, 99.0),
    ]
    half = mesh_of(rods, ["right_tip"], Sizes(0.45, 0.4, DOMAIN_MM), half=True)
    names = {"right_tip": "left_tip", "right_shaft": "left_shaft"}
    return Domain.of(ContactMesh.of(mirrored(half, names)), 1)


def run(domain: Domain, drive: Drive, phases: list[PhaseRun]) -> Run:
    laws = TissueLaws()
    materials = mix(np.ones((len(domain.cells["tissue"]), 1)), ("muscle",), library.tissues(), 2.26e6)
    systems = LinearSystems.of(domain, 1e-3 * DOMAIN_MM)
    parts = {"tip": METAL, "shaft": SLEEVED}
    applicator = PlainParts(
        tuple(PlainPart(f"{side}_{part}", solid) for side in ("right", "left") for part, solid in parts.items())
    )
    heat = build_heat(systems, materials, applicator, laws, Body())
    current = build_current(systems, materials, laws.electric_conductivity, drive)
    reports: list[StepReport] = []
    transient = Transient(
        name="pair",
        heat=heat,
        current=current,
        sensor=PointSensor(domain.tables.V, 1e-3 * np.array([0.0, 0.5 * APART_MM, 0.0])),
        damage_law=laws.damage,
        impedance_cutoff_ohm=1e3,
        step=StepSize(0.3, 0.05, 5.0),
        observers=[lambda report, before, curve: reports.append(report)],
        linear=systems.heat_solver,
    )
    transient.stages.tolerance_C = SETTLED_C
    rest = State.at_rest(np.full(domain.tables.local_size, 37.0))
    end = transient.run(rest, phases, lambda: ConstantVoltage(0.0, LIMITS))
    return Run(domain, current, transient, reports, end)


def controlled(to_C: float) -> list[PhaseRun]:
    """A ramp and a hold by the sensor in the right needle."""
    return [
        PhaseRun("ramp", 10.0, lambda reading, _: IdealControl(SetPoint(reading, to_C, 10.0), LIMITS)),
        PhaseRun("hold", 20.0, lambda *_: IdealControl(SetPoint(to_C, to_C, 20.0), LIMITS)),
    ]


@pytest.fixture(scope="module")
def bipolar(domain: Domain) -> Run:
    return run(domain, BETWEEN, controlled(75.0))


@pytest.fixture(scope="module")
def both(domain: Domain) -> Run:
    return run(domain, Monopolar(), controlled(75.0))


def mirror(domain: Domain) -> np.ndarray:
    """For every node its image in y = 0."""
    nodes = np.round(domain.tables.V.tabulate_dof_coordinates() * 1e7).astype(int)
    order, image_order = (np.lexsort((nodes * sign).T) for sign in ([1, 1, 1], [1, -1, 1]))
    image = np.empty(len(nodes), int)
    image[image_order] = order
    assert (nodes[image] == nodes * [1, -1, 1]).all()
    return image


@pytest.mark.parametrize("drive", ["bipolar", "both"])
def test_temperature_and_damage_are_mirrored(drive: str, request: pytest.FixtureRequest) -> None:
    pair: Run = request.getfixturevalue(drive)
    image, T = mirror(pair.domain), pair.end.temperature_C
    assert T.max() > 75.0
    # As closely as the iteration between heat and current settles, over all steps.
    assert np.abs(T - T[image]).max() < 20.0 * SETTLED_C
    assert np.abs(pair.end.peak_temperature_C - pair.end.peak_temperature_C[image]).max() < 20.0 * SETTLED_C


@pytest.mark.parametrize("drive", ["bipolar", "both"])
def test_contacts_deliver_the_same_power_and_it_balances(drive: str, request: pytest.FixtureRequest) -> None:
    pair: Run = request.getfixturevalue(drive)
    right, left = pair.current.powers_S
    assert right == pytest.approx(left, rel=1e-4)
    assert right + left == pytest.approx(pair.current.conductance_S, rel=1e-12)
    assert pair.current.power_residual < 1e-6
    residual = pair.transient.balance.relative_residual
    assert residual is not None
    assert residual < 1e-4


def test_bipolar_potential_changes_its_sign_in_the_mirror(bipolar: Run) -> None:
    phi = bipolar.current.potential
    assert bipolar.current.voltages == pytest.approx([0.5, -0.5], abs=1e-4)
    assert np.abs(phi + phi[mirror(bipolar.domain)]).max() < 1e-4


def test_the_sensor_that_is_not_asked_reads_the_set_point_too(bipolar: Run) -> None:
    y = 0.5 * APART_MM
    assert bipolar.reports[-1].sensor_C == pytest.approx(75.0, abs=0.05)
    assert bipolar.at(0.0, -y, 0.0) == pytest.approx(bipolar.at(0.0, y, 0.0), abs=20.0 * SETTLED_C)


def test_between_the_needles_a_bipolar_pair_heats_and_outside_it_less(bipolar: Run, both: Run) -> None:
    # At the same temperature of the metal: between like charges the field vanishes, between unlike ones it is greatest.
    assert bipolar.at(0.0, 0.0, 0.0) > both.at(0.0, 0.0, 0.0) + 1.0
    beyond = APART_MM
    assert bipolar.at(0.0, beyond, 0.0) < both.at(0.0, beyond, 0.0) - 0.5
