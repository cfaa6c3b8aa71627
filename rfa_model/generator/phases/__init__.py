"""The phases there are, one a file."""

from rfa_model.generator.phase import PHASES
from rfa_model.generator.phases.cool import Cool
from rfa_model.generator.phases.hold import Hold
from rfa_model.generator.phases.impedance_pulsed import ImpedancePulsed
from rfa_model.generator.phases.off import Off
from rfa_model.generator.phases.power import Power
from rfa_model.generator.phases.pulsed import Pulsed
from rfa_model.generator.phases.ramp import Ramp
from rfa_model.generator.phases.repeat import Repeat
from rfa_model.generator.phases.soft_start import SoftStart
from rfa_model.generator.phases.steps import Steps
from rfa_model.generator.phases.voltage import Voltage

__all__ = [
    "Cool",
    "Hold",
    "ImpedancePulsed",
    "Off",
    "Power",
    "Pulsed",
    "Ramp",
    "Repeat",
    "SoftStart",
    "Steps",
    "Voltage",
]

# In the order they are listed.
for _phase in (Ramp, SoftStart, Hold, Steps, Voltage, Power, Pulsed, ImpedancePulsed, Off, Cool, Repeat):
    PHASES.register(_phase)
