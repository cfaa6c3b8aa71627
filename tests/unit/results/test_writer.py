import json
import logging
import os
import shutil

import numpy as np
import pytest

from rfa_model import library
from rfa_model._paths import check_writable
from rfa_model.cli import main
from rfa_model.errors import InputError
from rfa_model.results import ResultsWriter, read_results
from rfa_model.results.claim import ROOM, checkpoint_path, checkpoints_in, holder
from rfa_model.results.keeping import refuse_loss
from rfa_model.results.summary import SCHEMA
from rfa_model.results.writer import write_json

INFO = {"title": "made up", "file": "made_up.yaml", "sha256": "0" * 64}
YAML = "title: made up\n"

NUMBER, TEXT = (int, float), str
OPTIONAL = (int, float, type(None))
ARM_KEYS = {
    "probe": dict, "placement": dict,
    "mesh": {"dofs": int, "cells": int, "min_quality": NUMBER, "from_cache": bool},
    "solver": {"steps": int, "rejected_steps": int, "electric_solves": int, "wall_s": NUMBER},
    "electrical": {
        "impedance_ohm": {"start": NUMBER, "end": NUMBER, "max": NUMBER}, "power_W": {"mean": NUMBER, "max": NUMBER},
        "energy_J": NUMBER, "cutoff": OPTIONAL,
    },
    "temperature": {"sensor_end_C": NUMBER, "max_C": NUMBER, "max_at_mm": list},
    "lesions": {
        name: {"volume_mm3": NUMBER, "width_mm": NUMBER, "length_mm": NUMBER, "distal_mm": NUMBER,
               "proximal_mm": NUMBER, "sphericity": NUMBER}
        for name in library.criteria()
    },
    "nerves": {"medial_branch": {
        "probe_distance_mm": NUMBER, "margin_mm": NUMBER, "captured_length_mm": NUMBER, "captured_fraction": NUMBER,
        "full_section_length_mm": NUMBER, "max_temperature_C": NUMBER, "max_damage": NUMBER,
        "time_to_capture_s": NUMBER,
    }},
    "structures": {
        "spinal_nerve": {"clearance_mm": NUMBER, "max_temperature_C": NUMBER, "max_damage": NUMBER, "verdict": TEXT},
        "skin": {"clearance_mm": OPTIONAL, "max_temperature_C": OPTIONAL, "max_damage": OPTIONAL,
                 "verdict": (str, type(None))},
    },
    "balance": {"power_residual": NUMBER, "energy_residual": NUMBER},
}  # fmt: skip
KEYS = {
    "schema": TEXT,
    "scenario": {"title": TEXT, "file": TEXT, "sha256": TEXT},
    "provenance": {"versions": dict, "git": (str, type(None)), "started": TEXT, "wall_s": NUMBER,
                   "peak_rss_MiB": NUMBER, "processes": int, "references": dict},
    "arms": {"conventional": ARM_KEYS, "cooled": ARM_KEYS},
}  # fmt: skip


def assert_has(found, expected, where="summary"):
    for key, kind in expected.items():
        assert key in found, f"{where}.{key} is missing"
        if isinstance(kind, dict):
            assert_has(found[key], kind, f"{where}.{key}")
        else:
            assert isinstance(found[key], kind), f"{where}.{key} is {found[key]!r}"


@pytest.fixture
def written(tmp_path, solved):
    out = tmp_path / "deep" / "results"
    with ResultsWriter(out, YAML, INFO, references={"key": "citation"}, processes=2) as writer:
        for arm, metrics in solved:
            writer.add_arm(arm, metrics)
            writer.log(f"done with {arm.name}")
    return out


def test_summary_has_the_contracts_keys(written):
    summary = json.loads((written / "summary.json").read_text(), parse_constant=lambda c: pytest.fail(f"{c} in JSON"))
    assert_has(summary, KEYS)
    assert summary["schema"] == SCHEMA == "rfa-model/summary/1"
    assert summary["provenance"]["references"] == {"key": "citation"}
    assert summary["provenance"]["processes"] == 2
    assert summary["provenance"]["versions"]["numpy"] == np.__version__
    assert {"dolfinx", "petsc", "gmsh", "numpy", "python", "rfa-model"} <= set(summary["provenance"]["versions"])
    assert 20 < summary["provenance"]["peak_rss_MiB"] < 1e5
    assert summary["arms"]["cooled"]["electrical"]["cutoff"] == 61.5
    assert summary["arms"]["cooled"]["probe"]["name"] == "cooled_17g_4mm"
    assert summary["arms"]["cooled"]["structures"]["skin"]["verdict"] is None


def test_folder_holds_the_contracts_files(written):
    assert (written / "scenario.yaml").read_text() == YAML
    assert "done with cooled" in (written / "run.log").read_text()
    for arm in ("conventional", "cooled"):
        there = {path.relative_to(written / arm).as_posix() for path in (written / arm).rglob("*") if path.is_file()}
        lesions = {f"lesion_{c}.{end}" for c in ARM_KEYS["lesions"] for end in ("vtp", "stl")}
        fields = {f"fields/{k:04d}.vtu" for k in range(6)}
        assert there == lesions | fields | {"history.csv", "fields.pvd", "nerve_medial_branch.csv"}
    leftovers = [path.name for path in [*written.iterdir(), *written.parent.iterdir()] if path.name.startswith(".")]
    assert leftovers == []


def test_surfaces_are_watertight(written, solved):
    import pyvista as pv

    for arm, metrics in solved:
        for criterion, lesion in metrics.lesions.items():
            for end in ("vtp", "stl"):
                surface = pv.read(written / arm.name / f"lesion_{criterion}.{end}").clean(tolerance=0.0)
                assert surface.n_open_edges == 0, (arm.name, criterion, end)
                assert surface.is_manifold, (arm.name, criterion, end)
                assert surface.volume == pytest.approx(lesion.volume_mm3, rel=2e-3)


def test_failure_in_the_second_arm_leaves_the_first_readable(tmp_path, solved):
    out = tmp_path / "results"

    def run():
        with ResultsWriter(out, YAML, INFO) as writer:
            writer.add_arm(*solved[0])
            raise RuntimeError("the solver gave up")

    with pytest.raises(RuntimeError, match="gave up"):
        run()
    results = read_results(out)
    assert list(results.arms) == ["conventional"]
    assert results.arms["conventional"].fields.temperature_C.shape[0] == 6
    assert "the solver gave up" in (out / "run.log").read_text()


def test_failure_while_writing_the_second_arm_leaves_the_first_readable(tmp_path, solved, monkeypatch):
    from rfa_model.results import writer as module

    out = tmp_path / "results"
    real = module.write_csv

    def full_disk(path, columns):
        if "cooled" in str(path):
            raise OSError("no space left on device")
        real(path, columns)

    monkeypatch.setattr(module, "write_csv", full_disk)

    def run():
        with ResultsWriter(out, YAML, INFO) as writer:
            for pair in solved:
                writer.add_arm(*pair)

    with pytest.raises(InputError, match="arm 'cooled' is solved but cannot be written: no space"):
        run()
    assert list(read_results(out).arms) == ["conventional"]
    assert not [path for path in [*out.iterdir(), *tmp_path.iterdir()] if path.name.startswith(".")]


@pytest.mark.parametrize("stop", [RuntimeError, KeyboardInterrupt])
def test_older_results_stay_until_the_first_arm_is_finished(tmp_path, solved, stop):
    out = tmp_path / "results"
    with ResultsWriter(out, YAML, INFO) as writer:
        writer.add_arm(*solved[0])
    with pytest.raises(stop), ResultsWriter(out, "title: newer\n", INFO):
        raise stop
    assert read_results(out).scenario_yaml == YAML
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


def test_newer_results_replace_older_ones_whole(tmp_path, solved):
    out = tmp_path / "results"
    with ResultsWriter(out, YAML, INFO) as writer:
        for pair in solved:
            writer.add_arm(*pair)
    with ResultsWriter(out, "title: newer\n", INFO) as writer:
        writer.add_arm(*solved[1])
        results = read_results(out)  # valid while the writer is still at work
        assert list(results.arms) == ["cooled"]
    assert read_results(out).scenario_yaml == "title: newer\n"
    assert not (out / "conventional").exists()


def test_arms_that_are_kept_stay_as_they_are_beside_newer_ones(tmp_path, solved):
    out = tmp_path / "results"
    with ResultsWriter(out, YAML, INFO) as writer:
        for pair in solved:
            writer.add_arm(*pair)
    kept = {"conventional": read_results(out).arms["conventional"].summary}
    (out / "conventional" / "scene.png").touch()
    checkpoint_path(out, "conventional").parent.mkdir(parents=True)
    checkpoint_path(out, "conventional").touch()
    with ResultsWriter(out, "title: newer\n", INFO, kept=kept) as writer:
        # Pictures of those kept are drawn from here on.
        assert (out / "scenario.yaml").read_text() == "title: newer\n"
        assert checkpoints_in(out) == []
        writer.add_arm(*solved[1])
    results = read_results(out)
    assert list(results.arms) == ["conventional", "cooled"]
    assert results.arms["conventional"].fields.temperature_C.shape[0] == 6
    assert (out / "conventional" / "scene.png").exists()
    assert "arm cooled written" in (out / "run.log").read_text()
    assert [path.name for path in out.iterdir() if path.name.startswith(".")] == []


def test_foreign_folders_and_files_are_left_alone(tmp_path):
    precious = tmp_path / "thesis"
    precious.mkdir()
    (precious / "chapter1.tex").write_text("…")
    with pytest.raises(InputError, match="left alone"):
        ResultsWriter(precious, YAML, INFO)
    (precious / "summary.json").write_text('{"schema": "somebody else\'s"}')
    with pytest.raises(InputError, match="left alone"):
        ResultsWriter(precious, YAML, INFO)
    with pytest.raises(InputError, match="is a file"):
        ResultsWriter(precious / "chapter1.tex", YAML, INFO)
    assert (precious / "chapter1.tex").read_text() == "…"


def test_an_empty_folder_may_be_used(tmp_path, solved):
    (tmp_path / "new").mkdir()
    with ResultsWriter(tmp_path / "new", YAML, INFO) as writer:
        writer.add_arm(*solved[0])
    assert list(read_results(tmp_path / "new").arms) == ["conventional"]


def test_arm_names_that_are_no_folder_names_are_refused(tmp_path, solved):
    from dataclasses import replace

    arm, metrics = solved[0]
    with ResultsWriter(tmp_path / "results", YAML, INFO) as writer:
        with pytest.raises(InputError, match="cannot name a folder"):
            writer.add_arm(replace(arm, name="../up"), metrics)
        writer.add_arm(arm, metrics)
        with pytest.raises(ValueError, match="written already"):
            writer.add_arm(arm, metrics)


def test_the_log_is_left_as_it_was(tmp_path, solved):
    logger = logging.getLogger("rfa_model")
    before = (logger.level, list(logger.handlers))
    with ResultsWriter(tmp_path / "results", YAML, INFO) as writer:
        writer.add_arm(*solved[0])
    assert (logger.level, list(logger.handlers)) == before


def test_nan_never_reaches_json(tmp_path):
    path = tmp_path / "x.json"
    write_json(path, {"a": 1})
    with pytest.raises(ValueError, match="JSON compliant"):
        write_json(path, {"a": float("nan")})
    assert json.loads(path.read_text()) == {"a": 1}
    assert os.listdir(tmp_path) == ["x.json"]


def test_one_arm_alone_does_not_remove_the_others(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    write_json(out / "summary.json", {"schema": SCHEMA, "scenario": dict(INFO), "arms": {"a": {}, "b": {}}})
    with pytest.raises(InputError, match="holds arm 'b', which a run of a would remove; give --overwrite"):
        refuse_loss(out, INFO, ["a"])
    refuse_loss(out, INFO, ["b", "a"])
    refuse_loss(tmp_path / "new", INFO, ["a"])


def test_results_of_another_scenario_are_not_removed_unasked(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    write_json(out / "summary.json", {"schema": SCHEMA, "scenario": dict(INFO), "arms": {"a": {}}})
    with pytest.raises(InputError, match="holds results of another scenario, made_up.yaml; give --overwrite"):
        refuse_loss(out, INFO | {"file": "other.yaml", "sha256": "1" * 64}, ["a"])
    refuse_loss(out, INFO | {"sha256": "1" * 64}, ["a"])  # the same file, edited
    refuse_loss(out, INFO | {"file": "renamed.yaml"}, ["a"])


def test_the_users_files_stay_as_they_are(tmp_path, solved):
    out = tmp_path / "results"
    with ResultsWriter(out, YAML, INFO) as writer:
        for pair in solved:
            writer.add_arm(*pair)
    theirs = ["notes.md", "report.html", "export/lesion.stl", "conventional/why.txt", "conventional/fields/mine.vtu"]
    for name in theirs:
        (out / name).parent.mkdir(exist_ok=True)
        (out / name).write_text(name)
    with ResultsWriter(out, YAML, INFO) as writer:
        writer.add_arm(*solved[1])
    assert list(read_results(out).arms) == ["cooled"]
    assert [(out / name).read_text() for name in theirs] == theirs
    left = {path.relative_to(out).as_posix() for path in (out / "conventional").rglob("*") if path.is_file()}
    assert left == {"conventional/why.txt", "conventional/fields/mine.vtu"}


@pytest.mark.parametrize("dangling", [False, True])
def test_a_link_is_followed(tmp_path, solved, dangling):
    disk, link = tmp_path / "disk", tmp_path / "results"
    if not dangling:
        disk.mkdir()
    link.symlink_to(disk)
    assert check_writable(link) == link
    with ResultsWriter(link, YAML, INFO) as writer:
        writer.add_arm(*solved[0])
    assert link.is_symlink()
    assert list(read_results(disk).arms) == ["conventional"]


def test_two_runs_do_not_write_one_folder(tmp_path, solved):
    out = tmp_path / "results"
    with ResultsWriter(out, YAML, INFO) as writer:
        with pytest.raises(InputError, match=rf"is being written by process {os.getpid()} on .* since .* UTC; wait"):
            refuse_loss(out, INFO, ["conventional"])
        with pytest.raises(InputError, match="is being written by process"), ResultsWriter(out, YAML, INFO):
            pass
        writer.add_arm(*solved[0])
    assert list(read_results(out).arms) == ["conventional"]
    assert holder(out) is None


def test_what_a_dead_run_left_is_swept(tmp_path, solved):
    room = tmp_path / "results" / ROOM
    (room / "arms" / "conventional" / "fields").mkdir(parents=True)
    (room / "lock").write_text("process 1 on gone since long ago\n")
    (room / "run.log").write_text("stopped\n")
    with ResultsWriter(tmp_path / "results", YAML, INFO) as writer:
        writer.add_arm(*solved[0])
    assert not room.exists()


def test_a_folder_removed_meanwhile_takes_only_what_was_in_it(tmp_path, solved):
    out = tmp_path / "results"
    with (
        pytest.raises(InputError, match="was removed during the run, and arm 'conventional' with it; run again with"),
        ResultsWriter(out, YAML, INFO) as writer,
    ):
        writer.add_arm(*solved[0])
        shutil.rmtree(out)
        writer.add_arm(*solved[1])
    assert list(read_results(out).arms) == ["cooled"]


def test_nothing_is_left_of_a_folder_in_which_nothing_was_finished(tmp_path):
    with pytest.raises(KeyboardInterrupt), ResultsWriter(tmp_path / "deep" / "results", YAML, INFO):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_verb_sweeps_what_dead_runs_left_and_nothing_else(tmp_path, solved, capsys):
    out = tmp_path / "results"
    with ResultsWriter(out, YAML, INFO) as writer:
        writer.add_arm(*solved[0])
    (out / "notes.partial").write_text("mine")
    (out / "conventional" / ".scene.partial.png").touch()
    (out / ROOM / "arms").mkdir(parents=True)
    (out / ROOM / "lock").touch()
    at_work = ResultsWriter(tmp_path / "busy", YAML, INFO)
    with at_work:
        assert main(["clean", str(tmp_path)]) == 0
        assert capsys.readouterr().out.split() == [
            str(out / ROOM), str(out / "conventional" / ".scene.partial.png"),
        ]  # fmt: skip
        assert at_work.staging.parent.is_dir()
    assert (out / "notes.partial").read_text() == "mine"
    assert main(["clean", str(tmp_path / "nowhere")]) == 2
