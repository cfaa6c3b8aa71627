"""Pictures drawn in processes beside the run: the same ones, and no failure there disturbs the run."""

import json
import shutil
import signal
from multiprocessing import active_children

import numpy as np
import pytest

from rfa_model import pictures
from rfa_model.errors import InputError, SolveError
from rfa_model.pictures.drawing_process import drawing_process
from rfa_model.results import read_results
from tests.unit.pictures.test_pictures import pixels


@pytest.fixture
def place(folder, tmp_path):
    """A copy of the results without pictures."""
    return shutil.copytree(folder, tmp_path / "results", ignore=shutil.ignore_patterns("*.png"))


@pytest.fixture
def poses(folder):
    return {name: arm.pose for name, arm in read_results(folder).arms.items()}


def drawn(place):
    return sorted(place.rglob("*.png"))


def test_the_same_pictures_whichever_arm_comes_first(place, poses, tmp_path):
    with drawing_process(poses, place) as drawing:
        drawing.add("cooled")
        drawing.add("conventional")
        assert sorted(drawing.finish()) == drawn(place)
    assert active_children() == []
    after = pictures.draw_all(place, tmp_path / "after")
    assert len(after) == 7
    assert [path.relative_to(place) for path in drawn(place)] == sorted(
        p.relative_to(tmp_path / "after") for p in after
    )
    for path in drawn(place):
        np.testing.assert_array_equal(pixels(path), pixels(tmp_path / "after" / path.relative_to(place)))


def test_what_cannot_be_drawn_is_told_at_the_end(place, poses):
    summary = json.loads((place / "summary.json").read_text())
    summary["arms"]["cooled"]["temperature"] = {}
    (place / "summary.json").write_text(json.dumps(summary))

    def run():
        with drawing_process(poses, place) as drawing:
            drawing.add("cooled")
            drawing.add("conventional")
            drawing.finish()

    with pytest.raises(InputError, match="arm 'cooled' lack 'max_C'"):
        run()
    assert [path.parent.name for path in drawn(place)] == ["conventional", "conventional"]


def test_a_process_that_is_ended_disturbs_no_arm(place, poses):
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # as PETSc leaves it after a solve; a broken pipe would end the tests
    with drawing_process(poses, place) as drawing:
        drawing.add("cooled")
        for process in active_children():
            process.kill()
            process.join()
        drawing.add("conventional")
        with pytest.raises(SolveError, match=f"ended from outside; all else is in {place}"):
            drawing.finish()
    assert drawn(place) == []


@pytest.mark.parametrize("failure", [SolveError, KeyboardInterrupt])
def test_the_run_failing_ends_the_drawing(place, poses, failure):
    def run():
        with drawing_process(poses, place) as drawing:
            drawing.add("cooled")
            assert len(active_children()) == 2
            (place / "cooled" / ".scene.partial.png").touch()
            raise failure("no step is small enough")

    with pytest.raises(failure, match="no step is small enough"):
        run()
    assert active_children() == []
    # Who interrupts does not wait; an arm that was solved before another failed has its pictures.
    expected = [] if failure is KeyboardInterrupt else ["history.png", "scene.png"]
    assert sorted(path.name for path in drawn(place)) == expected
