"""Lesions laid over the input's own voxels, and read back."""

import json
from types import SimpleNamespace

import highdicom
import nibabel as nib
import numpy as np
import pytest

from rfa_model.anatomy import LabelAnatomy, LumbarAnatomy
from rfa_model.anatomy.readers.curves import read_points
from rfa_model.anatomy.readers.volumes import read_volume
from rfa_model.errors import InputError
from rfa_model.exports.dicom_seg import read_series, write_dicom_seg
from rfa_model.exports.images import Grid, grid_of, write_anatomy_markups, write_nifti
from tests.unit.exports.made import CENTRE, ORIGIN, VOLUME, made_ball, made_series


@pytest.fixture(scope="module")
def ball():
    return made_ball()


@pytest.fixture(scope="module")
def oblique():
    """Voxels of 0.7 × 0.8 × 1 mm, turned by 20°, about the ball."""
    turn = np.deg2rad(20.0)
    rotation = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    to_lps = np.eye(4)
    to_lps[:3, :3] = rotation @ np.diag([0.7, 0.8, 1.0])
    shape = (40, 36, 30)
    to_lps[:3, 3] = CENTRE + ORIGIN - to_lps[:3, :3] @ (np.array(shape) / 2)
    return Grid(shape, to_lps)


def test_a_lesion_keeps_its_volume_and_its_place(ball, oblique):
    mask = oblique.inside(ball, ORIGIN)
    voxel = abs(np.linalg.det(oblique.to_lps[:3, :3]))
    # Its surface's voxels are in or out: half a voxel layer either way, and by chance far less.
    assert mask.sum() * voxel == pytest.approx(VOLUME, rel=0.02)
    middle = oblique.points(np.argwhere(mask)).mean(axis=0)
    assert np.allclose(middle, CENTRE + ORIGIN, atol=0.1)


def test_a_lesion_half_off_the_image_is_cut_and_one_beyond_is_empty(ball, oblique):
    moved = oblique.to_lps.copy()
    moved[:3, 3] = CENTRE + ORIGIN
    half = Grid(oblique.shape, moved).inside(ball, ORIGIN)
    assert 0 < half.sum() < oblique.inside(ball, ORIGIN).sum() / 4
    assert Grid(oblique.shape, moved).inside(ball, ORIGIN - 500.0).sum() == 0


def test_nifti_reads_back_as_it_was_written(ball, oblique, tmp_path):
    points = np.array([[0, 0, 0], [30, 0, 0], [0, 30, 0], [0, 0, 30]], dtype=float) + CENTRE - 8.0
    fields = SimpleNamespace(
        points_mm=points, cells=np.array([[0, 1, 2, 3]]), cell_region=np.array([0]),
        peak_temperature_C=points @ [1.0, 2.0, 3.0] + 50.0, damage_final=np.ones(4),
    )  # fmt: skip
    arm = SimpleNamespace(lesions={"arrhenius": ball}, fields=fields)
    written = {path.name: path for path in write_nifti(arm, oblique, ORIGIN, tmp_path)}
    assert set(written) == {"lesion_arrhenius.nii.gz", "peak_temperature_C.nii.gz", "damage.nii.gz"}
    back = read_volume(written["lesion_arrhenius.nii.gz"])
    assert np.allclose(back.to_lps, oblique.to_lps, atol=1e-4)
    assert (back.values == oblique.inside(ball, ORIGIN)).all()
    image = nib.load(written["peak_temperature_C.nii.gz"])
    values = np.asarray(image.dataobj)
    place = np.argwhere(np.isfinite(values))
    assert len(place) > 500
    there = oblique.points(place) - ORIGIN
    assert np.allclose(values[tuple(place.T)], there @ [1.0, 2.0, 3.0] + 50.0, atol=1e-3)  # linear, so exact


@pytest.mark.parametrize("axes", ["RAS", "LPS", "PIR"])
def test_a_lesion_comes_back_in_the_order_that_its_input_is_stored_in(ball, axes, tmp_path):
    stored = nib.orientations.axcodes2ornt(tuple(axes))
    labels = np.zeros((40, 36, 30), dtype=np.uint8)
    labels[8:30, 9:20, 5:25] = 28
    affine = np.diag([0.7, 0.8, 1.0, 1.0])
    affine[:3, 3] = (CENTRE + ORIGIN) * [-1.0, -1.0, 1.0] - np.array([14.0, 14.4, 15.0])
    image = nib.Nifti1Image(labels, affine)
    image = image.as_reoriented(nib.orientations.ornt_transform(nib.io_orientation(affine), stored))
    image.header.set_xyzt_units("mm")
    nib.save(image, tmp_path / "in.nii.gz")
    words = LabelAnatomy(file=str(tmp_path / "in.nii.gz"), scheme="totalsegmentator_v2", nerve="L4", side="left")
    grid = grid_of(words, SimpleNamespace())
    points = np.array([[0, 0, 0], [30, 0, 0], [0, 30, 0], [0, 0, 30]], dtype=float) + CENTRE - 8.0
    fields = SimpleNamespace(
        points_mm=points, cells=np.array([[0, 1, 2, 3]]), cell_region=np.array([0]),
        peak_temperature_C=points @ [1.0, 2.0, 3.0] + 50.0, damage_final=np.ones(4),
    )  # fmt: skip
    arm = SimpleNamespace(lesions={"arrhenius": ball}, fields=fields)
    for path in write_nifti(arm, grid, ORIGIN, tmp_path):
        back = nib.load(path)
        assert back.shape == image.shape
        assert nib.aff2axcodes(back.affine) == tuple(axes)
        assert np.allclose(back.affine, image.affine, atol=1e-5)
    lesion = nib.load(tmp_path / "lesion_arrhenius.nii.gz")
    place = np.argwhere(np.asarray(lesion.dataobj))
    middle = lesion.affine[:3, :3] @ place.mean(axis=0) + lesion.affine[:3, 3]
    assert np.allclose(middle * [-1.0, -1.0, 1.0], CENTRE + ORIGIN, atol=0.1)
    assert len(place) * 0.56 == pytest.approx(VOLUME, rel=0.02)
    values = nib.load(tmp_path / "peak_temperature_C.nii.gz")
    seen = np.asarray(values.dataobj)
    known = np.argwhere(np.isfinite(seen))
    there = (known @ values.affine[:3, :3].T + values.affine[:3, 3]) * [-1.0, -1.0, 1.0] - ORIGIN
    assert np.allclose(seen[tuple(known.T)], there @ [1.0, 2.0, 3.0] + 50.0, atol=1e-3)


def test_markups_open_in_the_inputs_frame(tmp_path):
    anatomy = LumbarAnatomy(nerve="L4", side="left").build()
    names = {path.name for path in write_anatomy_markups(anatomy, tmp_path)}
    assert names == {"target.mrk.json", "nerve_medial_branch.mrk.json", "nerve_spinal_nerve.mrk.json"}
    points = read_points(tmp_path / "nerve_medial_branch.mrk.json", "RAS")
    assert np.allclose(points[0], anatomy.nerves["medial_branch"].points_mm[0], atol=1e-3)
    assert json.loads((tmp_path / "target.mrk.json").read_text())["markups"][0]["coordinateSystem"] == "LPS"


def test_without_an_image_the_voxels_lie_about_the_target():
    words = LumbarAnatomy(nerve="L4", side="left")
    anatomy = words.build()
    middle = grid_of(words, anatomy).points(np.array([[80, 80, 80]]))[0]
    assert np.abs(middle - anatomy.target.point_mm).max() < 0.6


@pytest.fixture(scope="module")
def series(tmp_path_factory):
    return made_series(tmp_path_factory.mktemp("ct"))


def test_dicom_seg_refers_to_its_series_and_reads_back(ball, series, tmp_path):
    source = read_series(series)
    path = write_dicom_seg({"arrhenius": ball}, ORIGIN, source, "test", tmp_path / "lesions.dcm")
    seg = highdicom.seg.segread(path)
    assert seg.ReferencedSeriesSequence[0].SeriesInstanceUID == source[0][0].SeriesInstanceUID
    assert seg.SegmentSequence[0].SegmentLabel == "lesion arrhenius"
    back = read_volume(path)
    assert back.values.sum() * np.prod(back.spacing_mm) == pytest.approx(VOLUME, rel=0.03)
    place = np.argwhere(back.values)
    middle = back.to_lps[:3, :3] @ place.mean(axis=0) + back.to_lps[:3, 3]
    assert np.allclose(middle, CENTRE + ORIGIN, atol=0.15)


def test_a_series_that_is_none_and_one_elsewhere_are_refused(ball, series, tmp_path):
    with pytest.raises(InputError, match="expected the folder"):
        read_series(tmp_path / "nothing")
    with pytest.raises(InputError, match="holds 0 slices"):
        read_series(tmp_path)
    with pytest.raises(InputError, match="no lesion lies within the series"):
        write_dicom_seg({"arrhenius": ball}, ORIGIN + 900.0, read_series(series), "test", tmp_path / "x.dcm")
