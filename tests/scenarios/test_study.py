"""Studies that are solved: through the command line, and by workers over TCP of which one is killed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rfa_model import simulate
from rfa_model.cli import main
from rfa_model.errors import InputError
from rfa_model.placement.clearance import BONE_TOLERANCE_MM, bone_depth_mm
from rfa_model.plan import Plan
from rfa_model.scenario import Scenario, load_scenario
from rfa_model.studies import read_study
from rfa_model.studies.engine import DASK_CONFIG
from rfa_model.studies.paths import checked, only_arm
from rfa_model.studies.rest import resting_on_bone
from rfa_model.studies.store import SPENT
from rfa_model.studies.surrogate.store import read_surrogate
from tests.scenarios.runs import LUMBAR, off, scenario

SCENARIO = """title: Muscle
anatomy: {kind: homogeneous, tissue: muscle}
criteria: [isotherm_50C]
arms: {needle: {probe: conventional_22g_5mm, protocol: [{power: {power_W: 3, duration_s: 2}}]}}
numerics: {element_order: 1, resolution: draft}
"""
STUDY = """title: A power in muscle
scenario: muscle.yaml
vary:
  power_W: {path: arms.needle.protocol.0.power.power_W, distribution: {uniform: {low: 3, high: 5}}}
design: {sobol_points: {samples: 2, seed: 1}}
fields: {radius_mm: 4}
"""


@pytest.fixture
def study(tmp_path):
    (tmp_path / "muscle.yaml").write_text(SCENARIO)
    (tmp_path / "study.yaml").write_text(STUDY)
    return tmp_path / "study.yaml"


def test_the_verb_solves_what_simulate_solves_and_goes_on_with_more(study, tmp_path, capsys):
    out = tmp_path / "out"
    argv = ["study", str(study), "--out", str(out), "--workers", "1", "--quiet"]
    assert main(argv) == 0
    assert "study.json, study.html, 2 trials" in capsys.readouterr().out
    assert main(argv) == 2
    assert "give --resume to go on" in capsys.readouterr().err
    assert main([*argv, "--resume", "--samples", "3"]) == 0
    done = read_study(out)
    assert done.table.column("status").to_pylist() == ["solved"] * 3
    # The table's number is that of the trial's own scenario solved by itself, to the last bit.
    trial = checked(only_arm(done.planned.trial(done.planned.draws[1]), "needle"))
    alone = simulate(trial, resolution="draft").arms["needle"].summary
    assert done.values("needle", "lesion_volume_mm3")[1] == alone["lesions"]["isotherm_50C"]["volume_mm3"]
    assert done.values("needle", "energy_J")[1] == alone["electrical"]["energy_J"]
    first, second = (done.fields("needle", index) for index in (0, 1))
    assert first["nodes"] == second["nodes"]
    assert first["peak_temperature_C"].max() != second["peak_temperature_C"].max()
    assert 0 < len(first["points_mm"]) == len(first["log_damage"])


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense"])
def test_a_scheduler_that_is_not_there_is_said_so_before_anything_is_written(study, tmp_path, capsys, address):
    argv = ["study", str(study), "--out", str(tmp_path / "out"), "--quiet", "--scheduler", address]
    assert main(argv) == 2
    assert "no Dask scheduler answers there" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_needle_that_would_run_into_bone_comes_to_lie_on_it():
    flagship = load_scenario("scenarios/l4_medial_branch.yaml")
    arm = flagship.arms["cooled"]
    deep = arm.placement.model_copy(update={"offset_mm": (0.0, 0.5, -3.0), "angles_deg": (4.0, -3.0, 0.0)})
    into: Scenario = flagship.model_copy(update={"arms": {"cooled": arm.model_copy(update={"placement": deep})}})
    resting, pushed_mm = resting_on_bone(into, "cooled")
    planned = Plan.of(resting)
    found = planned.arms["cooled"]
    assert 1.0 < pushed_mm < 4.0
    assert bone_depth_mm(found.pose, found.applicator, planned.anatomy) == pytest.approx(BONE_TOLERANCE_MM, abs=0.02)
    again, further_mm = resting_on_bone(resting, "cooled")
    assert (again, further_mm) == (resting, 0.0)


@pytest.mark.parametrize(
    "told",
    [
        {"sequence": [{}, {"placement": {"offset_mm": [0.0, 0.5, -7.0]}}]},
        {"placement": {"offset_mm": [0.0, 0.5, -7.0]}, "pull_back": {"step_mm": 3, "count": 3, "along": "nerve"}},
    ],
    ids=["sequence", "pull_back"],
)
def test_every_lesion_of_an_arm_comes_to_lie_on_bone(told):
    into = scenario({"a": {"probe": "conventional_18g_5mm", "protocol": [off(1.0)], **told}}, anatomy=LUMBAR)
    with pytest.raises(InputError, match="inside bone"):
        Plan.of(into)
    resting, pushed_mm = resting_on_bone(into, "a")
    assert pushed_mm > 0.5
    planned = Plan.of(resting)
    found = planned.arms["a"]
    depths = [bone_depth_mm(pose, found.applicator, planned.anatomy) for pose in (*found.earlier, found.pose)]
    assert max(depths) == pytest.approx(BONE_TOLERANCE_MM, abs=0.02)


def test_a_needle_clear_of_bone_stays_where_it_is():
    arm = {"probe": "conventional_22g_5mm", "placement": {"approach": "parallel", "offset_mm": [0.0, 0.0, 2.0]}}
    clear = scenario({"arm": arm}, anatomy=LUMBAR)
    assert resting_on_bone(clear, "arm") == (clear, 0.0)


LUMBAR_SCENARIO = """title: L4
anatomy: {kind: lumbar_medial_branch, nerve: L4, side: left}
criteria: [isotherm_50C]
arms:
  needle:
    probe: conventional_22g_5mm
    placement: {approach: parallel, offset_mm: {operator: {deep_mm: -2}}}
    protocol: [{power: {power_W: 4, duration_s: 15}}]
numerics: {element_order: 1, resolution: draft}
"""
LUMBAR_STUDY = """title: Aimed at L4
scenario: l4.yaml
vary:
  lateral: {path: arms.needle.placement.offset_mm.operator.lateral_mm, distribution: {uniform: {low: -2, high: 2}}}
  cranial: {path: arms.needle.placement.offset_mm.operator.cranial_mm, distribution: {uniform: {low: -2, high: 2}}}
  power_W: {path: arms.needle.protocol.0.power.power_W, distribution: {uniform: {low: 3.5, high: 4.5}}}
on_bone: rest
design: {sobol_points: {samples: 32, seed: 1}}
fields: {radius_mm: 15}
"""


@pytest.mark.slow
def test_a_small_study_is_learnt_and_its_best_aim_confirmed_by_solutions(tmp_path, capsys):
    (tmp_path / "l4.yaml").write_text(LUMBAR_SCENARIO)
    (tmp_path / "study.yaml").write_text(LUMBAR_STUDY)
    out = str(tmp_path / "out")
    assert main(["study", str(tmp_path / "study.yaml"), "--out", out, "--workers", "1", "--quiet"]) == 0
    assert main(["surrogate", out, "--quiet"]) == 0
    errors = read_surrogate(tmp_path / "out").arms["needle"].errors
    assert errors.trials == 32
    assert max(errors.margin_best_mm, errors.margin_worst_mm) < 0.3
    assert errors.volume_share < 0.1
    assert errors.right == errors.decided
    argv = ["optimise", out, "--samples", "32", "--confirm", "2", "--resolution", "draft", "--workers", "1", "--quiet"]
    assert main(argv) == 0
    assert "2 fresh placements solved at draft" in capsys.readouterr().out
    told = json.loads((tmp_path / "out" / "optimum" / "optimum.json").read_text())["arms"]["needle"]
    assert told["best"]["capture"]["value"] >= told["default"]["capture"]["value"]
    assert told["confirmed"]["failed"] == 0


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_changes_nothing(study, tmp_path):
    own = {"OMP_NUM_THREADS": "1", "MALLOC_TRIM_THRESHOLD_": str(2**30), "DASK_CONFIG": str(DASK_CONFIG)}
    environment = os.environ | own

    def started(*words: str, folder: str) -> subprocess.Popen[bytes]:
        (tmp_path / folder).mkdir()
        with (tmp_path / folder / "log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", *words], cwd=tmp_path / folder, stdout=log, stderr=log, env=environment
            )

    port = 20_000 + os.getpid() % 20_000
    address = f"tcp://127.0.0.1:{port}"
    argv = ["study", str(study), "--samples", "16", "--quiet"]
    assert main([*argv, "--workers", "1", "--out", str(tmp_path / "alone")]) == 0
    scheduler = started(
        "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard", folder="s"
    )
    worker = ("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard")
    workers = [started(*worker, folder=name) for name in ("one", "two")]
    try:
        client = started("rfa_model", *argv, "--scheduler", address, "--out", str(tmp_path / "shared"), folder="client")
        parts = tmp_path / "shared" / "trials"
        while client.poll() is None and not list(parts.glob("part-*.parquet")):
            time.sleep(0.2)
        assert client.poll() is None, Path(tmp_path / "client" / "log").read_text()
        workers[0].send_signal(signal.SIGKILL)
        assert client.wait(300) == 0, Path(tmp_path / "client" / "log").read_text()
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()
    alone, shared = (read_study(tmp_path / name) for name in ("alone", "shared"))
    assert alone.table.drop_columns(list(SPENT)).equals(shared.table.drop_columns(list(SPENT)))
    assert shared.summary["samples"]["solved"] == 16
