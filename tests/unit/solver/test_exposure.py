"""Ω by laws beside the equations' own, and what tissue had gone through when the generator was turned off."""

from dataclasses import dataclass

import numpy as np
import pytest

from rfa_model import library
from rfa_model.physics.damage import StepCurve, advanced
from rfa_model.solver.exposure import EndOfHeating, FurtherDamage
from rfa_model.solver.state import State

LAWS = {name: library.damage_laws()[name] for name in ("coagulation", "three_state")}


@dataclass
class Report:
    state: State
    power_W: float = 1.0


def curves():
    """Three steps, of two points."""
    at = [np.array(T) for T in ([37.0, 37.0], [60.0, 45.0], [80.0, 50.0], [70.0, 48.0])]
    return [StepCurve(a, b, np.array([0.4, 0.1]), dt) for a, b, dt in zip(at, at[1:], (5.0, 30.0, 60.0), strict=False)]


def state(curve, time_s):
    return State(time_s, curve.end_C, np.full(2, time_s), np.zeros(2), curve.end_C)


def told(further, steps, *others, powered=(1.0, 1.0, 0.0)):
    """Tell of the start and of every step."""
    first = state(steps[0], 0.0)
    for observer in (further, *others):
        observer(Report(first, 0.0), None, None)
    for n, curve in enumerate(steps):
        for observer in (further, *others):
            observer(Report(state(curve, n + 1.0), powered[n]), first, curve)


def by_hand(law, steps, until=1.0):
    damage, states = np.zeros(2), None
    for curve in steps[:-1]:
        damage, states = advanced(law, damage, states, curve)
    return advanced(law, damage, states, steps[-1], until)[0]


def test_every_law_goes_its_own_way_and_within_the_last_step():
    further, steps = FurtherDamage(LAWS), curves()
    told(further, steps)
    for name, law in LAWS.items():
        assert further.damage[name] == pytest.approx(by_hand(law, steps), rel=1e-12)
        assert further.within(steps[-1], 0.3)[name] == pytest.approx(by_hand(law, steps, 0.3), rel=1e-12)


def test_a_restored_one_goes_on_as_it_was():
    steps = curves()
    whole, half, again = (FurtherDamage(LAWS) for _ in range(3))
    told(whole, steps)
    told(half, steps[:2])
    again.restore(half.memory())
    again(Report(state(steps[2], 3.0)), state(steps[1], 2.0), steps[2])
    for name in LAWS:
        assert again.damage[name].tolist() == whole.damage[name].tolist()


def test_the_end_of_heating_is_the_last_step_with_power():
    further = FurtherDamage(LAWS)
    heated = EndOfHeating(further)
    told(further, curves(), heated)
    assert heated.time_s == 2.0
    assert heated.fields["damage"].tolist() == [2.0, 2.0]
    assert heated.fields["further/coagulation"] == pytest.approx(by_hand(LAWS["coagulation"], curves()[:2]), rel=1e-12)
    again = EndOfHeating(further)
    again.restore(heated.memory())
    assert again.time_s == 2.0
    assert set(again.fields) == set(heated.fields)


def test_without_power_there_is_none():
    further = FurtherDamage({})
    heated = EndOfHeating(further)
    told(further, curves(), heated, powered=(0.0, 0.0, 0.0))
    assert heated.time_s is None
    assert heated.fields == {}
