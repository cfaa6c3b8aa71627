"""The verbs that do not solve answer at once and say what they know."""

import json
import os
import subprocess
import sys

import pytest

from rfa_model import _shipped, library
from rfa_model.cli import main
from rfa_model.studies import load_study, shipped_studies

PATIENCE_S = 1.5
# On a busy machine a second of CPU does less: what imports the libraries alone takes then is the measure.
YARDSTICK = "import numpy, pydantic, ruamel.yaml, asyncio, http.client; main = lambda argv: None"
YARDSTICKS = 9.0
TIMED = """
import resource, sys
from rfa_model.cli import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
spent = resource.getrusage(resource.RUSAGE_SELF)
print(spent.ru_utime + spent.ru_stime, file=sys.stderr)
"""
HEAVY = ["dolfinx", "gmsh", "matplotlib", "meshio", "petsc4py", "pyvista", "scipy", "vtk"]


def printed(capsys, *argv):
    assert main(list(argv)) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


@pytest.fixture(scope="module")
def bytecode(tmp_path_factory):
    """An environment that keeps what has been compiled, as users' do: the first command of a day is slower."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(tmp_path_factory.mktemp("bytecode"))}


@pytest.mark.parametrize(
    "argv",
    [["--help"], ["list", "probes"], ["list", "scenarios"], ["validate", "l4_medial_branch"], ["schema"]],
    ids=" ".join,
)
def test_answers_at_once(argv, bytecode):
    def cpu_s(program):
        run = subprocess.run(
            [sys.executable, "-c", program, *argv], capture_output=True, text=True, check=True, env=bytecode
        )
        return float(run.stderr.split()[-1])

    yardstick = TIMED.replace("from rfa_model.cli import main", YARDSTICK)
    spent, measure = (min(cpu_s(program) for _ in range(3)) for program in (TIMED, yardstick))
    assert spent < max(PATIENCE_S, YARDSTICKS * measure)


@pytest.mark.parametrize("argv", [["validate", "l4_medial_branch"], ["list", "probes"], ["schema"]], ids=" ".join)
def test_nothing_heavy_is_imported(argv):
    code = (
        "import sys; from rfa_model.cli import main; assert main(sys.argv[1:]) == 0;"
        f"print('HEAVY', sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, *argv], capture_output=True, text=True, check=True)
    # Where a needle comes to lie is asked of the anatomy, whose curves are SciPy's.
    allowed = ["scipy"] if argv[0] == "validate" else []
    assert done.stdout.splitlines()[-1] == f"HEAVY {allowed}"


@pytest.mark.parametrize("name", _shipped.shipped_scenarios())
def test_validate_prints_the_resolved_setup(capsys, name):
    text = printed(capsys, "validate", name)
    for words in ("probe ", "placement ", "protocol ", "(total ", "criteria", "laws", "numerics", "hasgall-itis"):
        assert words in text


@pytest.mark.parametrize("name", shipped_studies())
def test_validate_prints_what_a_study_varies_and_how_often_it_is_solved(capsys, name):
    planned = load_study(shipped_studies()[name])
    text = printed(capsys, "validate", name)
    assert f"{planned.count} draws of {', '.join(planned.arms)}" in text
    assert all(f"vary {varied} " in text for varied in planned.study.vary)


def test_validate_refuses_a_study_that_would_not_run(capsys, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(
        "title: mine\nscenario: l4_medial_branch\nvary: {a: {path: body.temprature_C, distribution: {uniform: "
        "{low: 36, high: 38}}}}\ndesign: {latin_hypercube: {samples: 4}}\n",
        encoding="utf-8",
    )
    assert main(["validate", str(file)]) == 2
    assert "mine.yaml:3:" in (said := capsys.readouterr().err)
    assert "temperature_C" in said


def test_validate_takes_a_path_and_marks_given_values(capsys, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(
        "title: mine\nanatomy: {kind: homogeneous}\ntissues: {muscle: {perfusion_W_per_m3K: 7}}\n"
        "arms: {wet: {probe: cooled_17g_4mm, protocol: [{voltage: {voltage_V_rms: 18, duration_s: 60}},"
        " {power: {power_W: 5, duration_s: 1.5}}]}}\n",
        encoding="utf-8",
    )
    text = printed(capsys, "validate", str(file))
    assert "18 V rms for 60 s, then 5 W for 1.5 s (total 61.5 s)" in text
    assert " 7* " in text


@pytest.mark.parametrize(
    ("what", "names"),
    [
        ("probes", library.probes()),
        ("tissues", library.tissues()),
        ("criteria", library.criteria()),
        ("scenarios", _shipped.shipped_scenarios()),
        ("protocols", library.protocols()),
    ],
)
def test_list_has_every_name_in_aligned_columns(capsys, what, names):
    rows = printed(capsys, "list", what).splitlines()
    first_words = [row.split()[0] for row in rows]
    assert set(names) <= set(first_words)
    column = max(map(len, [*names, rows[0].split()[0]]))
    assert all(row[column : column + 2] == "  " for row in rows[: len(names) + 1])


def test_lists_carry_units_and_sources(capsys):
    assert all(words in printed(capsys, "list", "tissues") for words in ("W/m3K", "sigma S/m", "gabriel1996"))
    assert all(words in printed(capsys, "list", "probes") for words in ("diameter mm", "h W/m2K", "needle-gauge"))
    assert all(words in printed(capsys, "list", "criteria") for words in ("degC", "min", "dewhirst2003"))
    assert all(
        words in printed(capsys, "list", "protocols") for words in ("135", "hold 80 degC for 90 s", "cosman2014")
    )


def test_list_laws_has_every_coefficient_with_its_source(capsys):
    lines = [" ".join(line.split()) for line in printed(capsys, "list", "laws").splitlines()]
    assert "electric_conductivity slope_per_C 0.015 trujillo2013 unverified" in lines
    for name, law in library.damage_laws().items():
        for key, (source, status) in law.sources.items():
            assert f"damage: {name} {key} {getattr(law, key):g} {source} {status}" in lines


def test_schema_is_json(capsys):
    assert json.loads(printed(capsys, "schema"))["title"] == "Scenario"


def test_help_and_version(capsys):
    for argv, words in ((["--help"], "validate"), (["--version"], "rfa-model 0.")):
        with pytest.raises(SystemExit) as left:
            main(argv)
        assert left.value.code == 0
        assert words in capsys.readouterr().out


def test_shipped_files_are_found_in_an_installed_package_first(tmp_path, monkeypatch):
    package = tmp_path / "rfa_model"
    (tmp_path / "scenarios").mkdir()
    monkeypatch.setattr(_shipped, "PACKAGE", package)
    assert _shipped.shipped("scenarios") == tmp_path / "scenarios"
    (package / "_shipped" / "scenarios").mkdir(parents=True)
    assert _shipped.shipped("scenarios") == package / "_shipped" / "scenarios"
