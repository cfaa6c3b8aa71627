"""Everything that a run needs to go on, as one value."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rfa_model.solver.memory import Memory, array_of, numbers_of, part, under
from rfa_model.solver.state import State, Totals

_NUMBERS = ("phase", "phase_start_s", "phase_start_sensor_C")
_FIELDS = ("temperature_C", "damage", "cem43_min", "peak_temperature_C")
_FIELDS_OR_NONE = ("slope_C_per_s", "damage_states")
_TOTALS = ("energy_J", "steps", "conductivity_lag", "conductivity_lag_at_s")
_PARTS = ("step", "stages", "current", "balance")


@dataclass(frozen=True)
class RunState:
    """A run between two steps: a transient that is given it goes on as the one that it was taken from did.

    A preconditioner is in it as the coefficients of the matrices that it was set up from.

    Attributes
    ----------
    fields : State
        Time and nodal fields.
    phase : int
        Which phase is under way, or was the last to end.
    phase_start_s, phase_start_sensor_C : float
        When it began, and the sensor's reading then, where a ramp starts.
    cutoff_s : float or None
        When the impedance cut the generator off.
    controller : mapping of str to float
        What the phase's controller remembers.
    totals : Totals
    step, stages, current, balance : Memory
        Of the step's size, of the stages with their linear solvers, of the current, and of the sums of heat.
    observers : tuple of Memory
        Of every observer that remembers anything, in turn.
    """

    fields: State
    phase: int
    phase_start_s: float
    phase_start_sensor_C: float
    cutoff_s: float | None
    controller: Mapping[str, float]
    totals: Totals
    step: Memory
    stages: Memory
    current: Memory
    balance: Memory
    observers: tuple[Memory, ...]

    @property
    def time_s(self) -> float:
        """Time since the start."""
        return self.fields.time_s

    def memory(self) -> Memory:
        """Return all of it as named arrays."""
        state = self.fields
        maybe = {name: getattr(state, name) for name in _FIELDS_OR_NONE}
        known = {name: values for name, values in maybe.items() if values is not None}
        kept = {
            **numbers_of(self, (*_NUMBERS, "time_s")),
            **({} if self.cutoff_s is None else {"cutoff_s": np.array(self.cutoff_s)}),
            **under("fields", {name: getattr(state, name) for name in _FIELDS} | known),
            **under("totals", numbers_of(self.totals, _TOTALS)),
            **under("controller", {name: np.array(value) for name, value in self.controller.items()}),
            "observers": np.array(float(len(self.observers))),
        }
        for name in _PARTS:
            kept |= under(name, getattr(self, name))
        for n, memory in enumerate(self.observers):
            kept |= under(f"observers/{n}", memory)
        return kept

    @classmethod
    def of(cls, memory: Memory) -> "RunState":
        """Return the state that :meth:`memory` returned as arrays.

        Raises
        ------
        KeyError
            If an array is missing.
        """
        fields, totals = part("fields", memory), part("totals", memory)
        return cls(
            fields=State(
                time_s=float(memory["time_s"]),
                **{name: np.asarray(fields[name], dtype=np.float64) for name in _FIELDS},
                slope_C_per_s=array_of(fields, "slope_C_per_s"),
                damage_states=array_of(fields, "damage_states"),
            ),
            phase=int(memory["phase"]),
            phase_start_s=float(memory["phase_start_s"]),
            phase_start_sensor_C=float(memory["phase_start_sensor_C"]),
            cutoff_s=float(memory["cutoff_s"]) if "cutoff_s" in memory else None,
            controller={name: float(value) for name, value in part("controller", memory).items()},
            totals=Totals(
                energy_J=float(totals["energy_J"]),
                steps=int(totals["steps"]),
                conductivity_lag=float(totals["conductivity_lag"]),
                conductivity_lag_at_s=float(totals["conductivity_lag_at_s"]),
            ),
            **{name: part(name, memory) for name in _PARTS},
            observers=tuple(part(f"observers/{n}", memory) for n in range(int(memory["observers"]))),
        )
