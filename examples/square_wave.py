"""What does a generator do that switches its power on and off?

Pulsed generators apply P for a share d of each period τ. Tissue a distance ℓ away answers in ℓ²/α, seconds for a
millimetre, so pulses that are much shorter heat like their mean,

    P̄ = d P,

while longer ones are felt. As a phase it is one class: its words, which a scenario file may use under its kind once it
is registered, and the controller that it makes. Here 6 W for half of every two seconds: is the energy that of 3 W?
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rfa_model import library
from rfa_model.anatomy import HomogeneousAnatomy
from rfa_model.applicators.pose import Pose
from rfa_model.generator import Generator
from rfa_model.generator.controllers import ConstantPower, Controller, Response
from rfa_model.generator.phase import PhaseBase
from rfa_model.scenario import Numerics
from rfa_model.sourced import Fraction, Positive
from rfa_model.treatment import Solution, Treatment

POWER_W, SHARE, PERIOD_S, DURATION_S = 6.0, 0.5, 2.0, 10.0


@dataclass
class Switched(ConstantPower):
    """The power while it is on, nothing while it is off."""

    period_s: float
    share: float

    def voltage_squared(self, time_s: float, tau_s: float, stage: int, step_s: float, response: Response) -> float:
        """Return V² at the end of a stage."""
        on = time_s % self.period_s < self.share * self.period_s
        return super().voltage_squared(time_s, tau_s, stage, step_s, response) if on else 0.0


class SquareWave(PhaseBase):
    """Power that is on for a share of each period."""

    kind: ClassVar[str] = "square_wave"
    words: ClassVar[str] = "{power_W} W for {share} of every {period_s} s, during {duration_s} s"
    label: ClassVar[str] = "{power_W} W, pulsed"

    power_W: Positive
    share: Fraction
    period_s: Positive

    def controller(self, reading_C: float, before: Controller | None, generator: Generator) -> Controller:
        """Return what switches the power."""
        return Switched(self.power_W, generator, self.period_s, self.share)


def solve() -> Solution:
    """Return ten seconds in muscle, in steps that are short beside the period."""
    phase = SquareWave(power_W=POWER_W, share=SHARE, period_s=PERIOD_S, duration_s=DURATION_S)
    solution = Treatment(
        anatomy=HomogeneousAnatomy(tissue="muscle").build(),
        applicator=library.probes()["conventional_18g_10mm"].applicator(),
        pose=Pose(np.eye(3), np.zeros(3)),
        protocol=[phase],
        numerics=Numerics(resolution="draft", element_order=1, max_step_s=0.1),
    ).solve()
    assert solution is not None, "run on one process"
    return solution


def result() -> float:
    """Return the energy that was delivered over dPt, which is 1."""
    return solve().metrics.electrical.energy_J / (SHARE * POWER_W * DURATION_S)


if __name__ == "__main__":
    print(f"{solve().metrics.electrical.energy_J:.1f} J of {SHARE * POWER_W * DURATION_S:.1f} J")
