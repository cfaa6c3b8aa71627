import numpy as np
import pytest

from rfa_model.drawing.orthographic import choose_direction, look_from

HEAD = np.array([0.0, 0.0, 1.0])


def test_focal_point_is_the_middle_and_a_millimetre_is_the_same_at_every_depth():
    view = look_from(np.array([0.3, 1.0, 0.2]), np.array([1.0, 2.0, 3.0]), 40.0, (1600, 1000))
    assert view.project(view.focal_mm)[0] == pytest.approx([800.0, 500.0])
    for depth in (-20.0, 0.0, 20.0):
        start = view.focal_mm + depth * view.towards_viewer
        pixels = view.project(np.array([start, start + 10.0 * view.right]))
        assert pixels[1] - pixels[0] == pytest.approx([10.0 * view.px_per_mm, 0.0], abs=1e-9)


def test_seen_from_behind_left_is_left_and_the_head_is_up():
    view = look_from(np.array([0.0, 1.0, 0.0]), np.zeros(3), 10.0, (100, 100))
    left, head = view.project(np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]))
    assert left == pytest.approx([40.0, 50.0])
    assert head == pytest.approx([50.0, 40.0])


def test_from_above_the_back_is_up():
    view = look_from(HEAD, np.zeros(3), 10.0, (100, 100))
    assert view.project(np.array([[0.0, 1.0, 0.0]]))[0] == pytest.approx([50.0, 40.0])


def test_direction_lies_across_needle_and_nerve_on_the_open_side():
    outward = np.array([0.0, 1.0, 0.0])
    direction = choose_direction([HEAD, np.array([1.0, 0.0, 0.0])], outward, np.zeros((1, 3)), None)
    assert direction @ outward > 0.8
    assert np.linalg.norm(direction) == pytest.approx(1.0)


def test_direction_avoids_bone():
    outward = np.array([0.0, 1.0, 0.0])
    lines = [HEAD, np.array([1.0, 0.0, 0.0])]
    blocker = 8.0 * choose_direction(lines, outward, np.zeros((1, 3)), None)

    def distance(points):
        return np.linalg.norm(points - blocker, axis=1) - 5.0

    direction = choose_direction(lines, outward, np.zeros((1, 3)), distance)
    assert distance(direction * np.arange(0.0, 40.0, 0.25)[:, None]).min() > 0.0


def test_the_middle_of_a_picture_has_its_scale():
    view = look_from(np.array([0.3, 1.0, 0.2]), np.array([1.0, 2.0, 3.0]), 40.0, (160, 100))
    part = view.cropped((60, 40))
    assert part.px_per_mm == pytest.approx(view.px_per_mm)
    image = np.arange(160 * 100 * 3).reshape(100, 160, 3)
    cut = view.crop(image, part.size_px)
    assert cut.shape == (40, 60, 3)
    point = view.focal_mm[None] + 4.0 * view.right + 2.0 * view.up
    (x, y), (u, v) = view.project(point)[0].round().astype(int), part.project(point)[0].round().astype(int)
    assert cut[v, u].tolist() == image[y, x].tolist()
    with pytest.raises(ValueError, match="has no middle"):
        view.crop(image, (200, 40))


def test_a_free_side_ends_the_search_at_once():
    outward = np.array([0.0, 1.0, 0.0])
    asked = []

    def distance(points):
        asked.append(len(points))
        return np.ones(len(points))

    lines = [HEAD, np.array([1.0, 0.0, 0.0])]
    free = choose_direction(lines, outward, np.zeros((1, 3)), distance)
    assert free == pytest.approx(choose_direction(lines, outward, np.zeros((1, 3)), None))
    assert len(asked) == 1


def test_a_part_of_a_picture_shows_what_lies_there():
    view = look_from(np.array([0.3, 1.0, 0.2]), np.array([1.0, 2.0, 3.0]), 40.0, (160, 100))
    points = view.focal_mm + np.outer([1.0, 5.0], view.right) + np.outer([2.0, 9.0], view.up)
    box = view.box(points, margin_px=3)
    assert (box.corner_px, box.size_px) == ((79, 24), (17, 24))
    assert view.part(box).project(points) + box.corner_px == pytest.approx(view.project(points))
    assert box.of(np.zeros((100, 160, 3), dtype=np.uint8)).shape == (24, 17, 3)
    assert view.box(points + 90.0 * view.right).size_px[0] == 0
