"""The phases there are, one a file."""

from rfa_model.generator.phase import PHASES
from rfa_model.generator.phases.hold import Hold
from rfa_model.generator.phases.off import Off
from rfa_model.generator.phases.power import Power
from rfa_model.generator.phases.ramp import Ramp
from rfa_model.generator.phases.voltage import Voltage

__all__ = ["Hold", "Off", "Power", "Ramp", "Voltage"]

# In the order they are listed.
for _phase in (Ramp, Hold, Voltage, Power, Off):
    PHASES.register(_phase)
