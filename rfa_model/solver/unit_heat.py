"""What 1 V² heats, at the starts of steps, and foreseen from there for a first stage.

A first stage takes the parabola through three steps' starts in place of a potential of its own: what it is off by is of
third order in the step, one more than the method. The second stage, the step's end, solves for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import MPI
from rfa_model.solver.memory import Memory
from rfa_model.solver.state import State
from rfa_model.solver.unit_potential import HeatSource

Array = NDArray[np.float64]
FARTHEST = 1.0
"""How far ahead the parabola is believed, of the last step."""
MISSED = 0.01
"""A first stage is solved again where the parabola missed the heat by more, summed over all nodes, of itself."""


@dataclass(frozen=True)
class UnitHeat:
    """Nodal load, conductance and power within the mesh per V², see :class:`.UnitPotential`."""

    load: Array
    conductance_S: float
    volume_power_W: float

    @classmethod
    def of(cls, current: HeatSource) -> "UnitHeat":
        """Return that of a current as it is."""
        return cls(current.load, current.conductance_S, current.volume_power_W)

    @classmethod
    def along(cls, weights: Sequence[float], seen: Sequence["UnitHeat"]) -> "UnitHeat":
        """Return a weighted sum."""
        pairs = list(zip(weights, seen, strict=True))
        return cls(
            sum((weight * each.load for weight, each in pairs), np.zeros_like(seen[0].load)),
            sum(weight * each.conductance_S for weight, each in pairs),
            sum(weight * each.volume_power_W for weight, each in pairs),
        )


@dataclass
class Foresight:
    """What 1 V² heated at the starts of this step and of those before, since the last kink."""

    _times_s: list[float] = field(default_factory=list, init=False)
    _seen: list[UnitHeat] = field(default_factory=list, init=False)

    def start(self, state: State, current: HeatSource, powered: bool) -> None:
        """Take note of a step's start; one that is tried again has been noted.

        Without power φ may be that of an earlier σ, but at a kink.
        """
        kink = state.slope_C_per_s is None
        if kink or not powered:
            self._times_s, self._seen = [], []
        if (kink or powered) and self._times_s[-1:] != [state.time_s]:
            self._times_s = [*self._times_s[-2:], state.time_s]
            self._seen = [*self._seen[-2:], UnitHeat.of(current)]

    def ahead(self, by_s: float) -> UnitHeat | None:
        """Return what 1 V² will heat so much after the step's start; None where that is not known."""
        if len(self._seen) < 3:
            return None
        a, b, c = self._times_s
        if by_s > FARTHEST * (c - b):
            return None
        t = c + by_s
        weights = (
            (t - b) * (t - c) / ((a - b) * (a - c)),
            (t - a) * (t - c) / ((b - a) * (b - c)),
            (t - a) * (t - b) / ((c - a) * (c - b)),
        )
        return UnitHeat.along(weights, self._seen)

    def missed(self, foreseen: UnitHeat, share: float, end: HeatSource, comm: "MPI.Comm") -> bool:
        """Return whether the heat foreseen for a share of the step was wrong, now that its end has been solved."""
        now = self._seen[-1].load
        there = now + share * (end.load - now)
        off, whole = (comm.allreduce(float(np.abs(load).sum())) for load in (foreseen.load - there, there))
        return bool(off > MISSED * whole)

    def memory(self) -> Memory:
        """Return what was seen."""
        if not self._seen:
            return {}
        return {
            "times_s": np.array(self._times_s),
            "loads": np.array([each.load for each in self._seen]),
            "numbers": np.array([(each.conductance_S, each.volume_power_W) for each in self._seen]),
        }

    def restore(self, memory: Memory) -> None:
        """Put back a memory."""
        self._times_s = [float(time_s) for time_s in memory.get("times_s", ())]
        loads, numbers = memory.get("loads", ()), memory.get("numbers", ())
        self._seen = [
            UnitHeat(np.asarray(load, dtype=np.float64), float(conductance_S), float(power_W))
            for load, (conductance_S, power_W) in zip(loads, numbers, strict=True)
        ]
