"""How long a study will take: by its own trials, once there are any."""

import io

from rfa_model.studies import progress
from rfa_model.studies.progress import StudyProgress
from rfa_model.studies.trials import SECONDS, pace


def test_trials_that_are_there_tell_how_busy_the_cores_are():
    rows = [{"status": "solved", "resolution": "draft", "wall_s": times * SECONDS["draft"]} for times in (4, 5, 90)]
    rows += [{"status": "failed", "resolution": "draft", "wall_s": 1e-3}, {**rows[0], "wall_s": 0.0}]
    assert pace(rows) == 5.0
    assert pace([]) == 1.0


def test_the_first_trials_tell_how_long_a_study_takes_without_each_workers_first(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(progress.time, "perf_counter", lambda: clock[0])
    stream = io.StringIO()
    line = StudyProgress(stream=stream, live=False)
    line.begin(102, 0, workers=2)
    # The first of both workers makes a mesh and takes a minute; then the two do one every five seconds.
    for at in (60.0, 60.0, 65.0, 70.0, 75.0, 80.0, 85.0):
        clock[0] = at
        line.done(failed=False)
    assert stream.getvalue().count("by the first") == 1
    assert "by the first 6 trials about 8 min more" in stream.getvalue()
