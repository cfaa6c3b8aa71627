"""Nerves as sampled curves: even resampling, cross-sections, lengths over which something holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rfa_model.anatomy.base import Curve

FloatArray = NDArray[np.floating]

SPACING_MM = 0.1
RING_POINTS = 16


@dataclass(frozen=True)
class SampledCurve:
    """A centreline at arc lengths ``arc_mm`` (P,): ``points_mm`` (P, 3), unit ``tangents`` (P, 3), ``radius_mm``.

    ``in_segment`` (P,) marks the target segment, whose two ends are among the samples.
    """

    name: str
    arc_mm: FloatArray
    points_mm: FloatArray
    tangents: FloatArray
    radius_mm: float
    segment_mm: tuple[float, float]

    @cached_property
    def in_segment(self) -> NDArray[np.bool_]:
        """(P,) samples of the target segment."""
        return (self.arc_mm >= self.segment_mm[0]) & (self.arc_mm <= self.segment_mm[1])

    @cached_property
    def sections_mm(self) -> FloatArray:
        """(P, 17, 3) points of each cross-section: the centre, then a ring at the nerve's radius."""
        # Any vector across the tangent will do: take the coordinate axis the tangent is least along.
        axis = np.eye(3)[np.abs(self.tangents).argmin(axis=1)]
        across = np.cross(self.tangents, axis)
        across /= np.linalg.norm(across, axis=1, keepdims=True)
        other = np.cross(self.tangents, across)
        angle = 2 * np.pi * np.arange(RING_POINTS) / RING_POINTS
        ring = across[:, None] * np.cos(angle)[:, None] + other[:, None] * np.sin(angle)[:, None]
        return np.concatenate([self.points_mm[:, None], self.points_mm[:, None] + self.radius_mm * ring], axis=1)


def sample_curve(curve: Curve, spacing_mm: float = SPACING_MM) -> SampledCurve:
    """Resample an anatomy curve at most ``spacing_mm`` apart, with the ends of its target segment among the samples.

    Raises
    ------
    ValueError
        If the curve is shorter than its segment, or has fewer than two distinct points.
    """
    points = np.asarray(curve.points_mm, dtype=float)
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    keep = np.append(True, np.diff(arc) > 0)
    points, arc = points[keep], arc[keep]
    s0, s1 = (float(s) for s in curve.segment_mm)
    if len(arc) < 2:
        raise ValueError(f"curve '{curve.name}' has fewer than two distinct points")
    slack = 1e-6 * arc[-1]
    if not (-slack <= s0 < s1 <= arc[-1] + slack):
        raise ValueError(f"curve '{curve.name}': segment {s0:g}..{s1:g} mm is not within its length, {arc[-1]:g} mm")
    s0, s1 = max(s0, 0.0), min(s1, float(arc[-1]))
    stops = np.unique([0.0, s0, s1, float(arc[-1])])
    pieces = [np.linspace(a, b, max(2, int(np.ceil((b - a) / spacing_mm)) + 1))[:-1] for a, b in pairwise(stops)]
    samples = np.concatenate([*pieces, stops[-1:]])
    where = np.stack([np.interp(samples, arc, points[:, i]) for i in range(3)], axis=1)
    tangents = np.gradient(where, samples, axis=0)
    tangents /= np.linalg.norm(tangents, axis=1, keepdims=True)
    return SampledCurve(curve.name, samples, where, tangents, 0.5 * float(curve.diameter_mm), (s0, s1))


def length_where(arc_mm: FloatArray, g: FloatArray, keep: NDArray[np.bool_] | None = None) -> float:
    """Length over which the piecewise-linear ``g`` (P,) at ``arc_mm`` (P,) is >= 0.

    Stretches with a NaN end are left out; ``keep`` (P,) restricts it to stretches with both ends kept.
    """
    a, b, step = g[:-1], g[1:], np.diff(arc_mm)
    share = np.where((a >= 0) & (b >= 0), 1.0, 0.0)
    mixed = (a >= 0) != (b >= 0)
    high, low = np.maximum(a, b), np.minimum(a, b)
    share[mixed] = high[mixed] / (high[mixed] - low[mixed])
    valid = np.isfinite(a) & np.isfinite(b)
    if keep is not None:
        valid &= keep[:-1] & keep[1:]
    return float(step[valid] @ share[valid])
