"""A user's mistake costs one message and exit code 2, never a traceback."""

import subprocess
import sys
from types import ModuleType

import pytest

import rfa_model
from rfa_model.cli import main
from rfa_model.errors import InputError, SolveError
from rfa_model.scenario import Scenario
from tests.unit.anatomy.test_bad_files import CURVES, MESHES, SURFACES, VOLUMES, nifti, sphere, written

GOOD = "title: test\nanatomy: {kind: homogeneous}\narms: {hot: {probe: conventional_18g_10mm}}\n"
TYPO = GOOD.replace("18g_10mm", "18g_10m")


def refused(capsys, *argv):
    """Run a verb that must be refused; its one message."""
    assert main([str(word) for word in argv]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("rfa-model: error: ")
    assert err.count("rfa-model: error: ") == 1
    assert "Traceback" not in err
    return err


@pytest.fixture
def good(tmp_path):
    file = tmp_path / "good.yaml"
    file.write_text(GOOD, encoding="utf-8")
    return file


@pytest.mark.parametrize("verb", ["validate", "run"])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (TYPO.encode(), "wrong.yaml:3:14: arms.hot.probe: unknown probe 'conventional_18g_10m'"),
        (
            GOOD.replace("homogeneous", "homogeneous, tissue: musle").encode(),
            "wrong.yaml:2:30: anatomy.tissue: unknown",
        ),
        (GOOD.replace("arms", "armss").encode(), "wrong.yaml:3:1: armss: unknown key"),
        (b"", "wrong.yaml:1:1: the file is empty"),
        (b"\x7fELF\0\0\x01", "wrong.yaml:1:1: is a binary file"),
        (b"title: caf\xe9\n", "wrong.yaml:1:11: is not UTF-8 text"),
        (b"a: &a [1]\nb: &b [*a, *a]\nc: [*b, *b]\n", "wrong.yaml:1:4: a: anchors and aliases"),
    ],
    ids=["probe", "tissue", "key", "empty", "binary", "latin1", "anchors"],
)
def test_wrong_file(tmp_path, capsys, verb, content, message):
    file = tmp_path / "wrong.yaml"
    file.write_bytes(content)
    assert message in refused(capsys, verb, file)


def _of_labels(path):
    return f"{{kind: labels, file: {path}, scheme: none, labels: {{vertebra_L4: 28, vertebra_L5: 29}}, {WHERE}}}"


def _of_surfaces(path, more=""):
    return f"{{kind: surfaces, files: {{vertebra_L5: {path}}}, axes: RAS, units: mm, {WHERE}{more}}}"


def _with_course(path):
    return _of_surfaces(sphere(path.with_name("bone.ply")), f", course: {{file: {path}}}")


def _of_a_mesh(path):
    return f"{{kind: volume_mesh, file: {path}, groups: {{all: vertebra_L5}}, axes: LPS, units: mm, {WHERE}}}"


WHERE = "nerve: L4, side: left"
IMAGED = {
    **{case: (VOLUMES[case][0], VOLUMES[case][1], _of_labels) for case in ("missing", "truncated gzip", "sheared")},
    **{case: (SURFACES[case][0], SURFACES[case][1], _of_surfaces) for case in ("half a bone", "VTP cut short")},
    "triangles only": ("a.vtu", MESHES["triangles only"][0], _of_a_mesh),
    "a mesh of text": ("a.vtu", MESHES["text"][0], _of_a_mesh),
    "two curves": (CURVES["two curves"][0], lambda p: written(p, CURVES["two curves"][1]), _with_course),
    "labels of nothing": ("a.nii", lambda p: nifti(p), lambda p: _of_labels(p).replace("28", "30")),
}


@pytest.mark.parametrize("case", IMAGED)
def test_a_bad_file_of_somebodys_anatomy_is_one_line(case, tmp_path, capsys):
    name, make, words = IMAGED[case]
    path = make(tmp_path / name)
    file = tmp_path / "imaged.yaml"
    file.write_text(GOOD.replace("{kind: homogeneous}", words(path)), encoding="utf-8")
    said = refused(capsys, "validate", file)
    assert said.count("\n") == 1
    assert name in said


def test_huge_file_is_refused_unread(tmp_path, capsys):
    file = tmp_path / "huge.yaml"
    with file.open("wb") as stream:
        stream.truncate(100_000_000)
    assert "huge.yaml: is 100.0 MB, expected a scenario of at most 1 MB" in refused(capsys, "validate", file)


def test_missing_file_and_folder(tmp_path, capsys):
    assert "none.yaml: no such file" in refused(capsys, "validate", tmp_path / "none.yaml")
    assert "is a folder" in refused(capsys, "validate", tmp_path)


def test_unknown_shipped_scenario_has_a_near_match(capsys):
    assert "did you mean 'l4_medial_branch'?" in refused(capsys, "validate", "l4_medial_branc")
    assert "did you mean 'what_matters'?" in refused(capsys, "validate", "what_mattrs")


def test_output_below_a_file_is_refused_before_anything_is_solved(good, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "rfa_model.simulation", None)
    (tmp_path / "plain").write_text("", encoding="utf-8")
    assert "is a file, expected a folder" in refused(capsys, "run", good, "--out", tmp_path / "plain" / "out")
    assert "is a file, expected a folder" in refused(capsys, "run", good, "--out", tmp_path / "plain")


def test_unwritable_output_folder_is_refused(good, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("os.access", lambda path, mode: False)  # root may write anywhere
    assert "is not writable" in refused(capsys, "run", good, "--out", tmp_path / "out")


def test_unknown_arm_probe_and_results_folder(good, tmp_path, capsys):
    assert "unknown arm 'hit', expected one of hot; did you mean 'hot'?" in refused(capsys, "run", good, "--arm", "hit")
    assert "did you mean 'cooled_17g_4mm'?" in refused(capsys, "mesh", "cooled_17g_4m")
    assert str(tmp_path) in refused(capsys, "compare", tmp_path)


@pytest.mark.parametrize(
    "argv", [[], ["rnu"], ["list"], ["list", "nerves"], ["run"], ["run", "x", "--resolution", "huge"]]
)
def test_wrong_usage_leaves_with_2(capsys, argv):
    with pytest.raises(SystemExit) as left:
        main(argv)
    assert left.value.code == 2
    assert "usage: rfa-model" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("raised", "code", "message"),
    [
        (SolveError("arm hot at 3 s: no convergence"), 3, "rfa-model: error: arm hot at 3 s: no convergence\n"),
        (InputError("wrong"), 2, "rfa-model: error: wrong\n"),
        (KeyboardInterrupt(), 130, "rfa-model: interrupted\n"),
    ],
)
def test_exit_codes_of_a_run(good, tmp_path, capsys, monkeypatch, raised, code, message):
    def fail(*args, **options):
        raise raised

    fake = ModuleType("rfa_model.simulation")
    fake.run_scenario = fail
    monkeypatch.setitem(sys.modules, "rfa_model.simulation", fake)
    assert main(["run", str(good), "--out", str(tmp_path / "out")]) == code
    assert capsys.readouterr().err == message


def test_run_hands_its_options_on(good, tmp_path, monkeypatch):
    seen = {}
    fake = ModuleType("rfa_model.simulation")
    fake.run_scenario = lambda path, **options: seen.update(path=path, **options) or 0
    monkeypatch.setitem(sys.modules, "rfa_model.simulation", fake)
    argv = ["run", str(good), "--out", str(tmp_path / "o"), "--arm", "hot", "--resolution", "draft", "--quiet"]
    argv += ["--workers", "3", "--resume", "--checkpoint-every", "5", "--max-wall", "600"]
    assert main(argv) == 0
    wanted = {"out": tmp_path / "o", "arms": ["hot"], "resolution": "draft", "quiet": True, "workers": 3}
    wanted |= {"executor": None, "overwrite": False, "resume": True, "checkpoint_every_s": 5.0, "max_wall_s": 600.0}
    assert seen == {"path": good, **wanted}


def test_no_traceback_from_a_real_process(tmp_path):
    file = tmp_path / "typo.yaml"
    file.write_text(TYPO, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "rfa_model", "validate", str(file)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"rfa-model: error: {file}:3:14: arms.hot.probe: unknown probe")
    assert done.stderr.endswith("did you mean 'conventional_18g_10mm'?\n")


def test_the_front_door_is_lazy_and_says_what_it_has():
    assert rfa_model.__version__[0].isdigit()
    assert isinstance(rfa_model.load_scenario("scenarios/l4_medial_branch.yaml"), Scenario)
    with pytest.raises(AttributeError, match="no attribute 'lesion'"):
        rfa_model.lesion  # noqa: B018
