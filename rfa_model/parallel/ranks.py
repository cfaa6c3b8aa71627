"""What only the first of several processes does, without leaving the others waiting when it fails."""

from collections.abc import Callable

from rfa_model._fenics import MPI
from rfa_model.errors import RfaModelError, SolveError


def on_first[T](action: Callable[[], T]) -> T | None:
    """Run ``action`` on the first process and return its outcome there, None elsewhere.

    Whatever it raises stops every process: the first raises it as it is, the others the same kind where it is one of
    this package's errors, a :class:`SolveError` otherwise.
    """
    comm = MPI.COMM_WORLD
    outcome: T | None = None
    failure: Exception | None = None
    if comm.rank == 0:
        try:
            outcome = action()
        except Exception as error:
            failure = error
    told = (
        None if failure is None else (type(failure) if isinstance(failure, RfaModelError) else SolveError, str(failure))
    )
    told = comm.bcast(told, root=0)
    if failure is not None:
        raise failure
    if told is not None:
        kind, message = told
        raise kind(message)
    return outcome


def told_by_first[T](action: Callable[[], T]) -> T:
    """Run ``action`` on the first process and return its outcome on every one; errors are as of :func:`on_first`."""
    outcome: T = MPI.COMM_WORLD.bcast(on_first(action), root=0)
    return outcome


def is_first() -> bool:
    """Whether this is the first process, or the only one."""
    return bool(MPI.COMM_WORLD.rank == 0)


def rank_count() -> int:
    """How many processes MPI has started."""
    return int(MPI.COMM_WORLD.size)
