import json

import numpy as np
import pytest

from rfa_model.errors import InputError
from rfa_model.results import Results, ResultsWriter, read_results
from rfa_model.results.tables import read_csv, write_csv

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
        for name, values in vars(arm.fields).items():
            if name in type(arm.fields).__dataclass_fields__:
                np.testing.assert_array_equal(getattr(found.fields, name), values, err_msg=name)
        assert found.history.columns.keys() == arm.history.columns.keys()
        for name, values in arm.history.columns.items():
            np.testing.assert_allclose(found.history[name], values, rtol=1e-9)
        for criterion, surface in metrics.surfaces.items():
            np.testing.assert_array_equal(found.lesions[criterion].triangles, surface.triangles)
            np.testing.assert_array_equal(found.lesions[criterion].is_cap, surface.is_cap)
            np.testing.assert_allclose(found.lesions[criterion].points_mm, surface.points_mm, rtol=0, atol=1e-9)
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
    summary = {"schema": "rfa-model/summary/1", "scenario": INFO, "provenance": {}}
    results = Results.from_memory(summary, "title: made up\n", solved)
    for arm, metrics in solved:
        assert results.arms[arm.name].data().fields is arm.fields
        assert results.arms[arm.name].lesions == metrics.surfaces
        assert results.summary["arms"][arm.name] == metrics.to_summary()
    with pytest.raises(ValueError, match="never written"):
        _ = results.scenario_path


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
        ("fields.pvd", None, "fields"),
        ("fields.pvd", "<VTKFile", "fields"),
        ("fields/0003.vtu", None, "fields"),
        ("lesion_arrhenius.vtp", None, "lesions"),
        ("nerve_medial_branch.csv", None, "nerve_tables"),
    ],
)
def test_damaged_arms_are_refused_when_read(folder, file, content, attribute):
    path = folder / "cooled" / file
    path.unlink() if content is None else path.write_text(content)
    with pytest.raises(InputError, match="cooled"):
        getattr(read_results(folder).arms["cooled"], attribute)


def test_csv_keeps_what_does_not_apply_empty(tmp_path):
    path = tmp_path / "t.csv"
    write_csv(path, {"a": np.array([1.0, np.nan]), "inside": np.array([1, 0]), "flag": np.array([True, False])})
    assert path.read_text() == "a,inside,flag\n1,1,1\n,0,0\n"
    back = read_csv(path)
    np.testing.assert_array_equal(back["a"], [1.0, np.nan])
    with pytest.raises(ValueError, match="different lengths"):
        write_csv(path, {"a": np.zeros(2), "b": np.zeros(3)})
