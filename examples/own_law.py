"""Does it matter whether tissue's conductivity rises in a straight line or by the same share for every degree?

Both are fitted to the same measurements near 37 °C,

    σ/σ₃₇ = 1 + a(T − 37)    or    σ/σ₃₇ = exp(a(T − 37)),    a = 1.5 %/°C,

and part on the way to 80 °C, by 16 %. A law is any object with the method that the equations ask for; what only the
current sees shows in the impedance, while the controller holds the temperature.
"""

from dataclasses import dataclass, replace

import numpy as np

from rfa_model import library
from rfa_model.anatomy import HomogeneousAnatomy
from rfa_model.applicators.pose import Pose
from rfa_model.generator import Hold, Ramp
from rfa_model.physics.laws import TissueLaws
from rfa_model.scenario import Numerics
from rfa_model.treatment import Treatment


@dataclass(frozen=True)
class Exponential:
    """σ/σ37 that grows by the same share for every degree."""

    share_per_C: float = 0.015

    def factor(self, temperature_C: np.ndarray) -> np.ndarray:
        """Return σ/σ37."""
        return np.exp(self.share_per_C * (temperature_C - 37.0))


def impedance_ohm(laws: TissueLaws) -> float:
    """Return the impedance after eight seconds, at 80 °C."""
    solution = Treatment(
        anatomy=HomogeneousAnatomy(tissue="muscle").build(),
        applicator=library.probes()["conventional_20g_5mm"].applicator(),
        pose=Pose(np.eye(3), np.zeros(3)),
        protocol=[Ramp(to_C=80, duration_s=4), Hold(temperature_C=80, duration_s=4)],
        laws=laws,
        numerics=Numerics(resolution="draft", element_order=1),
    ).solve()
    assert solution is not None, "run on one process"
    return float(solution.arm.history["impedance_ohm"][-1])


def result() -> float:
    """Return the impedance with our law over that with the library's."""
    usual = TissueLaws()
    return impedance_ohm(replace(usual, electric_conductivity=Exponential())) / impedance_ohm(usual)


if __name__ == "__main__":
    print(f"{100.0 * (1.0 - result()):.1f} % less impedance")
