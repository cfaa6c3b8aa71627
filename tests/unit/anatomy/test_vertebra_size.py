"""The bone's size, measured from its distance field, against the table and the published L4."""

import numpy as np
import pytest

from rfa_model.anatomy.lumbar import LumbarLevel
from rfa_model.anatomy.lumbar.dimensions import vertebra_dimensions
from rfa_model.anatomy.lumbar.vertebra import landmarks

STEP_MM = 0.05


def run_length(anatomy: LumbarLevel, start: np.ndarray, direction: np.ndarray, half: float = 60.0) -> float:
    """Length of the bone crossed by a line through `start`, counted both ways until bone first ends."""
    total = 0.0
    for sign in (1.0, -1.0):
        points = start + sign * np.arange(0.0, half, STEP_MM)[:, None] * direction
        outside = anatomy.distance_mm("bone", points) > 0
        total += STEP_MM * int(np.argmax(outside)) if outside.any() else np.inf
    return total


def test_body_has_its_height_width_and_depth(lumbar_level: LumbarLevel) -> None:
    dims = vertebra_dimensions(lumbar_level.site.vertebra)
    x, y, z = np.eye(3)
    rim = z * (dims.body_height_mm / 2 - 1.5)
    assert run_length(lumbar_level, 0 * z, z) == pytest.approx(dims.body_height_mm, abs=0.15)
    assert run_length(lumbar_level, rim, x) == pytest.approx(dims.body_width_mm, abs=1.5)
    # The canal takes some of the rounded rim off the back of the body, as the concave posterior wall does.
    assert run_length(lumbar_level, rim, y) == pytest.approx(dims.body_depth_mm - 0.5, abs=0.8)


def test_body_is_waisted_at_the_front(lumbar_level: LumbarLevel) -> None:
    dims = vertebra_dimensions(lumbar_level.site.vertebra)
    y = np.arange(-dims.body_depth_mm, 0.0, STEP_MM)
    fronts = []
    for height in (0.0, dims.body_height_mm / 2 - 1.5):
        line = np.column_stack([0 * y, y, 0 * y + height])
        fronts.append(y[np.argmax(lumbar_level.distance_mm("bone", line) < 0)])
    assert fronts[0] - fronts[1] == pytest.approx(2.0, abs=0.7)


def test_l4_agrees_with_the_published_size() -> None:
    anatomy, z = LumbarLevel("L3"), np.array([0.0, 0.0, 1.0])
    rim = 12.0 * z
    assert run_length(anatomy, 0 * z, z) == pytest.approx(27.0, abs=0.5)
    assert run_length(anatomy, rim, np.array([1.0, 0.0, 0.0])) == pytest.approx(50.0, abs=1.5)
    assert run_length(anatomy, rim, np.array([0.0, 1.0, 0.0])) == pytest.approx(34.0, abs=1.5)


def test_transverse_processes_span_what_the_table_says(lumbar_level: LumbarLevel) -> None:
    x, y, z = np.arange(25.0, 50.0, 0.1), np.arange(18.0, 40.0, 1.0), np.arange(-10.0, 14.0, 1.0)
    grid = np.stack(np.meshgrid(x, y, z, indexing="ij"), axis=-1).reshape(-1, 3)
    bone = grid[lumbar_level.distance_mm("bone", grid) < 0]
    span = vertebra_dimensions(lumbar_level.site.vertebra).transverse_process_span_mm
    assert 2 * bone[:, 0].max() == pytest.approx(span, abs=1.0)


def test_pedicle_has_its_height_and_width(lumbar_level: LumbarLevel) -> None:
    dims = vertebra_dimensions(lumbar_level.site.vertebra)
    angle = np.deg2rad(dims.pedicle_transverse_angle_deg)
    centre = landmarks(dims).pedicle - 1.0 * np.array([0.0, 1.0, 0.0])
    across = np.array([np.cos(angle), -np.sin(angle), 0.0])
    # Fillets towards body and arch thicken the isthmus a little.
    assert run_length(lumbar_level, centre, across) == pytest.approx(dims.pedicle_width_mm, abs=1.5)
    assert run_length(lumbar_level, centre, np.array([0.0, 0.0, 1.0])) == pytest.approx(dims.pedicle_height_mm, abs=1.5)


def test_spinous_process_is_a_plate(lumbar_level: LumbarLevel) -> None:
    dims = vertebra_dimensions(lumbar_level.site.vertebra)
    back = dims.body_depth_mm / 2 + dims.canal_depth_mm + 0.5 * dims.spinous_length_mm + 4.0
    z = np.arange(-35.0, 10.0, 0.25)
    column = np.column_stack([0 * z, 0 * z + back, z])
    inside = z[lumbar_level.distance_mm("bone", column) < 0]
    middle = np.array([0.0, back, inside.mean()])
    thickness = run_length(lumbar_level, middle, np.array([1.0, 0.0, 0.0]))
    assert 4.0 < thickness < 8.0
    assert run_length(lumbar_level, middle, np.array([0.0, 0.0, 1.0])) > 2 * thickness


def test_facet_joint_is_open_and_lined_with_cartilage(lumbar_level: LumbarLevel) -> None:
    joint = landmarks(vertebra_dimensions(lumbar_level.site.vertebra)).joint
    along = np.arange(-4.0, 4.0, 0.05)
    line = joint.centre + along[:, None] * joint.axes[0]
    names = np.array(lumbar_level.tissue_names)[lumbar_level.tissue_at(line)]
    gap = np.flatnonzero(np.char.find(names, "bone") < 0)
    assert set(names[gap]) == {"cartilage"}
    assert np.array_equal(gap, np.arange(gap[0], gap[-1] + 1))
    assert 1.0 < 0.05 * len(gap) < 2.5
    assert names[0].endswith("bone")
    assert names[-1].endswith("bone")
