"""Progress: how far, how long, how long still; on stderr, and on no line that is read by a program."""

import io
import re

import pytest

from rfa_model._progress import Pace, Pieces, Progress, at_this_pace, duration, how_far
from rfa_model.assurance.progress import spread_telling
from rfa_model.cli.command_line import parser
from rfa_model.cli.verbs import VERBS

AT_ONCE = {"validate", "anatomy", "list", "schema", "compare", "view", "clean"}


def told(live, quiet=False, lasting=False):
    stream = io.StringIO()
    with Pieces(quiet, stream, live, lasting=lasting) as progress:
        progress.expect(4)
        for number in range(4):
            progress.done(f"piece {number}")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("share", "elapsed_s", "words"),
    [
        (0.25, 4.0, "25 %, 4 s, about 12 s left"),
        (0.01, 60.0, "1 %, 60 s, about 99 min left"),
        (0.5, 7200.0, "50 %, 2.0 h, about 2.0 h left"),
        (0.0, 3.0, "0 %, 3 s"),
        (1.0, 16.0, "100 %, 16 s"),
    ],
)
def test_what_is_left_is_what_the_pace_so_far_says(share, elapsed_s, words):
    assert how_far(share, elapsed_s, at_this_pace(share, elapsed_s)) == words


@pytest.mark.parametrize("begun", [0.0, 40.0])
def test_steps_of_one_size_are_told_exactly_wherever_the_run_was_taken_up(begun):
    pace = Pace()
    told = [pace.left_s(begun + 0.5 * n, 100.0, 7.0 + 3.0 * n) for n in range(40)]
    assert told[0] is None
    assert told[1:] == pytest.approx([(100.0 - begun - 0.5 * n) * 6.0 for n in range(1, 40)])


def test_a_run_that_slows_down_is_told_sooner_than_by_its_whole_pace():
    """Ten steps of 1 s, then steps of 0.1 s as water boils, each in 1 s of wall time."""
    pace = Pace()
    steps = [1.0] * 10 + [0.1] * 20
    done = told = 0.0
    for n in range(len(steps) + 1):
        told, done = pace.left_s(done, 100.0, float(n)), done + (steps[n] if n < len(steps) else 0.0)
    left_s, at_whole_pace_s = (100.0 - done) / 0.1, (100.0 - done) / (done / 30.0)
    assert at_whole_pace_s < 0.3 * left_s
    assert 0.4 * left_s < told < left_s


def test_nothing_is_told_in_the_first_seconds():
    pace = Pace()
    assert [pace.left_s(0.1 * n, 10.0, 0.4 * n) for n in range(5)] == [None] * 5


def test_durations_have_the_unit_one_thinks_in():
    assert [duration(s) for s in (0.4, 99.0, 180.0, 7200.0)] == ["0 s", "99 s", "3 min", "2.0 h"]


def test_a_terminal_sees_one_line_that_is_wiped_at_the_end():
    text = told(live=True)
    assert "\n" not in text
    assert text.endswith("\r\x1b[K")
    assert re.search(r"piece 1 \[2 of 4, 50 %, 0 s, about 0 s left\]", text)


def test_elsewhere_only_lines_that_last_are_written():
    assert told(live=False) == ""
    lines = told(live=False, lasting=True).splitlines()
    assert [line.partition(" [")[0] for line in lines] == [f"piece {n}" for n in range(4)]
    assert "4 of 4, 100 %" in lines[-1]


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize("lasting", [True, False])
def test_quiet_is_quiet(live, lasting):
    assert told(live, quiet=True, lasting=lasting) == ""


def test_an_arm_says_what_share_is_done_and_how_long_is_left(monkeypatch):
    stream = io.StringIO()
    progress = Progress(stream=stream, live=False)
    progress.start("hot", 100.0)
    for time_s, clock in ((0.0, 0.0), (25.0, 5.0)):
        monkeypatch.setattr("rfa_model._progress.time.perf_counter", lambda clock=clock: progress._clock + clock)
        progress.step(time_s, 80.0, 2.5)
    assert re.search(r"hot:   25.0 of 100 s .*\[25 %, 5 s, about 15 s left\]$", stream.getvalue().strip())


def test_spread_work_is_silent_where_it_is_asked_to_be(capsys):
    assert dict(spread_telling(abs, [-1, 2], 1, lambda item, found: f"{item}", quiet=True)) == {-1: 1, 2: 2}
    assert capsys.readouterr() == ("", "")
    assert dict(spread_telling(abs, [-1, 2], 1, lambda item, found: f"{item}"))
    out, err = capsys.readouterr()
    assert out == ""
    assert "2 of 2, 100 %" in err


def test_every_verb_that_takes_long_can_be_quiet():
    slow = {verb.name for verb in VERBS} - AT_ONCE
    (verbs,) = (action.choices for action in parser()._actions if action.dest == "verb")
    assert {name for name in slow if "--quiet" in verbs[name].format_help()} == slow
