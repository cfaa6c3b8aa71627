import copy

import pytest

from rfa_model.results import Results, comparison_table
from rfa_model.results.answer import answer


@pytest.fixture
def summary(solved):
    scenario = {"title": "made up", "file": "made_up.yaml", "sha256": "0" * 64}
    arms = {arm.name: metrics.to_summary() for arm, metrics in solved}
    return {"schema": "rfa-model/summary/1", "scenario": scenario, "provenance": {}, "arms": arms}


def row(table, label, nth=0):
    """Cells of the nth row with this label."""
    found = [line for line in table.splitlines() if line.strip().startswith(label)]
    return found[nth].strip().removeprefix(label).split()


def headings(table):
    """The first line of every block, heading by heading."""
    firsts = [block.splitlines()[0] for block in table.split("\n\n") if block.startswith(" ")]
    return [name.strip() for line in firsts for name in line.split("  ") if name.strip()]


def test_arms_stand_side_by_side(summary):
    table = comparison_table(summary)
    lines = table.splitlines()
    assert lines[0].split() == ["conventional", "cooled"]
    assert max(map(len, lines)) <= 100
    assert all(line == line.rstrip() for line in lines)
    for label, path in {
        "volume, mm³": ("lesions", "visible_edge", "volume_mm3"),
        "margin, worst point of the target, mm": ("nerves", "medial_branch", "margin_worst_mm"),
        "margin, best point of the target, mm": ("nerves", "medial_branch", "margin_best_mm"),
        "whole section inside, mm": ("nerves", "medial_branch", "full_section_length_mm"),
        "clearance of the lesion, mm": ("structures", "spinal_nerve", "clearance_mm"),
        "mean power, W": ("electrical", "power_W", "mean"),
        "hottest tissue, °C": ("temperature", "max_C"),
    }.items():
        for cell, arm in zip(row(table, label), ("conventional", "cooled"), strict=True):
            value = summary["arms"][arm]
            for key in path:
                value = value[key]
            assert float(cell) == pytest.approx(value, abs=0.51), label
    assert row(table, "impedance cut-off at, s") == ["-", "62"]
    assert row(table, "verdict") == [
        summary["arms"][a]["structures"]["spinal_nerve"]["verdict"] for a in summary["arms"]
    ]


def test_a_missed_nerve_shows_its_sign(summary):
    summary = copy.deepcopy(summary)
    summary["arms"]["cooled"]["nerves"]["medial_branch"]["margin_worst_mm"] = -1.3
    summary["arms"]["conventional"]["nerves"]["medial_branch"]["margin_worst_mm"] = None
    assert row(comparison_table(summary), "margin, worst point of the target, mm") == ["-", "-1.3"]


def test_several_results_name_their_scenario(summary):
    other = copy.deepcopy(summary) | {"scenario": {"title": "water off", "file": None, "sha256": None}}
    table = comparison_table([summary, other])
    assert headings(table) == ["made up", "made up", "water off", "water off"]
    assert max(map(len, table.splitlines())) <= 100
    assert comparison_table([Results(summary, "", {}), other]) == comparison_table([summary, other])
    assert comparison_table([Results(summary, "", {})]) == comparison_table(summary)


def test_results_of_the_same_name_are_numbered(summary):
    assert headings(comparison_table([summary, summary])) == ["1: made up"] * 2 + ["2: made up"] * 2


def test_many_arms_continue_below(summary):
    arms = {f"arm_number_{i:02d}": summary["arms"]["cooled"] for i in range(9)}
    table = comparison_table(summary | {"arms": arms})
    assert max(map(len, table.splitlines())) <= 100
    assert all(name in table for name in arms)
    assert table.count("Delivery") == len(table.split("\n\n")) > 1


def test_different_nerves_leave_gaps(summary):
    other = copy.deepcopy(summary)
    entry = other["arms"].pop("cooled")
    entry["nerves"] = {"dorsal_ramus": entry["nerves"]["medial_branch"] | {"label": "L5 dorsal ramus", "place": "there"}}
    table = comparison_table(summary | {"arms": {**other["arms"], "L5": entry}})
    assert "Nerve: L5 dorsal ramus, there" in table
    assert row(table, "captured length, mm", 1)[0] == "-"


def test_nerves_of_different_roots_are_all_named_and_those_of_old_results_by_their_kind(summary):
    other = copy.deepcopy(summary)
    first, second = (arm["nerves"]["medial_branch"] for arm in other["arms"].values())
    first |= {"label": "L4 medial branch", "place": "on the L5 transverse process"}
    for key in ("label", "place"):
        del second[key]
    table = comparison_table(other)
    assert "Nerve: L4 medial branch, on the L5 transverse process | medial branch" in table


def test_results_of_before_are_still_read(summary):
    """Runs from before criteria were bracketed have one margin, no words, no flags, no end of heating."""
    old = copy.deepcopy(summary)
    for entry in old["arms"].values():
        del entry["flags"]
        entry["lesions"] = {
            name: {key: lesion[key] for key in ("volume_mm3", "width_mm", "length_mm", "distal_mm", "sphericity")}
            for name, lesion in entry["lesions"].items()
            if name not in ("visible_edge", "three_state_dead")
        }
        nerve = entry["nerves"]["medial_branch"]
        entry["nerves"]["medial_branch"] = {key: nerve[key] for key in ("margin_mm", "captured_length_mm")}
    table = comparison_table(old)
    volumes = [f"{entry['lesions']['arrhenius']['volume_mm3']:.0f}" for entry in old["arms"].values()]
    assert row(table, "volume, mm³") == volumes
    assert "arrhenius, Ω ≥ 1" in table
    assert "worst margin" not in table.split("By each criterion")[0]
    assert dict(answer(old["arms"], {}).lines)["Capture"] == "Both conventional and cooled capture the medial branch."


def test_no_arm(summary):
    assert comparison_table(summary | {"arms": {}}) == "no arm is finished"
