"""The generator: its settings and limits, its controllers, and the phases of a protocol.

Other packages add phases by entry points of the group ``rfa_model.phases``.
"""

from rfa_model.generator.phase import PHASES, Phase, PhaseBase
from rfa_model.generator.phases import (
    Cool,
    Hold,
    ImpedancePulsed,
    Off,
    Power,
    Pulsed,
    Ramp,
    Repeat,
    SoftStart,
    Steps,
    Voltage,
)
from rfa_model.generator.protocol import PhaseRun, in_turn, phase_runs
from rfa_model.generator.settings import Generator

__all__ = [
    "PHASES",
    "Cool",
    "Generator",
    "Hold",
    "ImpedancePulsed",
    "Off",
    "Phase",
    "PhaseBase",
    "PhaseRun",
    "Power",
    "Pulsed",
    "Ramp",
    "Repeat",
    "SoftStart",
    "Steps",
    "Voltage",
    "in_turn",
    "phase_runs",
]
