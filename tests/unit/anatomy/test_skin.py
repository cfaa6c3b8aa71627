"""Where the body ends: by a threshold of the CT, by a label, by a plane."""

import nibabel as nib
import numpy as np
import pytest

from rfa_model.anatomy import LabelAnatomy
from rfa_model.errors import InputError

# A trunk of 60 × 46 mm half axes along z, gas inside it, a table behind it; a block of bone with a nerve on its back.
HALF = np.array([60.0, 46.0])
NERVE = [[0, 11.25, 14], [0, 11.25, 0], [0, 11.25, -14]]


def saved(path, values):
    affine = np.diag([-2.0, -2.0, 2.0, 1.0])
    affine[:3, 3] = [75.0, 65.0, -20.0]  # RAS: indices run to the left and backwards, the middle at 0
    image = nib.Nifti1Image(values, affine)
    image.header.set_xyzt_units("mm")
    nib.save(image, path)
    return str(path)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("skin")
    x, y, _ = np.meshgrid(2.0 * np.arange(76) - 75.0, 2.0 * np.arange(66) - 65.0, np.arange(21), indexing="ij")
    trunk = np.hypot(x / HALF[0], y / HALF[1]) < 1.0
    hu = np.where(trunk, 40, -1000).astype(np.int16)
    hu[np.hypot(x - 25.0, y + 10.0) < 9.0] = -900  # bowel gas
    hu[y > 58.0] = 300  # the table
    bone = (np.abs(x) < 16.0) & (np.abs(y) < 10.0)
    hu[bone] = 600
    labels = np.where(bone, 1, np.where(trunk, 2, 0)).astype(np.uint8)
    return saved(folder / "labels.nii.gz", labels), saved(folder / "ct.nii.gz", hu), folder


def level(made, **words):
    return LabelAnatomy(
        file=made[0], scheme="none", nerve="L4", side="left", course={"points_mm": NERVE}, spinal_nerve="none",
        estimated_canal=False, origin_mm=(0.0, 0.0, 0.0), overrule=["volume", "posterior", "cut_off"],
        **{"labels": {"vertebra_L5": 1}} | words,
    )  # fmt: skip


BEHIND = np.column_stack([np.zeros(5), [15.0, 30.0, 42.0, 48.0, 55.0], np.zeros(5)])


@pytest.mark.parametrize(
    "words",
    [
        pytest.param({"skin": {"ct": "ct"}}, id="CT"),
        pytest.param({"labels": {"vertebra_L5": 1, "body": 2}}, id="label"),
        pytest.param({"skin": {"depth_mm": 34.75}}, id="plane"),
    ],
)
def test_the_skin_lies_where_the_body_ends(made, words):
    if words.get("skin", {}).get("ct"):
        words = {"skin": {"ct": made[1], "threshold_HU": -300}}
    built = level(made, **words).build()
    found = built.distance_mm("body", BEHIND)
    assert np.abs(found - (BEHIND[:, 1] - HALF[1])).max() < 0.75  # voxels of 2 mm
    tissues = [built.tissue_names[index] for index in built.tissue_at(BEHIND)]
    assert tissues[0] == "muscle"
    assert tissues[3] == tissues[4] == "air"
    assert built.tissue_names[built.tissue_at(np.array([[0.0, 45.0, 0.0]]))[0]] in ("skin", "fat")
    assert "skin" in built.structures
    if "depth_mm" not in words.get("skin", {}):  # gas in the bowel is no outside, and no end above and below
        assert built.distance_mm("body", np.array([[25.0, -10.0, 0.0], [0.0, 0.0, 18.0]])).max() < -10.0


def test_a_map_of_labels_is_no_ct_and_a_full_image_shows_no_skin(made):
    with pytest.raises(InputError, match=r"denser than -300 HU; expected a CT in Hounsfield units"):
        level(made, skin={"ct": made[0]}).build()
    full = saved(made[2] / "full.nii.gz", np.full((30, 30, 10), 40, dtype=np.int16))
    with pytest.raises(InputError, match="100 % of it is denser"):
        level(made, skin={"ct": full}).build()


def test_the_ct_is_a_ct_and_reaches_the_target(made):
    built = level(made, ct=made[1]).build()
    values, to_index = built.ct.read()
    place = np.round(to_index[:3, :3] @ built.target.point_mm + to_index[:3, 3]).astype(int)
    assert values[tuple(place)] in (40, 600)
    assert built.origin_mm.tolist() == [0.0, 0.0, 0.0]
    with pytest.raises(InputError, match="expected a CT in Hounsfield units: air near"):
        level(made, ct=made[0]).build()
    image = nib.load(made[1])
    away = image.affine.copy()
    away[:3, 3] += 400.0
    nib.save(nib.Nifti1Image(np.asarray(image.dataobj), away), made[2] / "away.nii.gz")
    with pytest.raises(InputError, match="does not reach the target"):
        level(made, ct=str(made[2] / "away.nii.gz")).build()


def test_an_origin_beside_which_the_nerve_lies_on_the_wrong_side_is_refused(made):
    """Lateral, medial and the side that needles come from are told by the sign of the target's first number."""
    with pytest.raises(InputError, match="the nerve lies 20 mm off origin_mm on the other side than side: left"):
        level(made).model_copy(update={"origin_mm": (20.0, 0.0, 0.0)}).build()
    assert level(made).model_copy(update={"origin_mm": (-20.0, 0.0, 0.0)}).build().target.point_mm[0] > 0.0
