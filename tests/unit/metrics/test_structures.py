import numpy as np
import pytest

from rfa_model import library
from rfa_model.anatomy.base import Surface
from rfa_model.errors import InputError
from rfa_model.laws import StructureLimits, Threshold
from rfa_model.metrics.evaluate import evaluate
from rfa_model.metrics.structures import verdict
from tests.synthetic import synthetic_arm
from tests.unit.metrics.made import MadeAnatomy, straight

ARRHENIUS = library.criteria()["arrhenius"]
HOT = StructureLimits(max_temperature_C=Threshold(warning=42, error=45))


def measure(arm, structures, limits=None, parts=None):
    anatomy = MadeAnatomy(structures=structures, parts=parts or {})
    return evaluate(arm, anatomy, [ARRHENIUS], limits).structures


def slab(x_mm):
    return synthetic_arm(log_damage=lambda q: 2.0 * (x_mm - q[:, 0]), n=8)


@pytest.mark.parametrize(("x_mm", "clearance"), [(7.0, 2.5), (4.5, 0.0), (3.0, -1.5)])
def test_clearance_of_a_tube(x_mm, clearance):
    tube = straight((x_mm, -4.0, 5.0), (x_mm, 4.0, 5.0), diameter_mm=2.0)
    found = measure(slab(3.5), {"root": tube})["root"]
    assert found.clearance_mm == pytest.approx(clearance, abs=2e-3)
    assert found.max_damage == pytest.approx(np.exp(2.0 * (3.5 - (x_mm - 1.0))), rel=1e-6)  # its near side
    assert found.verdict is None


def test_clearance_by_every_criterion():
    """ln Omega = 2 (3.5 mm - x); 37 + 45 exp(-r / 5) reaches a level on a ball about (0, 0, 5)."""
    tube = straight((9.0, 0.0, 4.9), (9.0, 0.0, 5.1), diameter_mm=2.0)
    criteria = library.criteria()
    asked = [criteria[name] for name in ("arrhenius", "arrhenius_99", "isotherm_50C", "visible_edge")]
    anatomy = MadeAnatomy(structures={"root": tube}, parts={})
    found = evaluate(synthetic_arm(log_damage=lambda q: 2.0 * (3.5 - q[:, 0]), n=16), anatomy, asked).structures["root"]
    by = found.by_criterion
    radius_mm = {name: 5.0 * np.log(45.0 / (criteria[name].level - 37.0)) for name in ("isotherm_50C", "visible_edge")}
    assert by["arrhenius"]["clearance_mm"] == pytest.approx(8.0 - 3.5, abs=2e-3)
    assert by["arrhenius_99"]["clearance_mm"] == pytest.approx(8.0 - 3.5 + 0.5 * np.log(4.6), abs=2e-2)
    assert by["isotherm_50C"]["clearance_mm"] == pytest.approx(8.0 - radius_mm["isotherm_50C"], abs=0.1)
    assert found.clearance_mm == by["visible_edge"]["clearance_mm"]  # the one shown first
    assert found.clearance_mm == pytest.approx(8.0 - radius_mm["visible_edge"], abs=0.1)
    low, high = by["visible_edge"]["interval"]["clearance_mm"]
    ends = [8.0 - 5.0 * np.log(45.0 / (level - 37.0)) for level in criteria["visible_edge"].interval]
    assert (low, high) == pytest.approx((min(ends), max(ends)), abs=0.1)
    assert by["arrhenius"]["interval"]["clearance_mm"] is None


def test_tube_beyond_the_mesh_counts_as_far_as_it_is_inside():
    tube = straight((7.0, -4.0, 5.0), (70.0, -4.0, 5.0), diameter_mm=2.0)
    found = measure(synthetic_arm(n=8), {"root": tube}, {"root": HOT})["root"]
    near = np.hypot(7.0, 3.0)  # the tube's near end, from the ball's middle
    assert found.clearance_mm == pytest.approx(np.hypot(7.0, 4.0) - 4.0 - 1.0, abs=0.1)
    assert found.max_temperature_C == pytest.approx(37 + 45 * np.exp(-near / 5.0), abs=0.3)
    outside = measure(synthetic_arm(n=8), {"root": straight((50.0, 0, 0), (60.0, 0, 0))}, {"root": HOT})["root"]
    assert outside.max_temperature_C is None
    assert outside.verdict == "ok"


@pytest.mark.parametrize(("x_mm", "clearance"), [(6.0, 2.5), (2.0, -1.5)])
def test_clearance_of_a_surface_the_lesion_lies_inside_of(x_mm, clearance):
    skin = {"body": lambda p: p[:, 0] - x_mm}
    found = measure(slab(3.5), {"skin": Surface("skin", "body")}, parts=skin)["skin"]
    assert found.clearance_mm == pytest.approx(clearance, abs=2e-3)
    assert found.max_damage == pytest.approx(np.exp(2.0 * (3.5 - x_mm)), rel=1e-2)


def test_clearance_of_a_surface_the_lesion_lies_outside_of():
    canal = {"canal": lambda p: np.linalg.norm(p - [0.0, 9.0, 5.0], axis=1) - 2.0}
    found = measure(synthetic_arm(n=16), {"canal": Surface("canal", "canal")}, parts=canal)["canal"]
    assert found.clearance_mm == pytest.approx(9.0 - 2.0 - 4.0, abs=0.05)
    assert found.max_temperature_C == pytest.approx(37 + 45 * np.exp(-7.0 / 5.0), abs=0.3)


def test_a_surface_at_infinity_or_beyond_the_domain():
    parts = {"body": lambda p: np.full(len(p), -np.inf), "far": lambda p: 100.0 - p[:, 0]}
    structures = {"skin": Surface("skin", "body"), "wall": Surface("wall", "far")}
    found = measure(slab(3.5), structures, parts=parts)
    assert (found["skin"].clearance_mm, found["skin"].max_temperature_C) == (None, None)
    assert found["wall"].clearance_mm == pytest.approx(96.5, abs=1e-2)
    assert found["wall"].max_temperature_C is None


def test_no_lesion_has_no_clearance():
    arm = synthetic_arm(log_damage=lambda q: np.full(len(q), -3.0), n=6)
    found = measure(arm, {"root": straight((7.0, 0, 0), (7.0, 4.0, 0))}, {"root": HOT})["root"]
    assert found.clearance_mm is None
    assert found.max_temperature_C > 37


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"max_temperature_C": 41.9}, "ok"),
        ({"max_temperature_C": 42.1}, "warning"),
        ({"max_temperature_C": 45.1}, "error"),
        ({"clearance_mm": 2.5}, "ok"),
        ({"clearance_mm": 1.5}, "warning"),
        ({"clearance_mm": -0.1}, "error"),
        ({"max_damage": 0.2}, "error"),
        ({"max_temperature_C": 43.0, "clearance_mm": 0.0}, "error"),
        ({}, "ok"),
    ],
)
def test_verdict(found, expected):
    limits = StructureLimits(
        max_temperature_C=Threshold(warning=42, error=45),
        min_clearance_mm=Threshold(warning=2, error=1),
        max_damage=Threshold(error=0.1),
    )
    found = {"clearance_mm": None, "max_temperature_C": None, "max_damage": None} | found
    assert verdict(found, limits) == expected
    assert verdict(found, None) is None
    assert verdict(found, StructureLimits()) is None


def test_limits_for_a_structure_that_is_not_there_are_refused():
    with pytest.raises(InputError, match=r"limits\.rot: no such structure; expected one of root"):
        measure(slab(3.5), {"root": straight((7.0, 0, 0), (7.0, 4.0, 0))}, {"rot": HOT})
