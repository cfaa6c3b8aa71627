"""What contacts are at for 1 V of the generator, against what the currents have to be."""

import numpy as np
import pytest

from rfa_model.errors import InputError
from rfa_model.physics.drives import Bipolar, Monopolar

CONTACTS = ("left", "right", "ring")
# Three small spheres that see one another and the pad: symmetric, positive definite, off the diagonal negative.
CONDUCTANCE_S = np.array([[6.0, -1.0, -0.5], [-1.0, 3.0, -0.2], [-0.5, -0.2, 1.0]]) * 1e-3


def test_every_contact_is_live_unless_named_and_no_conductance_is_looked_at():
    assert not Monopolar().uses_conductance(CONTACTS)
    assert Monopolar().pattern(CONTACTS, np.full((3, 3), np.nan)) == pytest.approx(np.ones(3))


def test_contacts_that_are_not_live_float():
    drive = Monopolar(("right",))
    assert drive.uses_conductance(CONTACTS)
    volts = drive.pattern(CONTACTS, CONDUCTANCE_S)
    currents = CONDUCTANCE_S @ volts
    assert volts[1] == 1.0
    assert currents[[0, 2]] == pytest.approx(0.0, abs=1e-17)
    # In the field of a live contact metal is at a voltage between its and the pad's.
    assert ((volts > 0.0) & (volts <= 1.0)).all()


@pytest.mark.parametrize(("source", "sink"), [(("left",), ("right",)), (("ring",), ("left",))])
def test_bipolar_is_a_volt_apart_with_nothing_through_the_pad(source, sink):
    volts = Bipolar(source, sink).pattern(CONTACTS, CONDUCTANCE_S)
    currents = CONDUCTANCE_S @ volts
    out, back = CONTACTS.index(source[0]), CONTACTS.index(sink[0])
    assert volts[out] - volts[back] == pytest.approx(1.0)
    assert currents[out] > 0.0
    assert currents[out] == pytest.approx(-currents[back])
    assert np.delete(currents, [out, back]) == pytest.approx(0.0, abs=1e-17)
    # So the power is the volt times the current.
    assert volts @ currents == pytest.approx(currents[out])


def test_groups_of_contacts_share_a_pole():
    volts = Bipolar(("left", "ring"), ("right",)).pattern(CONTACTS, CONDUCTANCE_S)
    assert volts[0] == volts[2] == pytest.approx(volts[1] + 1.0)
    assert (CONDUCTANCE_S @ volts).sum() == pytest.approx(0.0, abs=1e-17)


def test_the_larger_of_two_contacts_is_nearer_to_the_pads_voltage():
    volts = Bipolar(("left",), ("right",)).pattern(CONTACTS, CONDUCTANCE_S)
    assert abs(volts[0]) < abs(volts[1])


def test_what_floats_takes_the_least_power():
    volts = Bipolar(("left",), ("right",)).pattern(CONTACTS, CONDUCTANCE_S)
    least = volts @ CONDUCTANCE_S @ volts
    for shift in ([0.01, 0.01, 0.0], [-0.01, -0.01, 0.0], [0.0, 0.0, 0.01], [0.0, 0.0, -0.01]):
        assert (volts + shift) @ CONDUCTANCE_S @ (volts + shift) > least


@pytest.mark.parametrize("drive", [Monopolar(("middle",)), Bipolar(("left",), ("middle",))])
def test_a_contact_that_is_not_there_is_named(drive):
    with pytest.raises(InputError, match="no contact 'middle'; its contacts are left, right, ring"):
        drive.pattern(CONTACTS, CONDUCTANCE_S)


@pytest.mark.parametrize(("source", "sink"), [((), ("left",)), (("left",), ("left", "right"))])
def test_poles_have_contacts_of_their_own(source, sink):
    with pytest.raises(InputError, match="share no contact"):
        Bipolar(source, sink)
