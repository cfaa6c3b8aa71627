"""A run's state in a file: written whole, read by the run it belongs to, and by no other."""

import json
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from rfa_model._fenics import MPI
from rfa_model._files import whole_file
from rfa_model.errors import InputError
from rfa_model.generator import PhaseRun
from rfa_model.parallel.ranks import on_first
from rfa_model.solver.memory import Memory, part
from rfa_model.solver.run_owner import RunOwner, mesh_digest
from rfa_model.solver.run_state import RunState
from rfa_model.solver.transient import Transient

FORMAT = "rfa-model run state"
VERSION = 1
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, TypeError)
"""What reading raises of a file that is something else, was cut short or changed."""


def write_run_state(path: Path, transient: Transient, phases: Sequence[PhaseRun], run: RunState) -> None:
    """Write the state that a transient is in: the arrays of every process, by its rank.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    comm = transient.heat.tables.V.mesh.comm
    gathered = comm.gather((RunOwner.of(transient, phases, run.fields), run.memory()), root=0)

    def write() -> None:
        header = {"format": FORMAT, "version": VERSION, "owners": [asdict(owner) for owner, _ in gathered]}
        arrays = {f"{n}/{name}": values for n, (_, memory) in enumerate(gathered) for name, values in memory.items()}
        with whole_file(path) as partial:
            np.savez(partial, header=np.array(json.dumps(header)), **arrays)

    on_first(write)


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
        return owner, RunState.of(memory)

    owner, run = _agreed(path, comm, read)
    try:
        transient.restore(run)
    except (*_DAMAGED, InputError) as error:
        raise InputError(f"{path}: cannot be taken up here: {error}") from error
    here = RunOwner.of(transient, phases, run.fields)
    _agreed(path, comm, lambda: owner.check(here))
    return run


def _read(path: Path, rank: int, processes: int) -> tuple[RunOwner, Memory]:
    """What this process wrote."""
    try:
        # Opened here: NumPy leaves a file that is cut short open.
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            header = json.loads(str(file["header"]))
            if header["format"] != FORMAT:
                raise ValueError(header["format"])
            if header["version"] != VERSION:
                raise InputError(f"is of version {header['version']}, this program reads {VERSION}; start the run anew")
            owners = header["owners"]
            if len(owners) != processes:
                raise InputError(
                    f"was written by {len(owners)} processes, and here are {processes}; continue with as many"
                )
            mine = {name: file[name] for name in file.files if name.startswith(f"{rank}/")}
        return RunOwner(**owners[rank]), part(str(rank), mine)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}") from error
    except _DAMAGED as error:
        raise InputError("is no state of a run, or a damaged one; start the run anew") from error


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
