"""What a verb cannot do without, as measured; below it libraries in C end the process with words of their own."""

from dataclasses import dataclass

from rfa_model._machine import refuse_limits


@dataclass(frozen=True)
class Needs:
    """Address space and open files that suffice for the smallest case."""

    memory_MiB: int
    handles: int

    def refuse_less(self) -> None:
        """Raise InputError if this process is held to less."""
        refuse_limits(self.memory_MiB, self.handles)


READS = Needs(300, 12)
DRAWS = Needs(800, 20)
SOLVES = Needs(2000, 32)
