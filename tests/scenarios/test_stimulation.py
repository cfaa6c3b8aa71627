"""A problem without lesions: the field along the nerve, as a quantity of the user's own."""

import numpy as np
import pytest

from rfa_model.metrics.catalogue import quantity, register
from rfa_model.metrics.nerve_metrics import NerveMetrics
from tests.scenarios.runs import LUMBAR, solve_all, voltage


@pytest.fixture(scope="module")
def entries():
    @register(NerveMetrics)
    @quantity("V/m", "field along it", caption="field along it")
    def field_V_per_m(measured: NerveMetrics) -> float:
        """Largest field along the nerve at the end, V/m rms."""
        nerve = measured.nerve
        volts = nerve.placed(nerve.arm.fields.unit_potential).reshape(nerve.domain.shape)[:, 0]
        along = np.gradient(volts, nerve.curve.arc_mm * 1e-3)[nerve.curve.in_segment]
        return float(np.nanmax(np.abs(along)) * nerve.arm.history["voltage_V_rms"][-1])

    arms = {
        name: {"probe": "conventional_20g_5mm", "protocol": [voltage(volts, 0.1)]}
        for name, volts in (("motor", 1.0), ("sensory", 0.5))
    }
    yield solve_all(arms, anatomy=LUMBAR, criteria=[]).summary["arms"]
    del NerveMetrics.field_V_per_m


def test_the_field_at_the_nerve_goes_with_the_voltage(entries):
    field = {name: entry["nerves"]["medial_branch"]["field_V_per_m"] for name, entry in entries.items()}
    # σ changes by 1.5 % per kelvin, and half a volt heats by thousandths of one.
    assert field["motor"] == pytest.approx(2.0 * field["sensory"], rel=1e-4)
    # A good part of the volt falls off within a few millimetres of a 5 mm tip: between 1/50 and 1 V per mm.
    assert 20.0 < field["motor"] < 1000.0


def test_nothing_is_said_of_lesions(entries):
    assert all(entry["lesions"] == {} for entry in entries.values())
