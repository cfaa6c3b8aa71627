from dataclasses import replace

import numpy as np
import pytest

from rfa_model import library
from rfa_model.errors import SolveError
from rfa_model.metrics.data import History
from rfa_model.metrics.electrical import ElectricalMetrics
from rfa_model.metrics.evaluate import evaluate, main_criterion
from rfa_model.metrics.run import sensor_end_C
from tests.synthetic import synthetic_arm
from tests.unit.metrics.made import MadeAnatomy


def history(**columns):
    time = np.array([0.0, 1.0, 3.0, 4.0, 10.0])
    power = np.array([0.0, 4.0, 4.0, 0.0, 0.0])
    return History({"time_s": time, "power_W": power, **columns})


def test_energy_and_power():
    found = ElectricalMetrics(history(impedance_ohm=np.array([np.nan, 120.0, 150.0, 90.0, np.nan])), cutoff_s=3.5)
    assert found.energy_J == pytest.approx(2.0 + 8.0 + 2.0)
    assert found.power_mean_W == pytest.approx(12.0 / 4.0)
    assert found.power_max_W == 4.0
    assert (found.impedance_start_ohm, found.impedance_end_ohm, found.impedance_max_ohm) == (120.0, 90.0, 150.0)
    assert found.cutoff == 3.5


def test_the_solvers_own_energy_goes_first():
    found = ElectricalMetrics(history(energy_J=np.array([0.0, 4.0, 12.0, 12.5, 12.5])))
    assert found.energy_J == 12.5
    assert found.impedance_max_ohm is None


def test_sensor_at_the_end_of_heating():
    assert sensor_end_C(history(sensor_C=np.array([37.0, 60.0, 80.0, 70.0, 45.0]))) == 80.0
    cold = History({"time_s": np.array([0.0, 1.0]), "power_W": np.zeros(2), "sensor_C": np.array([37.0, 36.9])})
    assert sensor_end_C(cold) == 36.9
    assert sensor_end_C(history()) is None
    assert ElectricalMetrics(cold).power_mean_W == 0.0


def test_hottest_tissue_is_tissue():
    arm = synthetic_arm(n=16, half_width_mm=4.0)
    metal = np.setdiff1d(np.arange(len(arm.fields.points_mm)), arm.fields.tissue_mesh.used_nodes)
    peak = arm.fields.peak_temperature_C.copy()
    assert len(metal) > 0
    peak[metal] = 300.0
    hot = int(arm.fields.tissue_mesh.used_nodes[17])
    peak[hot] = 99.0
    arm = replace(arm, fields=replace(arm.fields, peak_temperature_C=peak))
    found = evaluate(arm, MadeAnatomy(), list(library.criteria().values()))
    assert found.temperature.max_C == 99.0
    assert found.temperature.max_at_mm == pytest.approx(tuple(arm.fields.points_mm[hot]))
    assert set(found.lesions) == set(library.criteria())


def test_main_criterion():
    assert main_criterion(["isotherm_50C", "arrhenius"]) == "arrhenius"
    assert main_criterion(["isotherm_50C", "isotherm_60C"]) == "isotherm_50C"
    assert main_criterion([]) is None


def test_broken_fields_are_refused():
    arm = synthetic_arm(n=3)
    with pytest.raises(SolveError, match="peak_temperature_C"):
        replace(arm.fields, peak_temperature_C=np.full(len(arm.fields.points_mm), np.nan))
    with pytest.raises(ValueError, match="cem43_min has shape"):
        replace(arm.fields, cem43_min=np.zeros(3))
    with pytest.raises(ValueError, match="time_s"):
        History({"power_W": np.zeros(2)})
