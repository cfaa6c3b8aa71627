"""A lesion that has been made, one of several in turn: what the next begins with, and what the arm is joined from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self, cast

import numpy as np
from numpy.typing import NDArray

from rfa_model.errors import SolveError
from rfa_model.laws.criterion import Exposure
from rfa_model.metrics.data import ArmData, Balance, History, Increment, PulseFields, SolverInfo
from rfa_model.metrics.mesh import TetMesh
from rfa_model.metrics.sampling import locate
from rfa_model.solver.exposure import FurtherDamage
from rfa_model.solver.memory import part, under
from rfa_model.solver.state import State
from rfa_model.solver.state_file import Arrays

Array = NDArray[np.float64]
_FIELDS = ("temperature_C", "damage", "cem43_min", "peak_temperature_C")
_MESH, _GAINED = ("points_mm", "cells", "cell_region"), ("damage", "peak_temperature_C", "cem43_min")


@dataclass(frozen=True)
class Carried:
    """What lesions made before left at the nodes of a mesh; ``damage`` and ``states`` are by further laws."""

    state: State
    damage: Mapping[str, Array]
    states: Mapping[str, Array]


@dataclass(frozen=True)
class Ended:
    """A protocol gone through: the arm (on the first process), what its mesh began with, and what it came to."""

    arm: ArmData | None
    start: State
    state: State
    further: FurtherDamage


@dataclass(frozen=True)
class Made:
    """A lesion that has been made.

    Attributes
    ----------
    owner : int
        Whose it is, see :func:`rfa_model.treatment.in_turn.owners_of`.
    duration_s : float
        Of its protocol, the pause after it included.
    increment : Increment
        What it added, on its own mesh.
    left : Carried
        The tissue's state at that mesh's nodes.
    history, balance, solver_info, cutoff_s
        Of its own; times from its beginning.
    """

    owner: int
    duration_s: float
    increment: Increment
    left: Carried
    history: History
    balance: Balance
    solver_info: SolverInfo
    cutoff_s: float | None

    @classmethod
    def of(cls, ended: Ended, owner: int, duration_s: float) -> Self:
        """Return what is kept of a protocol gone through."""
        arm, further = ended.arm, ended.further
        if arm is None:
            raise SolveError("nothing to carry over")
        left = Carried(ended.state, dict(further.damage), dict(further.states))
        increment = increment_of(ended, arm.fields.exposure)
        return cls(owner, duration_s, increment, left, arm.history, arm.balance, arm.solver_info, arm.cutoff)

    def carried_over(self, points_mm: Array, rest_C: Array) -> Carried:
        """Return what it left at other points: interpolated, Ω and CEM43 by their logarithms; at rest beyond its mesh.

        Where the needle was, tissue has closed in as warm as the needle is.
        """
        state = self.left.state
        there = locate(TetMesh.of_cells(self.increment.points_mm, self.increment.cells), points_mm)

        def linear(values: Array, beyond: float | Array) -> Array:
            return np.asarray(np.where(there.found, there(values), beyond), dtype=np.float64)

        def shares(states: Array) -> Array:
            return np.stack([linear(one, 0.0 if n else 1.0) for n, one in enumerate(states)])

        return Carried(
            State(
                time_s=0.0,
                temperature_C=linear(state.temperature_C, rest_C),
                damage=there.grown(state.damage),
                cem43_min=there.grown(state.cem43_min),
                peak_temperature_C=linear(state.peak_temperature_C, rest_C),
                damage_states=None if state.damage_states is None else shares(state.damage_states),
            ),
            {name: there.grown(omega) for name, omega in self.left.damage.items()},
            {name: shares(inner) for name, inner in self.left.states.items()},
        )

    def arrays(self) -> Arrays:
        """Return all of it as named arrays."""
        state, more = self.left.state, self.left.state.damage_states
        known = {"owner": self.owner, "duration_s": self.duration_s, "cutoff_s": self.cutoff_s}
        return {
            **under("own", _numbers(known)),
            **under("balance", _numbers(self.balance)),
            **under("solver", _numbers(self.solver_info)),
            **under("history", self.history.columns),
            **under("state", {name: getattr(state, name) for name in _FIELDS}),
            **under("state", {} if more is None else {"damage_states": more}),
            **under("damage", self.left.damage),
            **under("states", self.left.states),
            **_arrays_of(self.increment),
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Return what :meth:`arrays` returned as arrays; KeyError if one is missing."""
        own, state = _known(arrays, "own"), _floats(arrays, "state")
        solver = _known(arrays, "solver")
        whole = {name: int(solver[name]) for name in solver if name != "wall_s"}
        return cls(
            owner=int(own["owner"]),
            duration_s=own["duration_s"],
            increment=_increment(arrays),
            left=Carried(
                State(time_s=0.0, **{name: state[name] for name in _FIELDS}, damage_states=state.get("damage_states")),
                _floats(arrays, "damage"),
                _floats(arrays, "states"),
            ),
            history=History(_floats(arrays, "history")),
            balance=cast(Balance, {name: None for name in Balance.__annotations__} | _known(arrays, "balance")),
            solver_info=cast(SolverInfo, {**solver, **whole}),
            cutoff_s=own.get("cutoff_s"),
        )


def increment_of(ended: Ended, exposure: Exposure) -> Increment:
    """Return what one protocol had added, on its own mesh, by the time of an exposure of its nodes."""
    arm, start = ended.arm, ended.start
    if arm is None or exposure.cem43_min is None:
        raise SolveError("nothing to add")
    peak_C = np.asarray(exposure.peak_temperature_C, dtype=float)
    return Increment(
        points_mm=np.asarray(arm.fields.points_mm, dtype=float),
        cells=np.asarray(arm.fields.cells),
        cell_region=np.asarray(arm.fields.cell_region),
        damage=np.maximum(exposure.damage - start.damage, 0.0),
        # What was brought along is known better on the mesh before, and would inflate a coarse cell's here.
        peak_temperature_C=np.where(peak_C > start.peak_temperature_C, peak_C, arm.body_temperature_C),
        cem43_min=np.maximum(exposure.cem43_min - start.cem43_min, 0.0),
        further_damage={
            name: np.maximum(omega - ended.further.start.get(name, 0.0), 0.0)
            for name, omega in exposure.further_damage.items()
        },
        pulse=arm.fields.pulse,
    )


def _arrays_of(increment: Increment) -> Arrays:
    one, pulse = increment, increment.pulse
    own = {name: getattr(one, name) for name in (*_MESH, *_GAINED)}
    highest = {} if pulse is None else {"potential_V": pulse.potential_V, "heating": pulse.heating_K_m2_per_V2}
    return {**under("increment", own), **under("further", one.further_damage), **under("pulse", highest)}


def _increment(arrays: Arrays) -> Increment:
    own, gained, pulse = part("increment", arrays), _floats(arrays, "increment"), _floats(arrays, "pulse")
    return Increment(
        cells=own["cells"].astype(np.int64, copy=False),
        cell_region=own["cell_region"].astype(np.int64, copy=False),
        points_mm=gained["points_mm"],
        **{name: gained[name] for name in _GAINED},
        further_damage=_floats(arrays, "further"),
        pulse=PulseFields(pulse["potential_V"], pulse["heating"]) if pulse else None,
    )


def _numbers(values: Mapping[str, object]) -> dict[str, Array]:
    return {name: np.array(float(cast(float, value))) for name, value in values.items() if value is not None}


def _known(arrays: Arrays, prefix: str) -> dict[str, float]:
    return {name: float(value) for name, value in _floats(arrays, prefix).items()}


def _floats(arrays: Arrays, prefix: str) -> dict[str, Array]:
    return {name: np.asarray(values, dtype=np.float64) for name, values in part(prefix, arrays).items()}


def all_arrays(made: Sequence[Made]) -> Arrays:
    """Return several lesions as named arrays."""
    return {f"{n}/{name}": values for n, one in enumerate(made) for name, values in one.arrays().items()}


def all_made(arrays: Arrays) -> list[Made]:
    """Return what :func:`all_arrays` returned as arrays."""
    count = len({name.split("/", 1)[0] for name in arrays})
    return [Made.from_arrays(part(str(n), arrays)) for n in range(count)]
