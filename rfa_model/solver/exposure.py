"""What criteria ask of a transient beyond its state: Ω by laws of their own, what tissue went through earlier."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rfa_model.physics.damage import CellDeathLaw, DamageLaw, StepCurve, advanced
from rfa_model.solver.memory import Memory, part, under
from rfa_model.solver.state import State
from rfa_model.solver.step_report import StepReport

Array = NDArray[np.float64]


@dataclass
class FurtherDamage:
    """Ω by laws beside the one the equations use; an observer that others ask, so it has to be told before them.

    Attributes
    ----------
    laws : mapping of str to DamageLaw or CellDeathLaw
        By name.
    start, start_states : mapping of str to array
        Ω, and the states of laws that have any, to begin with; 0, and none, unless given.
    damage : dict of str to array
        Ω now by each law, (n,).
    """

    laws: Mapping[str, DamageLaw | CellDeathLaw]
    start: Mapping[str, Array] = field(default_factory=dict)
    start_states: Mapping[str, Array] = field(default_factory=dict)
    damage: dict[str, Array] = field(default_factory=dict, init=False)
    _states: dict[str, Array] = field(default_factory=dict, init=False)
    _before: tuple[dict[str, Array], dict[str, Array]] = field(default=({}, {}), init=False)

    def __call__(self, report: StepReport, before: State | None, curve: StepCurve | None) -> None:
        """Go on over a step."""
        if curve is None:
            rest = np.zeros_like(report.state.temperature_C)
            self.damage = {name: self.start.get(name, rest).copy() for name in self.laws}
            self._states = dict(self.start_states)
        self._before = self.damage, self._states
        if curve is not None:
            self.damage, self._states = self._advanced(curve, 1.0)

    @property
    def states(self) -> Mapping[str, Array]:
        """States now of laws that have any."""
        return self._states

    def within(self, curve: StepCurve, share: float) -> dict[str, Array]:
        """Return Ω by each law at a fraction of the step that was told of last."""
        return self._advanced(curve, share)[0]

    def _advanced(self, curve: StepCurve, until: float) -> tuple[dict[str, Array], dict[str, Array]]:
        damage, states = self._before
        found = {name: advanced(law, damage[name], states.get(name), curve, until) for name, law in self.laws.items()}
        return (
            {name: omega for name, (omega, _) in found.items()},
            {name: inner for name, (_, inner) in found.items() if inner is not None},
        )

    def memory(self) -> Memory:
        return {**under("damage", self.damage), **under("states", self._states)}

    def restore(self, memory: Memory) -> None:
        self.damage = {name: np.asarray(values) for name, values in part("damage", memory).items()}
        self._states = {name: np.asarray(values) for name, values in part("states", memory).items()}
        self._before = self.damage, self._states


@dataclass
class EndOfHeating:
    """What tissue had gone through at the end of the last step with power on; nothing before there was any.

    Attributes
    ----------
    further : FurtherDamage
        Told before this.
    time_s : float or None
    fields : dict of str to array
        ``damage``, ``cem43_min``, ``peak_temperature_C``, and Ω by further laws under ``further/<law>``.
    """

    further: FurtherDamage
    time_s: float | None = field(default=None, init=False)
    fields: dict[str, Array] = field(default_factory=dict, init=False)

    def __call__(self, report: StepReport, before: State | None, curve: StepCurve | None) -> None:
        """Keep the state of a step with power on."""
        if report.power_W > 0.0:
            state, self.time_s = report.state, report.state.time_s
            self.fields = {
                "damage": state.damage,
                "cem43_min": state.cem43_min,
                "peak_temperature_C": state.peak_temperature_C,
                **{f"further/{name}": omega for name, omega in self.further.damage.items()},
            }

    def memory(self) -> Memory:
        known = {} if self.time_s is None else {"time_s": np.array(self.time_s)}
        return {**known, **under("fields", self.fields)}

    def restore(self, memory: Memory) -> None:
        self.time_s = float(memory["time_s"]) if "time_s" in memory else None
        self.fields = {name: np.asarray(values) for name, values in part("fields", memory).items()}
