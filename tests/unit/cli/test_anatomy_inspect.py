"""What `anatomy inspect` says and draws, and how it refuses."""

import json

import numpy as np
import pytest
from PIL import Image

from rfa_model._shipped import shipped
from rfa_model.cli import main

DATA = shipped("scenarios") / "data/visible_human"


@pytest.fixture(scope="module")
def inspected(tmp_path_factory):
    out = tmp_path_factory.mktemp("inspected")
    file = DATA / "vertebra_L5.stl"
    assert main(["anatomy", "inspect", str(file), "--axes", "RAS", "--out", str(out)]) == 0
    return out


def test_it_leaves_what_it_understood(inspected):
    found = json.loads((inspected / "anatomy.json").read_text(encoding="utf-8"))
    assert {"frame", "levels", "landmarks", "nerves", "warnings"} <= set(found)
    assert found["frame"]["system"] == "LPS"
    assert found["levels"]["L5"]["volume_cm3"] == pytest.approx(76.2, abs=0.1)
    assert np.shape(found["levels"]["L5"]["centroid_mm"]) == (3,)
    assert {(nerve["name"], nerve["side"]) for nerve in found["nerves"]} == {
        ("L4 medial branch (estimated)", "left"),
        ("L4 medial branch (estimated)", "right"),
    }


def test_landmarks_of_both_sides_of_a_symmetric_bone_are_mirror_images(inspected):
    marks = json.loads((inspected / "anatomy.json").read_text(encoding="utf-8"))["landmarks"]["L5"]
    for name, left in marks["left"].items():
        mirrored = np.array(marks["right"][name]) * [-1.0, 1.0, 1.0]
        # The bone's triangles are not symmetric, about 2 mm long.
        assert np.linalg.norm(left - mirrored) < 2.5, name
        assert left[0] > 5.0


def test_four_sides_differ(inspected):
    image = np.asarray(Image.open(inspected / "views.png").convert("RGB")).astype(int)
    half = image.shape[1] // 2
    rows = slice(100, image.shape[0] // 2 - 20)
    assert np.abs(image[rows, :half] - image[rows, -half:]).mean() > 3.0
    assert (inspected / "xray.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["vertebra_L5.stl"], "--axes"),
        (["vertebra_L5.stl", "--axes", "LPS"], "points forwards"),
        (["vertebra_L5.stl", "--axes", "RAS", "--units", "m"], "no bone of the spine is"),
        (["vertebra_L5.stl", "--axes", "RAS", "--structure", "femur"], "unknown structure"),
        (["labels_L3-S1_0.7mm.nii.gz"], "could be: totalsegmentator_v2"),
        (["labels_L3-S1_0.7mm.nii.gz", "--scheme", "verse"], "L6 is there without L5"),
        (["LICENSE.txt", "--axes", "RAS"], "expected a surface"),
        (["nothing.nii.gz"], "no such file"),
    ],
)
def test_it_refuses_with_the_reason(arguments, reason, capsys, tmp_path):
    file, *rest = arguments
    assert main(["anatomy", "inspect", str(DATA / file), *rest, "--out", str(tmp_path / "out")]) == 2
    assert reason in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
