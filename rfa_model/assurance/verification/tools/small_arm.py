"""A small arm, assembled by hand, whose steps are fixed and whose iterations are driven to the bottom."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rfa_model import library
from rfa_model.generator import Generator, PhaseRun
from rfa_model.generator.controllers import ConstantVoltage
from rfa_model.meshing import load_mesh
from rfa_model.physics.laws import TissueLaws
from rfa_model.physics.materials import mix
from rfa_model.scenario import Body
from rfa_model.solver.build import build_current, build_heat
from rfa_model.solver.domain import Domain
from rfa_model.solver.linear_systems import LinearSystems
from rfa_model.solver.sensor import PointSensor
from rfa_model.solver.state import State
from rfa_model.solver.step_report import Observer
from rfa_model.solver.stepping import StepSize
from rfa_model.solver.transient import Transient

LIMITS = Generator()


class SmallArm:
    """A 22G × 5 mm needle in perfused muscle, linear elements unless told: cheap steps, every law switched on."""

    def __init__(self, element_order: int = 1) -> None:
        self.applicator = library.probes()["conventional_22g_5mm"].applicator()
        self.domain = Domain.of(load_mesh(self.applicator, "draft"), element_order)
        self.laws = TissueLaws()
        cells = np.ones((len(self.domain.cells["tissue"]), 1))
        self.materials = mix(cells, ("muscle",), library.tissues(), 2.26e6)
        self.rest = State.at_rest(np.full(self.domain.tables.local_size, 37.0))

    def transient(
        self, step: StepSize, settled_C: float, sigma_tolerance: float = 1e-7, observers: Sequence[Observer] = ()
    ) -> Transient:
        """Return a fresh transient whose iterations settle to ``settled_C`` and whose φ follows σ(T) that closely."""
        systems = LinearSystems.of(self.domain, 0.04)
        heat = build_heat(systems, self.materials, self.applicator, self.laws, Body())
        current = build_current(systems, self.materials, self.laws.electric_conductivity)
        current.tolerance, current.rtol = sigma_tolerance, 1e-12
        sensor = PointSensor(self.domain.tables.V, self.applicator.control_sensors[0].position_m)
        made = Transient("small", heat, current, sensor, self.laws.damage, np.inf, step, observers, systems.heat_solver)
        made.stages.tolerance_C = settled_C
        made.stages.max_iterations = 60
        return made

    def fixed_steps(self, dt: float, phases: Sequence[PhaseRun], start: State) -> tuple[State, Transient]:
        """Run with equal steps, whatever their error."""
        transient = self.transient(StepSize(1e12, dt, dt), 1e-6)
        end = transient.run(replace(start, slope_C_per_s=None), phases, lambda: ConstantVoltage(0.0, LIMITS))
        return end, transient
