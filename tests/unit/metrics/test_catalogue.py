"""Entries of the catalogue are complete, and a quantity of one's own is refused where it cannot stand."""

from dataclasses import dataclass

import pytest

from rfa_model import library
from rfa_model.errors import InputError
from rfa_model.metrics import catalogue
from rfa_model.metrics.catalogue import Measured, Quantity, number_text, quantity, register
from rfa_model.metrics.entry import holds, look_up, names_in, number_at
from rfa_model.metrics.evaluate import evaluate
from rfa_model.metrics.history import Step, lesion_column
from rfa_model.metrics.lesion import LesionMetrics
from rfa_model.metrics.nerve import NerveTable
from rfa_model.metrics.nerve_metrics import NerveMetrics
from rfa_model.metrics.summary import OF_ARM, OF_EACH
from tests.synthetic import synthetic_arm
from tests.unit.metrics.made import MadeAnatomy


class Twice(Measured):
    """A number and its double; how often it was computed."""

    group = "twice"

    def __init__(self, number: float) -> None:
        self.number, self.count = number, 0

    @quantity("mm", "double", at="double.value")
    def double_mm(self) -> float:
        """Twice as much. Indeed.

        More words.
        """
        self.count += 1
        return 2.0 * self.number


def test_an_entry_is_read_off_the_method():
    entry = Twice.double_mm
    assert isinstance(entry, Quantity)
    assert (entry.name, entry.key, entry.path) == ("double_mm", "double.value", ("double", "value"))
    assert entry.meaning == "twice as much. Indeed"
    assert entry.row_label == "double, mm"


def test_a_value_is_computed_once_and_outlives_what_it_is_computed_from():
    twice = Twice(1.5)
    assert (twice.double_mm, twice.double_mm, twice.count) == (3.0, 3.0, 1)
    bare = twice.settled()
    assert bare.double_mm == 3.0
    assert not hasattr(bare, "number")
    assert bare.to_summary() == {"double": {"value": 3.0}}
    assert Twice.double_mm.read(bare.to_summary()) == 3.0
    assert Twice.double_mm.read(None) is None
    with pytest.raises(KeyError, match=r"double\.value"):
        Twice.double_mm.read({"double": {}})
    assert repr(bare) == "Twice(double_mm=3.0)"


def test_every_entry_says_what_it_means_and_how_its_row_is_called():
    for measured in (*OF_ARM, *OF_EACH, NerveTable, Step):
        keys = [entry.key for entry in measured.quantities()]
        assert len(set(keys)) == len(keys) > 1, measured
        for entry in measured.quantities():
            assert entry.meaning, entry.key
            assert entry.label or not entry.signed, entry.key


def test_the_summary_of_an_arm_is_the_catalogues():
    summary = evaluate(synthetic_arm(n=4), MadeAnatomy(), list(library.criteria().values())).to_summary()
    for measured in OF_ARM:
        assert all(holds(summary, (measured.group, *entry.path)) for entry in measured.quantities())
    assert list(summary["lesions"]["arrhenius"]) == list(dict.fromkeys(e.path[0] for e in LesionMetrics.quantities()))


@dataclass
class Solution:
    time_s: float = 2.0


@dataclass
class Report:
    state: Solution
    voltage_V_rms: float = 0.0
    power_W: float = 0.0
    energy_J: float = 7.0
    conductance_S: float = 0.01
    sensor_C: float = 37.0
    set_point_C: float | None = None
    cannula_C: float | None = 39.0


def test_a_step_has_a_column_per_quantity_and_criterion():
    row = Step(Report(Solution()), 38.0, 37.0, {"arrhenius": 1.0, "isotherm_50C": 2.0}).row()
    lesions = {lesion_column(name) for name in ("arrhenius", "isotherm_50C")}
    assert set(row) == {entry.key for entry in Step.quantities() if "<" not in entry.key} | lesions
    assert (row["time_s"], row["impedance_ohm"], row["max_C"], row["current_A_rms"]) == (2.0, 100.0, 38.0, 0.0)
    assert row["set_point_C"] != row["set_point_C"]  # NaN: no set point
    assert row["lesion_isotherm_50C_mm3"] == 2.0
    assert row["cannula_C"] == 39.0


def test_a_solid_needle_has_its_sensors_temperature():
    assert Step(Report(Solution(), cannula_C=None), 38.0, 37.0, {}).row()["cannula_C"] == 37.0


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(None, 1, "-"), (True, None, "yes"), ("ok", 1, "ok"), (12345, None, "12345"), (0.012345, None, "0.0123"),
     (-0.04, 1, "0.0"), (2, 1, "2.0"), ((1.0, 2.0), 0, "1, 2")],
)  # fmt: skip
def test_values_in_words(value, digits, text):
    assert number_text(value, digits) == text
    assert number_text(1.25, 1, signed=True) == "+1.2"


def test_places_in_an_entry():
    entry = {"lesions": {"a": {"volume_mm3": 3, "width_mm": None}}}
    assert look_up(entry, ("lesions", "b", "volume_mm3")) is None
    assert number_at(entry, ("lesions", "a", "volume_mm3")) == 3.0
    assert holds(entry, ("lesions", "a", "width_mm"))
    assert not holds(entry, ("lesions", "a", "length_mm"))
    assert names_in(entry, "lesions") == ["a"]
    assert names_in(entry, "nerves") == []


@pytest.mark.parametrize("key", ["margin_mm", "margin_mm.largest", "quantities"])
def test_what_is_there_already_is_refused(key):
    def compute(nerve: NerveMetrics) -> float:
        """Anything."""
        return 0.0

    compute.__name__ = key.split(".")[0] if key == "quantities" else "largest_margin_mm"
    with pytest.raises(InputError, match="already; choose another name"):
        register(NerveMetrics)(quantity(at="" if key == "quantities" else key)(compute))


class Point:
    name, value = "theirs", "their_package.quantities"

    def __init__(self, error: Exception | None = None) -> None:
        self.error, self.loaded = error, 0

    def load(self) -> None:
        self.loaded += 1
        if self.error:
            raise self.error


def test_installed_packages_are_imported_once(monkeypatch):
    point = Point()
    monkeypatch.setattr(catalogue, "plug_ins", lambda group: [point] if group == "rfa_model.quantities" else [])
    catalogue.load_plug_ins.cache_clear()
    Twice.quantities()
    Twice.quantities()
    assert point.loaded == 1
    catalogue.load_plug_ins.cache_clear()
    monkeypatch.setattr(catalogue, "plug_ins", lambda group: [Point(InputError("plug-in 'theirs': no module"))])
    with pytest.raises(InputError, match="plug-in 'theirs': no module"):
        Twice.quantities()
