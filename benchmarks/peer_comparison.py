"""rfa_model beside the peer, and the peer beside coarser forms of itself: rows with verdicts."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.peer_runs import POINTS_MM, Protocol, Run

AGREEMENT, INDEPENDENCE = 0.01, 0.001
BODY_C = 37.0


@dataclass(frozen=True)
class Row:
    """One quantity found twice.

    Parameters
    ----------
    quantity, unit : str
    ours, peer : float
    scale : float
        What the difference is a share of: the peer's value or, for a temperature, its rise above the body's.
    """

    quantity: str
    unit: str
    ours: float
    peer: float
    scale: float

    @property
    def difference(self) -> float:
        """Signed, as a share of ``scale``."""
        return (self.ours - self.peer) / self.scale


def rows(ours: Run, peer: Run, protocol: Protocol) -> list[Row]:
    """Every quantity that is compared."""
    return [*_volumes(ours, peer), *_impedances(ours, peer), *_temperatures(ours, peer, protocol)]


def _volumes(ours: Run, peer: Run) -> Iterator[Row]:
    for time_s, volume in peer.lesion_mm3.items():
        yield Row(f"lesion (Ω ≥ 1), {time_s:g} s", "mm³", ours.lesion_mm3[time_s], volume, volume)


def _impedances(ours: Run, peer: Run) -> Iterator[Row]:
    for time_s, impedance in peer.impedance_ohm.items():
        yield Row(f"impedance, {time_s:g} s", "Ω", ours.impedance_ohm[time_s], impedance, impedance)


def _temperatures(ours: Run, peer: Run, protocol: Protocol) -> Iterator[Row]:
    for i, point in enumerate(POINTS_MM):
        for time_s in protocol.times_s:
            a, b = float(ours.temperature_C[time_s][i]), float(peer.temperature_C[time_s][i])
            yield Row(f"{point}, {time_s:g} s", "°C", a, b, b - BODY_C)


def cells(row: Row, tolerance: float) -> tuple[str, ...]:
    """A row as text: quantity, ours, peer's, difference, verdict."""
    digits = 2 if row.unit != "mm³" else 1
    values = [f"{value:.{digits}f} {row.unit}" for value in (row.ours, row.peer)]
    return (row.quantity, *values, f"{100.0 * row.difference:+.2f} %", verdict(row, tolerance))


def verdict(row: Row, tolerance: float) -> str:
    """One word; a NaN fails."""
    return "ok" if abs(row.difference) <= tolerance else "FAILED"


def largest(found: list[Row]) -> Row:
    """The row that differs most."""
    return max(found, key=lambda row: abs(row.difference))
