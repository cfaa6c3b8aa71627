"""The highest pulse of a run: its potential, and what the tissue conducted and took up then."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rfa_model.physics.damage import StepCurve
from rfa_model.solver.memory import Memory, array_of
from rfa_model.solver.state import State
from rfa_model.solver.step_report import StepReport
from rfa_model.solver.unit_potential import UnitPotential

Array = NDArray[np.float64]
HIGHER = 1.0 + 1e-6


@dataclass
class PulseRecorder:
    """Keeps the highest pulse, the first of those that are equally high.

    Attributes
    ----------
    current : UnitPotential
    heat_capacity_J_per_m3K : (tissue cells,) array
        ρc.
    peak_V, width_s : float
        Amplitude and length of the pulse; 0 before there was any.
    potential_V : (local_size,) array or None
        Amplitude of the potential.
    heating_K_m2_per_V2 : (tissue cells,) array or None
        Rise of the temperature by one pulse per square of the field's amplitude, σ·τ/(2ρc): nothing flows away in it.
    """

    current: UnitPotential
    heat_capacity_J_per_m3K: Array
    peak_V: float = field(default=0.0, init=False)
    width_s: float = field(default=0.0, init=False)
    potential_V: Array | None = field(default=None, init=False)
    heating_K_m2_per_V2: Array | None = field(default=None, init=False)

    def __call__(self, report: StepReport, before: State | None, curve: StepCurve | None) -> None:
        """Keep the pulse of a step, if it is higher."""
        pulse = report.pulse
        if pulse is None or pulse.peak_V <= HIGHER * self.peak_V:
            return
        self.peak_V, self.width_s = pulse.peak_V, pulse.width_s
        self.potential_V = pulse.peak_V * self.current.potential
        sigma = self.current.conductivity_S_per_m()
        self.heating_K_m2_per_V2 = 0.5 * sigma * pulse.width_s / self.heat_capacity_J_per_m3K

    def memory(self) -> Memory:
        fields = {"potential_V": self.potential_V, "heating": self.heating_K_m2_per_V2}
        known = {name: values for name, values in fields.items() if values is not None}
        return {"peak_V": np.array(self.peak_V), "width_s": np.array(self.width_s), **known}

    def restore(self, memory: Memory) -> None:
        self.peak_V, self.width_s = float(memory["peak_V"]), float(memory["width_s"])
        self.potential_V = array_of(memory, "potential_V")
        self.heating_K_m2_per_V2 = array_of(memory, "heating")
