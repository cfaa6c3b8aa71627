"""A result that breaks its own balance, or holds what no tissue can have, is refused with the cure."""

import numpy as np
import pytest

from rfa_model.errors import SolveError
from rfa_model.metrics.data import History
from rfa_model.metrics.soundness import BROKEN_BALANCE, refuse_unsound
from tests.synthetic import synthetic_arm

NAN = float("nan")


def broken(change):
    arm = synthetic_arm(n=4)
    change(arm)
    return arm


def spoil(name, value):
    """One number of a field."""

    def change(arm):
        getattr(arm.fields, name).flat[3] = value

    return change


def powerless(arm):
    arm.history = History({**arm.history.columns, "power_W": np.full(len(arm.history["time_s"]), NAN)})


BROKEN = {
    "power is NaN": (powerless, "the power is no finite number"),
    "as hot as was found": (spoil("peak_temperature_C", 447_530.0), "to 447530 °C are no tissue's"),
    "as cold": (spoil("temperature_C", -60.0), "from -60 to .* °C are no tissue's"),
    "heat from nowhere": (lambda arm: arm.balance.update(energy_residual=56.0), "5600 % of the heat is not accounted"),
    "residual is NaN": (lambda arm: arm.balance.update(energy_residual=NAN), "nan % of the heat"),
    "power from nowhere": (lambda arm: arm.balance.update(power_residual=0.998), "100 % of the electric power"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_what_cannot_be_is_refused(how):
    change, words = BROKEN[how]
    with pytest.raises(SolveError, match=words) as said:
        refuse_unsound(broken(change))
    assert "none of its numbers can be relied on; lower" in str(said.value)


def test_what_can_be_is_let_through():
    assert refuse_unsound(synthetic_arm(n=4)) is None
    assert refuse_unsound(broken(lambda arm: arm.balance.update(energy_residual=0.9 * BROKEN_BALANCE))) is None


def test_an_arm_that_nothing_warms_has_no_balance_to_break():
    def still(arm):
        ones = np.ones(len(arm.history["time_s"]))
        arm.history = History({**arm.history.columns, "max_C": 37.004 * ones, "min_C": 37.0 * ones})
        arm.balance.update(energy_residual=0.98)

    assert refuse_unsound(broken(still)) is None
