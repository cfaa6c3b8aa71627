"""The three lines say what the numbers say."""

import pytest

from rfa_model.results.answer import answer, capital, listed


def entry(margin_mm, captured_mm=9.0, spinal_C=40.04, verdict="ok", uncertainty=None):
    structures = {"spinal_nerve": {"max_temperature_C": spinal_C, "verdict": verdict}}
    return {
        "nerves": {"medial_branch": {"margin_mm": margin_mm, "captured_length_mm": captured_mm}},
        "structures": {**structures, "skin": {"max_temperature_C": None, "verdict": None}},
        "lesions": {
            "isotherm_60C": {"volume_mm3": 99.0, "width_mm": 5.0},
            "arrhenius": {"volume_mm3": 268.2, "width_mm": 8.04},
        },
        "temperature": {"max_C": 86.4},
        "uncertainty": uncertainty,
    }


def lines(entries, limits=None):
    return dict(answer(entries, limits or {}).lines)


def test_question_and_lines_of_two_probes_that_capture():
    doubt = {"nerves": {"medial_branch": {"margin_mm": 0.3}}}
    entries = {"conventional": entry(3.53, uncertainty=doubt), "cooled": entry(4.74, spinal_C=42.5, verdict="warning")}
    limits = {"spinal_nerve": {"max_temperature_C": {"warning": 42.0, "error": 45.0}}}
    found = answer(entries, limits)
    assert found.question == (
        "Which probe captures the medial branch, by what margin, and how warm does the spinal nerve get?"
    )
    assert dict(found.lines) == {
        "Capture": "Both conventional and cooled capture the medial branch.",
        "Margin": "Conventional: covered with 3.5 ± 0.3 mm to spare; cooled: covered with 4.7 mm to spare. "
        "That is 1.2 mm more with cooled than with conventional.",
        "To spare": "Spinal nerve at most 40.0 °C with conventional (ok) and 42.5 °C with cooled (warning); "
        "warning from 42 °C, error from 45 °C.",
    }


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"a": entry(1.0), "b": entry(-0.4)}, "A captures; b covers only in part the medial branch."),
        ({"a": entry(-1.0, 0.0), "b": entry(-2.0, 0.0)}, "Both a and b miss the medial branch."),
        ({"a": entry(None, 0.0)}, "A misses the medial branch."),
        ({"a": entry(1.0), "b": entry(1.0), "c": entry(2.0)}, "A, b and c capture the medial branch."),
    ],
)
def test_who_captures(entries, words):
    assert lines(entries)["Capture"] == words


def test_margins_closer_than_their_uncertainty_are_not_told_apart():
    doubt = {"nerves": {"medial_branch": {"margin_mm": 0.3}}}
    said = lines({"a": entry(1.0, uncertainty=doubt), "b": entry(1.5, uncertainty=doubt)})["Margin"]
    assert said.endswith("No difference beyond the numerical uncertainty.")


def test_where_no_uncertainty_is_known_none_is_spoken_of():
    said = lines({"a": entry(1.0), "b": entry(1.04)})["Margin"]
    assert said.endswith(" to spare. No difference at a precision of 0.1 mm.")


def test_a_miss_has_its_distance_without_a_sign():
    assert lines({"a": entry(-1.26, 0.0)})["Margin"] == "A: missed by 1.3 mm."


def test_without_a_nerve_the_lesion_is_the_answer():
    bare = entry(None) | {"nerves": {}, "structures": {}}
    one = bare | {"lesions": {"arrhenius": bare["lesions"]["arrhenius"]}}
    assert lines({"hot": one, "cold": one})["Volume"] == "Hot 268 mm³; cold 268 mm³, by Ω ≥ 1."
    assert lines({"hot": one})["Width"] == "Hot 8.0 mm across the needle, by Ω ≥ 1."
    assert lines({"hot": bare})["Volume"] == "Hot 99 to 268 mm³, whichever criterion (268 mm³ by Ω ≥ 1)."


@pytest.mark.parametrize(("words", "text"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_lists(words, text):
    assert listed(words) == text


def test_a_capital_leaves_the_rest_as_it_is():
    assert capital("rF 18G") == "RF 18G"


def judged(worst, best, fraction=1.0, interval=None, at_rest=None):
    """A nerve by one criterion."""
    outcome = "whole" if worst >= 0 else "section" if best >= 0 else "part" if fraction > 0 else "missed"
    ends = {"margin_worst_mm": None, "margin_best_mm": None} if interval is None else interval
    return {
        "outcome": outcome, "margin_worst_mm": worst, "margin_best_mm": best, "captured_fraction": fraction,
        "interval": ends, "damage_at_rest": at_rest,
    }  # fmt: skip


def bracketed(by, uncertainty=None, at_rest=None):
    """An entry whose nerve is judged by these criteria."""
    words = {"isotherm_60C": "peak ≥ 60 °C", "arrhenius": "Ω ≥ 1"}
    made = entry(by["arrhenius"]["margin_best_mm"], uncertainty=uncertainty)
    for name, lesion in made["lesions"].items():
        lesion |= {"words": words[name], "damage_at_rest": at_rest if name == "arrhenius" else None}
    made["nerves"]["medial_branch"]["by_criterion"] = by
    return made


def test_the_headline_is_a_bracket():
    place = {"isotherm_60C": {"margin_worst_mm": 0.02}, "arrhenius": {"margin_worst_mm": 0.1}}
    doubt = {"nerves": {"medial_branch": {"by_criterion": place}}}
    cold = bracketed({"isotherm_60C": judged(2.1, 3.0), "arrhenius": judged(3.6, 4.1)}, doubt)
    assert lines({"a": cold})["Capture"] == "A covers the whole target of the medial branch, whichever criterion."
    assert lines({"a": cold})["Margin"] == (
        "A: covered by 2.1 to 3.6 mm at the worst point of the target and 3.0 to 4.1 mm at the best, whichever "
        "criterion; numerical ± 0.1."
    )
    assert lines({"a": cold})["Lesion"] == (
        "A 99 to 268 mm³ (268 by Ω ≥ 1), 5.0 to 8.0 mm wide; whichever criterion, at the end of the run."
    )


def test_what_is_spared_keeps_a_distance_by_every_criterion():
    by = {"isotherm_60C": judged(2.1, 3.0), "arrhenius": judged(3.6, 4.1)}
    near, far = bracketed(by, at_rest=0.04), bracketed(by)
    keeps = {"isotherm_60C": {"clearance_mm": 2.52}, "arrhenius": {"clearance_mm": -0.3}}
    near["structures"]["spinal_nerve"]["by_criterion"] = keeps
    far["structures"]["spinal_nerve"]["by_criterion"] = keeps | {"isotherm_60C": {"clearance_mm": None}}
    assert lines({"a": near, "b": far})["To spare"] == (
        "Spinal nerve at most 40.0 °C with a (ok) and 40.0 °C with b (ok). The lesion keeps -0.3* to +2.5 mm with a and "
        "at least -0.3 mm with b away from it, whichever criterion (negative: it overlaps). "
        "* by a law of damage that harms tissue at rest."
    )


def test_criteria_that_disagree_are_named():
    split = bracketed({"isotherm_60C": judged(-0.6, 1.6, 0.8), "arrhenius": judged(1.8, 4.7)})
    assert lines({"a": split, "b": split})["Capture"] == (
        "A depends on the criterion: whole target covered by Ω ≥ 1; a part of it covered by peak ≥ 60 °C. "
        "B depends on the criterion: whole target covered by Ω ≥ 1; a part of it covered by peak ≥ 60 °C."
    )
    assert "-0.6 to +1.8 mm at the worst point" in lines({"a": split})["Margin"]
    assert "depending on the criterion" in lines({"a": split})["Margin"]


def test_an_interval_that_changes_the_outcome_is_a_disagreement():
    ends = {"margin_worst_mm": [-0.1, 0.4], "margin_best_mm": [1.0, 1.5]}
    open_ = bracketed({"isotherm_60C": judged(0.2, 1.2, interval=ends), "arrhenius": judged(1.8, 4.7)})
    said = lines({"a": open_})["Capture"]
    assert "a part of it covered by peak ≥ 60 °C at one end of its interval" in said
    assert "whole target covered by peak ≥ 60 °C at one end of its interval and Ω ≥ 1" in said
    assert lines({"a": open_})["Margin"].startswith("A: -0.1 to +1.8 mm")


def test_which_arm_has_more_may_depend_on_the_criterion():
    one = bracketed({"isotherm_60C": judged(1.0, 2.0), "arrhenius": judged(2.0, 3.0)})
    more = bracketed({"isotherm_60C": judged(1.5, 2.5), "arrhenius": judged(3.0, 4.0)})
    mixed = bracketed({"isotherm_60C": judged(0.5, 2.5), "arrhenius": judged(3.0, 4.0)})
    assert lines({"one": one, "more": more})["Margin"].endswith("0.5 to 1.0 mm more with more than with one, whichever criterion.")
    assert lines({"one": one, "mixed": mixed})["Margin"].endswith("larger margin depends on the criterion.")


def test_a_number_by_a_law_that_harms_tissue_at_rest_has_its_star():
    starred = bracketed({"isotherm_60C": judged(2.1, 3.0), "arrhenius": judged(3.6, 4.1)}, at_rest=0.04)
    said = lines({"a": starred})
    assert "2.1 to 3.6* mm" in said["Margin"]
    assert "99 to 268* mm³" in said["Lesion"]
    assert "harms tissue at rest" in said["Lesion"]


def test_a_criterion_without_a_lesion_has_its_place_in_the_bracket():
    bare = entry(None) | {"nerves": {}, "structures": {}}
    bare["lesions"]["isotherm_60C"] = {"volume_mm3": 0.0, "width_mm": None}
    assert lines({"hot": bare})["Volume"].startswith("Hot 0 to 268 mm³")
    assert lines({"hot": bare})["Width"].startswith("Hot 0.0 to 8.0 mm across the needle, whichever criterion")
