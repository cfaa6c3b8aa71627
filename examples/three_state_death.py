"""Can cells that die in three states, alive ⇌ vulnerable → dead, be had as a law of damage?

In the model of O'Neill et al. (Ann Biomed Eng 2011;39:570) hurt cells hurt their neighbours, and may recover:

    dA/dt = −f(T)(1 − A)A + r(1 − A − D),    dD/dt = f(T)(1 − A)(1 − A − D),    f(T) = f̄ exp(T/40.5 °C).

Without recovery, r = 0, both equations have f dt for their clock, so that death depends on one integral, Ω = ∫ f(T) dt:
a law of damage like any other, and a lesion where Ω ≥ Ω*, at which D reaches 0.2. Recovery only saves tissue; how much
of that lesion does it save? All three states are integrated along the recorded temperatures.
"""

from dataclasses import replace

import numpy as np

from rfa_model import library
from rfa_model.anatomy import HomogeneousAnatomy
from rfa_model.applicators.pose import Pose
from rfa_model.generator import Hold, Ramp
from rfa_model.laws import Criterion
from rfa_model.metrics.lesion import LesionVolume
from rfa_model.physics.laws import TissueLaws
from rfa_model.scenario import Numerics
from rfa_model.treatment import Treatment

FORWARD_PER_S, BACKWARD_PER_S, SCALE_C, ALIVE, DEAD = 3.33e-3, 7.77e-3, 40.5, 0.99, 0.2


class ThreeStates:
    """The clock of the three states."""

    def rate(self, temperature_C: np.ndarray) -> np.ndarray:
        """Return f in 1/s."""
        return FORWARD_PER_S * np.exp(temperature_C / SCALE_C)


def dead(forward: np.ndarray, times: np.ndarray, recovery: float) -> np.ndarray:
    """Return D (times, n) for f (times, n), by Heun's method from one time to the next."""
    state = np.array([np.full(forward.shape[1:], ALIVE), np.zeros(forward.shape[1:])])

    def slopes(state: np.ndarray, f: np.ndarray) -> np.ndarray:
        A, D = state
        return np.array([-f * (1.0 - A) * A + recovery * (1.0 - A - D), f * (1.0 - A) * (1.0 - A - D)])

    history = [state[1]]
    for dt, before, after in zip(np.diff(times), forward, forward[1:], strict=False):
        first = slopes(state, before)
        state = state + 0.5 * dt * (first + slopes(state + dt * first, after))
        history.append(state[1])
    return np.array(history)


def level() -> float:
    """Return Ω* = 4.84, where D reaches 0.2 without recovery."""
    clock = np.linspace(0.0, 10.0, 2001)
    return float(np.interp(DEAD, dead(np.ones(2001), clock, recovery=0.0), clock))


def result() -> float:
    """Return the volume that is dead with recovery over that without, after five minutes at 90 °C."""
    criterion = Criterion(name="dead", quantity="damage", level=level(), logarithmic=True, label="dead")
    solution = Treatment(
        anatomy=HomogeneousAnatomy(tissue="muscle").build(),
        applicator=library.probes()["conventional_18g_5mm"].applicator(),
        pose=Pose(np.eye(3), np.zeros(3)),
        protocol=[Ramp(to_C=90, duration_s=10), Hold(temperature_C=90, duration_s=290)],
        laws=replace(TissueLaws(), damage=ThreeStates()),
        criteria={"dead": criterion},
        numerics=Numerics(resolution="draft", element_order=1, snapshot_interval_s=2),
    ).solve()
    assert solution is not None, "run on one process"
    fields, without = solution.arm.fields, solution.metrics.lesions["dead"].volume_mm3
    share = dead(ThreeStates().rate(fields.temperature_C), fields.times_s, BACKWARD_PER_S)[-1]
    return LesionVolume(fields.tissue_mesh).volume_mm3(share, DEAD) / without


if __name__ == "__main__":
    print(f"Ω* = {level():.2f}; recovery leaves {100.0 * result():.0f} % of the lesion")
