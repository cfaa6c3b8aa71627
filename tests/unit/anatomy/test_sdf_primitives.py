"""Primitives against distances that can be written down."""

import numpy as np
import pytest

from rfa_model.anatomy.sdf import (
    Blade,
    Ellipsoid,
    EllipticCylinder,
    HalfSpace,
    Plate,
    RoundCone,
    RoundCylinder,
    RoundSlab,
    Sphere,
    capsule,
)

AXES = np.eye(3)
SOLIDS = {
    "sphere": Sphere((1.0, 2.0, 3.0), 4.0),
    "capsule": capsule((0.0, 0.0, 0.0), (10.0, 0.0, 0.0), 2.0),
    "round_cone": RoundCone((0.0, 0.0, 0.0), (10.0, 2.0, 0.0), 3.0, 1.5),
    "plate": Plate((0.0, 0.0, 0.0), AXES, (5.0, 3.0, 2.0), 1.0),
    "blade": Blade((0.0, 0.0, 0.0), (10.0, 0.0, 0.0), AXES[2], (5.0, 2.0), (5.0, 2.0)),
}


@pytest.mark.parametrize(
    ("name", "point", "expected"),
    [
        ("sphere", (1, 2, 9), 2.0),
        ("sphere", (1, 2, 3), -4.0),
        ("capsule", (5, 3, 4), 3.0),
        ("capsule", (-3, 4, 0), 3.0),
        ("capsule", (13, 0, 4), 3.0),
        ("plate", (8, 0, 0), 3.0),
        ("plate", (0, 0, 0), -2.0),
        ("plate", (7, 5, 1), np.sqrt(18.0) - 1.0),
        ("blade", (5, 6, 2), 4.0),
        ("blade", (5, 0, 9), 4.0),
        ("blade", (5, 3, 7), 3.0),
        ("blade", (-6, 0, 0), 4.0),
    ],
)
def test_distance_is_the_one_written_down(name: str, point: tuple[float, ...], expected: float) -> None:
    assert SOLIDS[name](np.array([point], dtype=float))[0] == pytest.approx(expected, abs=1e-12)


def test_round_cone_is_the_hull_of_spheres() -> None:
    start, end = np.array([1.0, 0.0, 2.0]), np.array([9.0, 3.0, -1.0])
    cone = RoundCone(start, end, 3.0, 1.2)
    points = np.random.default_rng(1).uniform(-8, 15, (300, 3))
    share = np.linspace(0.0, 1.0, 4001)[:, None]
    centres, radii = start + share * (end - start), 3.0 + share[:, 0] * (1.2 - 3.0)
    hull = (np.linalg.norm(points[:, None] - centres[None], axis=2) - radii).min(axis=1)
    outside = hull > 0.05
    assert np.abs(cone(points)[outside] - hull[outside]).max() < 1e-4


@pytest.mark.parametrize("name", SOLIDS)
def test_distance_never_grows_faster_than_the_way_gone(name: str) -> None:
    rng = np.random.default_rng(2)
    a = rng.uniform(-12, 16, (4000, 3))
    b = a + rng.normal(scale=0.4, size=a.shape)
    assert (np.abs(SOLIDS[name](a) - SOLIDS[name](b)) <= np.linalg.norm(a - b, axis=1) * (1 + 1e-9)).all()


@pytest.mark.parametrize("name", SOLIDS)
def test_solid_lies_inside_its_bounding_sphere(name: str) -> None:
    centre, radius = SOLIDS[name].bound
    points = np.random.default_rng(3).uniform(-20, 20, (20000, 3))
    inside = points[SOLIDS[name](points) < 0]
    assert len(inside) > 20
    assert np.linalg.norm(inside - centre, axis=1).max() <= radius + 1e-9


def test_elliptic_solids_vanish_on_their_surface_and_are_exact_on_their_axes() -> None:
    angle = np.linspace(0, 2 * np.pi, 50)
    rim = np.column_stack([25 * np.cos(angle), 17 * np.sin(angle), np.zeros_like(angle)])
    cylinder, ellipsoid = EllipticCylinder((0, 0, 0), (25, 17), 13.5), Ellipsoid((0, 0, 0), (25, 17, 9))
    for solid in (cylinder, ellipsoid):
        assert np.abs(solid(rim)).max() < 1e-9
        assert solid(np.array([[30.0, 0, 0], [0, -20.0, 0]])) == pytest.approx([5.0, 3.0])
    assert cylinder(np.array([[0.0, 0.0, 15.5]]))[0] == pytest.approx(2.0)


def test_waist_narrows_the_middle_only() -> None:
    body = EllipticCylinder((0, 0, 0), (25, 17), 13.5, waist=2.5)
    assert body(np.array([[22.5, 0, 0], [25.0, 0, 13.5], [0, 14.5, 0]])) == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)


def test_infinite_solids() -> None:
    point = np.array([[3.0, 4.0, 100.0]])
    assert RoundCylinder((0, 0, 0), (0, 0, 2), 1.0)(point)[0] == pytest.approx(4.0)
    assert HalfSpace((0, 1, 0), (0, 5, 0))(point)[0] == pytest.approx(3.0)
    slab = RoundSlab((0, 0, 0), (10, 8), 3)
    assert slab(np.array([[0, 9.0, 5], [10, 8, -70]])) == pytest.approx([1.0, np.sqrt(18.0) - 3.0])
