"""Another package's phase, anatomy, applicator, law and criterion, found by its entry points and used like our own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rfa_model.results import read_results

ROOT = Path(__file__).resolve().parents[2]
PLUG_IN = ROOT / "tests" / "plugin"
KINDS = {
    "phases": "power_ramp",
    "anatomies": "two_layers",
    "applicators": "ring_catheter",
    "laws": "unchanging",
    "criteria": "damaged_or_dosed",
}
SCENARIO = """\
title: All that the other package adds
anatomy: {kind: two_layers, deep: muscle, shallow: fat, plane_mm: 2}
criteria: [arrhenius, cem43_240min, damaged_or_dosed]
limits: {interface: {max_temperature_C: {warning: 42, error: 200}}}
laws: {electric_conductivity: {kind: unchanging, share: 0.5}}
arms:
  rising:
    probe: {kind: ring_catheter, ring_length_mm: 5}
    protocol: [{power_ramp: {to_W: 4, duration_s: 30}}]
numerics: {resolution: draft, element_order: 1}
"""
MISTAKES = {
    "anatomy": (
        "two_layers",
        "two_layer",
        "'homogeneous', 'lumbar_medial_branch', 'two_layers', got 'two_layer'; did you mean 'two_layers'?",
    ),
    "key": ("two_layers, deep", "two_layers, depe", "2:29: anatomy.depe: unknown key 'depe'"),
    "applicator": (
        "ring_catheter",
        "ring_cateter",
        "8:13: arms.rising.probe.kind: expected one of 'conventional', 'cooled', 'pair', 'protruding',",
    ),
    "its key": ("ring_length", "ring_lenght", "8:34: arms.rising.probe.ring_lenght_mm: unknown key"),
    "phase": ("power_ramp", "power_rampe", "9:16: arms.rising.protocol[0]: unknown phase 'power_rampe'"),
    "number": (
        "to_W: 4",
        "to_W: -4",
        "9:30: arms.rising.protocol[0].power_ramp.to_W: expected a number above 0, got -4",
    ),
    "law": (
        "unchanging",
        "unchangin",
        "5:32: laws.electric_conductivity.kind: expected one of 'linear_drying', 'spinal_muscle', 'unchanging'",
    ),
    "criterion": ("damaged_or_dosed", "damaged_or_dose", "did you mean 'damaged_or_dosed'?"),
    "structure": (
        "interface",
        "interfaces",
        "unknown structure 'interfaces' of anatomy two_layers, expected one of interface",
    ),
}


def python(*argv: str, path: Path | None = PLUG_IN) -> subprocess.CompletedProcess[str]:
    """A fresh process that sees the packages at ``path``."""
    paths = [str(path), str(ROOT)] if path else [str(ROOT)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    return subprocess.run([sys.executable, *argv], capture_output=True, text=True, env=environment, cwd=ROOT)


def answer(*argv: str, path: Path | None = PLUG_IN) -> str:
    run = python("-m", "rfa_model", *argv, path=path)
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("plug_in") / "plug_in.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def folder(file):
    out = file.parent / "results"
    answer("run", str(file), "--out", str(out), "--quiet")
    return out


@pytest.mark.parametrize(("what", "kind"), KINDS.items())
def test_it_is_listed_with_the_package_that_offers_it(what, kind):
    (line,) = [line for line in answer("list", what).splitlines() if kind in line.split()]
    assert what == "criteria" or "rfa-model-extra" in line
    assert kind not in answer("list", what, path=None).split()


def test_it_is_in_the_schema():
    schema = json.loads(answer("schema"))
    definitions = schema["$defs"]
    assert {"PowerRamp", "TwoLayers", "RingCatheter", "Unchanging"} <= set(definitions)
    assert definitions["PowerRamp"]["properties"]["power_ramp"]["required"] == ["duration_s", "to_W"]
    assert definitions["TwoLayers"]["required"] == ["kind"]
    assert schema["properties"]["anatomy"]["discriminator"]["mapping"]["two_layers"] == "#/$defs/TwoLayers"
    assert "damaged_or_dosed" in schema["properties"]["criteria"]["items"]["oneOf"][0]["enum"]


def test_it_validates_and_is_described(file):
    words = answer("validate", str(file))
    assert "inline (ring_catheter), mm: outer_diameter_mm 1.5*, ring_length_mm 5*" in words
    assert "kind two_layers, deep muscle, shallow fat" in words
    assert "power rising to 4 W in 30 s (total 30 s)" in words
    assert "electric_conductivity: kind unchanging, share 0.5" in words
    assert "damage >= 1 or thermal dose >= 240 min" in words


@pytest.fixture(scope="module")
def told(file):
    """Exit code and message for each mistake, all from one fresh process."""
    program = (
        "import contextlib, io, json, sys; from rfa_model.cli import main\n"
        "def told(path):\n"
        "    with contextlib.redirect_stderr(io.StringIO()) as said: return main(['validate', path]), said.getvalue()\n"
        "print(json.dumps([told(path) for path in sys.argv[1:]]))"
    )
    paths = []
    for name, (old, new, _) in MISTAKES.items():
        paths.append(file.with_name(f"wrong {name}.yaml"))
        paths[-1].write_text(SCENARIO.replace(old, new, 1), encoding="utf-8")
    run = python("-c", program, *map(str, paths))
    assert run.returncode == 0, run.stderr
    return dict(zip(MISTAKES, json.loads(run.stdout), strict=True))


@pytest.mark.parametrize("name", MISTAKES)
def test_its_mistakes_are_told_like_ours(told, name):
    code, said = told[name]
    assert code == 2
    assert MISTAKES[name][2] in said


def test_its_keys_are_in_the_documentation():
    program = (
        "import sys; sys.path.insert(0, 'docs')\n"
        "from _ext.scenario_keys import scenario_keys; from _ext.numbers import criteria\n"
        "print(scenario_keys()); print(criteria())"
    )
    run = python("-c", program)
    assert run.returncode == 0, run.stderr
    for words in (
        "### `arms.‹name›.protocol[].power_ramp`",
        "| `to_W` | number | W | required | above 0 | power at the end |",
        "| `plane_mm` | number | mm | 3 |  | how far the plane is behind the needle |",
        "| `ring_length_mm` | number | mm | 4 | above 0 | of the metal ring, behind an end of the same length |",
        "| `share` | number |  | 1 | above 0 | of the tissue's own conductivity |",
        "| `damaged_or_dosed` | damage | 1 |",
    ):
        assert words in run.stdout


def test_its_phase_is_on_the_pictures_time_axis(file):
    program = (
        "import sys; from rfa_model.drawing.collect import phase_spans; from rfa_model.scenario import load_scenario\n"
        "print(*(span.label for span in phase_spans(load_scenario(sys.argv[1]).arms['rising'].protocol)))"
    )
    assert python("-c", program, str(file)).stdout.strip() == "up to 4 W"


def test_it_is_solved(folder):
    arm = read_results(folder).summary["arms"]["rising"]
    electrical = arm["electrical"]
    # Half of 4 W for 30 s, whatever the step: the second-order scheme is exact for a straight line.
    assert electrical["energy_J"] == pytest.approx(60.0, rel=1e-9)
    assert electrical["impedance_ohm"]["end"] == pytest.approx(electrical["impedance_ohm"]["start"], rel=1e-9)
    volumes = {name: lesion["volume_mm3"] for name, lesion in arm["lesions"].items()}
    larger = max(volumes["arrhenius"], volumes["cem43_240min"])
    assert larger > 10.0
    assert larger <= volumes["damaged_or_dosed"] <= 1.02 * (volumes["arrhenius"] + volumes["cem43_240min"])
    assert arm["structures"]["interface"]["verdict"] == "warning"
    assert (folder / "history.png").is_file() or list(folder.glob("*.png"))


def test_its_results_are_read_with_it_and_refused_without(folder):
    resolved = folder / "scenario.yaml"
    assert "kind: unchanging" in resolved.read_text(encoding="utf-8")
    answer("validate", str(resolved))
    run = python("-m", "rfa_model", "validate", str(resolved), path=None)
    assert run.returncode == 2
    assert "'homogeneous', 'lumbar_medial_branch', got 'two_layers'" in run.stderr


@pytest.mark.parametrize(
    ("module", "text", "reason"),
    [
        (None, "", "cannot be loaded, ModuleNotFoundError"),
        ("broken", "1 / 0", "cannot be loaded, ZeroDivisionError: division by zero"),
        ("broken", "class Wait: kind = 'wait'", "expected a phase, a class derived from PhaseBase"),
        (
            "broken",
            "from rfa_model.generator import Off\nclass Wait(Off): kind = 'pause'",
            "its class says kind 'pause'",
        ),
    ],
    ids=["not there", "raises", "not a phase", "other kind"],
)
def test_a_broken_plug_in_is_named_without_a_traceback(tmp_path, module, text, reason):
    info = tmp_path / "bad_package-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bad-package\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[rfa_model.phases]\nwait = broken:Wait\n")
    if module:
        (tmp_path / f"{module}.py").write_text(text + "\n")
    run = python("-m", "rfa_model", "validate", "l4_medial_branch", path=tmp_path)
    assert run.returncode == 2
    assert run.stderr.startswith(
        "rfa-model: error: plug-in 'wait' (rfa_model.phases, broken:Wait) of package 'bad-package'"
    )
    assert reason in run.stderr
    assert "Mend or uninstall" in run.stderr
    assert "Traceback" not in run.stderr
