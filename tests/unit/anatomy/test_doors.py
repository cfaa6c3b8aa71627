"""Our own level, written out as others' files and read back: bone where it was, and the same lesion."""

import pytest

from benchmarks import anatomy_doors as doors
from rfa_model.anatomy import LumbarAnatomy
from rfa_model.anatomy.lumbar import LumbarLevel

# Door -> writer, and root mean square and largest error of the distance to bone, mm; 0.13, 0.04, 0.04 are measured.
WRITERS = {
    "labels": (lambda level, folder: doors.written_labels(level, 1.0, folder, 20.0), 0.16, 1.0),
    "surfaces": (lambda level, folder: doors.written_surfaces(level, 1.0, folder, 20.0), 0.08, 0.8),
    "volume mesh": (lambda level, folder: doors.written_mesh(level, 1.0, folder, 20.0), 0.08, 0.8),
}


@pytest.fixture(scope="module")
def level():
    return LumbarLevel(doors.NERVE, doors.SIDE)


@pytest.mark.parametrize("door", WRITERS)
def test_bone_comes_back_where_it_was(door, level, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    write, rms_mm, most_mm = WRITERS[door]
    read = write(level, tmp_path).build()
    mean, rms, most = doors.bone_error_mm(level, read)
    assert abs(mean) < 0.04
    assert rms < rms_mm
    assert most < most_mm
    assert abs(read.target.point_mm - level.target.point_mm).max() < 0.02
    assert read.target.tangent @ level.target.tangent > 0.999
    assert read.target.away_from_bone @ level.target.away_from_bone > 0.98


@pytest.mark.slow
def test_labels_of_0_7_mm_give_the_same_lesion(level, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    exact = doors.conventional(LumbarAnatomy(nerve=doors.NERVE, side=doors.SIDE))
    read = doors.conventional(doors.written_labels(level, 0.7, tmp_path, doors.SPHERE_MM))
    assert read["volume_mm3"] == pytest.approx(exact["volume_mm3"], rel=0.02)
    assert read["margin_mm"] == pytest.approx(exact["margin_mm"], abs=0.2)
    assert read["spinal_nerve_C"] == pytest.approx(exact["spinal_nerve_C"], abs=0.3)
