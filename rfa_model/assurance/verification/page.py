"""``docs/verification.md``: what was compared with what, every number found, and the orders drawn."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from rfa_model._markdown import table
from rfa_model.assurance.page import today, write_parts
from rfa_model.assurance.verification.case import Found
from rfa_model.assurance.verification.figures import draw_orders
from rfa_model.assurance.verification.tables import (
    CHECK_HEAD,
    CONVERGENCE_HEAD,
    check_row,
    closing,
    convergence_row,
    mark,
)
from rfa_model.results.provenance import in_words, versions

INTRODUCTION = """\
Are the equations solved right? This page is written by `rfa-model verify{option}`: every case below compares the
package with an exact solution, a rate that theory promises, or a balance. A tolerance belongs to its case and is not
adjusted to a result; what does not hold is marked FAILED and stays here.
Whether the equations are the right ones is another question, for the [validation page](validation.md).
"""


def write_page(found: Sequence[Found], docs: Path, quick: bool) -> Path:
    """Write ``verification.md`` and ``verification/*.svg`` into ``docs``; return the page's path."""
    figures = docs / "verification"
    figures.mkdir(parents=True, exist_ok=True)
    return write_parts(docs / "verification.md", page_parts(found, figures, quick))


def page_parts(found: Sequence[Found], figures: Path, quick: bool) -> list[str]:
    """The page's parts; figures are drawn on the way."""
    parts = [
        "# Verification",
        INTRODUCTION.format(option=" --quick" if quick else ""),
        f"**{closing(found)}.** {today()}, {in_words(versions())}; "
        f"{sum(one.cpu_s for one in found) / 60.0:.0f} minutes of one core.",
        "## In short",
        table(("group", "case", "checks", "orders", ""), [_short_row(one) for one in found]),
    ]
    for group, members in groupby(found, key=lambda one: one.case.group):
        parts.append(f"## {group}")
        for _, variants in groupby(members, key=lambda one: _base(one.case.name)):
            parts += _section(list(variants), figures)
    return parts


def _base(name: str) -> str:
    return name.partition(":")[0]


def _variant(one: Found) -> str:
    return one.case.name.partition(":")[2]


def _short_row(one: Found) -> tuple[str, ...]:
    held = [sum(x.passed for x in xs) for xs in (one.outcome.checks, one.outcome.convergences)]
    of = [len(one.outcome.checks), len(one.outcome.convergences)]
    counts = [f"{a} of {b}" if b else "" for a, b in zip(held, of, strict=True)]
    return (one.case.group, one.case.name, *counts, mark(one.passed))


def _section(variants: list[Found], figures: Path) -> list[str]:
    """One case, or all variants of one case in one table."""
    first = variants[0].case
    several = len(variants) > 1
    parts = [f"### {first.title}", first.maths.strip()]
    lead = ("variant",) if several else ()
    for head, rows in (
        (CHECK_HEAD, [(one, check_row(check)) for one in variants for check in one.outcome.checks]),
        (CONVERGENCE_HEAD, [(one, convergence_row(study)) for one in variants for study in one.outcome.convergences]),
    ):
        if rows:
            parts.append(table((*lead, *head), [(_variant(one), *row) if several else row for one, row in rows]))
    for one in variants:
        if one.outcome.convergences:
            name = draw_orders(one.outcome.convergences, figures / f"{one.case.name.replace(':', '-')}.svg")
            parts.append(f"![Errors of {one.case.name} over the size, with the fitted slope](verification/{name})")
    parts += [f"- {note}" for one in variants for note in dict.fromkeys(one.outcome.notes)]
    parts += [f"{one.case.name} was stopped:\n\n```\n{one.failure.strip()}\n```" for one in variants if one.failure]
    return parts
