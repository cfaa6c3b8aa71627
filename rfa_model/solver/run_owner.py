"""Whose a run's state is: what must be the same where it is taken up."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from rfa_model.errors import InputError
from rfa_model.generator import PhaseRun
from rfa_model.generator.controllers import Response
from rfa_model.physics.damage import StepCurve, advanced
from rfa_model.solver.state import State
from rfa_model.solver.stepping import GROWTH
from rfa_model.solver.transient import Transient

SAME = 1e-9


@dataclass(frozen=True)
class RunOwner:
    """A run, told by its mesh and by what it answers: laws and controllers may be anybody's own objects.

    Attributes
    ----------
    mesh : str
        Digest of this process's nodes and cells.
    phases : list of str
        Each phase with its set points, the V² that its controller gives midway at 37 °C, and its coolant if it is off.
    answers : dict of str to float
        This process's heat in the state's fields, what the current lags behind, and the settings of the steps.
    """

    mesh: str
    phases: list[str]
    answers: dict[str, float]

    @classmethod
    def of(cls, transient: Transient, phases: Sequence[PhaseRun], state: State) -> "RunOwner":
        """Return the owner of these fields; the transient's current has to belong to them."""
        return cls(mesh_digest(transient), [_told(phase) for phase in phases], dict(_answers(transient, state)))

    def check(self, here: "RunOwner") -> None:
        """Raise InputError where this, from a file, is not the run that is here."""
        if self.phases != here.phases:
            told = [" | ".join(phases) for phases in (self.phases, here.phases)]
            raise InputError(
                f"belongs to a run of {told[0]}, not of {told[1]}; continue with the protocol it began with"
            )
        for name, value in self.answers.items():
            found = here.answers.get(name, np.nan)
            if value != found and not abs(found - value) <= SAME * abs(value):
                raise InputError(
                    f"belongs to another run: its {name} was {value:.9g} and is {found:.9g} here; "
                    "continue with the scenario it began with"
                )


def mesh_digest(transient: Transient) -> str:
    """Return a digest of this process's nodes and cells."""
    tables = transient.heat.tables
    digest = hashlib.sha256(np.ascontiguousarray(tables.V.tabulate_dof_coordinates()).tobytes())
    digest.update(tables.dofs.tobytes())
    return digest.hexdigest()


def _told(phase: PhaseRun) -> str:
    controller = phase.controller(37.0, None)
    first, last = controller.set_point_C(0.0), controller.set_point_C(phase.duration_s)
    V2 = controller.voltage_squared(0.5 * phase.duration_s, 1.0, 0, 1.0, Response(37.0, 1.0, 1.0, 0.01))
    points = "" if first is None or last is None else f" from {first:.12g} to {last:.12g} °C"
    dry = "" if phase.coolant else ", coolant off"
    return f"{phase.name}{points} for {phase.duration_s:.12g} s ({V2:.12g} V² midway at 37 °C{dry})"


def _answers(transient: Transient, state: State) -> Iterator[tuple[str, float]]:
    heat, step, T = transient.heat, transient.step, state.temperature_C
    coefficients = heat.coefficients(T, state.damage)
    flows = heat.flows(T, coefficients)
    yield "stored heat (J)", flows.stored_J
    yield "heat perfused away (W)", flows.perfused_W
    yield "heat cooled away (W)", flows.cooled_W
    yield "flowing heat (W)", float(np.abs(heat.passive_load(T, coefficients)).sum())
    second = StepCurve(T, T, np.zeros_like(T), 1.0)
    damage, _ = advanced(transient.damage_law, state.damage, state.damage_states, second)
    yield "damage of a second", float(np.sum(damage - state.damage))
    yield "lag of the conductivity", transient.current.lag(T)
    yield "impedance of the cut-off (ohm)", transient.impedance_cutoff_ohm
    yield "tolerance of a step (K)", step.tolerance
    yield "first step (s)", step.initial_s
    yield "largest step (s)", step.max_s
    yield "growth of steps", GROWTH[step.control]
    yield "history, 1 where it is sparse,", float(not transient.watches)
