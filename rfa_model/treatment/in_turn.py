"""Lesions made in turn with one applicator: what tissue brings from one to the next, and what they come to together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from rfa_model._progress import Progress
from rfa_model.errors import InputError, SolveError
from rfa_model.metrics.data import ArmData, Balance, History, Increment, InTurn, SolverInfo
from rfa_model.metrics.history import Step, lesion_column
from rfa_model.metrics.mesh import TetMesh
from rfa_model.metrics.sampling import locate
from rfa_model.parallel.ranks import rank_count
from rfa_model.solver.exposure import FurtherDamage
from rfa_model.solver.state import State
from rfa_model.solver.transient import Observer
from rfa_model.treatment.checkpoint import Checkpoint, OutOfTime
from rfa_model.treatment.workspace import Workspace

if TYPE_CHECKING:
    from rfa_model.treatment.treatment import Treatment

Array = NDArray[np.float64]
type BalanceKey = Literal["power_residual", "energy_residual", "conductivity_lag", "pad_current"]


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


def solved_in_turn(
    last: Treatment,
    observers: Sequence[Observer],
    progress: Progress,
    workspace: Workspace,
    checkpoint: Checkpoint | None,
) -> ArmData:
    """Solve a treatment after those before it, and return them as one arm.

    Raises
    ------
    InputError
        Under ``mpiexec`` with several processes.
    OutOfTime
        Between two lesions; the arm then begins anew.
    """
    if rank_count() > 1:
        raise InputError(f"arm '{last.name}': several lesions in turn are solved by one process; run without mpiexec")
    parts: list[tuple[Treatment, Ended]] = []
    for part in (*last.before, replace(last, before=())):
        if parts and checkpoint is not None and checkpoint.is_over():
            raise OutOfTime((last.name, 0.0, last.duration_s))
        progress.say(f"lesion {len(parts) + 1} of {len(last.before) + 1}", last.name)
        before = partial(carried_over, parts[-1][1]) if parts else None
        parts.append((part, part.transient(observers, progress, workspace, None, before)))
    return _joined(last, parts)


def carried_over(ended: Ended, points_mm: Array, rest_C: Array) -> Carried:
    """Return what a run left at other points: interpolated, Ω and CEM43 by their logarithms; at rest beyond its mesh.

    Where the needle was, tissue has closed in as warm as the needle is.
    """
    if ended.arm is None:
        raise SolveError("nothing to carry over")
    fields, state = ended.arm.fields, ended.state
    there = locate(TetMesh.of_cells(np.asarray(fields.points_mm, dtype=float), fields.cells), points_mm)

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
        {name: there.grown(omega) for name, omega in ended.further.damage.items()},
        {name: shares(inner) for name, inner in ended.further.states.items()},
    )


def _joined(last: Treatment, parts: Sequence[tuple[Treatment, Ended]]) -> ArmData:
    arms = [ended.arm for _, ended in parts if ended.arm is not None]
    durations = [sum(phase.duration_s for phase in part.protocol) for part, _ in parts]
    starts = np.concatenate([[0.0], np.cumsum(durations)[:-1]])
    end = arms[-1]
    fields = replace(end.fields, times_s=np.asarray(end.fields.times_s) + starts[-1])
    fields.heated_s = None if fields.heated_s is None else fields.heated_s + float(starts[-1])
    cut = [start + arm.cutoff for start, arm in zip(starts, arms, strict=True) if arm.cutoff is not None]
    return replace(
        end,
        fields=fields,
        history=_history([arm.history for arm in arms], starts),
        cutoff=float(cut[0]) if cut else None,
        damage_at_rest=last.damage_at_rest(),
        solver_info=_work(arms),
        balance=worst_balance([arm.balance for arm in arms], starts),
        in_turn=tuple(_lesions(last, arms, starts, durations)),
        increments=tuple(_increment(ended) for _, ended in parts),
    )


def _history(parts: Sequence[History], starts_s: Array) -> History:
    """One after the other, times and energies going on; a later one's first row, of its beginning, is left out."""
    energy_J, columns = 0.0, {name: [values] for name, values in parts[0].columns.items()}
    for before, part, start_s in zip(parts, parts[1:], starts_s[1:], strict=False):
        energy_J += float(before[Step.energy_J.key][-1])
        more = {Step.time_s.key: float(start_s), Step.energy_J.key: energy_J}
        for name, values in part.columns.items():
            columns[name].append(values[1:] + more.get(name, 0.0))
    return History({name: np.concatenate(values) for name, values in columns.items()})


def _work(arms: Sequence[ArmData]) -> SolverInfo:
    """Of all lesions."""
    infos = [arm.solver_info for arm in arms]
    return {
        "steps": sum(info["steps"] for info in infos),
        "rejected_steps": sum(info["rejected_steps"] for info in infos),
        "electric_solves": sum(info["electric_solves"] for info in infos),
        "preconditioner_fallbacks": sum(info["preconditioner_fallbacks"] for info in infos),
        "wall_s": sum(info["wall_s"] for info in infos),
    }


def worst_balance(balances: Sequence[Balance], starts_s: Array) -> Balance:
    """Return each balance as the lesion has it where it is worst; times since the first lesion began."""

    def size(one: Balance, key: BalanceKey) -> float:
        return float(np.nan_to_num(one.get(key) or 0.0, nan=np.inf))

    def worst(key: BalanceKey) -> Balance:
        return max(balances, key=lambda one: size(one, key))

    begun_s, lagging = max(
        zip(starts_s.tolist(), balances, strict=True), key=lambda pair: size(pair[1], "conductivity_lag")
    )
    lag_s = lagging.get("conductivity_lag_at_s")
    return {
        "power_residual": worst("power_residual").get("power_residual"),
        "energy_residual": worst("energy_residual").get("energy_residual"),
        "conductivity_lag": lagging.get("conductivity_lag"),
        "conductivity_lag_at_s": None if lag_s is None else begun_s + lag_s,
        "pad_current": worst("pad_current").get("pad_current"),
    }


def _lesions(last: Treatment, arms: Sequence[ArmData], starts_s: Array, durations_s: Sequence[float]) -> list[InTurn]:
    found = []
    for n, arm in enumerate(arms):
        columns = {name: arm.history[lesion_column(name)] for name in last.criteria}
        before = {name: float(arms[n - 1].history[lesion_column(name)][-1]) for name in columns} if n else None
        found.append(
            InTurn(
                pose=arm.pose,
                start_s=float(starts_s[n]),
                duration_s=durations_s[n],
                left_mm3=before,
                taken_up_mm3={name: float(values[0]) for name, values in columns.items()} if n else None,
                end_mm3={name: float(values[-1]) for name, values in columns.items()},
            )
        )
    return found


def _increment(ended: Ended) -> Increment:
    """What one protocol added, on its own mesh."""
    assert ended.arm is not None
    fields, start, end = ended.arm.fields, ended.start, ended.state
    return Increment(
        points_mm=np.asarray(fields.points_mm, dtype=float),
        cells=np.asarray(fields.cells),
        damage=np.maximum(end.damage - start.damage, 0.0),
        # What was brought along is known better on the mesh before, and would inflate a coarse cell's here.
        peak_temperature_C=np.where(
            end.peak_temperature_C > start.peak_temperature_C, end.peak_temperature_C, ended.arm.body_temperature_C
        ),
        cem43_min=np.maximum(end.cem43_min - start.cem43_min, 0.0),
        further_damage={
            name: np.maximum(omega - ended.further.start.get(name, 0.0), 0.0)
            for name, omega in ended.further.damage.items()
        },
    )
