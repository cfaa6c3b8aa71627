"""A target nerve in a solved arm: its samples, the lesion about them, its table.

The tissue quantities are those of tissue: points of the nerve that the needle occupies have none. A cross-section the
needle occupies in part counts as captured where what is left of it is; one it fills counts as not captured.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rfa_model.anatomy.base import Curve
from rfa_model.errors import InputError
from rfa_model.laws import Criterion
from rfa_model.metrics.catalogue import Measured, quantity
from rfa_model.metrics.curves import SampledCurve, sample_curve
from rfa_model.metrics.data import ArmData
from rfa_model.metrics.isosurface import Surfaced
from rfa_model.metrics.places import OnOneMesh, Places, places
from rfa_model.metrics.probing import Probing, distance_to_surface_mm, place_points

FloatArray = NDArray[np.floating]


class TreatedNerve:
    """A target nerve in a solved arm: what its numbers and its table are computed from.

    Parameters
    ----------
    nerve : an anatomy's curve.
    criterion : what counts as lesion; None where lesions are not asked for.
    lesion : by that criterion, or its surface in the patient frame.
    heated : by the end of heating, and not of the run.
    like : the same nerve in the same arm, whose places in the mesh are taken over.

    Attributes
    ----------
    curve : the nerve at P samples.
    domain : (P, 17) whether each point of a cross-section is in the domain.

    Raises
    ------
    InputError
        If the target segment leaves the computed domain.
    """

    def __init__(
        self,
        arm: ArmData,
        nerve: Curve,
        criterion: Criterion | None,
        lesion: Surfaced,
        *,
        heated: bool = False,
        like: TreatedNerve | None = None,
    ) -> None:
        self.arm, self.criterion, self.lesion, self.heated = arm, criterion, lesion, heated
        self.words, self.place = nerve.words, nerve.place
        self.curve: SampledCurve = like.curve if like else sample_curve(nerve)
        curve = self.curve
        n, ring = curve.sections_mm.shape[:2]
        self.there: Places = like.there if like else places(arm, curve.sections_mm.reshape(-1, 3))
        self.domain = self.there.in_domain.reshape(n, ring)
        if not self.domain[curve.in_segment].all():
            lost = curve.arc_mm[curve.in_segment][~self.domain[curve.in_segment].all(axis=1)]
            raise InputError(
                f"arm '{arm.name}': the target segment of nerve '{curve.name}' leaves the computed domain at "
                f"{lost[0]:.1f}-{lost[-1]:.1f} mm of its length; enlarge numerics.domain_radius_mm or move the probe "
                "nearer"
            )

    @cached_property
    def excess(self) -> FloatArray:
        """(P, 17) by how much the criterion's quantity exceeds its level: NaN in the probe, -inf beyond the domain."""
        if self.criterion is None:
            return np.full(self.domain.shape, -np.inf)
        values = self.there.by(self.criterion, heated=self.heated)
        return np.where(self.domain, values.reshape(self.domain.shape) - self.criterion.interpolated_level, -np.inf)

    @cached_property
    def whole(self) -> FloatArray:
        """(P,) the least of it over the cross-section."""
        return _nanmin(self.excess)

    @cached_property
    def centre(self) -> FloatArray:
        """(P,) the same at the centre; -inf without a criterion."""
        return excess_at_centre(self.excess)

    @cached_property
    def placed(self) -> Probing:
        """The cross-sections' points in the mesh of the arm's fields, to read any of them there, (P, 17) flat."""
        rings_mm = self.curve.sections_mm.reshape(-1, 3)
        return self.there.placed if isinstance(self.there, OnOneMesh) else place_points(self.arm, rings_mm)

    @cached_property
    def peak_C(self) -> FloatArray:
        """(P,) peak temperature at the centre."""
        return self.there.peak_C().reshape(self.domain.shape)[:, 0]

    @cached_property
    def damage(self) -> FloatArray:
        """(P,) Ω at the centre at the end."""
        return np.asarray(np.exp(self.there.log_damage().reshape(self.domain.shape)[:, 0]))

    @cached_property
    def margin_mm(self) -> FloatArray:
        """(P,) signed distance from the centre to where the lesion ends in tissue, less the nerve's radius."""
        return self._margin_mm(np.full(len(self.centre), True))

    @cached_property
    def target_margin_mm(self) -> FloatArray:
        """The same of the target segment's points alone."""
        return self._margin_mm(self.curve.in_segment)

    def _margin_mm(self, where: NDArray[np.bool_]) -> FloatArray:
        distance = distance_to_surface_mm(self.lesion.surface, self.curve.points_mm[where], caps=False)
        signed = np.where(self.centre[where] >= 0, distance, -distance) - self.curve.radius_mm
        return np.where(np.isnan(self.centre[where]) | np.isinf(distance), np.nan, signed)


class NerveTable(Measured):
    """Columns (P,) of ``nerve_<name>.csv``; NaN (an empty cell) where the point lies in the probe."""

    group = "nerve_table"

    def __init__(self, nerve: TreatedNerve) -> None:
        self.nerve = nerve

    @quantity("mm", "distance along the nerve")
    def arc_mm(self) -> FloatArray:
        """Distance along the nerve from its spinal nerve."""
        return self.nerve.curve.arc_mm

    @quantity("mm")
    def x_mm(self) -> FloatArray:
        """Patient frame, left."""
        return self.nerve.curve.points_mm[:, 0]

    @quantity("mm")
    def y_mm(self) -> FloatArray:
        """Patient frame, posterior."""
        return self.nerve.curve.points_mm[:, 1]

    @quantity("mm")
    def z_mm(self) -> FloatArray:
        """Patient frame, superior."""
        return self.nerve.curve.points_mm[:, 2]

    @quantity("°C", "peak temperature")
    def peak_T_C(self) -> FloatArray:
        """Peak temperature."""
        return self.nerve.peak_C

    @quantity(label="damage Ω")
    def damage(self) -> FloatArray:
        """Damage Ω at the end."""
        return self.nerve.damage

    @quantity()
    def inside(self) -> NDArray[np.int_]:
        """1 inside the lesion, 0 outside."""
        return (self.nerve.centre >= 0).astype(int)

    @quantity("mm")
    def margin_mm(self) -> FloatArray:
        """Distance into the lesion, less the nerve's radius."""
        return self.nerve.margin_mm

    def columns(self) -> dict[str, NDArray[np.generic]]:
        """The columns by key, for the samples inside the domain."""
        within = self.nerve.domain[:, 0]
        return {entry.key: np.asarray(entry.__get__(self))[within] for entry in self.quantities()}


def time_to_capture_s(
    arm: ArmData, placed: Probing, n: int, captured: NDArray[np.bool_], criterion: Criterion
) -> float | None:
    """First time a whole section among ``captured`` (P,) is inside, linear in time in the interpolated quantity."""
    times = np.asarray(arm.fields.times_s, dtype=float)
    series = criterion.values(arm.fields.exposures)
    if series is None or not captured.any():
        return None
    over_time = placed(np.asarray(series, dtype=float), logarithmic=criterion.logarithmic)
    at_points = over_time.reshape(len(times), n, -1)[:, captured]
    final = placed(criterion.of(arm.fields.exposure), logarithmic=criterion.logarithmic).reshape(n, -1)[captured]
    at_points[-1] = np.fmax(at_points[-1], final)  # snapshots are single precision, the final field is not
    # Every tissue point has its crossing; a section is captured with its last point.
    level = criterion.interpolated_level
    inside = at_points >= level
    first = inside.argmax(axis=0)
    before = np.maximum(first - 1, 0)
    low = np.take_along_axis(at_points, before[None], axis=0)[0]
    high = np.take_along_axis(at_points, first[None], axis=0)[0]
    share = np.divide(level - low, high - low, out=np.ones_like(low), where=high > low)
    crossing = np.where(first == 0, times[0], times[before] + share * (times[first] - times[before]))
    crossing[np.isnan(at_points[-1])] = -np.inf  # the needle's points do not hold a section up
    return float(crossing.max(axis=1).min())


def excess_at_centre(excess: FloatArray) -> FloatArray:
    """Return the first column of (P, M); where the probe is (NaN), the least of what tissue the cross-section has."""
    return np.where(np.isnan(excess[:, 0]), _nanmin(excess), excess[:, 0])


def _nanmin(values: FloatArray) -> FloatArray:
    """Smallest along the last axis without NaN; NaN where there is nothing else."""
    lowest = np.where(np.isnan(values), np.inf, values).min(axis=-1)
    return np.where(np.isnan(values).all(axis=-1), np.nan, lowest)


def largest(values: FloatArray) -> float | None:
    """Largest that is finite; None where there is none."""
    values = values[np.isfinite(values)]
    return float(values.max()) if len(values) else None
