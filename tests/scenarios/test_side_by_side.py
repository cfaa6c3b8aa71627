"""Arms solved at once, in processes of their own: the same answers, nothing lost when one fails, nobody left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rfa_model.cli import main
from rfa_model.results import read_results

HEAD = "title: Arms\nanatomy: {kind: homogeneous, tissue: muscle}\nnumerics: {resolution: draft, element_order: 1}\n"
SLOW = "{probe: cooled_17g_4mm, protocol: [{hold: {temperature_C: 60, duration_s: 20}}]}"
QUICK = "{probe: conventional_18g_10mm, protocol: [{hold: {temperature_C: 70, duration_s: 1}}]}"
# No step is small enough for the heat of 50 kV.
UNLIMITED = "{max_voltage_V_rms: 1.0e5, max_power_W: 1.0e6, max_current_A_rms: 1.0e4, impedance_cutoff_ohm: 1.0e9}"
FAILING = (
    f"{{probe: conventional_18g_10mm, generator: {UNLIMITED}, protocol: [{{voltage: {{voltage_V_rms: 5.0e4, "
    "duration_s: 1}}]}"
)


def scenario(path: Path, **arms: str) -> Path:
    path.write_text(HEAD + "arms:\n" + "".join(f"  {name}: {arm}\n" for name, arm in arms.items()), encoding="utf-8")
    return path


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
    assert capsys.readouterr().out.count("Numbers from:") == 2
    # The quick arm is finished first and still stands second.
    assert list(read_results(tmp_path / "2").arms) == ["slow", "quick"]
    # Not to the last bit: a process of several adds with one thread, a lone one with all there are.
    assert numbers(tmp_path / "2") == pytest.approx(numbers(tmp_path / "1"), rel=1e-9)


def test_an_arm_that_fails_takes_no_other_with_it(tmp_path, capsys):
    file = scenario(tmp_path / "two.yaml", bad=FAILING, good=QUICK)
    assert main(["run", str(file), "--workers", "2", "--quiet", "--out", str(tmp_path / "out")]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("rfa-model: error: arm 'bad', voltage phase, t = 0.000 s: ")
    assert err.count("\n") == 1
    assert list(read_results(tmp_path / "out").arms) == ["good"]


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes under /proc")
def test_ctrl_c_ends_every_process_without_a_traceback(tmp_path):
    file = scenario(tmp_path / "two.yaml", first=SLOW, second=SLOW.replace("60,", "61,"))
    command = [sys.executable, "-m", "rfa_model", "run", str(file), "--workers", "2", "--out", str(tmp_path / "out")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as running:
        said = running.stderr.readline()
        assert "unknowns per field" in said
        os.killpg(running.pid, signal.SIGINT)
        rest = running.stderr.read()
        assert running.wait(timeout=30.0) == 130
    assert rest.splitlines()[-1] == "rfa-model: interrupted"
    assert "Traceback" not in rest
    until = time.monotonic() + 10.0
    while alive(running.pid) and time.monotonic() < until:
        time.sleep(0.1)
    assert alive(running.pid) == []
