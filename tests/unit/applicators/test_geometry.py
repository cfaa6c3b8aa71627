"""Probe shapes: distances, areas and volumes against independent integrals; dimensions that make no probe."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.integrate import quad

from rfa_model.applicators.geometry import ProbeGeometry, probe_distance_mm, sensor_position_mm, tip_distance_mm
from rfa_model.errors import InputError

HEMISPHERE = ProbeGeometry(1.27, 10.0, 0.635)
FILLET = ProbeGeometry(1.473, 4.0, 0.2, 0.5, 0.3)
FLAT = ProbeGeometry(1.0, 5.0, 0.0)


def profile(geometry: ProbeGeometry, z: float) -> float:
    r, f = geometry.radius_mm, geometry.tip_rounding_mm
    return r if z >= f else r - f + math.sqrt(f**2 - (f - z) ** 2)


@pytest.mark.parametrize("geometry", [HEMISPHERE, FILLET, FLAT])
def test_tip_volume_is_the_integral_of_its_cross_sections(geometry: ProbeGeometry) -> None:
    solid, _ = quad(
        lambda z: math.pi * profile(geometry, z) ** 2, 0, geometry.tip_length_mm, points=[geometry.tip_rounding_mm]
    )
    bore = math.pi * geometry.lumen_radius_mm**2 * (geometry.tip_length_mm - geometry.lumen_end_gap_mm)
    assert geometry.tip_volume_mm3() == pytest.approx(solid - bore * geometry.has_lumen, rel=1e-8)


def test_tip_area_of_known_shapes() -> None:
    assert HEMISPHERE.tip_surface_area_mm2() == pytest.approx(math.pi * 1.27 * 10.0)  # Archimedes: as the cylinder's
    assert FLAT.tip_surface_area_mm2() == pytest.approx(math.pi * (0.25 + 1.0 * 5.0))
    r, f = FILLET.radius_mm, FILLET.tip_rounding_mm
    arc, _ = quad(lambda a: 2 * math.pi * (r - f + f * math.sin(a)) * f, 0, math.pi / 2)
    expected = math.pi * (r - f) ** 2 + arc + 2 * math.pi * r * (4.0 - f)
    assert FILLET.tip_surface_area_mm2() == pytest.approx(expected)


@pytest.mark.parametrize("geometry", [HEMISPHERE, FILLET, FLAT])
def test_distance_agrees_with_the_nearest_sampled_surface_point(geometry: ProbeGeometry) -> None:
    rng = np.random.default_rng(3)
    rho, z = rng.uniform(0, 3, 300), rng.uniform(-2, 8, 300)
    r, f = geometry.radius_mm, geometry.tip_rounding_mm
    angle = np.linspace(0, np.pi / 2, 2000)
    meridian = np.concatenate(
        [
            np.column_stack([np.linspace(0, r - f, 2000), np.zeros(2000)]),
            np.column_stack([r - f + f * np.sin(angle), f - f * np.cos(angle)]),
            np.column_stack([np.full(20000, r), np.linspace(f, 20, 20000)]),
        ]
    )
    nearest = np.array([np.hypot(*(meridian - (a, b)).T).min() for a, b in zip(rho, z, strict=True)])
    inside = np.array([b > 0 and a < profile(geometry, b) for a, b in zip(rho, z, strict=True)])
    angle = rng.uniform(0, 2 * np.pi, 300)
    points = np.column_stack([rho * np.cos(angle), rho * np.sin(angle), z])
    assert np.allclose(probe_distance_mm(points, geometry), np.where(inside, -nearest, nearest), atol=2e-3)


def test_tip_distance_ends_at_the_junction() -> None:
    points = np.array([[0, 0, 13.0], [0.635 + 3.0, 0, 14.0], [2.0, 0, 5.0], [0, 0, -1.5], [0, 0, 9.9]])
    assert tip_distance_mm(points, HEMISPHERE) == pytest.approx([3.0, 5.0, 2.0 - 0.635, 1.5, -0.1])


def test_sensor_lies_ahead_of_the_distal_end_for_a_positive_offset() -> None:
    assert sensor_position_mm(SimpleNamespace(sensor_offset_mm=0.1)) == pytest.approx([0, 0, -0.1])


def test_points_of_the_wrong_shape_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(N, 3\)"):
        probe_distance_mm(np.zeros((4, 2)), HEMISPHERE)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"outer_diameter_mm": -1.0}, "outer_diameter_mm"),
        ({"outer_diameter_mm": math.nan}, "finite"),
        ({"tip_rounding_mm": 0.9}, "tip_rounding_mm"),
        ({"tip_length_mm": 0.1}, "tip_length_mm"),
        ({"lumen_diameter_mm": 1.6}, "lumen_diameter_mm"),
        ({"lumen_end_gap_mm": 5.0}, "lumen_end_gap_mm"),
        ({"tip_rounding_mm": 0.7365, "lumen_diameter_mm": 1.2, "lumen_end_gap_mm": 0.1}, "metal"),
    ],
)
def test_impossible_dimensions_are_refused(changes: dict[str, float], message: str) -> None:
    lengths = {"outer_diameter_mm": 1.473, "tip_length_mm": 4.0, "tip_rounding_mm": 0.2}
    lumen = {"lumen_diameter_mm": 0.5, "lumen_end_gap_mm": 0.3}
    lengths |= {key: value for key, value in changes.items() if key in lengths}
    lumen |= {key: value for key, value in changes.items() if key in lumen}
    with pytest.raises(InputError, match=message):
        ProbeGeometry.of(SimpleNamespace(name="odd", cooling=SimpleNamespace(**lumen), **lengths))
