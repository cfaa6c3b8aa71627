"""The generator: its settings and limits, its controllers, and the phases of a protocol.

Other packages add phases by entry points of the group ``rfa_model.phases``.
"""

from rfa_model.generator.phase import PHASES, Phase, PhaseBase
from rfa_model.generator.phases import Hold, Off, Power, Ramp, Voltage
from rfa_model.generator.protocol import PhaseRun, phase_runs
from rfa_model.generator.settings import Generator

__all__ = [
    "PHASES",
    "Generator",
    "Hold",
    "Off",
    "Phase",
    "PhaseBase",
    "PhaseRun",
    "Power",
    "Ramp",
    "Voltage",
    "phase_runs",
]
