"""``docs/uncertainty.md``: both halves of a study with their figures."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from rfa_model._markdown import table
from rfa_model.assurance.page import today, write_parts
from rfa_model.assurance.uncertainty.factors import SIDES
from rfa_model.assurance.uncertainty.numerics import Budget
from rfa_model.assurance.uncertainty.sensitivity import RESOLUTION, Effect, Sensitivity
from rfa_model.assurance.uncertainty.tables import (
    BUDGET_HEAD,
    budget_row,
    effect_head,
    effect_rows,
    end_text,
    failure_lines,
    named,
    plus_minus,
)
from rfa_model.library import references
from rfa_model.results.provenance import in_words, versions
from rfa_model.scenario import Scenario

STRONGEST = 3
INTRODUCTION = """\
How far do the numbers of *{title}* move, first because it is solved on a mesh and in steps, then because tissue,
device and placement are not known well? Written by `rfa-model study {name}{option}`.

{date}, {versions}.
"""
NUMERICS = """\
Every arm is solved again on the other meshes, with time steps held ten times closer, and in a larger domain ({larger}
instead of {radius:g} mm radius). The ± belongs to the {resolution} mesh and is the sum of three parts, since nothing
says that they cancel:

- **mesh**: observed order $p$ and limit $f_0$ from $f = f_0 + C h^p$ through three meshes, with $h$ from the number of
  cells; $1.25\\,|f - f_0|$ (Grid Convergence Index: Roache; Celik et al. 2008). An order above 2 is taken as 2. Where
  the values oscillate or the order is below 0.5, three times the range of the values instead (Eça and Hoekstra); the
  order then stands in brackets. With two meshes only, likewise.
- **time step**: the difference to the closer steps, over $1 - 10^{{-2/3}}$, the share of the error that they remove
  (second-order scheme, its third-order local error held at the tolerance).
- **domain**: the difference to the larger domain, over $1 - R/R'$, the share of a far field's error that falls as
  $1/R$. It includes what making another mesh does.

The meshes are not nested and do not follow bone, so orders scatter and say less than on a textbook problem.
"""
SENSITIVITY = """\
One input at a time goes to both ends of its range, all else as in the scenario, on the {resolution} mesh. The ranges
bracket what is published or, where nothing is, what seems possible; they carry no probability. What counts is how far
a number moves: its own value is the {resolution} mesh's, up to a few per cent off the standard mesh's.
"""


def write_page(
    docs: Path,
    name: str,
    scenario: Scenario,
    quick: bool,
    budgets: Mapping[str, Sequence[Budget]],
    domain_mm: Mapping[str, float],
    effects: Sequence[Sensitivity],
    figures: Mapping[str, Sequence[str]],
    flags: Sequence[str] = (),
) -> Path:
    """Write the page; ``name`` is the scenario file's, ``figures`` are per arm and lie in ``docs/uncertainty``.

    ``flags`` say what of the arms' own numbers is to be distrusted.
    """
    parts = ["# Uncertainty", _introduction(name, scenario, quick), *_in_short(budgets, effects)]
    if flags:
        parts += ["To be distrusted in any case:", "\n".join(f"- {line}" for line in flags)]
    if budgets:
        numerics = scenario.numerics
        larger = " and ".join(f"{radius:g}" for radius in sorted(set(domain_mm.values())))
        resolution = "draft" if quick else numerics.resolution
        radius = numerics.domain_radius_mm
        parts += ["## Numerical uncertainty", NUMERICS.format(larger=larger, radius=radius, resolution=resolution)]
        for arm, rows in budgets.items():
            parts += [f"### {_words(arm)}: numerics", table(BUDGET_HEAD, [budget_row(row) for row in rows])]
    if effects:
        parts += ["## Sensitivity", SENSITIVITY.format(resolution=RESOLUTION), _ranges(effects)]
        for one in effects:
            parts += [f"### {_words(one.arm)}: sensitivity"]
            parts += [
                f"![{_words(one.arm)}: what moves the result most](uncertainty/{name})" for name in figures[one.arm]
            ]
            parts += [table(effect_head(one), effect_rows(one)), *(f"- {line}" for line in failure_lines(one))]
    return write_parts(docs / "uncertainty.md", (part.strip() for part in parts))


def _introduction(name: str, scenario: Scenario, quick: bool) -> str:
    option = " --quick" if quick else ""
    return INTRODUCTION.format(
        name=name, title=scenario.title, option=option, date=today(), versions=in_words(versions())
    )


def _in_short(budgets: Mapping[str, Sequence[Budget]], effects: Sequence[Sensitivity]) -> list[str]:
    """Per arm, the first headline number, how well it is computed and which inputs move it most."""
    lines = [
        f"- {_words(arm)}, numerics: {rows[0].headline.label} {plus_minus(rows[0])}."
        for arm, rows in budgets.items()
        if rows
    ]
    for one in effects:
        first = one.headlines[0]  # there is always a lesion volume
        moves = [
            f"{effect.factor.label} ({' … '.join(first.text(effect.values(first)[side]) for side in SIDES)})"
            for effect in one.ranked(first)[:STRONGEST]
        ]
        own = f"{first.label} {first.text(first.of(one.base))} {first.unit}"
        lines.append(f"- {_words(one.arm)}, inputs: {own} on the {RESOLUTION} mesh; moved most by {', '.join(moves)}.")
    return ["## In short", "\n".join(lines)] if lines else []


def _ranges(effects: Sequence[Sensitivity]) -> str:
    """Every factor once, with the reason for its range."""
    known = references()
    rows: dict[str, tuple[str, ...]] = {}
    for effect in (effect for one in effects for effect in one.effects):
        key, status = effect.factor.source
        source = f"{known[key].partition(' (')[0]} ({status})"
        rows[effect.factor.label] = (named(effect.factor), _own(effect), *_ends(effect), effect.factor.reason, source)
    return table(("input", "scenario", "from", "to", "why this range", "source"), list(rows.values()))


def _own(effect: Effect) -> str:
    return effect.factor.text(effect.base)


def _ends(effect: Effect) -> tuple[str, str]:
    return end_text(effect.factor, "low"), end_text(effect.factor, "high")


def _words(arm: str) -> str:
    return arm.replace("_", " ").capitalize()
