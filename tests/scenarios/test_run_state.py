"""A run that is stopped at a step, written, read by another process and taken up is the uninterrupted run."""

import json
import os
import shutil
import subprocess
import sys
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rfa_model import _sealed_arrays
from rfa_model._sealed_arrays import write_sealed
from rfa_model.assurance.verification.tools.small_arm import LIMITS
from rfa_model.errors import InputError
from rfa_model.generator import Hold, Pulsed, phase_runs
from rfa_model.solver.record import HistoryRecorder
from rfa_model.solver.run_owner import _told
from rfa_model.solver.state_file import VERSION, read_run_state, read_stamp, write_run_state
from rfa_model.solver.stepping import StepSize
from tests.scenarios.stopped import CASES, Case, Run

ROOT = Path(__file__).parents[2]
MPIEXEC = Path(sys.executable).parent / "mpiexec"
STOPS = {"first", "within", "border", "behind", "late"}
SAME = 1e-10


def stopped(verb: str, case: str, folder: Path, processes: int = 1) -> subprocess.CompletedProcess[str]:
    launcher = [str(MPIEXEC), "-n", str(processes)] if processes > 1 else []
    command = [*launcher, sys.executable, "-m", "tests.scenarios.stopped", verb, case, str(folder)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "MPIEXEC_TIMEOUT": "200"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=480, check=False)


def apart(folder: Path, stop: str) -> dict[str, float]:
    """How far anything that a run came to is from the uninterrupted run's, relative to its largest value."""
    with np.load(folder / "end.npz") as whole, np.load(folder / f"end-{stop}.npz") as taken_up:
        assert set(whole.files) == set(taken_up.files)
        found = {}
        for name in whole.files:
            # A lag is a share of the whole σ, and the difference of two that are nearly the same.
            nearly_nothing = 1.0 if name == "conductivity_lag" else 0.0
            one, other = whole[name] + nearly_nothing, taken_up[name] + nearly_nothing
            assert one.shape == other.shape, name
            assert np.array_equal(np.isnan(one), np.isnan(other)), name
            off, largest = np.nan_to_num(np.abs(one - other)), np.nan_to_num(np.abs(one))
            found[name] = float(off.max(initial=0.0)) / max(float(largest.max(initial=0.0)), 1e-300)
    return found


@pytest.mark.parametrize(
    ("case", "processes"),
    [
        ("ideal", 1),
        ("ideal", 2),
        pytest.param("ideal, quadratic", 1, marks=pytest.mark.slow),
        ("pi", 1),
        ("carried", 1),
        ("carried", 2),
        pytest.param("cut off", 1, marks=pytest.mark.slow),
        pytest.param("boiling", 1, marks=pytest.mark.slow),
        pytest.param("boiling, quadratic", 1, marks=pytest.mark.slow),
    ],
)
def test_stopped_read_by_a_new_process_and_taken_up_it_is_the_same(tmp_path, case, processes):
    for verb in ("begin", "go_on"):
        done = stopped(verb, case, tmp_path, processes)
        assert done.returncode == 0, done.stderr
    ends = {path.stem.removeprefix("end-") for path in tmp_path.glob("end-*.npz")}
    assert ends == STOPS | ({"cut", "after the cut"} if case == "cut off" else set())
    with np.load(tmp_path / "end.npz") as whole:
        assert np.isfinite(whole["cutoff_s"]) == (case == "cut off")
        assert (whole["temperature_C"].max() > 99.0) == ("boiling" in case)
    for stop in ends:
        assert {name: value for name, value in apart(tmp_path, stop).items() if value > SAME} == {}, stop


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A state of two steps in a file, and the run that is in it."""
    path, run = tmp_path_factory.mktemp("state") / "state.npz", Run(CASES["ideal"])
    steps = run.steps()
    next(steps)
    state = next(steps)
    write_run_state(path, run.transient, run.phases, state, {"program": "this one", "wall_s": 2.5})
    return path, run, state


def test_a_state_can_be_gone_on_from_as_often_as_wanted(written):
    _, run, state = written
    before = {name: values.copy() for name, values in state.memory().items()}
    one, other = run.steps(state), run.steps(state)
    first = next(one), next(one)
    second = next(other), next(other)  # takes the transient back under the feet of the first
    for ours, theirs in (*zip(first, second, strict=True), (next(one), next(other))):
        assert ours.time_s == pytest.approx(theirs.time_s, rel=SAME)
        assert ours.fields.temperature_C == pytest.approx(theirs.fields.temperature_C, rel=SAME)
        assert ours.totals.energy_J == pytest.approx(theirs.totals.energy_J, rel=SAME)
    assert all(np.array_equal(values, before[name], equal_nan=True) for name, values in state.memory().items())


def rewritten(path: Path, folder: Path, **header: object) -> Path:
    """The file with another header."""
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    arrays["header"] = np.array(json.dumps({**json.loads(str(arrays["header"])), **header}))
    write_sealed(folder / "changed.npz", arrays)
    return folder / "changed.npz"


@pytest.mark.parametrize("content", [b"", b"title: no state\n", "half"], ids=["empty", "text", "cut short"])
def test_a_damaged_file_is_refused(written, tmp_path, content):
    path, run, _ = written
    whole, damaged = path.read_bytes(), tmp_path / "damaged.npz"
    damaged.write_bytes(whole[: len(whole) // 2] if content == "half" else content)
    with pytest.raises(InputError, match=r"damaged.npz: is damaged, or no file of this kind"):
        read_run_state(damaged, run.transient, run.phases)


def test_the_stamp_comes_back_and_no_bit_may_be_another(written, tmp_path):
    path, _, _ = written
    assert read_stamp(path, 1) == {"program": "this one", "wall_s": 2.5}
    whole, flipped = path.read_bytes(), tmp_path / "flipped.npz"
    for at in np.random.default_rng(7).integers(0, len(whole), 60):
        flipped.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        with pytest.raises(InputError, match=r"flipped.npz: is damaged"):
            read_stamp(flipped, 1)


def test_a_file_is_read_to_the_last_bit_once(written, tmp_path, monkeypatch):
    path, run, _ = written
    own, times = Path(shutil.copy(path, tmp_path / "own.npz")), []
    monkeypatch.setattr(
        _sealed_arrays, "_holds", lambda file, holds=_sealed_arrays._holds: times.append(1) or holds(file)
    )
    for _ in range(2):
        read_stamp(own, 1)
        read_run_state(own, run.transient, run.phases)
    assert len(times) == 1


def test_the_history_of_ten_times_as_many_steps_costs_ten_times_as_much_to_remember():
    kept = HistoryRecorder(None, None)
    kept.restore({"time_s": np.zeros(10)})
    early = kept.memory()["time_s"]
    tracemalloc.start()
    for step in range(20_000):
        kept._columns["time_s"].append(float(step))
        kept.memory()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * 8 * 20_000
    assert (early == 0.0).all()
    assert kept.latest("time_s") == 19_999.0
    assert kept.columns()["time_s"][10:].tolist() == list(range(20_000))


def test_a_file_of_another_kind_or_version_or_none_is_refused(written, tmp_path):
    path, run, _ = written
    np.savez(tmp_path / "fields.npz", temperature_C=np.zeros(3))
    refused = {
        tmp_path / "none.npz": "none.npz: cannot be read: No such file",
        tmp_path / "fields.npz": "is damaged, or no file of this kind",
        rewritten(path, tmp_path, version=VERSION + 1): f"is of version {VERSION + 1}, this program reads {VERSION}",
    }
    for file, message in refused.items():
        with pytest.raises(InputError, match=message):
            read_run_state(file, run.transient, run.phases)
    with pytest.raises(InputError, match="was written by 2 processes, and here are 1"):
        read_run_state(rewritten(path, tmp_path, processes=2), run.transient, run.phases)


def test_a_phase_is_told_from_one_of_other_pulses_or_with_the_coolant_off():
    usual = {"voltage_V_peak": 45.0, "width_ms": 20.0, "rate_Hz": 2.0, "duration_s": 10.0}
    others: list[dict[str, Any]] = [{}, {"voltage_V_peak": 60.0}, {"rate_Hz": 5.0}, {"coolant": "off"}]
    runs = phase_runs([Pulsed(**{**usual, **other}) for other in others], LIMITS)
    assert len({_told(run) for run in runs}) == len(others)


def hotter() -> Run:
    hold = Hold(temperature_C=71.0, duration_s=2.0)
    return Run(Case([CASES["ideal"].protocol[0], hold, CASES["ideal"].protocol[2]]))


def tissue(**changed: float) -> Run:
    run = Run(CASES["ideal"])
    for name, factor in changed.items():
        setattr(run.transient.heat, name, getattr(run.transient.heat, name) * factor)
    return run


def conducting() -> Run:
    run = Run(CASES["ideal"])
    run.transient.current._base = run.transient.current._base * 1.001
    return run


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (lambda: Run(CASES["ideal, quadratic"]), "on another mesh"),
        (hotter, "70 to 70 .* not of .* 71 to 71"),
        (lambda: Run(CASES["pi"]), "continue with the protocol it began with"),
        (lambda: tissue(_perfusion=1.1), "heat perfused away"),
        (lambda: tissue(_k37=1.001), "flowing heat"),
        (conducting, "the conductance was .* S and is .* S here"),
        (lambda: Run(CASES["ideal"], StepSize(0.2, 0.05, 1.0)), "tolerance of a step"),
        (lambda: Run(CASES["ideal"], StepSize(0.1, 0.05, 1.0, control="predictive")), "growth of steps"),
        (lambda: Run(replace(CASES["ideal"], cutoff_ohm=500.0)), "impedance of the cut-off"),
    ],
    ids=[
        "mesh",
        "protocol",
        "controller",
        "perfusion",
        "thermal conductivity",
        "conductivity",
        "steps",
        "control",
        "cut-off",
    ],
)
def test_another_run_is_refused(written, other, message):
    path, _, _ = written
    run = other()
    with pytest.raises(InputError, match=message):
        read_run_state(path, run.transient, run.phases)
