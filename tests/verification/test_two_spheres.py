"""The exact coefficients of two spheres, found again by stacking image charges, and what they come to far apart."""

import math

import pytest

from rfa_model.assurance.verification.tools.two_spheres import capacitances, dipole_moment, images


@pytest.mark.parametrize("apart", [2.2, 3.0, 4.0, 20.0])
def test_the_series_is_that_of_the_images(apart: float) -> None:
    charges = [charge for charge, _ in images(1.0, apart)]
    assert capacitances(1.0, apart) == pytest.approx((sum(charges[::2]), sum(charges[1::2])), rel=1e-9)


def test_images_make_equipotentials() -> None:
    apart, at_1_V, grounded = 3.0, 0.0, 0.0
    for k, (charge, place) in enumerate(images(1.0, apart)):
        x = place if k % 2 == 0 else apart - place
        at_1_V += charge / abs(-1.0 - x)  # the far point of the sphere at the origin
        grounded += charge / abs(apart + 1.0 - x)
    assert at_1_V == pytest.approx(1.0, rel=1e-12)
    assert grounded == pytest.approx(0.0, abs=1e-12)


def test_far_apart_they_are_single_spheres_that_see_each_other_as_points() -> None:
    own, other = capacitances(1.0, 100.0)
    assert own == pytest.approx(1.0 + 1e-4, rel=1e-6)
    assert other == pytest.approx(-0.01, rel=1e-3)
    assert dipole_moment(1.0, 100.0) == pytest.approx(100.0 * (own - other), rel=1e-3)


def test_touching_they_are_one_body() -> None:
    # Two touching spheres at one potential: 2a ln 2 (Maxwell, § 175; by images 1 − 1/2 + 1/3 − …, twice).
    own, other = capacitances(1.0, 2.0 + 1e-4)
    assert 2.0 * (own + other) == pytest.approx(2.0 * math.log(2.0), rel=1e-3)
