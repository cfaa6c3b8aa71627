"""The three lines say what the numbers say."""

import pytest

from rfa_model.report.answer import answer, capital, listed


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
    assert lines({"hot": bare, "cold": bare})["Volume"] == "Hot 268 mm³; cold 268 mm³, by Ω ≥ 1."
    assert lines({"hot": bare})["Width"] == "Hot 8.0 mm across the needle, by Ω ≥ 1."


@pytest.mark.parametrize(("words", "text"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_lists(words, text):
    assert listed(words) == text


def test_a_capital_leaves_the_rest_as_it_is():
    assert capital("rF 18G") == "RF 18G"
