"""Two processes give the serial answer, one table and one folder; a mistake ends both of them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PATIENCE_S = 240.0  # of a hang alone
MPIEXEC = Path(sys.executable).parent / "mpiexec"
SHORT = """\
title: Short
anatomy: {kind: lumbar_medial_branch, nerve: L4, side: left}
arms:
  cooled:
    probe: cooled_17g_4mm
    placement: {approach: perpendicular}
    protocol: [{ramp: {to_C: 60, duration_s: 5}}, {hold: {temperature_C: 60, duration_s: 5}}]
numerics: {resolution: draft}
"""


def python(*words, processes: int, timeout_s: float = PATIENCE_S) -> subprocess.CompletedProcess[str]:
    """Run a Python program; one that hangs is ended with all its processes and fails."""
    launcher = [str(MPIEXEC), "-n", str(processes)] if processes > 1 else []
    # The launcher's own time limit: killed from outside it would leave its children behind.
    limits = {"OMP_NUM_THREADS": "1", "MPIEXEC_TIMEOUT": f"{timeout_s:.0f}"}
    command = [*launcher, sys.executable, *map(str, words)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=timeout_s + 30.0, env={**os.environ, **limits}, check=False
    )


def rfa_model(*words, processes: int, timeout_s: float = PATIENCE_S) -> subprocess.CompletedProcess[str]:
    """Run the command line."""
    return python("-m", "rfa_model", *words, processes=processes, timeout_s=timeout_s)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Folder, finished command and arm of the summary, by number of processes."""
    folder = tmp_path_factory.mktemp("mpi")
    file = folder / "short.yaml"
    file.write_text(SHORT, encoding="utf-8")
    found = {}
    for n in (1, 2):
        done = rfa_model("run", file, "--out", folder / f"on{n}", "--quiet", processes=n)
        assert done.returncode == 0, done.stderr
        found[n] = (folder, done, json.loads((folder / f"on{n}" / "summary.json").read_text(encoding="utf-8")))
    return found


# While water boils no error decides on steps up to 0.1 s: both runs take the same ones.
BOILING = """\
title: Boiling
anatomy: {kind: homogeneous, tissue: muscle}
arms:
  needle: {probe: conventional_22g_5mm, protocol: [{power: {power_W: 6, duration_s: 4}}]}
numerics: {resolution: draft, element_order: ORDER, max_step_s: 0.1}
"""


# Pictures would be drawn by one process while the other waits for it at full speed.
SOLVE = """\
import json, sys
from rfa_model import load_scenario, simulate
for arm in simulate(load_scenario(sys.argv[1])).arms.values():
    print(json.dumps(arm.summary))
"""


@pytest.mark.parametrize("order", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_water_boils_on_two_processes_as_on_one(tmp_path, order):
    file = tmp_path / "boiling.yaml"
    file.write_text(BOILING.replace("ORDER", str(order)), encoding="utf-8")
    found = [json.loads(python("-c", SOLVE, file, processes=n).stdout) for n in (1, 2)]
    assert found[0]["temperature"]["max_C"] > 100.0
    for key in (("temperature", "max_C"), ("electrical", "energy_J"), ("lesions", "arrhenius", "volume_mm3")):
        serial, parallel = found
        for word in key:
            serial, parallel = serial[word], parallel[word]
        assert parallel == pytest.approx(serial, rel=1e-6)
    assert found[1]["balance"]["energy_residual"] < 1e-4


def test_the_launcher_belongs_to_this_environment():
    assert MPIEXEC.is_file()


def test_one_folder_and_one_table(runs):
    folder, done, summary = runs[2]
    assert {path.name for path in folder.iterdir()} == {"short.yaml", "on1", "on2"}
    assert summary["provenance"]["processes"] == 2
    assert runs[1][2]["provenance"]["processes"] == 1
    assert done.stdout.count("energy, J") == 1
    assert done.stderr == ""


def test_the_files_are_the_same_ones(runs):
    folder = runs[1][0]
    serial, parallel = ({p.relative_to(root) for p in root.rglob("*")} for root in (folder / "on1", folder / "on2"))
    assert parallel == serial


@pytest.mark.parametrize(
    "path",
    [
        ("electrical", "impedance_ohm", "start"),
        ("electrical", "impedance_ohm", "end"),
        ("electrical", "energy_J"),
        ("temperature", "sensor_end_C"),
        ("temperature", "max_C"),
        ("lesions", "arrhenius", "volume_mm3"),
        ("lesions", "isotherm_50C", "volume_mm3"),
        ("lesions", "cem43_240min", "volume_mm3"),
        ("nerves", "medial_branch", "max_temperature_C"),
    ],
    ids=".".join,
)
def test_the_numbers_do_not_depend_on_the_number_of_processes(runs, path):
    values = []
    for n in (1, 2):
        value = runs[n][2]["arms"]["cooled"]
        for key in path:
            value = value[key]
        values.append(value)
    assert values[0] > 0.0
    assert values[1] == pytest.approx(values[0], rel=1e-5)


def test_the_steps_are_the_same(runs):
    serial, parallel = (runs[n][2]["arms"]["cooled"] for n in (1, 2))
    assert parallel["solver"]["steps"] == serial["solver"]["steps"]
    assert parallel["mesh"]["dofs"] == serial["mesh"]["dofs"]
    assert parallel["mesh"]["cells"] == serial["mesh"]["cells"]
    assert parallel["balance"]["power_residual"] < 1e-6
    assert parallel["balance"]["energy_residual"] < 1e-4


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("cooled_17g_4mm", "cooled_17g_4m"), "did you mean"),
        (("approach: perpendicular", "approach: parallel, offset_mm: [0, 0, -6]"), "inside bone"),
    ],
    ids=["typo", "placement"],
)
def test_a_mistake_ends_all_processes_with_code_2(tmp_path, change, message):
    file = tmp_path / "wrong.yaml"
    assert change[0] in SHORT
    file.write_text(SHORT.replace(*change), encoding="utf-8")
    done = rfa_model("run", file, "--out", tmp_path / "out", "--quiet", processes=2)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_mistake_is_told_once(tmp_path):
    file = tmp_path / "wrong.yaml"
    file.write_text(SHORT.replace("cooled_17g_4mm", "cooled_17g_4m"), encoding="utf-8")
    done = rfa_model("run", file, "--out", tmp_path / "out", processes=2)
    assert done.stderr.count("rfa-model: error:") == 1


def test_an_occupied_output_folder_does_not_hang_the_other_process(tmp_path):
    # Only the first process looks at the folder; the others must not wait for it for ever.
    file = tmp_path / "short.yaml"
    file.write_text(SHORT, encoding="utf-8")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("precious", encoding="utf-8")
    done = rfa_model("run", file, "--out", tmp_path / "out", "--quiet", processes=2)
    assert done.returncode == 2
    assert "something else than results" in done.stderr
    assert (tmp_path / "out" / "thesis.txt").read_text(encoding="utf-8") == "precious"


def test_what_fails_on_the_first_process_alone_stops_all(tmp_path):
    # Before, the others waited for ever for a process that had already stopped.
    code = (
        "from rfa_model._fenics import MPI\n"
        "from rfa_model.parallel.ranks import on_first\n"
        "from rfa_model.errors import InputError, SolveError\n"
        "def fail(error): raise error\n"
        "elsewhere = {ValueError: SolveError, InputError: InputError}\n"
        "for kind, other in elsewhere.items():\n"
        "    try: on_first(lambda: fail(kind('no')))\n"
        "    except (kind, other)[MPI.COMM_WORLD.rank]: print('stopped\\n', end='', flush=True)\n"
        # One write each, or the two processes' words mix.
        "print(f'outcome {on_first(lambda: 7)}\\n', end='', flush=True)\n"
    )
    command = [str(Path(sys.executable).parent / "mpiexec"), "-n", "2", sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=True)
    assert done.stdout.count("stopped") == 4
    assert sorted(line for line in done.stdout.splitlines() if "outcome" in line) == ["outcome 7", "outcome None"]
