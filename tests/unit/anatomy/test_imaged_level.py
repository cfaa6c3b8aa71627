"""Somebody's bones through each door: the same place, the right way round, checked against anatomy."""

import nibabel as nib
import numpy as np
import pytest

from rfa_model import library
from rfa_model._shipped import shipped_scenarios
from rfa_model.anatomy import LabelAnatomy, SurfaceAnatomy
from rfa_model.anatomy.imaged.checks import complaints
from rfa_model.errors import InputError
from rfa_model.placement import place
from rfa_model.scenario import dump_yaml, load_scenario, parse_resolved
from rfa_model.scenario.placed import Placement

NAMES = {"disc_L3L4": 203, "disc_L4L5": 204, "disc_L5S1": 205}


@pytest.fixture(scope="module")
def labels():
    return load_scenario(shipped_scenarios()["l4_visible_human_labels"]).anatomy


@pytest.fixture(scope="module")
def surfaces():
    return load_scenario(shipped_scenarios()["l4_visible_human_surfaces"]).anatomy


@pytest.fixture(scope="module")
def about(labels):
    """Points about the target, in the file's frame."""
    level = labels.build()
    offsets = np.random.default_rng(1).uniform(-25.0, 25.0, (4000, 3))
    return level.target.point_mm + level.origin_mm + offsets


def changed(image, tmp_path, name, **words):
    """A label map written beside the shipped one, and its anatomy."""
    path = tmp_path / f"{name}.nii.gz"
    nib.save(image, path)
    return LabelAnatomy(
        file=str(path), scheme="totalsegmentator_v2", labels=NAMES, nerve="L4", **{"side": "left"} | words
    )


def test_tissues_and_structures(labels):
    level = labels.build()
    assert {"muscle", "cortical_bone", "cancellous_bone", "cartilage", "nerve", "csf", "skin"} <= set(
        level.tissue_names
    )
    assert set(level.structures) == {"spinal_nerve", "skin"} == set(labels.structures)
    assert "estimated" in level.nerves["medial_branch"].words
    assert "estimated" in level.structures["spinal_nerve"].words
    assert any("estimated" in note for note in level.notes)
    body = np.zeros((1, 3))
    assert level.tissue_names[level.tissue_at(body)[0]] == "cancellous_bone"
    assert level.bone_at(np.zeros(3)) == "L5"


def test_the_nerve_lies_its_gap_off_the_bone_and_the_target_points_away_from_it(labels, surfaces):
    for words in (labels, surfaces):
        level, (curve,) = words.build(), words.build().nerves.values()
        length = curve.arc_length_mm()
        there = (length >= curve.segment_mm[0]) & (length <= curve.segment_mm[1])
        gap = level.distance_mm("bone", curve.points_mm[there]) - curve.diameter_mm / 2
        assert gap.min() > words.nerve_bone_gap_mm - 0.05
        assert np.median(gap) < words.nerve_bone_gap_mm + 0.3
        target = level.target
        assert abs(target.tangent @ target.away_from_bone) < 1e-9
        assert target.tangent[1] > 0.0 > target.tangent[2]  # backwards and down
        nearer, farther = (
            level.distance_mm("bone", (target.point_mm + s * target.away_from_bone)[None]) for s in (0, 1)
        )
        assert farther - nearer == pytest.approx(1.0, abs=0.2)


def test_spinal_nerve_is_off_the_bone_and_in_front_of_the_process(labels):
    level = labels.build()
    spinal = level.structures["spinal_nerve"]
    assert level.distance_mm("bone", spinal.points_mm).min() > spinal.diameter_mm / 2
    beside = spinal.points_mm[np.abs(spinal.points_mm[:, 2] - level.target.point_mm[2]).argmin()]
    assert beside[1] < level.target.point_mm[1] - 5.0


def test_labels_and_surfaces_of_the_same_bones_agree(labels, surfaces, about):
    one, other = labels.build(), surfaces.build()
    a, b = one.distance_mm("bone", about - one.origin_mm), other.distance_mm("bone", about - other.origin_mm)
    near = np.abs(b) < 2.0
    assert np.sqrt(((a - b)[near] ** 2).mean()) < 0.14  # a fifth of a voxel
    assert abs((a - b)[near].mean()) < 0.03
    apart = one.target.point_mm + one.origin_mm - other.target.point_mm - other.origin_mm
    assert np.linalg.norm(apart) < 2.0


def test_storage_order_does_not_matter(labels, about, tmp_path):
    image = coarse(nib.load(labels.file))
    turned = image.as_reoriented(nib.orientations.ornt_transform(
        nib.io_orientation(image.affine), nib.orientations.axcodes2ornt(("P", "I", "R"))
    ))  # fmt: skip
    assert nib.aff2axcodes(turned.affine) == ("P", "I", "R")
    one, other = changed(image, tmp_path, "ras").build(), changed(turned, tmp_path, "pir").build()
    assert np.abs(one.origin_mm - other.origin_mm).max() < 1e-6
    assert np.abs(one.target.point_mm - other.target.point_mm).max() < 1e-6
    assert (
        np.abs(one.layer_distances_mm(about - one.origin_mm) - other.layer_distances_mm(about - other.origin_mm)).max()
        < 1e-6
    )


def coarse(image):
    """Every second voxel of a label map, which costs an eighth."""
    return nib.Nifti1Image(np.asarray(image.dataobj)[::2, ::2, ::2], image.affine @ np.diag([2.0, 2.0, 2.0, 1.0]))


def lopsided(image):
    """The label map with the left transverse process of L5 thinned from below: left is no longer right."""
    data = np.asarray(image.dataobj).copy()
    i, _, k = np.indices(data.shape, sparse=True)
    place = image.affine @ np.array([0, 0, 0, 1.0])
    step = image.affine[0, 0]
    left = place[0] + step * i < -30.0
    data[left & (place[2] + step * k < 38.0) & (data == 27)] = 0
    return nib.Nifti1Image(data, image.affine)


def test_mirrored_in_is_mirrored_out_and_a_flip_is_seen(labels, tmp_path):
    image = lopsided(coarse(nib.load(labels.file)))
    flipped = nib.Nifti1Image(np.asarray(image.dataobj), np.diag([-1.0, 1.0, 1.0, 1.0]) @ image.affine)
    left = changed(image, tmp_path, "left").build()
    right = changed(flipped, tmp_path, "right", side="right").build()
    unlike = changed(image, tmp_path, "left", side="right").build()
    mirror = np.array([-1.0, 1.0, 1.0])
    place = left.target.point_mm + left.origin_mm
    # The estimated course goes from vertex to vertex, and triangles are not split in mirror images: half a voxel.
    assert np.abs(place * mirror - right.target.point_mm - right.origin_mm).max() < 0.7
    (course,) = left.nerves.values()
    points = (course.points_mm + left.origin_mm)[::10] * mirror
    drawn = {"points_mm": points.tolist(), "segment_mm": course.segment_mm}
    redrawn = changed(flipped, tmp_path, "right", side="right", course=drawn).build()
    assert np.abs(place * mirror - redrawn.target.point_mm - redrawn.origin_mm).max() < 0.02
    for direction in ("tangent", "away_from_bone"):
        turned = getattr(left.target, direction) * mirror - getattr(redrawn.target, direction)
        assert np.abs(turned).max() < 0.02
    points = place + np.random.default_rng(2).uniform(-20.0, 20.0, (2000, 3))
    there = left.distance_mm("bone", points - left.origin_mm)
    mirrored = np.abs(there - right.distance_mm("bone", points * mirror - right.origin_mm))
    assert mirrored[np.abs(there) < 1.0].max() < 1e-3
    assert mirrored.max() < 0.3  # farther off, of two voxels equally near either may be asked
    assert np.abs(there - unlike.distance_mm("bone", points * mirror - unlike.origin_mm)).max() > 2.0


def test_another_scheme_is_refused_with_what_was_seen(labels):
    words = {"file": labels.file, "nerve": "L4", "side": "left"}
    with pytest.raises(InputError, match="label"):
        LabelAnatomy(scheme="totalsegmentator_v1", **words).build()
    with pytest.raises(InputError, match="holds no L5"):
        LabelAnatomy(scheme="none", labels={"vertebra_L3": 29}, **words).build()
    with pytest.raises(InputError, match=r"L4 lies .* below L5.*overrule: \[order\]"):
        LabelAnatomy(scheme="none", labels={"vertebra_L5": 28, "vertebra_L4": 27}, **words).build()


def test_a_map_whose_header_turns_it_round_is_refused_and_can_be_overruled(labels, tmp_path):
    image = nib.load(labels.file)
    backwards = nib.Nifti1Image(np.asarray(image.dataobj), np.diag([1.0, -1.0, 1.0, 1.0]) @ image.affine)
    with pytest.raises(InputError, match=r"spinous process points forwards.*overrule: \[posterior\]"):
        changed(backwards, tmp_path, "backwards").build()


def test_swapped_sides_are_refused(labels, tmp_path):
    image = nib.load(labels.file)
    data = np.asarray(image.dataobj).copy()
    data[-12:-2, 10:20, 10:20], data[2:12, 10:20, 10:20] = 77, 78  # hip_left, hip_right
    assert nib.aff2axcodes(image.affine)[0] == "R"  # the last voxels lie on the right
    swapped = changed(nib.Nifti1Image(data, image.affine), tmp_path, "bad").source()
    straight = changed(nib.Nifti1Image(data[::-1], image.affine), tmp_path, "good").source()
    assert [which for which, _ in complaints(swapped.found)] == ["sides"]
    assert list(complaints(straight.found)) == []


def test_a_changed_file_is_noticed(labels, tmp_path):
    image = coarse(nib.load(labels.file))
    words = changed(image, tmp_path, "mine").pinned()
    assert list(words.sha256) == [words.file]
    nib.save(lopsided(image), words.file)
    with pytest.raises(InputError, match="no longer the file"):
        words.build()


def test_paths_are_taken_from_the_scenarios_folder_and_survive_in_results(labels):
    scenario = load_scenario(shipped_scenarios()["l4_visible_human_labels"])
    text = dump_yaml(scenario.resolved())
    again = parse_resolved(text).anatomy
    assert again.file == labels.file
    assert again.sha256 == labels.pinned().sha256


def test_a_drawn_nerve_is_not_called_estimated(surfaces):
    level = surfaces.build()
    (curve,) = level.nerves.values()
    points = (curve.points_mm + level.origin_mm)[::20]
    drawn = SurfaceAnatomy(**surfaces.model_dump() | {"course": {"points_mm": points[::-1].tolist()}}).build()
    (found,) = drawn.nerves.values()
    assert found.words == "L4 medial branch"
    assert any("ran upwards" in note for note in drawn.notes)
    assert found.segment_mm[1] - found.segment_mm[0] == pytest.approx(10.0)


def test_a_nerve_drawn_on_the_other_side_is_refused(surfaces):
    level = surfaces.build()
    (curve,) = level.nerves.values()
    points = (curve.points_mm + level.origin_mm)[::20] * [-1.0, 1.0, 1.0]
    words = SurfaceAnatomy(**surfaces.model_dump() | {"course": {"points_mm": points.tolist()}})
    with pytest.raises(InputError, match="other side"):
        words.build()


def test_a_sphere_beyond_what_is_known_is_refused(labels):
    level = labels.build()
    probe = library.probes()["conventional_18g_10mm"].applicator()
    aim = Placement(approach="parallel")
    assert level.known_radius_mm(level.target.point_mm) > 50.0
    place(probe, aim, level, 45.0)
    with pytest.raises(InputError, match=r"known to 5\d mm about the active tip, less than domain_radius_mm = 58"):
        place(probe, aim, level, 58.0)
