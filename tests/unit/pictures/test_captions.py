import pytest

from rfa_model import library
from rfa_model.drawing import captions
from rfa_model.drawing.lesion import drawn_lesions
from rfa_model.results.answer import margin_verdict
from rfa_model.results.bracket import criterion_words

LESION = {"volume_mm3": 351.6, "width_mm": 7.42, "length_mm": 11.18}
NERVE = {"margin_mm": 0.62, "captured_length_mm": 6.4}
ENTRY = {
    "probe": {
        "name": "conventional_18g_10mm",
        "kind": "conventional",
        "outer_diameter_mm": 1.27,
        "tip_length_mm": 10.0,
    },
    "lesions": {"arrhenius": LESION},
    "nerves": {"medial_branch": NERVE},
    "structures": {"spinal_nerve": {"max_temperature_C": 38.24, "verdict": "ok"}, "skin": {"verdict": None}},
    "temperature": {"max_C": 83.4},
}


@pytest.mark.parametrize(
    ("margin", "held", "expected"),
    [
        (0.62, 6.4, "covered with 0.6 mm to spare"),
        (-0.31, 2.0, "partly covered, 0.3 mm short"),
        (-1.31, 0.0, "missed by 1.3 mm"),
        (None, 0.0, "not reached"),
    ],
)
def test_margin_in_words(margin, held, expected):
    assert margin_verdict({"margin_mm": margin, "captured_length_mm": held}) == expected


def test_probe_label_names_gauge_and_tip():
    assert captions.probe_label(ENTRY["probe"]) == "18G (1.27 mm) needle, 10 mm active tip"
    inline = {"name": "inline", "kind": "cooled", "outer_diameter_mm": 1.5, "tip_length_mm": 5.5}
    assert captions.probe_label(inline) == "1.50 mm water-cooled probe, 5.5 mm active tip"


def test_headline_and_captions():
    assert (
        captions.headline(ENTRY) == "lesion (Ω ≥ 1) 352 mm³, 7.4 × 11.2 mm · medial branch covered with 0.6 mm to spare"
    )
    rows = dict(captions.captions(ENTRY))
    assert rows["lesion (Ω ≥ 1)"] == "352 mm³"
    assert rows["spinal nerve"] == "38.2 °C (ok)"
    assert "skin" not in rows


def test_another_criterion_is_named():
    entry = ENTRY | {"lesions": {"isotherm_60C": LESION}}
    assert captions.headline(entry).startswith("lesion (peak ≥ 60 °C) 352 mm³")
    assert next(iter(captions.captions(entry))) == ("lesion (peak ≥ 60 °C)", "352 mm³")


def test_every_shipped_criterion_has_words():
    assert {name: criterion_words(name) for name in library.criteria()} == {
        "visible_edge": f"peak ≥ {library.criteria()['visible_edge'].level:g} °C",
        "arrhenius": "Ω ≥ 1",
        "arrhenius_99": "Ω ≥ 4.6",
        "isotherm_45C": "peak ≥ 45 °C",
        "isotherm_50C": "peak ≥ 50 °C",
        "isotherm_60C": "peak ≥ 60 °C",
        "cem43_240min": "CEM43 ≥ 240 min",
        "three_state_dead": "Ω ≥ 0.223 (three state)",
    }
    assert criterion_words("of_a_package") == "of a package"


def test_what_hangs_on_a_law_that_harms_tissue_at_rest_is_marked_and_the_mark_explained():
    harmed = ENTRY | {"lesions": {"arrhenius": LESION | {"damage_at_rest": 0.04}}}
    assert captions.headline(harmed).startswith("lesion (Ω ≥ 1) 352* mm³, 7.4* × 11.2* mm · ")
    assert captions.headline(harmed).endswith(" · * by a law that harms tissue at rest")
    assert captions.captions(harmed)[-1] == ("*", "by a law that harms tissue at rest")
    criteria = {name: library.criteria()[name] for name in ("isotherm_50C", "arrhenius")}
    lesions = drawn_lesions(criteria, harmed | {"lesions": {"isotherm_50C": LESION, **harmed["lesions"]}})
    assert [(one.label, one.leading) for one in lesions] == [
        ("lesion (Ω ≥ 1*)", True),
        ("lesion (peak ≥ 50 °C)", False),
    ]
    assert captions.explained("line", ["Ω ≥ 1*"]) == "line · * by a law that harms tissue at rest"
    assert captions.explained("line", ["Ω ≥ 1"]) == "line"


def test_an_empty_lesion_has_no_size():
    empty = ENTRY | {"lesions": {"arrhenius": {"volume_mm3": 0.0, "width_mm": None, "length_mm": None}}, "nerves": {}}
    assert captions.headline(empty) == "lesion (Ω ≥ 1) 0 mm³"
    assert dict(captions.captions(empty))["width × length"] == "–"
