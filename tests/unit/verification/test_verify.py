"""The verification machinery itself: what counts as passed, what is printed, what a failure does."""

import math
from pathlib import Path

import pytest
from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

from rfa_model.assurance.verification import run
from rfa_model.assurance.verification.case import Case, Found
from rfa_model.assurance.verification.cases import all_cases
from rfa_model.assurance.verification.outcome import CaseOutcome, Check, Convergence
from rfa_model.assurance.verification.page import write_page
from rfa_model.assurance.verification.tables import tables
from rfa_model.errors import InputError

SECOND = Convergence("T", (1.0, 0.5, 0.25), (0.4, 0.1, 0.025), least_order=1.9)


@pytest.mark.parametrize(
    ("check", "error", "passed"),
    [
        (Check("rise", 40.0, 40.1, 3e-3), 2.5e-3, True),
        (Check("rise", 40.0, 39.8, 3e-3), -5e-3, False),
        (Check("rise", -40.0, -39.0, 0.1), 0.025, True),
        (Check("set-point", 80.0, 80.05, 0.1, "°C", "absolute"), 0.05, True),
        (Check("set-point", 80.0, 79.8, 0.1, "°C", "absolute"), -0.2, False),
        (Check("overshoot", 2.0, 1.5, 0.0, "°C", "at most"), 0.0, True),
        (Check("overshoot", 2.0, 2.1, 0.0, "°C", "at most"), 0.1, False),
        (Check("cut off", 1.0, 0.0, 0.0, "", "at least"), -1.0, False),
    ],
)
def test_error_and_verdict_of_a_check(check: Check, error: float, passed: bool) -> None:
    assert check.error == pytest.approx(error)
    assert check.passed is passed


def test_the_mathematics_of_every_case_is_read_as_formulas() -> None:
    """A line that starts with a sign is a list to Markdown, also in the middle of a formula."""
    markdown = create_md_parser(MdParserConfig(enable_extensions={"dollarmath"}), RendererHTML)
    for case in all_cases().values():
        tokens = [inner for token in markdown.parse(case.maths) for inner in [token, *(token.children or [])]]
        assert not [token.content for token in tokens if token.type == "text" and "$" in token.content], case.name


@pytest.mark.parametrize("kind", ["relative", "absolute", "at least", "at most"])
def test_not_a_number_never_passes(kind) -> None:
    assert not Check("x", 1.0, math.nan, 1.0, kind=kind).passed


def test_order_is_the_slope() -> None:
    assert SECOND.order == pytest.approx(2.0)
    assert SECOND.passed
    assert not Convergence("T", (1.0, 0.5, 0.25), (0.4, 0.2, 0.1), least_order=1.9).passed
    with pytest.raises(ValueError, match="at least three"):
        Convergence("T", (1.0, 0.5), (0.4, 0.1), 1.9)


def test_a_case_that_checks_nothing_does_not_pass() -> None:
    assert not CaseOutcome(notes=["looked at it"]).passed


def made(outcome: CaseOutcome, failure: str | None = None, name: str = "made:up") -> Found:
    return Found(Case(name, "Made up", "A made-up case", "$x = 1$", lambda quick: outcome), outcome, failure, 1.0)


def test_tables_and_page_show_what_failed(tmp_path: Path) -> None:
    good = made(CaseOutcome([Check("tip rise", 43.0, 43.01, 3e-3, "K")], [SECOND], ["Said plainly."]))
    bad = made(CaseOutcome([Check("overshoot", 2.0, 2.5, 0.0, "K", "at most")]), name="made:bad")
    stopped = made(CaseOutcome(), "Traceback: no convergence", name="stopped")
    text = tables([good, bad, stopped])
    assert "+0.0233 %" in text
    assert "1 of 3 cases, 1 of 2 checks and 1 of 1 orders hold; failed: made:bad, stopped" in text
    assert "Traceback: no convergence" in text
    page = write_page([good, bad, stopped], tmp_path, quick=True).read_text()
    assert "| up | tip rise | 43 K | 43.01 K | +0.0233 % | 0.3 % | ok |" in page
    assert "| bad | overshoot | ≤ 2 K | 2.5 K | +0.5 K |  | FAILED |" in page
    assert "Said plainly." in page
    assert "order 2.00" in (tmp_path / "verification" / "made-up.svg").read_text()


def test_a_case_that_raises_is_a_failure_and_the_others_go_on(monkeypatch, capsys) -> None:
    def stops(quick: bool) -> CaseOutcome:
        raise FloatingPointError("no convergence")

    cases = {
        "one": Case("one", "g", "t", "m", stops),
        "two": Case("two", "g", "t", "m", lambda quick: CaseOutcome([Check("x", 1.0, 1.0, 0.1)])),
        "slow": Case("slow", "g", "t", "m", stops, quick=False),
    }
    monkeypatch.setattr(run, "all_cases", lambda: cases)
    assert run.run_verify(quick=True, workers=1) == 3
    out = capsys.readouterr().out
    assert "no convergence" in out
    assert "1 of 2 cases" in out
    assert run.run_verify(quick=True, patterns=("tw*",), workers=1) == 0
    with pytest.raises(InputError, match="called 'three'"):
        run.run_verify(patterns=("three",))


def test_no_compiler_is_said_at_once(monkeypatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(InputError, match="C compiler"):
        run.run_verify(quick=True)
