"""Elliptic solids, infinite solids and round cylinders with their signed distance (mm, negative inside).

Elliptic distances are first order, k₀(k₀ − 1)/k₁ with k₀ = |p/r| and k₁ = |p/r²|: exact on axes and surface.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfa_model.anatomy.sdf.primitives import FloatArray, Vector, unit


def _elliptic(scaled: FloatArray, scaled_twice: FloatArray) -> FloatArray:
    """First-order distance from p/r and p/r², safe at the centre."""
    k0 = np.sqrt(np.einsum("ij,ij->i", scaled, scaled))
    k1 = np.sqrt(np.einsum("ij,ij->i", scaled_twice, scaled_twice))
    result: FloatArray = k0 * (k0 - 1.0) / np.maximum(k1, 1e-12)
    return result


@dataclass(frozen=True)
class Ellipsoid:
    """Axis-aligned ellipsoid."""

    centre: Vector
    half_axes: Vector

    def __call__(self, points: FloatArray) -> FloatArray:
        half_axes = np.asarray(self.half_axes, dtype=float)
        scaled = (points - np.asarray(self.centre)) / half_axes
        distance = _elliptic(scaled, scaled / half_axes)
        result: FloatArray = np.maximum(distance, -half_axes.min())
        return result

    @property
    def bound(self) -> tuple[FloatArray, float]:
        return np.asarray(self.centre, dtype=float), float(np.max(self.half_axes))


@dataclass(frozen=True)
class EllipticCylinder:
    """Elliptic cylinder about z with rounded rims and sides that are waisted at mid height.

    `half_axes` are those of the end faces; at mid height both shrink by `waist`.
    """

    centre: Vector
    half_axes: tuple[float, float]
    half_height: float
    waist: float = 0.0
    rounding: float = 0.0

    def __call__(self, points: FloatArray) -> FloatArray:
        local = points - np.asarray(self.centre)
        level = np.clip(local[:, 2] / self.half_height, -1.0, 1.0)
        shrink = self.waist * (1.0 - level**2) + self.rounding
        half_axes = np.asarray(self.half_axes)[None, :] - shrink[:, None]
        scaled = local[:, :2] / half_axes
        radial = np.maximum(_elliptic(scaled, scaled / half_axes), -half_axes.min(axis=1))
        axial = np.abs(local[:, 2]) - (self.half_height - self.rounding)
        outside = np.hypot(np.maximum(radial, 0.0), np.maximum(axial, 0.0))
        result: FloatArray = outside + np.minimum(np.maximum(radial, axial), 0.0) - self.rounding
        return result

    @property
    def bound(self) -> tuple[FloatArray, float]:
        return np.asarray(self.centre, dtype=float), float(np.hypot(max(self.half_axes), self.half_height))


@dataclass(frozen=True)
class RoundCylinder:
    """Infinite round cylinder about `axis` through `centre`."""

    centre: Vector
    axis: Vector
    radius: float

    def __call__(self, points: FloatArray) -> FloatArray:
        axis = unit(self.axis)
        offset = points - np.asarray(self.centre)
        across = offset - (offset @ axis)[:, None] * axis
        result: FloatArray = np.sqrt(np.einsum("ij,ij->i", across, across)) - self.radius
        return result

    @property
    def bound(self) -> tuple[FloatArray, float]:
        return np.asarray(self.centre, dtype=float), np.inf


@dataclass(frozen=True)
class HalfSpace:
    """Everything behind the plane through `point` with outward `normal`."""

    point: Vector
    normal: Vector

    def __call__(self, points: FloatArray) -> FloatArray:
        result: FloatArray = (points - np.asarray(self.point)) @ unit(self.normal)
        return result

    @property
    def bound(self) -> tuple[FloatArray, float]:
        return np.asarray(self.point, dtype=float), np.inf


@dataclass(frozen=True)
class RoundSlab:
    """Infinite prism along z with a rounded rectangular section: a torso."""

    centre: Vector
    half_size: tuple[float, float]
    rounding: float

    def __call__(self, points: FloatArray) -> FloatArray:
        excess = np.abs(points[:, :2] - np.asarray(self.centre)[:2]) - (np.asarray(self.half_size) - self.rounding)
        outside = np.hypot(*np.maximum(excess, 0.0).T)
        result: FloatArray = outside + np.minimum(excess.max(axis=1), 0.0) - self.rounding
        return result

    @property
    def bound(self) -> tuple[FloatArray, float]:
        return np.asarray(self.centre, dtype=float), np.inf
