"""From a protocol's phases to what the solver goes through."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from rfa_model.generator.controllers import Controller
from rfa_model.generator.phase import PhaseBase
from rfa_model.generator.settings import Generator


@dataclass(frozen=True)
class PhaseRun:
    """One phase: how long, under which controller (made when the phase starts, from the sensor's reading)."""

    name: str
    duration_s: float
    controller: Callable[[float, Controller | None], Controller]


def phase_runs(protocol: Sequence[PhaseBase], generator: Generator) -> list[PhaseRun]:
    """Return one run per phase."""
    return [
        PhaseRun(phase.kind, phase.duration_s, partial(phase.controller, generator=generator)) for phase in protocol
    ]


def describe_protocol(phases: Iterable[PhaseBase]) -> str:
    """All phases in words."""
    return ", then ".join(phase.in_words() for phase in phases)
