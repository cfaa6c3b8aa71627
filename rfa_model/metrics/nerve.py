"""How well a target nerve is treated: distance, margin, captured lengths, peaks, time to capture.

The tissue quantities are those of tissue: points of the nerve that the needle occupies have none. A cross-section the
needle occupies in part counts as captured where what is left of it is; one it fills counts as not captured.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rfa_model.applicators.geometry import probe_distance_mm
from rfa_model.errors import InputError
from rfa_model.metrics.curves import SampledCurve, length_where, sample_curve
from rfa_model.metrics.data import ArmData
from rfa_model.metrics.isosurface import TriSurface
from rfa_model.metrics.probing import Probing, distance_to_surface_mm, place_points
from rfa_model.metrics.summary import NERVE_COLUMNS, NerveMetrics

FloatArray = NDArray[np.floating[Any]]


def nerve_metrics(
    arm: ArmData, nerve: Any, criterion: Any, surface: TriSurface
) -> tuple[NerveMetrics, dict[str, np.ndarray]]:
    """Metrics and arc-length table of one target nerve.

    Parameters
    ----------
    nerve : an anatomy curve (``name``, ``points_mm``, ``diameter_mm``, ``segment_mm``).
    criterion : what counts as lesion.
    surface : that lesion's surface in the patient frame.

    Returns
    -------
    NerveMetrics
        * ``probe_distance_mm``: from the needle's surface to the nerve's, negative where they overlap.
        * ``margin_mm``: with d(s) the signed distance from the centreline to the surface where the lesion ends in
          tissue (positive inside) and r the nerve's radius, the largest d(s) - r over the target segment: by how much
          the lesion could shrink before no cross-section of the segment is wholly inside. Negative: the lesion misses
          covering the whole nerve by that much. None without a lesion surface.
        * ``captured_length_mm``: centreline inside the lesion; ``captured_fraction``: of the target segment.
        * ``full_section_length_mm``: length over which the whole cross-section is inside (centre and a ring of 16).
        * ``max_temperature_C``, ``max_damage``: largest on the centreline.
        * ``time_to_capture_s``: when a whole cross-section of the target segment is first inside; None if never, or if
          the criterion's quantity has no history.
    dict
        Columns :data:`NERVE_COLUMNS`, for the samples inside the domain.

    Raises
    ------
    InputError
        If the target segment leaves the computed domain.
    """
    curve = sample_curve(nerve)
    n, ring = curve.sections_mm.shape[:2]
    placed = place_points(arm, curve.sections_mm.reshape(-1, 3))
    domain = placed.in_domain.reshape(n, ring)
    if not domain[curve.in_segment].all():
        lost = curve.arc_mm[curve.in_segment][~domain[curve.in_segment].all(axis=1)]
        raise InputError(
            f"arm '{arm.name}': the target segment of nerve '{curve.name}' leaves the computed domain at "
            f"{lost[0]:.1f}-{lost[-1]:.1f} mm of its length; enlarge numerics.domain_radius_mm or move the probe nearer"
        )
    level = math.log(criterion.level) if criterion.logarithmic else criterion.level
    excess = placed(arm.fields.quantity(criterion.quantity), logarithmic=criterion.logarithmic).reshape(n, ring) - level
    excess = np.where(domain, excess, -np.inf)  # beyond the domain nothing is captured; NaN stays in the probe
    whole = _nanmin(excess)
    centre = np.where(np.isnan(excess[:, 0]), whole, excess[:, 0])
    centre_domain = domain[:, 0]
    margin = _margin_mm(curve, centre, surface)
    in_segment = curve.in_segment
    segment_length = curve.segment_mm[1] - curve.segment_mm[0]
    peak = placed(arm.fields.peak_temperature_C).reshape(n, ring)[:, 0]
    damage = np.exp(placed(arm.fields.damage_final, logarithmic=True).reshape(n, ring)[:, 0])
    table = dict(
        zip(
            NERVE_COLUMNS,
            (curve.arc_mm, *curve.points_mm.T, peak, damage, (centre >= 0).astype(int), margin),
            strict=True,
        )
    )
    metrics = NerveMetrics(
        probe_distance_mm=float(
            probe_distance_mm(arm.pose.to_probe(curve.points_mm), arm.probe).min() - curve.radius_mm
        ),
        margin_mm=_max(margin[in_segment]),
        captured_length_mm=length_where(curve.arc_mm, centre),
        captured_fraction=length_where(curve.arc_mm, centre, in_segment) / segment_length,
        full_section_length_mm=length_where(curve.arc_mm, whole),
        max_temperature_C=_max(peak),
        max_damage=_max(damage),
        time_to_capture_s=_time_to_capture_s(arm, placed, n, in_segment & (whole >= 0), criterion, level),
    )
    return metrics, {name: column[centre_domain] for name, column in table.items()}


def _margin_mm(curve: SampledCurve, centre: FloatArray, surface: TriSurface) -> FloatArray:
    distance = distance_to_surface_mm(surface, curve.points_mm, caps=False)
    signed = np.where(centre >= 0, distance, -distance) - curve.radius_mm
    return np.where(np.isnan(centre) | np.isinf(distance), np.nan, signed)


def _time_to_capture_s(
    arm: ArmData, placed: Probing, n: int, captured: NDArray[np.bool_], criterion: Any, level: float
) -> float | None:
    """First time a whole section among ``captured`` (P,) is inside, linear in time in the interpolated quantity."""
    times = np.asarray(arm.fields.times_s, dtype=float)
    if criterion.quantity == "damage":
        series = np.asarray(arm.fields.damage, dtype=float)
    elif criterion.quantity == "peak_temperature":
        series = np.maximum.accumulate(arm.fields.temperature_C, axis=0).astype(float)
    else:
        return None
    if not captured.any():
        return None
    at_points = placed(series, logarithmic=criterion.logarithmic).reshape(len(times), n, -1)[:, captured]
    final = placed(arm.fields.quantity(criterion.quantity), logarithmic=criterion.logarithmic).reshape(n, -1)[captured]
    at_points[-1] = np.fmax(at_points[-1], final)  # snapshots are single precision, the final field is not
    # Every tissue point has its crossing; a section is captured with its last point.
    inside = at_points >= level
    first = inside.argmax(axis=0)
    before = np.maximum(first - 1, 0)
    low = np.take_along_axis(at_points, before[None], axis=0)[0]
    high = np.take_along_axis(at_points, first[None], axis=0)[0]
    share = np.divide(level - low, high - low, out=np.ones_like(low), where=high > low)
    crossing = np.where(first == 0, times[0], times[before] + share * (times[first] - times[before]))
    crossing[np.isnan(at_points[-1])] = -np.inf  # the needle's points do not hold a section up
    return float(crossing.max(axis=1).min())


def _nanmin(values: FloatArray) -> FloatArray:
    """Smallest along the last axis without NaN; NaN where there is nothing else."""
    lowest = np.where(np.isnan(values), np.inf, values).min(axis=-1)
    return np.where(np.isnan(values).all(axis=-1), np.nan, lowest)


def _max(values: FloatArray) -> float | None:
    values = values[np.isfinite(values)]
    return float(values.max()) if len(values) else None
