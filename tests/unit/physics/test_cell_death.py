"""A damage law with states of its own: three states of cells (O'Neill et al., Ann Biomed Eng 2011;39:570)."""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from rfa_model import library
from rfa_model.assurance.verification.tools.small_arm import SmallArm
from rfa_model.generator import Generator, Off, Ramp, phase_runs
from rfa_model.physics.damage import StepCurve, advanced
from rfa_model.solver.stepping import StepSize


@dataclass(frozen=True)
class ThreeStates:
    """Living A, vulnerable V, dead D = 1 − A − V: A ⇄ V → D.

    The forward rate rises with temperature and with death.
    """

    forward_per_s: float = 3.33e-3
    backward_per_s: float = 7.77e-3
    scale_C: float = 40.5
    substeps: int = 8

    def at_rest(self, count):
        return np.stack([np.full(count, 0.99), np.full(count, 0.01)])

    def slopes(self, temperature_C, states):
        living, vulnerable = states
        forward = self.forward_per_s * np.exp(temperature_C / self.scale_C) * (1.0 - living)
        to_vulnerable = forward * living - self.backward_per_s * vulnerable
        return np.stack([-to_vulnerable, to_vulnerable - forward * vulnerable])

    def advance(self, states, curve, until=1.0):
        h = until / self.substeps
        for n in range(self.substeps):
            s, dt = n * h, h * curve.duration_s
            first = self.slopes(curve.at(s), states)
            second = self.slopes(curve.at(s + 0.5 * h), states + 0.5 * dt * first)
            third = self.slopes(curve.at(s + 0.5 * h), states + 0.5 * dt * second)
            fourth = self.slopes(curve.at(s + h), states + dt * third)
            states = states + dt / 6.0 * (first + 2.0 * second + 2.0 * third + fourth)
        return states

    def damage(self, states):
        return -np.log(np.maximum(states.sum(axis=0), 1e-300))


@dataclass(frozen=True)
class OneState:
    """The library's coagulation said as a law with one state, which is Ω."""

    law: object

    def at_rest(self, count):
        return np.zeros((1, count))

    def advance(self, states, curve, until=1.0):
        return states + curve.integrate(self.law.rate, until)

    def damage(self, states):
        return states[0]


def test_the_states_follow_their_equations_along_a_curve():
    law, T = ThreeStates(), np.array([60.0, 65.0, 55.0])
    curve = StepCurve(np.full(3, 40.0), T, np.zeros(3), 20.0)
    damage, states = advanced(law, np.zeros(3), None, curve)
    damage, states = advanced(law, damage, states, StepCurve(T, T, np.zeros(3), 30.0))
    for k in range(3):

        def slopes(t, y, k=k):
            temperature = curve.at(t / 20.0)[k] if t < 20.0 else T[k]
            return law.slopes(temperature, y)

        exact = solve_ivp(slopes, (0.0, 50.0), [0.99, 0.01], rtol=1e-10, atol=1e-12, max_step=0.5).y[:, -1]
        assert states[:, k] == pytest.approx(exact, abs=2e-5)
        assert damage[k] == pytest.approx(-np.log(exact.sum()), abs=2e-4)
    assert damage[1] > damage[0] > damage[2] > 0.0


@pytest.fixture(scope="module")
def runs():
    """End states under the plain law and under the same law with a state."""
    arm, found = SmallArm(), []
    phases = phase_runs([Ramp(to_C=75.0, duration_s=4.0), Off(duration_s=2.0)], Generator())
    for law in (library.damage_laws()["coagulation"], OneState(library.damage_laws()["coagulation"]), ThreeStates()):
        transient = arm.transient(StepSize(0.5, 0.1, 2.0), 1e-5)
        transient.damage_law = transient.stages.damage_law = law
        found.append(transient.run(arm.rest, phases, Generator().off))
    return found


def test_a_law_with_one_state_is_the_plain_law(runs):
    plain, stateful, _ = runs
    assert plain.damage_states is None
    assert stateful.damage_states.shape == (1, len(plain.damage))
    assert stateful.damage == pytest.approx(plain.damage, rel=1e-12)
    assert stateful.temperature_C == pytest.approx(plain.temperature_C, abs=1e-9)


def test_three_states_go_through_a_run(runs):
    end = runs[2]
    assert end.damage_states.shape == (2, len(end.damage))
    assert ((end.damage_states >= 0.0) & (end.damage_states <= 1.0)).all()
    hottest = np.argmax(end.peak_temperature_C)
    assert end.damage[hottest] > 1.5 * end.damage[np.argmin(end.peak_temperature_C)] > 0.0


@pytest.mark.parametrize(("points", "degree"), [(3, 5), (5, 9)])
def test_along_a_line_so_many_points_are_exact_to_that_degree(points, degree):
    curve = StepCurve(np.zeros(1), np.ones(1), np.full(1, 0.5), 2.0, points=points)
    for power, exact in ((degree, True), (degree + 1, False)):
        found = curve.integrate(lambda T, power=power: T**power)
        assert (found == pytest.approx(2.0 / (power + 1), rel=1e-12)) is exact
