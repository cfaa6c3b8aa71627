"""A bevelled end: distance, area, volume and samples against independent ones; what makes no bevel."""

import math

import numpy as np
import pytest

from rfa_model.applicators import Bore, Rod
from rfa_model.applicators.bevel import Bevel
from rfa_model.errors import InputError

ANGLES_DEG = (12.0, 20.0, 45.0, 80.0)
R, HIGH = 0.635, 8.0


def rod(angle_deg: float) -> Rod:
    return Rod(2 * R, (("tip", HIGH), ("shaft", math.inf)), bevel_angle_deg=angle_deg)


def surface(angle_deg: float) -> np.ndarray:
    """Points all over face and side, the latter up to 20 mm."""
    around = np.linspace(0, 2 * np.pi, 721)
    slope = 1.0 / math.tan(math.radians(angle_deg))
    radius, angle = np.meshgrid(np.linspace(0, R, 60), around)
    x, y = radius * np.cos(angle), radius * np.sin(angle)
    face = np.stack([x, y, (R + y) * slope], axis=-1).reshape(-1, 3)
    x, y = R * np.cos(around), R * np.sin(around)
    low = (R + y) * slope
    side = [np.column_stack([x, y, low + share * (20.0 - low)]) for share in np.linspace(0, 1, 500) ** 2]
    return np.concatenate([face, *side])


@pytest.mark.parametrize("angle_deg", ANGLES_DEG)
def test_distance_is_that_of_the_nearest_point_of_the_surface(angle_deg: float) -> None:
    """Outside and inside, ahead of the sharp edge, too, where the larger of the planes' distances is far too small."""
    rng, sampled = np.random.default_rng(4), surface(angle_deg)
    points = rng.uniform([-2, -2, -2], [2, 2, HIGH], (150, 3))
    points = np.concatenate([points, [[0.0, -R, -1.0], [0.0, -R - 0.3, -0.1], [0.0, 0.0, 4.0]]])
    nearest = np.sqrt([((sampled - point) ** 2).sum(axis=1).min() for point in points])
    beyond = points[:, 2] * math.tan(math.radians(angle_deg)) < R + points[:, 1]
    outside = (np.hypot(points[:, 0], points[:, 1]) > R) | beyond
    found = rod(angle_deg).distance_mm(points)
    assert np.allclose(found, np.where(outside, nearest, -nearest), atol=8e-3)
    assert (np.abs(found) <= nearest + 1e-9).all()


@pytest.mark.parametrize("angle_deg", ANGLES_DEG)
def test_the_edge_is_where_the_first_order_distance_vanishes(angle_deg: float) -> None:
    """And beside it, the latter is the distance itself to second order."""
    bevel, around = Bevel(R, angle_deg), np.linspace(0, 2 * np.pi, 400_001)
    edge = np.column_stack([R * np.cos(around), R * np.sin(around), np.zeros_like(around)])
    edge = bevel.raised_mm(edge)
    rng, step = np.random.default_rng(0), 1e-3
    for start in edge[::50_000]:
        assert bevel.to_edge()(*start) == pytest.approx(0.0, abs=1e-7)
        point = start + step * rng.normal(size=3)
        exact = float(np.sqrt(((edge - point) ** 2).sum(axis=1).min()))
        assert bevel.to_edge()(*point) == pytest.approx(exact, abs=0.02 * step / bevel.sine)


@pytest.mark.parametrize("angle_deg", ANGLES_DEG)
def test_area_and_volume_are_integrals(angle_deg: float) -> None:
    """Volume π r² (L − r cot β); both against sums over columns and over the side."""
    slope, angle = 1.0 / math.tan(math.radians(angle_deg)), np.linspace(0, 2 * np.pi, 20_001)[:-1]
    found = rod(angle_deg)
    assert found.volume_mm3("tip") == pytest.approx(math.pi * R**2 * (HIGH - R * slope))
    side = float(R * (HIGH - (R + R * np.sin(angle)) * slope).mean() * 2 * np.pi)
    face = math.pi * R**2 * math.hypot(1.0, slope)
    assert found.surface_area_mm2("tip") == pytest.approx(side + face)
    y = R * np.sin(angle)
    columns = float((2 * R * np.cos(angle) ** 2 * R * (HIGH - (R + y) * slope)).mean() * np.pi)
    assert found.volume_mm3("tip") == pytest.approx(columns)


def test_samples_lie_on_surface_and_axis_and_the_outline_keeps_its_heights() -> None:
    found = rod(30.0)
    samples = found.samples_mm(6.0, 0.25)
    assert found.distance_mm(samples).max() < 1e-9
    on_axis = np.hypot(samples[:, 0], samples[:, 1]) < 1e-12
    assert np.allclose(found.distance_mm(samples[~on_axis]), 0.0, atol=1e-9)
    assert samples[:, 2].min() == pytest.approx(0.0, abs=1e-12)
    tip, shaft = found.outline(12.0)
    assert (tip.span_mm, tip.bevel, shaft.bevel) == ((0.0, HIGH), found.bevel, None)


def test_rods_without_a_bevel_are_found_by_what_they_always_were() -> None:
    assert "bevel_angle_deg" not in Rod(1.0, (("tip", 5.0), ("shaft", math.inf))).content()
    assert rod(30.0).content()["bevel_angle_deg"] == 30.0


@pytest.mark.parametrize(
    ("lengths", "message"),
    [
        ({"bevel_angle_deg": 5.0}, "between 10 and 80"),
        ({"bevel_angle_deg": math.nan}, "between 10 and 80"),
        ({"distal_rounding_mm": 0.1}, "no distal_rounding_mm"),
        ({"segments": (("tip", 4.0),)}, "leaves through the sphere"),
        ({"segments": (("tip", 2.0), ("shaft", math.inf))}, "must hold the bevel's 2.52 mm"),
        ({"bore": Bore(0.5, 1.5)}, "metal"),
    ],
)
def test_impossible_bevels_are_refused(lengths: dict[str, object], message: str) -> None:
    usual = {"diameter_mm": 2 * R, "segments": (("tip", 5.0), ("shaft", math.inf)), "bevel_angle_deg": 30.0}
    with pytest.raises(InputError, match=message):
        Rod(**usual | lengths)
