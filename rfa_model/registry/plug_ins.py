"""What other installed packages offer: entry points, loaded when first asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, EntryPoints, entry_points

from rfa_model.errors import InputError


@dataclass(frozen=True)
class PlugIn:
    """One entry point; ``name`` is the kind it offers."""

    entry: EntryPoint

    @property
    def name(self) -> str:
        return self.entry.name

    @property
    def package(self) -> str:
        """The package that declares it."""
        return self.entry.dist.name if self.entry.dist is not None else self.entry.module

    def load(self) -> object:
        """What it points to.

        Raises
        ------
        InputError
            Whatever goes wrong in the other package's code.
        """
        try:
            return self.entry.load()
        except Exception as error:
            raise self.refused(f"it cannot be loaded, {type(error).__name__}: {error}") from error

    def refused(self, reason: str) -> InputError:
        """The error that names the package and the way out."""
        where = f"plug-in '{self.name}' ({self.entry.group}, {self.entry.value}) of package '{self.package}'"
        return InputError(f"{where}: {reason}. Mend or uninstall that package")


def plug_ins(group: str) -> Iterator[PlugIn]:
    """The entry points of a group."""
    return (PlugIn(entry) for entry in _installed().select(group=group))


@cache
def _installed() -> EntryPoints:
    return entry_points()
