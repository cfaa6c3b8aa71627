"""What an object remembers from step to step, as named arrays that can be written, read and put back."""

from collections.abc import Iterable, Mapping
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

type Memory = Mapping[str, NDArray[np.floating]]
"""Named arrays of this process; a single number has shape (). Not to be written into."""


@runtime_checkable
class Remembers(Protocol):
    """An object that is the same again, for all it will ever do, once ``restore`` has what ``memory`` returned."""

    def memory(self) -> Memory: ...

    def restore(self, memory: Memory) -> None: ...


def numbers_of(owner: object, names: Iterable[str]) -> Memory:
    """Return attributes that are numbers or truth values."""
    return {name: np.array(float(getattr(owner, name))) for name in names}


def restore_numbers(owner: object, names: Iterable[str], memory: Memory) -> None:
    """Put back what :func:`numbers_of` returned, each as the kind of number that it is."""
    for name in names:
        setattr(owner, name, type(getattr(owner, name))(memory[name]))


def array_of(memory: Memory, name: str) -> NDArray[np.float64] | None:
    """Return a named array, None where there is none."""
    return np.asarray(memory[name], dtype=np.float64) if name in memory else None


def under[T: np.generic](prefix: str, memory: Mapping[str, NDArray[T]]) -> Mapping[str, NDArray[T]]:
    """Return a memory as a part of another."""
    return {f"{prefix}/{name}": values for name, values in memory.items()}


def part[T: np.generic](prefix: str, memory: Mapping[str, NDArray[T]]) -> Mapping[str, NDArray[T]]:
    """Return the part of a memory that :func:`under` has put there."""
    start = f"{prefix}/"
    return {name.removeprefix(start): values for name, values in memory.items() if name.startswith(start)}
