"""One arm at any time of its run: the lesion by then, and what of the nerves it holds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rfa_model.drawing.arm_picture import ArmPicture, Array
from rfa_model.drawing.lesion import NO_LESION, excess_over_time, locate_within
from rfa_model.metrics.history import Step, lesion_column
from rfa_model.results.reader import ArmResults

CUT_OFF = "cut off"


@dataclass(frozen=True)
class Instruments:
    """What the instruments say at one moment; None where the history has no such number."""

    time_s: float
    sensor_C: float | None
    lesion_mm3: float | None
    phase: str


class ArmInTime:
    """An arm's picture as it was at any time between the snapshots of its run."""

    def __init__(self, arm: ArmResults, picture: ArmPicture) -> None:
        self._picture = picture
        fields = arm.fields
        self._times_s = np.asarray(fields.times_s, dtype=float)
        self._temperature_C = fields.temperature_C
        nowhere = np.full(fields.temperature_C.shape, NO_LESION)
        self._excess = excess_over_time(fields, picture.lesion.criterion) if picture.lesion else nowhere
        points = [nerve.points_mm for nerve in picture.nerves]
        ever = (self._excess >= 0.0).any(axis=0)
        self._along_nerves = locate_within(fields.tissue_mesh, ever, np.concatenate(points)) if points else None
        self._ends = np.cumsum([len(line) for line in points])[:-1]

    @property
    def end_s(self) -> float:
        """When the run ended, s."""
        return float(self._times_s[-1])

    def at(self, time_s: float) -> ArmPicture:
        """The picture at that time; before the first snapshot and after the last it stays as it was there.

        Temperature and what the lesion is drawn by (of Ω its logarithm) run linearly from snapshot to snapshot; where
        that is not known, as a thermal dose is at the end alone, there is no lesion.
        """
        excess, temperature = (self._between(series, time_s) for series in (self._excess, self._temperature_C))
        excess = np.nan_to_num(excess, nan=NO_LESION)
        field = replace(self._picture.field, excess=excess, temperature_C=temperature, time_s=min(time_s, self.end_s))
        nerves = self._picture.nerves
        if self._along_nerves is not None:
            parts = np.split(self._along_nerves(excess) >= 0.0, self._ends)
            nerves = tuple(replace(nerve, inside=part) for nerve, part in zip(nerves, parts, strict=True))
        return replace(self._picture, field=field, nerves=nerves, union=None)

    def reading(self, time_s: float) -> Instruments:
        """The history's numbers at that time."""
        time = min(time_s, self.end_s)
        return Instruments(
            time,
            self._number(Step.sensor_C.key, time),
            self._number(lesion_column(self._picture.lesion.name), time) if self._picture.lesion else None,
            self._phase(time),
        )

    def _phase(self, time_s: float) -> str:
        if self._picture.cutoff_s is not None and time_s >= self._picture.cutoff_s:
            return CUT_OFF
        spans = (span.label for span in self._picture.phases if span.start_s <= time_s <= span.end_s)
        return next(spans, "")

    def _number(self, column: str, time_s: float) -> float | None:
        values = self._picture.history.get(column)
        if values is None:
            return None
        found = float(np.interp(time_s, self._picture.history["time_s"], values))
        return found if np.isfinite(found) else None

    def _between(self, series: NDArray[np.floating], time_s: float) -> Array:
        place = float(np.interp(time_s, self._times_s, np.arange(len(self._times_s))))
        before, after = int(np.floor(place)), int(np.ceil(place))
        start, end = (np.asarray(series[index], dtype=float) for index in (before, after))
        return start if before == after else start + (place - before) * (end - start)
