"""A trial computes what it records and no more, and to the bit what the whole summary says."""

from collections.abc import Iterator, Mapping

import pytest

from rfa_model import library
from rfa_model.anatomy.base import Surface
from rfa_model.laws import StructureLimits, Threshold
from rfa_model.metrics.entry import look_up, number_at
from rfa_model.metrics.evaluate import evaluate, measured
from rfa_model.studies.record import Recorder
from tests.synthetic import synthetic_arm
from tests.unit.metrics.made import MadeAnatomy, straight

NAMES = ("visible_edge", "arrhenius", "isotherm_50C")
CRITERIA = [library.criteria()[name] for name in NAMES]
LIMITS = {"root": StructureLimits(max_temperature_C=Threshold(warning=42, error=45))}
RECORDER = Recorder("visible_edge", "branch", NAMES, ("root",), ("electrical.power_W.max", "lesions.arrhenius.joined"))


@pytest.fixture(scope="module")
def solved():
    parts = {"bone": lambda points: points[:, 2] + 3.0}
    structures = {"root": straight((4.0, -4.0, 5.0), (4.0, 4.0, 5.0)), "bone": Surface("bone", "bone")}
    nerves = {"branch": straight((1.5, -4.0, 5.0), (1.5, 4.0, 5.0), name="branch")}
    return synthetic_arm(n=8), MadeAnatomy(nerves, structures, parts), CRITERIA, LIMITS


@pytest.fixture(scope="module")
def summary(solved):
    return evaluate(*solved).to_summary()


def paths(numbers: Mapping, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every path, those of nested mappings too."""
    for name, value in numbers.items():
        yield (*before, name)
        if isinstance(value, Mapping):
            yield from paths(value, (*before, name))


def test_a_row_of_what_is_asked_is_that_of_the_whole_summary(solved, summary):
    row = RECORDER.row(measured(*solved))
    assert row["capture"] is True
    assert row["harm"] is not None
    assert {column.name: row[column.name] for column in RECORDER.columns()} == {
        column.name: number_at(summary, column.path) for column in RECORDER.columns()
    }
    assert row == RECORDER.row(evaluate(*solved))


def test_each_path_alone_holds_what_the_whole_summary_has_there(solved, summary):
    found = measured(*solved)
    for path in paths(summary):
        assert found.at(path) == look_up(summary, path), path
    assert found.at(("lesions", "arrhenius", "no_such")) is None
    assert found.at(("no_such", "arrhenius")) is None


def test_what_is_not_recorded_is_not_computed(solved):
    found = measured(*solved)
    RECORDER.row(found)
    assert "kept" not in found.structures["bone"].__dict__
    assert "max_damage" not in found.nerves["branch"].__dict__["values"]
    assert "by_criterion" not in found.nerves["branch"].__dict__["values"]
