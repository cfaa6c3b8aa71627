import json
from dataclasses import replace

import numpy as np
import pytest

from rfa_model.errors import InputError
from rfa_model.results import Results, ResultsWriter, read_results
from rfa_model.results.csv_files import read_csv, write_csv

SINGLE = 2.0**-24
PRECISION = {  # relative, of what a folder keeps
    "points_mm": 1.01 * SINGLE, "cells": 0, "cell_region": 0, "cell_tissue": 0, "times_s": 0,
    "temperature_C": 2.0**-15, "damage": 2.0**-13, "peak_temperature_C": SINGLE, "cem43_min": SINGLE,
    "damage_final": SINGLE, "unit_potential": SINGLE,
}  # fmt: skip
INFO = {"title": "made up", "file": "made_up.yaml", "sha256": "0" * 64}


@pytest.fixture
def folder(tmp_path, solved):
    with ResultsWriter(tmp_path / "results", "title: made up\n", INFO) as writer:
        for pair in solved:
            writer.add_arm(*pair)
    return tmp_path / "results"


def test_round_trip(folder, solved):
    results = read_results(folder)
    assert results.title == "made up"
    assert results.scenario_path.read_text() == "title: made up\n" == results.scenario_yaml
    for arm, metrics in solved:
        found = results.arms[arm.name]
        assert found.summary == json.loads(json.dumps(metrics.to_summary()))
        for name, relative in PRECISION.items():
            back, values = getattr(found.fields, name), getattr(arm.fields, name)
            np.testing.assert_allclose(back, values, rtol=relative, atol=1e-30, err_msg=name)
        assert found.fields.tissue_names == arm.fields.tissue_names
        assert found.fields.region_names == arm.fields.region_names
        assert found.history.columns.keys() == arm.history.columns.keys()
        for name, values in arm.history.columns.items():
            np.testing.assert_allclose(found.history[name], values, rtol=1e-9)
        for criterion, surface in metrics.surfaces.items():
            np.testing.assert_array_equal(found.lesions[criterion].triangles, surface.triangles)
            np.testing.assert_array_equal(found.lesions[criterion].is_cap, surface.is_cap)
            np.testing.assert_allclose(found.lesions[criterion].points_mm, surface.points_mm, rtol=1e-7, atol=1e-6)
        for nerve, table in metrics.nerve_tables.items():
            for name, values in table.items():
                np.testing.assert_allclose(found.nerve_tables[nerve][name], values, rtol=1e-9, err_msg=name)


def test_arm_data_comes_back(folder, solved):
    for arm, _ in solved:
        back = read_results(folder).arms[arm.name].data()
        assert back.probe.model_dump() == arm.probe.model_dump()
        np.testing.assert_array_equal(back.pose.rotation, arm.pose.rotation)
        np.testing.assert_array_equal(back.pose.translation_mm, arm.pose.translation_mm)
        assert back.placement == arm.placement
        assert (back.mesh_info, back.solver_info, back.balance) == (arm.mesh_info, arm.solver_info, arm.balance)
        assert back.cutoff == arm.cutoff


def test_results_in_memory_read_nothing(solved):
    results = Results.from_memory(INFO, "title: made up\n", solved)
    for arm, metrics in solved:
        assert results.arms[arm.name].data().fields is arm.fields
        assert results.arms[arm.name].lesions == metrics.surfaces
        assert results.summary["arms"][arm.name] == metrics.to_summary()
    with pytest.raises(ValueError, match="never written"):
        _ = results.scenario_path


def test_what_a_folder_keeps_is_enough_for_every_metric(folder, solved, evaluated_again):
    for arm, metrics in solved:
        again = evaluated_again(read_results(folder).arms[arm.name].data()).to_summary()
        for kind in ("lesions", "nerves", "structures", "temperature"):
            for (path, value), (_, other) in zip(
                numbers(metrics.to_summary()[kind]), numbers(again[kind]), strict=True
            ):
                assert other == pytest.approx(value, rel=1e-4, abs=2e-6), (arm.name, kind, path)


def numbers(entry, path=""):
    """Every number of a nested entry with its path."""
    items = entry.items() if isinstance(entry, dict) else enumerate(entry)
    for key, value in items:
        if isinstance(value, dict | list):
            yield from numbers(value, f"{path}/{key}")
        elif isinstance(value, int | float):
            yield f"{path}/{key}", value


def test_regions_keep_their_names_and_those_of_older_folders_are_a_needles(tmp_path, solved, monkeypatch):
    from rfa_model.results import vtk_files

    pair = replace(solved[0][0].fields, region_names=("tissue", "left_tip", "right_tip"))
    (tmp_path / "pair").mkdir()
    vtk_files.write_fields(tmp_path / "pair", pair)
    back = vtk_files.read_fields(tmp_path / "pair")
    assert back.region_names == pair.region_names
    assert (back.in_region("right_tip") == (back.cell_region == 2)).all()
    write = vtk_files.write_vtk

    def as_before(path, kind, piece, sections):
        write(path, kind, piece, sections | {"FieldData": {"tissue_names": sections["FieldData"]["tissue_names"]}})

    monkeypatch.setattr(vtk_files, "write_vtk", as_before)
    (tmp_path / "older").mkdir()
    vtk_files.write_fields(tmp_path / "older", pair)
    assert vtk_files.read_fields(tmp_path / "older").region_names == ("tissue", "tip", "shaft")


def test_one_snapshot_alone(folder, solved, monkeypatch):
    from rfa_model.results import vtk_files

    opened = []
    real = vtk_files.read_vtk
    monkeypatch.setattr(vtk_files, "read_vtk", lambda path, *which, **more: opened.append(path.name) or real(path, *which, **more))
    arm = read_results(folder).arms["cooled"]
    np.testing.assert_array_equal(arm.times_s, solved[1][0].fields.times_s)
    one = arm.snapshot(2)
    assert sorted(set(opened)) == ["0002.vtu", "0005.vtu"]
    assert one.times_s.tolist() == [arm.times_s[2]]
    np.testing.assert_array_equal(one.temperature_C[0], arm.fields.temperature_C[2])
    np.testing.assert_array_equal(arm.snapshot(2).damage, one.damage)
    mesh = arm.fields.tissue_mesh
    assert arm.snapshot(2).tissue_mesh is mesh


def test_not_a_results_folder(tmp_path):
    with pytest.raises(InputError, match="not a results folder"):
        read_results(tmp_path)
    with pytest.raises(InputError, match="not a results folder"):
        read_results(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda f: (f / "summary.json").write_text("{"), "damaged"),
        (lambda f: (f / "summary.json").write_text('{"schema": "rfa-model/summary/9"}'), "schema"),
        (lambda f: (f / "summary.json").write_text('{"schema": "rfa-model/summary/1"}'), "no 'scenario'"),
        (
            lambda f: (f / "summary.json").write_text(
                '{"schema": "rfa-model/summary/1", "scenario": {}, "provenance": {}, "arms": {}}'
            ),
            "has no arm: none was finished; run the scenario again",
        ),
        (lambda f: (f / "scenario.yaml").unlink(), "damaged"),
        (lambda f: (f / "cooled").rename(f / "cold"), "arm 'cooled' is missing"),
    ],
)
def test_damaged_folders_are_refused(folder, damage, message):
    damage(folder)
    with pytest.raises(InputError, match=message):
        read_results(folder)


@pytest.mark.parametrize(
    ("file", "content", "attribute"),
    [
        ("history.csv", None, "history"),
        ("history.csv", "time_s,power_W\n1,2\n3\n", "history"),
        ("history.csv", "time_s\nsoon\n", "history"),
        ("history.csv", "power_W\n1\n", "history"),
        ("history.csv", "time_s\n1\n", "history"),
        ("history.csv", "time_s,power_W\n", "history"),
        ("fields.pvd", None, "fields"),
        ("fields.pvd", "<VTKFile", "fields"),
        ("fields/0003.vtu", None, "fields"),
        ("fields/0003.vtu", "<VTKFile/>", "fields"),
        ("fields/0005.vtu", b"\x00" * 99, "fields"),
        ("lesion_arrhenius.vtp", None, "lesions"),
        ("lesion_arrhenius.vtp", "", "lesions"),
        ("nerve_medial_branch.csv", None, "nerve_tables"),
    ],
)
def test_damaged_arms_are_refused_when_read(folder, file, content, attribute):
    path = folder / "cooled" / file
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError, match="cooled"):
        getattr(read_results(folder).arms["cooled"], attribute)


@pytest.mark.parametrize(
    "spoil", [lambda b: b[: len(b) // 2], lambda b: b[: len(b) // 2] + b"\xff" * 8 + b[len(b) // 2 + 8 :]]
)
def test_spoilt_bytes_are_noticed(folder, spoil):
    path = folder / "cooled" / "fields" / "0005.vtu"
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(InputError, match=r"0005\.vtu: damaged"):
        _ = read_results(folder).arms["cooled"].fields


def test_csv_keeps_what_does_not_apply_empty(tmp_path):
    path = tmp_path / "t.csv"
    write_csv(path, {"a": np.array([1.0, np.nan]), "inside": np.array([1, 0]), "flag": np.array([True, False])})
    assert path.read_text() == "a,inside,flag\n1,1,1\n,0,0\n"
    back = read_csv(path)
    np.testing.assert_array_equal(back["a"], [1.0, np.nan])
    with pytest.raises(ValueError, match="different lengths"):
        write_csv(path, {"a": np.zeros(2), "b": np.zeros(3)})
