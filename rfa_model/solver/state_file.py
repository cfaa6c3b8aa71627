"""A run's state in a file: written whole, read by the run it belongs to, and by no other."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple, TypedDict

import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import MPI
from rfa_model._sealed_arrays import DAMAGED, opened_sealed, write_sealed
from rfa_model.errors import InputError
from rfa_model.generator import PhaseRun
from rfa_model.parallel.ranks import on_first
from rfa_model.solver.memory import Memory, part
from rfa_model.solver.run_owner import RunOwner, mesh_digest
from rfa_model.solver.run_state import RunState
from rfa_model.solver.transient import Transient

FORMAT = "rfa-model run state"
VERSION = 8

type Stamp = Mapping[str, str | float]
"""What a state's owner wants to find again beside it."""
type Arrays = Mapping[str, NDArray[np.generic]]
BESIDE = "beside/"


class _Owner(TypedDict):
    mesh: str
    phases: list[str]
    answers: dict[str, float]


class _Header(NamedTuple):
    stamp: Stamp
    owners: list[_Owner]


def write_run_state(
    path: Path,
    transient: Transient,
    phases: Sequence[PhaseRun],
    run: RunState,
    stamp: Stamp | None = None,
    beside: Arrays | None = None,
) -> None:
    """Write the state that a transient is in: the arrays of every process, by its rank, the stamp and what is beside.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    comm = transient.heat.tables.V.mesh.comm
    gathered = comm.gather((RunOwner.of(transient, phases, run.fields), run.memory()), root=0)

    def write() -> None:
        arrays = {f"{n}/{name}": values for n, (_, memory) in enumerate(gathered) for name, values in memory.items()}
        owners = [asdict(owner) for owner, _ in gathered]
        write_sealed(path, {**_headed(len(gathered), stamp, owners), **arrays, **_beside(beside or {})})

    on_first(write)


def write_beside(path: Path, stamp: Stamp, beside: Arrays) -> None:
    """Write what stands beside a state between two of them, where one process runs and none is under way.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    write_sealed(path, {**_headed(1, stamp, []), **_beside(beside)})


def read_beside(path: Path) -> Arrays:
    """Return what was written beside a state, or between two.

    Raises
    ------
    InputError
        If there is no such file, or it is damaged, of another version or of several processes.
    """
    try:
        with opened_sealed(path) as file:
            _header(file, 1)
            return {name.removeprefix(BESIDE): file[name] for name in file.files if name.startswith(BESIDE)}
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def _headed(processes: int, stamp: Stamp | None, owners: list[dict[str, object]]) -> dict[str, NDArray[np.str_]]:
    known = {"format": FORMAT, "version": VERSION, "processes": processes, "stamp": dict(stamp or {}), "owners": owners}
    return {"header": np.array(json.dumps(known))}


def _beside(arrays: Arrays) -> Arrays:
    return {f"{BESIDE}{name}": values for name, values in arrays.items()}


def read_stamp(path: Path, processes: int) -> Stamp:
    """Return the stamp of a file that is, to the last bit, as it was written.

    Raises
    ------
    InputError
        If there is no such file, or it is damaged, of another version or of another number of processes.
    """
    try:
        with opened_sealed(path) as file:
            return _header(file, processes).stamp
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def read_run_state(path: Path, transient: Transient, phases: Sequence[PhaseRun]) -> RunState:
    """Return the state in a file, and put the transient into it.

    Raises
    ------
    InputError
        If there is no such file, or it is damaged, of another version, or of another run: another mesh, number of
        processes, protocol, tissue, law or setting of the steps.
    """
    comm = transient.heat.tables.V.mesh.comm

    def read() -> tuple[RunOwner, RunState]:
        owner, memory = _read(path, comm.rank, comm.size)
        if owner.mesh != mesh_digest(transient):
            raise InputError(
                "belongs to a run on another mesh; continue with the needle, mesh and element order it had"
            )
        try:
            return owner, RunState.of(memory)
        except DAMAGED as error:
            raise InputError("is damaged, or no file of this kind") from error

    owner, run = _agreed(path, comm, read)
    try:
        transient.restore(run)
    except (*DAMAGED, InputError) as error:
        raise InputError(f"{path}: cannot be taken up here: {error}") from error
    here = RunOwner.of(transient, phases, run.fields)
    _agreed(path, comm, lambda: owner.check(here))
    return run


def _read(path: Path, rank: int, processes: int) -> tuple[RunOwner, Memory]:
    """What this process wrote."""
    with opened_sealed(path) as file:
        owners = _header(file, processes).owners
        if not owners:
            raise InputError("holds no state under way")
        owner = RunOwner(**owners[rank])
        return owner, part(str(rank), {name: file[name] for name in file.files if name.startswith(f"{rank}/")})


def _header(file: Mapping[str, NDArray[np.generic]], processes: int) -> _Header:
    header = json.loads(str(file["header"]))
    if header["format"] != FORMAT:
        raise ValueError(header["format"])
    if header["version"] != VERSION:
        raise InputError(f"is of version {header['version']}, this program reads {VERSION}")
    if (count := header["processes"]) != processes:
        raise InputError(f"was written by {count} processes, and here are {processes}; continue with as many")
    return _Header(header["stamp"], header["owners"])


def _agreed[T](path: Path, comm: "MPI.Comm", action: Callable[[], T]) -> T:
    """Run on every process what none of them may fail at alone."""
    outcome: list[T] = []
    failure = ""
    try:
        outcome.append(action())
    except InputError as error:
        failure = str(error)
    told = next((message for message in comm.allgather(failure) if message), "")
    if told:
        raise InputError(f"{path}: {told}")
    return outcome[0]
