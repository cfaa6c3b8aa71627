"""Lesions made in turn with one applicator: each on what those before have left, and all of them joined to one arm."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from rfa_model._progress import Progress
from rfa_model.applicators.pose import Pose
from rfa_model.errors import InputError
from rfa_model.metrics.data import ArmData, Balance, History, InTurn, SolverInfo
from rfa_model.metrics.history import Step, lesion_column
from rfa_model.parallel.ranks import rank_count
from rfa_model.solver.step_report import Observer
from rfa_model.treatment.checkpoint import ANEW, Behind, Checkpoint, made_before
from rfa_model.treatment.gone_through import gone_through
from rfa_model.treatment.made import Ended, Made, all_arrays, all_made, increment_of
from rfa_model.treatment.workspace import Workspace

if TYPE_CHECKING:
    from rfa_model.treatment.treatment import Treatment

Array = NDArray[np.float64]
DIGITS = 12
"""Of a digest: a number that doubles hold exactly."""
type BalanceKey = Literal["power_residual", "energy_residual", "conductivity_lag", "pad_current"]


def solved_in_turn(
    last: Treatment,
    observers: Sequence[Observer],
    progress: Progress,
    workspace: Workspace,
    checkpoint: Checkpoint | None,
    sparsely: bool = False,
) -> ArmData:
    """Solve a treatment after those before it, and return them as one arm.

    Raises
    ------
    InputError
        Under ``mpiexec`` with several processes.
    OutOfTime
        As :meth:`Treatment.solve`.
    """
    if rank_count() > 1:
        raise InputError(f"arm '{last.name}': several lesions in turn are solved by one process; run without mpiexec")
    parts = (*last.before, replace(last, before=()))
    durations_s = [sum(phase.duration_s for phase in part.protocol) for part in parts]
    owners = owners_of(parts)
    made = all_made(made_before(checkpoint))
    known, ended = len(made), None
    if checkpoint is not None and (known >= len(parts) or [one.owner for one in made] != owners[:known]):
        raise InputError(f"{checkpoint.path}: holds lesions of another run than arm '{last.name}'; {ANEW}")
    for number in range(known, len(parts)):
        behind = Behind(number, sum(durations_s[:number]), sum(durations_s[number + 1 :]), all_arrays(made))
        if number > known and checkpoint is not None:
            behind.keep(checkpoint, last.name, durations_s[number])
        progress.say(f"lesion {number + 1} of {len(parts)}", last.name)
        before = made[-1].carried_over if made else None
        ended = gone_through(parts[number], observers, progress, workspace, checkpoint, before, behind, sparsely)
        made.append(Made.of(ended, owners[number], durations_s[number]))
    assert ended is not None
    return _joined(last, [part.pose for part in parts], made, ended)


def owners_of(parts: Sequence[Treatment]) -> list[int]:
    """Return what each of several lesions is known by: needle, place and protocol, its own and of those before."""
    digest, found = hashlib.sha256(), []
    for part in parts:
        contacts = [contact.name for contact in part.applicator.contacts]
        shape = [part.applicator.name, contacts, part.applicator.contact_extent_mm]
        digest.update(repr([shape, list(part.protocol)]).encode())
        digest.update(np.concatenate([np.ravel(part.pose.rotation), part.pose.translation_mm]).tobytes())
        found.append(int(digest.hexdigest()[:DIGITS], 16))
    return found


def _joined(last: Treatment, poses: Sequence[Pose], made: Sequence[Made], end: Ended) -> ArmData:
    assert end.arm is not None
    starts = np.concatenate([[0.0], np.cumsum([one.duration_s for one in made])[:-1]])
    fields = replace(end.arm.fields, times_s=np.asarray(end.arm.fields.times_s) + starts[-1])
    fields.heated_s = None if fields.heated_s is None else fields.heated_s + float(starts[-1])
    cut = [start + one.cutoff_s for start, one in zip(starts, made, strict=True) if one.cutoff_s is not None]
    return replace(
        end.arm,
        fields=fields,
        history=_history([one.history for one in made], starts),
        cutoff=float(cut[0]) if cut else None,
        damage_at_rest=last.damage_at_rest(),
        solver_info=_work([one.solver_info for one in made]),
        balance=worst_balance([one.balance for one in made], starts),
        in_turn=tuple(_lesions(last, poses, made, starts)),
        increments=tuple(one.increment for one in made),
        last_when_heated=increment_of(end, fields.heated) if fields.heated is not None else None,
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


def _work(infos: Sequence[SolverInfo]) -> SolverInfo:
    """Of all lesions."""
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


def _lesions(last: Treatment, poses: Sequence[Pose], made: Sequence[Made], starts_s: Array) -> list[InTurn]:
    volumes = [{name: one.history[lesion_column(name)] for name in last.criteria} for one in made]
    return [
        InTurn(
            pose=pose,
            start_s=float(start_s),
            duration_s=one.duration_s,
            left_mm3={name: float(values[-1]) for name, values in volumes[n - 1].items()} if n else None,
            taken_up_mm3={name: float(values[0]) for name, values in volumes[n].items()} if n else None,
            end_mm3={name: float(values[-1]) for name, values in volumes[n].items()},
        )
        for n, (pose, one, start_s) in enumerate(zip(poses, made, starts_s, strict=True))
    ]
