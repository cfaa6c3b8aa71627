"""Rods: distances, areas and volumes against independent integrals; lengths that make no rod."""

import math

import numpy as np
import pytest
from scipy.integrate import quad

from rfa_model.applicators import Bore, Rod
from rfa_model.errors import InputError

HEMISPHERE = Rod(1.27, (("tip", 10.0), ("shaft", math.inf)), 0.635)
FILLET = Rod(1.473, (("tip", 4.0), ("shaft", math.inf)), 0.2, bore=Bore(0.5, 0.3))
FLAT = Rod(1.0, (("tip", 5.0), ("shaft", math.inf)))
BALL = Rod(2.0, (("ball", 2.0),), 1.0, 1.0)
CAPSULE = Rod(1.2, (("nose", 1.5), ("ring", 2.0), ("tail", 1.0)), 0.6, 0.25)
RODS = {"hemisphere": HEMISPHERE, "fillet": FILLET, "flat": FLAT, "ball": BALL, "capsule": CAPSULE}


def profile(rod: Rod, z: float) -> float:
    """Radius of the section at a height; 0 beyond the ends."""
    r, f, g, end = rod.radius_mm, rod.distal_rounding_mm, rod.proximal_rounding_mm, rod.heights_mm[-1]
    if not 0.0 <= z <= end:
        return 0.0
    low = r if z >= f else r - f + math.sqrt(f**2 - (f - z) ** 2)
    high = r if end - z >= g else r - g + math.sqrt(max(g**2 - (g - end + z) ** 2, 0.0))
    return min(low, high)


@pytest.mark.parametrize("name", RODS)
def test_volumes_and_areas_are_integrals_of_the_profile(name: str) -> None:
    rod = RODS[name]
    for part in rod.part_names:
        low, high = rod.span_mm(part)
        if math.isinf(high):
            continue
        breaks = [low + rod.distal_rounding_mm, high - rod.proximal_rounding_mm]
        inside = [z for z in breaks if low < z < high] or None
        solid, _ = quad(lambda z: math.pi * profile(rod, z) ** 2, low, high, points=inside, limit=200)
        assert rod.filled_volume_mm3(part) == pytest.approx(solid, rel=1e-7)
        bored = math.pi * rod.bore.radius_mm**2 * (high - rod.bore.start_mm) if rod.bore else 0.0
        assert rod.volume_mm3(part) == pytest.approx(solid - bored, rel=1e-7)
        # the outline's surface of revolution: cones between its points
        outline = next(piece.profile_mm for piece in rod.outline(high) if piece.part == part)
        (rho, z), slant = outline.T, np.linalg.norm(np.diff(outline, axis=0), axis=1)
        assert (z.min(), z.max()) == (low, high)
        assert (np.pi * (rho[1:] + rho[:-1]) * slant).sum() == pytest.approx(rod.surface_area_mm2(part), rel=2e-3)


def test_area_of_known_shapes() -> None:
    assert HEMISPHERE.surface_area_mm2("tip") == pytest.approx(math.pi * 1.27 * 10.0)  # Archimedes: as the cylinder's
    assert FLAT.surface_area_mm2("tip") == pytest.approx(math.pi * (0.25 + 1.0 * 5.0))
    assert BALL.surface_area_mm2("ball") == pytest.approx(4.0 * math.pi)
    assert BALL.volume_mm3("ball") == pytest.approx(4.0 / 3.0 * math.pi)
    assert CAPSULE.surface_area_mm2("ring") == pytest.approx(math.pi * 1.2 * 2.0)


def meridian(rod: Rod, part: str | None) -> np.ndarray:
    """Points all along the boundary of a rod or one of its parts in the meridian plane, cuts included."""
    low, high = (0.0, min(rod.heights_mm[-1], 40.0)) if part is None else rod.span_mm(part)
    high = min(high, 40.0)
    heights = np.concatenate([np.linspace(low, high, 60_000), low + np.geomspace(1e-9, 0.5, 2000)])
    heights = np.concatenate([heights, high - np.geomspace(1e-9, 0.5, 2000)])
    heights = heights[(heights >= low) & (heights <= high)]
    side = np.array([[profile(rod, z), z] for z in heights])
    faces = [np.column_stack([np.linspace(0, profile(rod, z), 3000), np.full(3000, z)]) for z in (low, high)]
    return np.concatenate([side, *faces])


@pytest.mark.parametrize(
    ("name", "part"),
    [(name, None) for name in RODS]
    + [("hemisphere", "tip"), ("flat", "tip"), *[("capsule", p) for p in CAPSULE.part_names]],
)
def test_distance_agrees_with_the_nearest_sampled_surface_point(name: str, part: str | None) -> None:
    rod, rng = RODS[name], np.random.default_rng(3)
    rho, z = rng.uniform(0, 3, 300), rng.uniform(-2, 8, 300)
    boundary = meridian(rod, part)
    nearest = np.array([np.hypot(*(boundary - (a, b)).T).min() for a, b in zip(rho, z, strict=True)])
    low, high = (0.0, rod.heights_mm[-1]) if part is None else rod.span_mm(part)
    inside = np.array([low < b < high and a < profile(rod, b) for a, b in zip(rho, z, strict=True)])
    angle = rng.uniform(0, 2 * np.pi, 300)
    points = np.column_stack([rho * np.cos(angle), rho * np.sin(angle), z])
    assert np.allclose(rod.distance_mm(points, part), np.where(inside, -nearest, nearest), atol=2e-3)


@pytest.mark.parametrize("name", RODS)
def test_samples_lie_on_surface_and_axis(name: str) -> None:
    rod = RODS[name]
    samples = rod.samples_mm(6.0, 0.25)
    on_axis = np.hypot(samples[:, 0], samples[:, 1]) < 1e-12
    assert np.allclose(rod.distance_mm(samples[~on_axis]), 0.0, atol=1e-12)
    assert samples[:, 2].max() == pytest.approx(min(6.0, rod.heights_mm[-1]))


def test_tip_distance_ends_at_the_junction() -> None:
    points = np.array([[0, 0, 13.0], [0.635 + 3.0, 0, 14.0], [2.0, 0, 5.0], [0, 0, -1.5], [0, 0, 9.9]])
    assert HEMISPHERE.distance_mm(points, "tip") == pytest.approx([3.0, 5.0, 2.0 - 0.635, 1.5, -0.1])


def test_points_of_the_wrong_shape_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(N, 3\)"):
        HEMISPHERE.distance_mm(np.zeros((4, 2)))


TWO = (("tip", 4.0), ("shaft", math.inf))


@pytest.mark.parametrize(
    ("lengths", "message"),
    [
        ({"diameter_mm": -1.0}, "diameter_mm"),
        ({"diameter_mm": math.nan}, "finite"),
        ({"segments": ()}, "at least one segment"),
        ({"segments": (("a", 1.0), ("a", 2.0))}, "same name"),
        ({"segments": (("a", math.inf), ("b", 2.0))}, "finite"),
        ({"segments": (("a", 0.0), ("b", 2.0))}, "positive length"),
        ({"distal_rounding_mm": 0.9}, "distal_rounding_mm"),
        ({"proximal_rounding_mm": 0.1}, "a rod that ends"),
        ({"segments": (("tip", 0.1), ("shaft", math.inf))}, "hold the rounding"),
        ({"segments": (("ball", 1.2),), "distal_rounding_mm": 0.7, "proximal_rounding_mm": 0.7}, "hold the rounding"),
        ({"bore": Bore(1.6, 0.3)}, "diameter_mm = 1.6"),
        ({"bore": Bore(0.5, 5.0)}, "start_mm = 5"),
        ({"segments": (("tip", 4.0),), "bore": Bore(0.5, 0.3)}, "leaves through the sphere"),
        ({"distal_rounding_mm": 0.7365, "bore": Bore(1.2, 0.1)}, "metal"),
    ],
)
def test_impossible_dimensions_are_refused(lengths: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Rod(**{"diameter_mm": 1.473, "segments": TWO, "distal_rounding_mm": 0.2, "bore": None, **lengths})
