"""One arm at any time of its run: the damage done by then, and what of the nerves the lesion holds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rfa_model.drawing import shapes, style
from rfa_model.drawing.arm_picture import ArmPicture, Array
from rfa_model.metrics.history import Step, lesion_column
from rfa_model.metrics.mesh import TetMesh
from rfa_model.metrics.sampling import locate
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
        self._log_damage = shapes.log_damage(fields.damage)
        mesh = fields.tissue_mesh
        ever = np.asarray(fields.damage_final) >= style.DAMAGE_LEVEL
        lesion = TetMesh(mesh.points_mm, mesh.tets[ever[mesh.tets].any(axis=1)])
        points = [nerve.points_mm for nerve in picture.nerves]
        self._along_nerves = locate(lesion, np.concatenate(points)) if points else None
        self._ends = np.cumsum([len(line) for line in points])[:-1]

    @property
    def end_s(self) -> float:
        """When the run ended, s."""
        return float(self._times_s[-1])

    def at(self, time_s: float) -> ArmPicture:
        """The picture at that time; before the first snapshot and after the last it stays as it was there.

        The logarithm of Ω and the temperature run linearly from snapshot to snapshot.
        """
        log_damage, temperature = (self._between(series, time_s) for series in (self._log_damage, self._temperature_C))
        field = replace(
            self._picture.field, damage=np.exp(log_damage), temperature_C=temperature, time_s=min(time_s, self.end_s)
        )
        nerves = self._picture.nerves
        if self._along_nerves is not None:
            held = self._along_nerves(log_damage) >= np.log(style.DAMAGE_LEVEL)
            parts = np.split(held, self._ends)
            nerves = tuple(replace(nerve, inside=part) for nerve, part in zip(nerves, parts, strict=True))
        return replace(self._picture, field=field, nerves=nerves)

    def reading(self, time_s: float) -> Instruments:
        """The history's numbers at that time."""
        time = min(time_s, self.end_s)
        return Instruments(
            time,
            self._number(Step.sensor_C.key, time),
            self._number(lesion_column(style.DRAWN_CRITERION), time),
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
        after = int(np.clip(np.searchsorted(self._times_s, time_s), 1, max(len(self._times_s) - 1, 1)))
        if len(self._times_s) == 1:
            return np.asarray(series[0], dtype=float)
        start, end = self._times_s[after - 1], self._times_s[after]
        share = float(np.clip((time_s - start) / (end - start), 0.0, 1.0))
        return (1.0 - share) * np.asarray(series[after - 1], dtype=float) + share * np.asarray(
            series[after], dtype=float
        )
