"""Every shipped scenario runs at draft resolution through the command line and shows the physics it was written for."""

import json
from pathlib import Path
from typing import Any

import pytest

from rfa_model._shipped import shipped_scenarios
from rfa_model.cli import main

DEAR = {
    "bench_bipolar",
    "bench_own_electrodes",
    "bench_tined",
    "bipolar_palisade",
    "l3_gauges",
    "l4_conventional_perpendicular",
    "l4_placed_pair",
    "l4_visible_human_surfaces",
    "l5_dorsal_ramus",
    "pulsed_drg",
    "three_lesions",
}
"""Made of what the others try too."""
SHIPPED = [pytest.param(name, marks=pytest.mark.slow if name in DEAR else ()) for name in shipped_scenarios()]
KEYS: dict[str, Any] = {
    "mesh": {"dofs", "cells", "min_quality", "from_cache"},
    "solver": {"steps", "rejected_steps", "electric_solves", "wall_s"},
    "electrical": {"impedance_ohm", "power_W", "energy_J", "cutoff"},
    "temperature": {"sensor_end_C", "max_C", "max_at_mm"},
    "balance": {"power_residual", "energy_residual"},
}
LESION = {"volume_mm3", "width_mm", "length_mm", "distal_mm", "proximal_mm", "sphericity"}
NERVE = {
    "probe_distance_mm", "margin_mm", "captured_length_mm", "captured_fraction", "full_section_length_mm",
    "max_temperature_C", "max_damage", "time_to_capture_s",
}  # fmt: skip
STRUCTURE = {"clearance_mm", "max_temperature_C", "max_damage", "verdict"}


@pytest.fixture(scope="session")
def shipped_run(tmp_path_factory):
    """Run a shipped scenario once; return its results folder."""
    done: dict[str, Path] = {}

    def solved(name: str) -> Path:
        if name not in done:
            out = tmp_path_factory.mktemp("shipped") / name
            assert main(["run", name, "--resolution", "draft", "--quiet", "--out", str(out)]) == 0
            done[name] = out
        return done[name]

    return solved


def arms(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "summary.json").read_text(encoding="utf-8"))["arms"]


@pytest.mark.parametrize("name", SHIPPED)
def test_it_runs_and_its_summary_keeps_the_contract(shipped_run, name):
    folder = shipped_run(name)
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert summary["schema"] == "rfa-model/summary/1"
    assert set(summary["scenario"]) == {"title", "file", "sha256"}
    wanted = {"versions", "git", "started", "wall_s", "peak_rss_MiB", "processes", "references"}
    assert wanted <= set(summary["provenance"])
    assert summary["provenance"]["references"]
    assert (folder / "scenario.yaml").is_file()
    assert (folder / "run.log").is_file()
    for arm_name, arm in summary["arms"].items():
        for section, keys in KEYS.items():
            assert keys <= set(arm[section]), (arm_name, section)
        assert {"probe", "placement", "lesions", "nerves", "structures"} <= set(arm)
        assert set(arm["electrical"]["impedance_ohm"]) == {"start", "end_of_heating", "end", "max"}
        assert set(arm["electrical"]["power_W"]) == {"mean", "max"}
        assert all(set(lesion) >= LESION for lesion in arm["lesions"].values())
        assert all(set(nerve) >= NERVE for nerve in arm["nerves"].values())
        assert all(set(structure) >= STRUCTURE for structure in arm["structures"].values())
        assert arm["lesions"]["arrhenius"]["volume_mm3"] > 50.0
        assert arm["balance"]["power_residual"] < 1e-6
        assert arm["balance"]["energy_residual"] < 1e-4
        files = {path.name for path in (folder / arm_name).iterdir()}
        wanted = {"history.csv", "fields.pvd", "scene.png", "slice.png", "history.png"}
        wanted |= {f"lesion_{name}.{end}" for name in arm["lesions"] for end in ("vtp", "stl")}
        assert wanted | {f"nerve_{name}.csv" for name in arm["nerves"]} <= files
    assert (folder / "comparison.png").stat().st_size > 10_000


@pytest.mark.parametrize("name", SHIPPED)
def test_the_sensor_reaches_its_target(shipped_run, name):
    for arm_name, arm in arms(shipped_run(name)).items():
        target = 60.0 if arm["probe"]["kind"] == "cooled" else 80.0
        assert arm["temperature"]["sensor_end_C"] == pytest.approx(target, abs=0.1), arm_name
        assert arm["temperature"]["max_C"] >= target - 1.0
        assert arm["electrical"]["cutoff"] is None


def test_l4_shows_its_anatomy_and_a_table(shipped_run, capsys):
    folder = shipped_run("l4_medial_branch")
    for arm_name in ("conventional", "cooled"):
        for picture in ("scene.png", "slice.png", "history.png"):
            assert (folder / arm_name / picture).stat().st_size > 10_000
        assert (folder / f"fluoroscopy_{arm_name}.png").stat().st_size > 100_000
    capsys.readouterr()
    assert main(["compare", str(folder)]) == 0
    table = capsys.readouterr().out
    for words in (
        "conventional",
        "cooled",
        "L4 medial branch, on the L5 transverse process",
        "spinal nerve",
        "captured length, mm",
    ):
        assert words in table
    for arm in arms(folder).values():
        assert set(arm["nerves"]) == {"medial_branch"}
        assert arm["nerves"]["medial_branch"]["captured_length_mm"] > 0.0
        assert arm["structures"]["spinal_nerve"]["verdict"] in {"ok", "warning", "error"}
    # The cooled probe's hottest tissue lies off its metal, the conventional one's at it.
    cooled, conventional = arms(folder)["cooled"], arms(folder)["conventional"]
    assert cooled["temperature"]["max_C"] > 60.0 + 5.0
    assert cooled["lesions"]["arrhenius"]["distal_mm"] > conventional["lesions"]["arrhenius"]["distal_mm"]
    assert cooled["lesions"]["arrhenius"]["sphericity"] > 0.8


@pytest.mark.slow
def test_a_conventional_needle_end_on_captures_less_of_the_nerve(shipped_run):
    both = arms(shipped_run("l4_conventional_perpendicular"))
    parallel, perpendicular = (both[name]["nerves"]["medial_branch"] for name in ("parallel", "perpendicular"))
    assert perpendicular["captured_length_mm"] < 0.8 * parallel["captured_length_mm"]
    assert perpendicular["full_section_length_mm"] < parallel["full_section_length_mm"]


def test_water_off_makes_the_lesion_smaller(shipped_run):
    both = arms(shipped_run("bench_muscle_cooled"))
    on, off = both["water_on"], both["water_off"]
    for criterion in on["lesions"]:
        assert off["lesions"][criterion]["volume_mm3"] < on["lesions"][criterion]["volume_mm3"], criterion
    assert off["electrical"]["energy_J"] < on["electrical"]["energy_J"]
    assert off["lesions"]["arrhenius"]["length_mm"] < on["lesions"]["arrhenius"]["length_mm"]


@pytest.mark.slow
def test_thicker_needles_make_larger_lesions(shipped_run):
    gauges = arms(shipped_run("l3_gauges"))
    for key in ("volume_mm3", "width_mm"):
        sizes = [gauges[name]["lesions"]["arrhenius"][key] for name in ("g22", "g20", "g18", "g16")]
        assert sizes == sorted(sizes), key
        assert sizes[-1] > 1.2 * sizes[0]


@pytest.mark.slow
def test_a_bipolar_pair_makes_one_strip_of_more_than_two_lesions(shipped_run):
    both = arms(shipped_run("bench_bipolar"))
    strip, single = (both[name]["lesions"] for name in ("bipolar", "monopolar"))
    for criterion in ("isotherm_45C", "isotherm_50C", "arrhenius"):
        assert strip[criterion]["joined"]
        assert strip[criterion]["waist_mm"] > 0.5 * single[criterion]["width_mm"]
        assert strip[criterion]["volume_mm3"] > 2.0 * single[criterion]["volume_mm3"]
        assert single[criterion]["joined"] is None
    assert both["bipolar"]["balance"]["pad_current"] < 1e-6


@pytest.mark.slow
def test_a_palisade_is_thinner_where_its_needles_are_further_apart(shipped_run):
    pairs = arms(shipped_run("bipolar_palisade")).values()
    for criterion in ("isotherm_45C", "isotherm_50C", "isotherm_60C", "arrhenius"):
        widths = [pair["lesions"][criterion]["waist_mm"] for pair in pairs]
        assert widths == sorted(widths, reverse=True)
        assert [pair["lesions"][criterion]["joined"] for pair in pairs] == [width > 0.0 for width in widths]
