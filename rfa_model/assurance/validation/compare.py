"""Our numbers beside the bands: every configuration, under every condition, inside or not."""

from collections.abc import Sequence
from dataclasses import dataclass

from rfa_model.assurance.validation.bands import Band, Conditions, Quantity, Reading, bench
from rfa_model.assurance.validation.measure import Solved

NOT_TRIED, NOT_SOLVED, NO_LESION = "not tried", "not solved", "no lesion"


class Missing(Exception):
    """A number that is not there; the message says why."""


@dataclass(frozen=True)
class Point:
    """One configuration under one condition: a number, or why there is none."""

    label: str
    value: float | None
    missing: str = ""


@dataclass(frozen=True)
class Compared:
    """A band with our points, per condition; the judged condition comes first."""

    band: Band
    columns: tuple[tuple[Conditions, tuple[Point, ...]], ...]

    @property
    def judged(self) -> tuple[Point, ...]:
        """The points that count."""
        return self.columns[0][1]

    @property
    def tried(self) -> tuple[Point, ...]:
        """The judged points whose runs belong to this grid."""
        return _tried(self.judged)

    @property
    def outside(self) -> tuple[Point, ...]:
        """The judged points that miss the band."""
        return _outside(self.band, self.judged)

    def held_under(self, conditions: Conditions) -> bool | None:
        """Whether the band would hold under one of the conditions; None if nothing was tried under it."""
        points = next(points for c, points in self.columns if c == conditions)
        return not _outside(self.band, points) if _tried(points) else None

    @property
    def missed(self) -> bool:
        """Whether any judged point lies outside."""
        return bool(self.outside)

    @property
    def verdict(self) -> str:
        """In one or a few words."""
        if not self.tried:
            return NOT_TRIED
        if not self.missed:
            return "inside"
        count = f" ({len(self.outside)} of {len(self.tried)} outside)" if len(self.tried) > 1 else ""
        return f"MISSED{count}"


def _tried(points: Sequence[Point]) -> tuple[Point, ...]:
    return tuple(point for point in points if point.missing != NOT_TRIED)


def _outside(band: Band, points: Sequence[Point]) -> tuple[Point, ...]:
    """Points outside the band; one without a number, though its run was tried, is outside too."""
    return tuple(p for p in _tried(points) if p.value is None or not band.contains(p.value))


def compare(solved: Sequence[Solved]) -> list[Compared]:
    """Hold what was solved against every band."""
    return [
        Compared(band, tuple((c, tuple(_points(band, solved, c))) for c in bench().conditions.columns))
        for band in bench().bands
    ]


def number(solved: Sequence[Solved], reading: Reading, conditions: Conditions, quantity: Quantity) -> float:
    """Return one number of one lesion.

    Raises
    ------
    Missing
        If its run was not tried or not solved, or there is no lesion.
    """
    runs = [one for one in solved if one.trial.answers(reading, conditions.start_C)]
    if not runs:
        raise Missing(NOT_TRIED)
    run = runs[0]
    if run.failure:
        raise Missing(NOT_SOLVED)
    if quantity == "energy_J":
        return run.energy_J[reading.hold_s]
    read = [
        row.sizes
        for row in run.rows
        if row.criterion == conditions.criterion and row.hold_s == reading.hold_s and not row.after_cooling
    ]
    if not read:
        raise Missing(NOT_TRIED)
    (sizes,) = read
    if quantity == "volume_mm3":
        return float(sizes["volume_mm3"] or 0.0)
    width, length = sizes["width_mm"], sizes["length_mm"]
    if width is None or length is None:
        raise Missing(NO_LESION)
    if quantity == "beyond_tip_mm":
        return length - reading.tip_mm
    if quantity == "elongation":
        return max(width, length) / min(width, length)
    value = sizes.get(quantity)
    if value is None:
        raise Missing(NO_LESION)
    return value


def _points(band: Band, solved: Sequence[Solved], conditions: Conditions) -> list[Point]:
    points = []
    for label, of, base in band.readings():
        try:
            value = number(solved, of, conditions, band.quantity)
            if base is not None:
                value = _against(band, value, number(solved, base, conditions, band.quantity))
            points.append(Point(label, value))
        except Missing as reason:
            points.append(Point(label, None, str(reason)))
    return points


def _against(band: Band, value: float, base: float) -> float:
    if band.how == "difference":
        return value - base
    if base == 0.0:
        raise Missing(NO_LESION)
    return value / base if band.how == "ratio" else 100.0 * (value / base - 1.0)
