"""A results folder from somewhere else: nothing of it is taken for a path, an order to the terminal, or granted."""

import json

import pytest

from rfa_model.cli import main
from rfa_model.errors import InputError
from rfa_model.results import read_results

from .test_reader import folder  # noqa: F401


def changed(path, change):
    summary = json.loads((path / "summary.json").read_text())
    change(summary)
    (path / "summary.json").write_text(json.dumps(summary))


def renamed(kind, name):
    def change(summary):
        section = summary["arms"] if kind == "arms" else summary["arms"]["cooled"][kind]
        section[name] = section.pop(next(iter(section)))

    return change


@pytest.mark.parametrize("kind", ["arms", "lesions", "nerves", "structures"])
def test_names_that_lead_elsewhere_are_refused(folder, kind):  # noqa: F811
    for name in ("../evil", "/etc/evil", ".hidden", "", "a\x1b[2J", "x" * 300):
        changed(folder, renamed(kind, name))
        with pytest.raises(InputError, match="cannot"):
            read_results(folder)


def first_judged(summary):
    return next(iter(summary["arms"]["cooled"]["nerves"]["medial_branch"]["by_criterion"].values()))


DAMAGES = {
    "lesions are null": (lambda s: s["arms"]["cooled"].update(lesions=None), "arm 'cooled' has no 'lesions'"),
    "a lesion is a number": (lambda s: s["arms"]["cooled"]["lesions"].update(arrhenius=1), "cannot be one of its"),
    "provenance is empty": (lambda s: s.update(provenance={}), "'provenance' has no 'versions'"),
    "an arm is a list": (lambda s: s["arms"].update(cooled=[]), "arm 'cooled' has no 'probe'"),
    "not a number": (lambda s: s["arms"]["cooled"]["electrical"].update(energy_J=float("nan")), "NaN is no number"),
    "an outcome of no kind": (
        lambda s: first_judged(s).update(outcome="saved"), "what became of 'medial_branch' by each criterion",
    ),
    "an interval of one end": (
        lambda s: first_judged(s).update(interval={"margin_worst_mm": [1.0], "margin_best_mm": [1.0, 2.0]}),
        "what became of 'medial_branch' by each criterion",
    ),
    "deep": (lambda s: s.update(deep=json.loads("[" * 50 + "]" * 50)), "nested too deeply"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_named(folder, damage):  # noqa: F811
    change, words = DAMAGES[damage]
    changed(folder, change)
    with pytest.raises(InputError, match=words):
        read_results(folder)


def test_a_title_gives_the_terminal_no_orders(folder, capsys):  # noqa: F811
    changed(folder, lambda summary: summary["scenario"].update(title="\x1b[31mred\x07"))
    assert read_results(folder).title == "\\x1b[31mred\\x07"
    assert main(["compare", str(folder)]) == 0
    assert not {"\x1b", "\x07"} & set(capsys.readouterr().out)


def test_a_megabyte_of_brackets_is_damage(folder):  # noqa: F811
    (folder / "summary.json").write_text("[" * 1_000_000)
    with pytest.raises(InputError, match="damaged"):
        read_results(folder)
