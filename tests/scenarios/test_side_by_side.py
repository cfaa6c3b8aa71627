"""Arms solved at once, in processes of their own: the same answers, nothing lost when one fails, nobody left behind."""

import logging
import os
import pickle
import signal
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path

import pytest

from rfa_model.cli import main
from rfa_model.errors import SolveError
from rfa_model.plan import Plan
from rfa_model.results import read_results
from rfa_model.scenario import Scenario
from rfa_model.simulation import solve
from rfa_model.simulation.sinks import whole
from tests.scenarios.runs import MUSCLE, off

PATIENCE_S = 240.0  # of a hang alone: with six busy programs beside it a second becomes eight
HEAD = "title: Arms\nanatomy: {kind: homogeneous, tissue: muscle}\nnumerics: {resolution: draft, element_order: 1}\n"
SLOW = "{probe: cooled_17g_4mm, protocol: [{hold: {temperature_C: 60, duration_s: 20}}]}"
QUICK = "{probe: conventional_18g_10mm, protocol: [{hold: {temperature_C: 70, duration_s: 1}}]}"
# No step is small enough for the heat of 50 kV.
UNLIMITED = "{max_voltage_V_rms: 1.0e5, max_power_W: 1.0e6, max_current_A_rms: 1.0e4, impedance_cutoff_ohm: 1.0e9}"
FAILING = (
    f"{{probe: conventional_18g_10mm, generator: {UNLIMITED}, protocol: [{{voltage: {{voltage_V_rms: 5.0e4, "
    "duration_s: 1}}]}"
)


def scenario(path: Path, **said: str) -> Path:
    path.write_text(HEAD + "arms:\n" + "".join(f"  {name}: {arm}\n" for name, arm in said.items()), encoding="utf-8")
    return path


def with_many_steps(file: Path) -> Path:
    """Thousands, where a run could be over before it is ended; over so long a time only a mild law lets tissue live."""
    text = file.read_text().replace("element_order: 1", "element_order: 1, max_step_s: 0.1")
    file.write_text("laws: {damage: skin}\n" + text)
    return file


def numbers(folder):
    """Arm and quantity -> number."""
    arms = read_results(folder).summary["arms"]
    found = {(name, "energy"): entry["electrical"]["energy_J"] for name, entry in arms.items()}
    found |= {(name, "sensor"): entry["temperature"]["sensor_end_C"] for name, entry in arms.items()}
    return found | {(n, c): lesion["volume_mm3"] for n, e in arms.items() for c, lesion in e["lesions"].items()}


def alive(group: int) -> list[str]:
    """Processes of a group that still run, by their line in /proc."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            line = path.read_text()
        except OSError:
            continue  # it has just ended
        state, _, its_group = line.rpartition(")")[2].split()[:3]
        if int(its_group) == group and state != "Z":
            found.append(line)
    return found


def test_the_same_numbers_in_the_scenarios_order(tmp_path, capsys):
    file = scenario(tmp_path / "two.yaml", slow=SLOW, quick=QUICK)
    for workers in ("1", "2"):
        assert main(["run", str(file), "--quiet", "--workers", workers, "--out", str(tmp_path / workers)]) == 0
    printed = capsys.readouterr().out
    assert printed.count("Numbers from:") == 2
    assert printed.count("No numerical uncertainty is known for this scenario") == 2
    # The quick arm is finished first and still stands second.
    assert list(read_results(tmp_path / "2").arms) == ["slow", "quick"]
    # Not to the last bit: sums may differ in their order.
    assert numbers(tmp_path / "2") == pytest.approx(numbers(tmp_path / "1"), rel=1e-9)
    pictures = [sorted(path.relative_to(tmp_path / n) for path in (tmp_path / n).rglob("*.png")) for n in "12"]
    assert pictures[0] == pictures[1]
    assert len(pictures[0]) == 7


def test_an_arm_that_fails_takes_no_other_with_it(tmp_path, capsys):
    file = scenario(tmp_path / "two.yaml", bad=FAILING, good=QUICK)
    assert main(["run", str(file), "--workers", "2", "--quiet", "--out", str(tmp_path / "out")]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("rfa-model: error: arm 'bad', voltage phase, t = 0.000 s: ")
    assert err.count("\n") == 1
    assert list(read_results(tmp_path / "out").arms) == ["good"]


def until(true, patience_s: float) -> bool:
    end = time.monotonic() + patience_s
    while not true() and time.monotonic() < end:
        time.sleep(0.1)
    return true()


def _heed_interrupts():
    """What a shell runs in the background, these tests perhaps, ignores Ctrl-C, and so would its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def ended_at_last(running):
    """A check that fails while they solve would wait for them, half an hour."""
    try:
        yield
    except BaseException:
        os.killpg(running.pid, signal.SIGKILL)
        raise


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes under /proc")
@pytest.mark.parametrize(
    "ended",
    [
        pytest.param("by Ctrl-C", marks=pytest.mark.slow),  # test_faults.py has it, and twice
        "by SIGTERM",
        "by a kill of the first process alone",
    ],
)
@pytest.mark.parametrize("while_drawing", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_nobody_is_left_behind(tmp_path, ended, while_drawing):
    endless = SLOW.replace("duration_s: 20", "duration_s: 2000")
    file = with_many_steps(scenario(tmp_path / "two.yaml", first=endless, second=QUICK if while_drawing else endless))
    words = ["run", str(file), "--workers", "2", "--checkpoint-every", "0", "--out", str(tmp_path / "out")]
    command = [sys.executable, "-m", "rfa_model", *words]
    with (
        subprocess.Popen(
            command, stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=_heed_interrupts
        ) as running,
        ended_at_last(running),
    ):
        assert "unknowns per field" in running.stderr.readline()
        if while_drawing:  # the quick arm has its own pictures before the other is solved
            assert until((tmp_path / "out" / "second" / "scene.png").exists, PATIENCE_S)
            assert not (tmp_path / "out" / "first").exists()
        if ended == "by Ctrl-C":
            os.killpg(running.pid, signal.SIGINT)
        elif ended == "by SIGTERM":
            os.kill(running.pid, signal.SIGTERM)
        else:
            os.kill(running.pid, signal.SIGKILL)
        rest = running.stderr.read()
        code = running.wait(timeout=PATIENCE_S)
    if ended != "by a kill of the first process alone":
        assert code == 130
        goes_on = "; the same command with --resume goes on" if while_drawing else ""
        assert rest.splitlines()[-1] == f"rfa-model: interrupted{goes_on}"
        assert "PETSC" not in rest
        assert not list(tmp_path.rglob(".*"))
    assert "Traceback" not in rest
    assert until(lambda: alive(running.pid) == [], PATIENCE_S)


def test_a_mistake_in_one_arm_is_a_line_and_its_trace_is_logged(monkeypatch):
    def wrong(*_, **__):
        logging.getLogger("rfa_model.solver.linear").warning("a preconditioner failed")
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("rfa_model.treatment.Treatment.solve", wrong)
    made = Scenario(title="t", anatomy=MUSCLE, arms={"only": {"probe": "cooled_17g_4mm", "protocol": [off(1.0)]}})
    outcome, records = solve._solve_alone(solve.Task(Plan.of(made).treatment("only"), quiet=True, deliver=whole))
    assert str(outcome).startswith("arm 'only': unexpected ZeroDivisionError in test_side_by_side.py, line ")
    assert [record.getMessage().splitlines()[0] for record in records] == ["a preconditioner failed", "arm only"]
    assert "by nothing" in pickle.loads(pickle.dumps(records[1])).getMessage()
    assert not logging.getLogger("rfa_model").handlers


def test_a_process_ended_from_outside_is_a_line_with_a_cure(monkeypatch):
    def broken(*_):
        raise BrokenProcessPool
        yield

    monkeypatch.setattr(solve, "spread", broken)
    with pytest.raises(SolveError, match="ended from outside, perhaps for want of memory; try --workers 1"):
        list(solve.side_by_side([], 2))
