"""From a protocol's phases to what the solver goes through."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from rfa_model.generator.controllers import Controller
from rfa_model.generator.phase import PhaseBase
from rfa_model.generator.settings import Generator


@dataclass(frozen=True)
class PhaseRun:
    """One phase: how long, under which controller (made when the phase starts, from the sensor's reading).

    ``coolant`` is whether a cooled probe's water flows.
    """

    name: str
    duration_s: float
    controller: Callable[[float, Controller | None], Controller]
    coolant: bool = True


def in_turn(protocol: Iterable[PhaseBase]) -> list[PhaseBase]:
    """Return what the generator goes through, phase by phase: those that are made of others taken apart."""
    return [part for phase in protocol for part in phase.parts()]


def phase_runs(protocol: Sequence[PhaseBase], generator: Generator) -> list[PhaseRun]:
    """Return one run per phase."""
    return [
        PhaseRun(phase.kind, phase.duration_s, partial(phase.controller, generator=generator), phase.coolant != "off")
        for phase in in_turn(protocol)
    ]


def describe_protocol(phases: Iterable[PhaseBase]) -> str:
    """All phases in words."""
    return ", then ".join(phase.in_words() for phase in phases)
