"""Short scenarios through the command line: what is written, what is printed, and what is left after a failure."""

import json
import shutil

import numpy as np
import pytest

from rfa_model._progress import Progress
from rfa_model.cli import main
from rfa_model.errors import SolveError
from rfa_model.results import read_results
from rfa_model.solver.transient import Transient

SHORT = """\
title: Two short arms
anatomy: {kind: homogeneous, tissue: muscle}
arms:
  first:
    probe: conventional_18g_10mm
    protocol: [{ramp: {to_C: 70, duration_s: 3}}, {hold: {temperature_C: 70, duration_s: 5}}, {off: {duration_s: 2}}]
  second:
    probe: cooled_17g_4mm
    protocol: [{ramp: {to_C: 60, duration_s: 3}}, {hold: {temperature_C: 60, duration_s: 5}}, {off: {duration_s: 2}}]
numerics: {resolution: draft, element_order: 1}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("short")


@pytest.fixture(scope="module")
def file(folder):
    path = folder / "short.yaml"
    path.write_text(SHORT, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def results(folder, file):
    assert main(["run", str(file), "--quiet", "--out", str(folder / "results")]) == 0
    return folder / "results"


def run(file, out, *more):
    # In this process, where a test can put a fault in.
    return main(["run", str(file), "--out", str(out), "--quiet", "--workers", "1", *more])


def test_the_folder_reads_back_what_the_solver_said(results):
    read = read_results(results)
    assert list(read.arms) == ["first", "second"]
    for name, arm in read.arms.items():
        h = arm.history
        assert h["time_s"][-1] == pytest.approx(10.0)
        # The energy written is the integral of the power written, to the trapezoidal rule's accuracy.
        trapezoid = float(np.trapezoid(h["power_W"], h["time_s"]))
        assert arm.summary["electrical"]["energy_J"] == pytest.approx(trapezoid, rel=0.15)
        assert arm.summary["temperature"]["sensor_end_C"] == pytest.approx({"first": 70, "second": 60}[name], abs=0.1)
        assert float(arm.fields.peak_temperature_C.max()) >= 69.0


def test_the_resolved_scenario_solves_to_the_same_numbers(results, folder):
    assert run(results / "scenario.yaml", folder / "again", "--arm", "first") == 0
    first, again = (read_results(path).arms["first"].summary for path in (results, folder / "again"))
    assert list(read_results(folder / "again").arms) == ["first"]
    assert again["electrical"]["energy_J"] == pytest.approx(first["electrical"]["energy_J"], rel=1e-9)
    assert again["lesions"]["isotherm_50C"]["volume_mm3"] == pytest.approx(
        first["lesions"]["isotherm_50C"]["volume_mm3"], rel=1e-9
    )


def test_compare_prints_both_folders_side_by_side(results, folder, capsys):
    other = folder / "other"
    shutil.copytree(results, other)
    assert main(["compare", str(results), str(other)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.count("first") >= 2
    assert out.count("second") >= 2
    energy = json.loads((results / "summary.json").read_text())["arms"]["first"]["electrical"]["energy_J"]
    row = next(line for line in out.splitlines() if "energy, J" in line)
    assert row.split().count(f"{energy:.0f}") >= 2


def test_mesh_makes_and_exports(tmp_path, monkeypatch, capsys):
    import meshio

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    file = tmp_path / "needle.vtu"
    assert main(["mesh", "conventional_22g_5mm", "--resolution", "draft", "--export", str(file)]) == 0
    assert "conventional_22g_5mm at draft resolution (made)" in capsys.readouterr().out
    mesh = meshio.read(file)
    assert len(mesh.cells_dict["tetra"]) > 2000
    assert np.abs(mesh.points).max() == pytest.approx(42.5, abs=0.5)


class Interrupting(Progress):
    """Ctrl-C two seconds into the second arm."""

    def step(self, time_s, sensor_C, power_W):
        if self._arm == "second" and time_s > 2.0:
            raise KeyboardInterrupt


def test_an_interrupted_run_keeps_the_arm_that_was_finished(file, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("rfa_model.simulation.run.Progress", Interrupting)
    assert run(file, tmp_path / "out") == 130
    out, err = capsys.readouterr()
    assert out == ""
    assert err.strip() == "rfa-model: interrupted; the same command with --resume goes on"
    kept = read_results(tmp_path / "out")
    assert list(kept.arms) == ["first"]
    assert kept.arms["first"].history["time_s"][-1] == pytest.approx(10.0)
    assert kept.arms["first"].fields.temperature_C.max() > 65.0
    assert {path.name for path in tmp_path.iterdir()} == {"out"}


def failing_step(transient, state, *rest, good=Transient._step):
    """A solver that gives up two seconds into the second arm."""
    if transient.name == "second" and state.time_s > 2.0:
        raise SolveError("the metal has melted")
    return good(transient, state, *rest)


def test_a_failing_arm_is_named_with_its_time_and_spares_the_one_before(file, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(Transient, "_step", failing_step)
    assert run(file, tmp_path / "out") == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("rfa-model: error: arm 'second', ramp phase, t = 2.")
    assert err.strip().endswith("the metal has melted")
    assert "Traceback" not in err
    assert list(read_results(tmp_path / "out").arms) == ["first"]


PLACED = """\
title: Nowhere to go
anatomy: {kind: lumbar_medial_branch, nerve: L4, side: left}
arms:
  good: {probe: conventional_18g_10mm}
  bad: {probe: conventional_18g_10mm, placement: {%s}}
numerics: {resolution: draft}
"""


@pytest.mark.parametrize(
    ("placement", "message"),
    [
        ("approach: perpendicular, offset_mm: [0, 0, 60], target_mm: [20, 60, 0]", "out of the body"),
        ("approach: custom, target_mm: [0, 25, 0], direction: [0, 1, 0], allow_inside_bone: true", "spinal canal"),
        ("approach: parallel, offset_mm: [0, 0, -3]", "inside bone"),
    ],
    ids=["outside", "canal", "bone"],
)
def test_a_needle_that_cannot_lie_there_stops_everything_before_the_first_arm(
    placement, message, tmp_path, capsys, monkeypatch
):
    def solved(*_, **__):
        raise AssertionError("an arm was solved")

    monkeypatch.setattr("rfa_model.treatment.Treatment.solve", solved)
    file = tmp_path / "bad.yaml"
    file.write_text(PLACED % placement, encoding="utf-8")
    assert run(file, tmp_path / "out") == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("rfa-model: error: ")
    assert "arms.bad.placement" in err
    assert message in err
    assert {path.name for path in tmp_path.iterdir()} == {"bad.yaml"}
