"""A run that was stopped goes on with --resume, and ends as one that was not; what is not its own is refused."""

import pickle
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest

from rfa_model.cli import main
from rfa_model.cli.run import CHECKPOINT_EVERY_S
from rfa_model.errors import InputError
from rfa_model.plan import Plan
from rfa_model.results import ResultsWriter, read_results
from rfa_model.results.claim import ROOM, checkpoint_path, checkpoints_in
from rfa_model.scenario import parse_scenario
from rfa_model.simulation import solve
from rfa_model.simulation.sinks import whole as whole_solution
from rfa_model.simulation.solve import Task, side_by_side
from rfa_model.solver.state_file import read_stamp
from rfa_model.treatment import checkpoint
from rfa_model.treatment.checkpoint import Checkpoint, Keeper, OutOfTime

SAME = 1e-8
SCENARIO = """\
title: Two arms
anatomy: {kind: homogeneous, tissue: muscle}
numerics: {resolution: draft, element_order: 1, snapshot_interval_s: 1}
criteria: [arrhenius, three_state_dead]
arms:
  first: {probe: conventional_18g_10mm, protocol: [{hold: {temperature_C: 70, duration_s: 2}}]}
  second:
    probe: cooled_17g_4mm
    generator: {controller: pi}
    protocol: [{ramp: {to_C: 55, duration_s: 4}}, {hold: {temperature_C: 55, duration_s: 3}}, {off: {duration_s: 2}}]
"""


@pytest.fixture(autouse=True)
def no_pictures(monkeypatch):
    monkeypatch.setattr("rfa_model.simulation.run._draw_all", lambda out: [])


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("resume") / "two.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


def run(file: Path, out: Path, *more: str) -> int:
    return main(["run", str(file), "--out", str(out), "--workers", "1", *more])


@pytest.fixture(scope="module")
def whole(file) -> Path:
    """A run that nobody stopped."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rfa_model.simulation.run._draw_all", lambda out: [])
        assert run(file, file.parent / "whole", "--quiet") == 0
    return file.parent / "whole"


def out_of_time_after(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wall time is over so many steps into the second arm."""
    told = iter(range(steps))
    monkeypatch.setattr(Checkpoint, "is_over", lambda self: self.path.stem == "second" and next(told, None) is None)


@pytest.fixture(scope="module")
def stopped_once(file) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        out_of_time_after(12, patch)
        assert run(file, file.parent / "stopped", "--quiet") == 3
    return file.parent / "stopped"


@pytest.fixture
def stopped(stopped_once, tmp_path) -> Path:
    """A copy of a folder whose first arm is finished, and whose second was stopped."""
    return shutil.copytree(stopped_once, tmp_path / "out")


def numbers(value: object, at: str = "") -> Iterator[tuple[str, float]]:
    """Every number of a summary but wall times, by its path."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not str(key).endswith("wall_s"):
                yield from numbers(inner, f"{at}/{key}")
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from numbers(inner, f"{at}/{n}")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield at, float(value)


def farthest(one: Path, other: Path) -> float:
    """The largest relative difference of all summary numbers, histories and fields of two results folders."""
    a, b = read_results(one), read_results(other)
    assert list(a.arms) == list(b.arms)
    found = [dict(numbers(results.summary["arms"])) for results in (a, b)]
    assert found[0].keys() == found[1].keys()
    assert len(found[0]) > 100
    # Residuals and lags are what is left of larger numbers; an absolute 1e-8 of these is asked for.
    worst = max(abs(found[0][key] - found[1][key]) / max(abs(found[0][key]), 1.0) for key in found[0])
    for name, arm in a.arms.items():
        fields = [(arm.history.columns[key], b.arms[name].history.columns[key]) for key in arm.history.columns]
        fields += [
            (getattr(arm.fields, key), getattr(b.arms[name].fields, key))
            for key in ("times_s", "temperature_C", "damage", "peak_temperature_C", "cem43_min", "unit_potential")
        ]
        further = arm.fields.further_damage_final
        assert list(further) == list(b.arms[name].fields.further_damage_final)
        fields += [(omega, b.arms[name].fields.further_damage_final[law]) for law, omega in further.items()]
        for ours, theirs in fields:
            assert ours.shape == theirs.shape
            assert np.array_equal(np.isnan(ours), np.isnan(theirs))
            largest = float(np.abs(np.nan_to_num(ours)).max(initial=0.0))
            worst = max(worst, float(np.abs(np.nan_to_num(ours - theirs)).max(initial=0.0)) / max(largest, 1e-300))
    return worst


def test_stopped_and_resumed_it_ends_as_the_run_that_nobody_stopped(file, whole, stopped, capsys):
    assert list(read_results(stopped).arms) == ["first"]
    assert checkpoints_in(stopped) == ["second"]
    assert not list(stopped.rglob("*.partial*"))
    first = (stopped / "first" / "fields" / "0000.vtu").stat()
    before = read_results(stopped).summary["provenance"]
    assert run(file, stopped, "--resume") == 0
    out, err = capsys.readouterr()
    assert "first: solved before, kept\n" in err
    assert "second: goes on from t = " in err
    assert (stopped / "first" / "fields" / "0000.vtu").stat() == first
    assert farthest(whole, stopped) < SAME
    assert not list(stopped.rglob(".*"))
    log = (stopped / "run.log").read_text()
    assert [log.count(f"arm {name} written") for name in ("first", "second")] == [1, 1]
    source = read_results(stopped).summary["provenance"]
    assert source["started"] == before["started"]
    assert source["wall_s"] > before["wall_s"]
    # Once more: there is nothing left to solve.
    summary = (stopped / "summary.json").read_bytes()
    assert run(file, stopped, "--resume", "--quiet") == 0
    assert capsys.readouterr().out == out
    assert (stopped / "summary.json").read_bytes() == summary


def test_stopped_again_and_again_it_gets_there(file, whole, tmp_path, monkeypatch):
    codes = []
    for _ in range(30):
        with monkeypatch.context() as patch:
            out_of_time_after(10, patch)
            codes.append(run(file, tmp_path / "out", "--quiet", "--resume"))
        if codes[-1] == 0:
            break
    assert codes == [3] * (len(codes) - 1) + [0]
    assert len(codes) > 2
    assert farthest(whole, tmp_path / "out") < SAME


def test_checkpoints_on_the_way_change_nothing(file, whole, tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoint, "SHARE", 1e9)
    assert run(file, tmp_path / "out", "--quiet", "--checkpoint-every", "1e-3") == 0
    assert (tmp_path / "out" / "run.log").read_text().count("checkpoint at t =") > 20
    assert farthest(whole, tmp_path / "out") < 1e-12


def test_an_arm_that_is_new_is_solved_beside_those_kept(file, whole, stopped, tmp_path):
    more = tmp_path / "two.yaml"
    third = SCENARIO[SCENARIO.index("  first") : SCENARIO.index("  second")].replace("first", "third")
    more.write_text(SCENARIO.replace("title: Two", "title: Three") + third)
    before = (stopped / "first" / "history.csv").stat()
    assert run(more, stopped, "--resume", "--quiet", "--arm", "third") == 0
    assert list(read_results(stopped).arms) == ["first", "third"]
    assert (stopped / "first" / "history.csv").stat() == before
    # The arm that was not asked for keeps its checkpoint.
    assert checkpoints_in(stopped) == ["second"]
    assert run(more, stopped, "--resume", "--quiet") == 0
    assert list(read_results(stopped).arms) == ["first", "second", "third"]
    assert not list(stopped.rglob(".*"))


def test_an_arm_that_lost_a_file_is_solved_again(file, whole, stopped):
    (stopped / "first" / "lesion_arrhenius.vtp").unlink()
    assert run(file, stopped, "--resume", "--quiet") == 0
    assert farthest(whole, stopped) < SAME


def test_where_nothing_is_there_it_begins_and_says_so(file, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(Checkpoint, "is_over", lambda self: True)
    assert run(file, tmp_path / "out", "--resume") == 3
    said = capsys.readouterr().err
    assert "out: nothing there to resume, so all begins at the start\n" in said
    assert re.search(r"time given is over: arm 'first' at t = 0\.\d of 2 s; the same command with --resume", said)
    assert checkpoints_in(tmp_path / "out") == ["first"]


def snapshot(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("version", r"checkpoint of arm 'second' is of rfa-model .*, and this is rfa-model 9.9.9"),
        ("scenario", "checkpoint of arm 'second' is of another scenario"),
        ("mesh", "checkpoint of arm 'second' is of another mesh"),
        ("processes", "was written by 1 processes, and here are 2"),
        ("damage", "second.npz: is damaged"),
        ("summary", "the results folder is damaged"),
    ],
)
def test_what_is_not_its_own_is_refused_with_the_cure(file, stopped, tmp_path, monkeypatch, capsys, what, message):
    scenario = file
    if what == "version":
        monkeypatch.setattr("rfa_model.simulation.resume.program", lambda source=None: "rfa-model 9.9.9")
    elif what == "scenario":
        scenario = tmp_path / "two.yaml"
        scenario.write_text(SCENARIO.replace("to_C: 55", "to_C: 56"))
    elif what == "mesh":
        monkeypatch.setattr("rfa_model.plan.plan.mesh_hash", lambda *_: "another")
    elif what == "processes":
        monkeypatch.setattr("rfa_model.simulation.resume.rank_count", lambda: 2)
    elif what == "damage":
        path = checkpoint_path(stopped, "second")
        path.write_bytes(path.read_bytes()[:-100])
    else:
        (stopped / "summary.json").write_text((stopped / "summary.json").read_text().replace('"nerves"', '"nervs"'))
    before = snapshot(stopped)
    assert run(scenario, stopped, "--resume", "--quiet") == 2
    said = capsys.readouterr().err
    assert re.search(message, said)
    assert "without --resume" in said
    assert snapshot(stopped) == before


@pytest.mark.parametrize("what", ["version", "scenario"])
def test_finished_arms_that_are_not_its_own_are_refused(file, stopped, tmp_path, monkeypatch, capsys, what):
    checkpoint_path(stopped, "second").unlink()
    scenario = file
    if what == "version":
        monkeypatch.setattr(
            "rfa_model.simulation.resume.program", lambda source=None: "rfa-model 0.0.1" if source else "rfa-model 9"
        )
    else:
        scenario = tmp_path / "two.yaml"
        scenario.write_text(SCENARIO.replace("temperature_C: 70", "temperature_C: 71"))
    before = snapshot(stopped)
    assert run(scenario, stopped, "--resume", "--quiet") == 2
    said = capsys.readouterr().err
    assert {
        "version": "the arms there were solved by rfa-model 0.0.1, and this is rfa-model 9",
        "scenario": "arm 'first' there is of another scenario",
    }[what] in said
    assert snapshot(stopped) == before


def test_results_from_before_a_rerun_that_was_stopped_are_not_taken_for_its_own(file, whole, tmp_path, monkeypatch):
    """The first arm of a rerun is stopped while the folder still holds what it is to replace."""
    scenario, out = tmp_path / "two.yaml", shutil.copytree(whole, tmp_path / "out")
    scenario.write_text(SCENARIO.replace("temperature_C: 70", "temperature_C: 60"))
    with monkeypatch.context() as patch:
        told = iter(range(6))
        patch.setattr(Checkpoint, "is_over", lambda self: next(told, None) is None)
        assert run(scenario, out, "--quiet") == 3
    assert list(read_results(out).arms) == ["first", "second"]
    assert checkpoints_in(out) == ["first"]
    assert run(scenario, out, "--quiet", "--resume") == 0
    ends = [read_results(folder).arms["first"].summary["temperature"]["sensor_end_C"] for folder in (whole, out)]
    assert ends == pytest.approx([70.0, 60.0], abs=0.5)


def test_without_resume_a_rerun_sweeps_checkpoints_and_says_so(file, stopped, monkeypatch, capsys):
    monkeypatch.setattr(Checkpoint, "is_over", lambda self: True)
    assert run(file, stopped) == 3
    assert "checkpoint of second removed, from which --resume would have gone on" in capsys.readouterr().err
    assert list(read_results(stopped).arms) == ["first"]
    assert checkpoints_in(stopped) == ["first"]


def test_clean_keeps_checkpoints_unless_they_are_asked_for(stopped):
    (stopped / ROOM / "arms").mkdir()
    (stopped / ROOM / "checkpoints" / ".second.partial.npz").touch()
    assert main(["clean", str(stopped)]) == 0
    assert checkpoints_in(stopped) == ["second"]
    assert not (stopped / ROOM / "arms").exists()
    assert len(list((stopped / ROOM / "checkpoints").iterdir())) == 1
    assert main(["clean", "--checkpoints", str(stopped)]) == 0
    assert not (stopped / ROOM).exists()


def test_a_checkpoint_that_cannot_be_written_is_a_warning(file, whole, tmp_path, monkeypatch, capsys):
    def full(*_):
        raise InputError("no space left on device")

    monkeypatch.setattr(checkpoint, "write_run_state", full)
    assert run(file, tmp_path / "out", "--checkpoint-every", "0.2") == 0
    assert "second: no checkpoint, so that --resume would begin earlier: no space left" in capsys.readouterr().err
    assert "WARNING arm second: no checkpoint at t = " in (tmp_path / "out" / "run.log").read_text()
    assert farthest(whole, tmp_path / "out") == 0.0


def test_an_arm_that_is_solved_and_cannot_be_written_keeps_its_checkpoint(file, stopped, monkeypatch):
    def full(*_):
        raise InputError("no room")

    monkeypatch.setattr(ResultsWriter, "adopt", full)
    assert run(file, stopped, "--quiet", "--resume") == 2
    assert list(read_results(stopped).arms) == ["first"]
    assert checkpoints_in(stopped) == ["second"]


def test_every_arm_that_was_stopped_is_named(monkeypatch):
    treatments = [Plan.of(parse_scenario(SCENARIO)).treatment(name) for name in ("first", "second")]
    tasks = [Task(treatment, True, whole_solution) for treatment in treatments]
    late = {"first": OutOfTime(("first", 1.25, 2.0)), "second": OutOfTime(("second", 0.0, 9.0))}
    monkeypatch.setattr(solve, "spread", lambda *_: [(task, (late[task.treatment.name], [])) for task in tasks[::-1]])
    with pytest.raises(OutOfTime) as stopped:
        list(side_by_side(tasks, 2))
    assert str(stopped.value) == (
        "the wall time given is over: arm 'first' at t = 1.2 of 2 s, arm 'second' not begun; "
        "the same command with --resume goes on"
    )
    assert pickle.loads(pickle.dumps(stopped.value)).reached == stopped.value.reached


def test_a_wall_time_shorter_than_the_start_is_a_step_further_at_every_attempt(file, tmp_path, capsys):
    reached = []
    for more in ([], ["--resume"], ["--resume"]):
        assert run(file, tmp_path / "out", "--max-wall", "0.001", *more) == 3
        assert "arm 'first' at t = 0." in capsys.readouterr().err
        reached.append(read_stamp(checkpoint_path(tmp_path / "out", "first"), 1)["time_s"])
    assert 0.0 < reached[0] < reached[1] < reached[2]


@pytest.mark.parametrize(("cost_s", "every_s", "written_at"), [(0.001, 30, [30, 60, 90]), (1.0, 30, [30, 200, 300])])
def test_checkpoints_take_one_per_cent_of_the_run_at_most(monkeypatch, cost_s, every_s, written_at):
    clock = [0.0]
    monkeypatch.setattr("rfa_model.treatment.checkpoint.time.monotonic", lambda: clock[0])
    keeper = Keeper(None, [], None)
    found = []
    for second in range(1, written_at[-1] + 1):
        clock[0] = float(second)
        if keeper._is_due(every_s):
            found.append(second)
            keeper._written = clock[0]
            keeper._costs_s.append(cost_s)
    assert found == written_at
    assert not keeper._is_due(0.0)


def test_the_command_line_knows_the_usual_interval(capsys):
    assert CHECKPOINT_EVERY_S == checkpoint.EVERY_S
    for words in (["--max-wall", "soon"], ["--checkpoint-every", "-1"], ["--resume", "--overwrite"]):
        with pytest.raises(SystemExit) as left:
            main(["run", "l4_medial_branch", *words])
        assert left.value.code == 2
        assert "not a number of seconds" in (said := capsys.readouterr().err) or "not allowed with" in said
