"""The study's rows, the same for terminal, page and files."""

from collections.abc import Iterable, Sequence

from rfa_model.assurance.uncertainty.factors import SIDES, Factor, Side
from rfa_model.assurance.uncertainty.headline import Headline
from rfa_model.assurance.uncertainty.numerics import MESHES, Budget
from rfa_model.assurance.uncertainty.sensitivity import Effect, Sensitivity
from rfa_model.library.tables import aligned

BUDGET_HEAD = ("quantity", "value", "± u", "mesh", "time step", "domain", "order", "draft, standard, fine")
EFFECT_LEAD = ("input", "from", "to")


def budget_row(one: Budget) -> tuple[str, ...]:
    """Cells of one headline number, as in ``BUDGET_HEAD``; an order in brackets was not used."""
    show = one.headline.text
    order = "none" if one.grid.order is None else f"{one.grid.order:.1f}"
    return (
        f"{one.headline.label}, {one.headline.unit}",
        show(one.value),
        *(_rough(part) for part in (one.uncertainty, one.grid.uncertainty, one.time, one.domain)),
        order if one.grid.rule == "order" else f"({order})",
        " ".join(show(one.values[name]) for name in reversed(MESHES) if name in one.values),
    )


def _rough(value: float) -> str:
    """Two digits are enough for an uncertainty."""
    return f"{float(f'{value:.2g}'):g}"


def plus_minus(one: Budget) -> str:
    """``1213.1 ± 4.2 mm³``."""
    return f"{one.headline.text(one.value)} ± {_rough(one.uncertainty)} {one.headline.unit}"


def effect_head(one: Sensitivity) -> tuple[str, ...]:
    """Headings of :func:`effect_rows`."""
    return (*EFFECT_LEAD, *(f"{headline.label}, {headline.unit}" for headline in one.headlines))


def effect_rows(one: Sensitivity) -> list[tuple[str, ...]]:
    """What each input does to each headline number: its values at the two ends; the scenario's own on the first row."""
    base = ("as in the scenario", "", "", *(headline.text(headline.of(one.base)) for headline in one.headlines))
    return [base, *(_effect_row(effect, one.headlines) for effect in one.effects)]


def _effect_row(effect: Effect, headlines: Iterable[Headline]) -> tuple[str, ...]:
    ends = [" … ".join(headline.text(effect.values(headline)[side]) for side in SIDES) for headline in headlines]
    return (named(effect.factor), end_text(effect.factor, "low"), end_text(effect.factor, "high"), *ends)


def named(factor: Factor) -> str:
    """The factor with its unit."""
    return f"{factor.label}, {factor.unit}" if factor.unit else factor.label


def end_text(factor: Factor, side: Side) -> str:
    """The factor's value at one end, signed where it is an offset."""
    return factor.text(getattr(factor, side), factor.shift)


def budget_table(arm: str, rows: Sequence[Budget]) -> str:
    """Numerical uncertainty of one arm."""
    return f"{arm}: numerical uncertainty\n{aligned([BUDGET_HEAD, *map(budget_row, rows)])}"


def effect_table(one: Sensitivity) -> str:
    """Sensitivity of one arm: one line per headline number and input, in order of size, so that it fits the screen."""
    rows: list[tuple[str, ...]] = [("quantity", "input", "from", "to", "at from", "at to")]
    for headline in one.headlines:
        own = headline.text(headline.of(one.base))
        rows.append((f"{headline.label}, {headline.unit}", "as in the scenario", "", "", own, own))
        for effect in one.ranked(headline):
            ends = [headline.text(effect.values(headline)[side]) for side in SIDES]
            rows.append(("", named(effect.factor), *(end_text(effect.factor, side) for side in SIDES), *ends))
    return f"{one.arm}: sensitivity, one input at a time\n{aligned(rows)}"


def failure_lines(one: Sensitivity) -> list[str]:
    """Why an end of a range has no value."""
    return [
        f"{effect.factor.label} {end_text(effect.factor, side)}: {message}"
        for effect in one.effects
        for side, message in effect.failures.items()
    ]
