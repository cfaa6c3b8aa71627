"""Bands and numbers as text, for the terminal and for the page."""

from collections.abc import Sequence

from rfa_model._markdown import table
from rfa_model.assurance.validation.bands import Band, bench
from rfa_model.assurance.validation.compare import Compared, Point, compare
from rfa_model.assurance.validation.files import BenchRun
from rfa_model.library.tables import aligned


def figure(value: float, band: Band) -> str:
    """A number with as many digits as its band deserves."""
    if band.unit == "%":
        return f"{value:.0f}" if abs(value) >= 10 else f"{value:.1f}"
    return f"{value:.3f}" if band.quantity == "sphericity" else f"{value:.2f}"


def spread_of(points: Sequence[Point], band: Band) -> str:
    """The smallest and the largest of the numbers there are."""
    values = [point.value for point in points if point.value is not None]
    if not values:
        return "–"
    low, high = figure(min(values), band), figure(max(values), band)
    unit = f" {band.unit}" if band.unit else ""
    return (low if low == high else f"{low} to {high}") + unit


def verdict(one: Compared) -> str:
    """The verdict; a band that is not asserted says so."""
    return one.verdict if one.band.asserted else f"shown only: {one.verdict}"


def glance(compared: Sequence[Compared]) -> list[tuple[str, ...]]:
    """Every band on a line."""
    head = ("band", "published", "here", "verdict")
    rows = [(one.band.title, one.band.limits, spread_of(one.judged, one.band), verdict(one)) for one in compared]
    return [head, *rows]


def by_condition(compared: Sequence[Compared]) -> list[tuple[str, ...]]:
    """How many asserted bands would hold under each condition; the judged one comes first."""
    rows = []
    for i, conditions in enumerate(bench().conditions.columns):
        held = [one.held_under(conditions) for one in compared if one.band.asserted]
        count = f"{sum(h is True for h in held)} of {sum(h is not None for h in held)}"
        rows.append((f"**{conditions.label}** (judged)" if i == 0 else conditions.label, count))
    return [("lesion and start", "asserted bands held"), *rows]


def closing(compared: Sequence[Compared]) -> str:
    """How many of the asserted bands hold."""
    tried = [one for one in compared if one.band.asserted and one.tried]
    held = sum(not one.missed for one in tried)
    return f"{held} of {len(tried)} asserted bands hold every number of this model, {len(tried) - held} are missed"


def terminal(run: BenchRun) -> str:
    """The bands on a terminal, with what could not be solved."""
    compared = compare(run.solved)
    lines = [aligned(glance(compared)), "", closing(compared)]
    lines += [f"not solved: {one.trial.name}: {one.failure}" for one in run.failures]
    return "\n".join(lines)


def band_table(one: Compared) -> str:
    """Configurations down, conditions across; the judged column is bold and says whether it lies inside."""
    band = one.band
    head = ["", *(f"**{c.label}**" if i == 0 else c.label for i, (c, _) in enumerate(one.columns))]
    rows = [
        [
            point.label or "here",
            _judged(one, point),
            *(_beside(points[i], band) for _, points in one.columns[1:]),
        ]
        for i, point in enumerate(one.judged)
    ]
    return table(head, rows)


def _judged(one: Compared, point: Point) -> str:
    if point.value is None:
        return f"**{point.missing}**"
    mark = " (outside)" if point in one.outside else ""
    return f"**{figure(point.value, one.band)}**{mark}"


def _beside(point: Point, band: Band) -> str:
    return point.missing if point.value is None else figure(point.value, band)
