"""A study of an anatomy from files: paths from its own folder, trials known by what files hold, files that travel."""

import json

import nibabel as nib
import numpy as np
import pytest

from rfa_model.errors import InputError
from rfa_model.studies import load_study, read_study, run_study
from rfa_model.studies.inputs import hashes, send
from rfa_model.studies.trial import solve
from rfa_model.studies.trials import trials_of
from tests.unit.studies.made import Answered, by_distance

# A wall of bone in front of a nerve that runs down its back; the deep needle of the second trial would run into it.
STUDY = """
title: two needles at a wall
scenario:
  title: a wall
  anatomy:
    kind: labels
    file: images/wall.nii.gz
    scheme: none
    labels: {vertebra_L5: 1}
    nerve: L4
    side: left
    course: {points_mm: [[0, 1.25, 16], [0, 1.25, 0], [0, 1.25, -16]]}
    spinal_nerve: none
    estimated_canal: false
    origin_mm: [0, 0, 0]
    overrule: [volume, posterior, cut_off]
  arms:
    conventional:
      probe: conventional_18g_10mm
      placement: {approach: parallel}
      protocol: [{ramp: {to_C: 45, duration_s: 1}}]
  numerics: {element_order: 1}
vary:
  deep: {path: arms.*.placement.offset_mm.2, distribution: {uniform: {low: -3, high: 0}}}
on_bone: rest
resolution: draft
design: {list: {trials: [{deep: 0.0}, {deep: -3.0}]}}
"""


@pytest.fixture
def folder(tmp_path):
    values = np.zeros((44, 44, 44), dtype=np.uint8)
    values[:, 22:, :] = 1  # RAS: y runs forwards, and the wall begins at y = 0
    affine = np.diag([2.0, 2.0, 2.0, 1.0])
    affine[:3, 3] = [-43.0, -43.0, -43.0]
    (tmp_path / "images").mkdir()
    nib.save(nib.Nifti1Image(values, affine), tmp_path / "images" / "wall.nii.gz")
    (tmp_path / "wall.yaml").write_text(STUDY)
    return tmp_path


def test_a_needle_comes_to_lie_on_somebodys_bone(folder, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    done = run_study(load_study(folder / "wall.yaml"), folder / "out", workers=1)
    assert done.table.column("status").to_pylist() == ["solved", "solved"]
    first, second = done.table.column("pushed_mm").to_pylist()
    assert first == 0.0
    assert 0.5 < second < 3.0
    assert read_study(folder / "out").planned.content == done.planned.content


class Client:
    """A cluster of one machine that shares no disc with this one."""

    def __init__(self, cache, monkeypatch):
        self.cache, self.monkeypatch = cache, monkeypatch

    def register_worker_callbacks(self, setup):
        self.monkeypatch.setenv("XDG_CACHE_HOME", str(self.cache))
        setup()


def test_files_travel_to_workers_that_have_none(folder, monkeypatch):
    planned = load_study(folder / "wall.yaml")
    trial = next(trials_of(planned))
    image = folder / "images" / "wall.nii.gz"
    send(Client(folder / "there", monkeypatch), "tcp://a:1", hashes(planned.content))
    image.rename(folder / "elsewhere.nii.gz")
    found = trial.scenario().anatomy
    assert found.file.startswith(str(folder / "there"))
    assert found.build().bone_at(np.array([0.0, -5.0, 0.0])) == "L5"
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "nothing"))
    outcome = solve(trial)
    assert outcome.status == "refused"
    assert "wall.nii.gz: no such file" in outcome.reason


def test_trials_are_known_by_what_files_hold_wherever_they_lie(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("other") / "deeper"
    (other / "images").mkdir(parents=True)
    (other / "wall.yaml").write_text(STUDY)
    image = nib.load(folder / "images" / "wall.nii.gz")
    (other / "images" / "wall.nii.gz").write_bytes((folder / "images" / "wall.nii.gz").read_bytes())
    one, moved = load_study(folder / "wall.yaml"), load_study(other / "wall.yaml")
    assert json.dumps(one.content) != json.dumps(moved.content)
    assert [trial.key for trial in trials_of(one)] == [trial.key for trial in trials_of(moved)]
    run_study(one, folder / "out", engine=Answered(by_distance))
    asked = Answered(by_distance)
    run_study(moved, folder / "out", engine=asked, resume=True)
    assert asked.asked == []
    values = np.asarray(image.dataobj).copy()
    values[0, 0, 0] = 0 if values[0, 0, 0] else 1
    nib.save(nib.Nifti1Image(values, image.affine), other / "images" / "wall.nii.gz")
    changed = load_study(other / "wall.yaml")
    assert {trial.key for trial in trials_of(changed)}.isdisjoint(trial.key for trial in trials_of(one))
    with pytest.raises(InputError, match="is no longer the file"):
        send(Client(folder / "there", None), "tcp://a:1", hashes(moved.content))


def test_what_is_too_large_is_not_sent_and_no_study_varies_a_file(folder, monkeypatch):
    planned = load_study(folder / "wall.yaml")
    monkeypatch.setattr("rfa_model.studies.inputs.MOST_SENT_MB", 1e-6)
    with pytest.raises(InputError, match=r"hold 0 MB, and at most 1e-06 MB are sent .* crop the image"):
        send(Client(folder / "there", monkeypatch), "tcp://a:1", hashes(planned.content))
    varied = STUDY + "set: {anatomy.file: b.nii.gz}\n"
    (folder / "wall.yaml").write_text(varied)
    with pytest.raises(InputError, match=r"anatomy\.file names a file .* a study for each anatomy"):
        load_study(folder / "wall.yaml")
