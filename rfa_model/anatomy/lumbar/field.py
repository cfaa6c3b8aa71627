"""Working on a distance field: gradient, projection onto an offset surface, the first bone met along a ray."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rfa_model.anatomy.sdf.primitives import FloatArray
from rfa_model.errors import SolveError

Field = Callable[[FloatArray], FloatArray]
_STEP_MM = 0.05
_AXES = np.concatenate([np.eye(3), -np.eye(3)]) * _STEP_MM


def gradient(field: Field, points: FloatArray) -> FloatArray:
    """Central-difference gradient at (N, 3) points, shape (N, 3)."""
    values = field((points[:, None, :] + _AXES[None]).reshape(-1, 3)).reshape(-1, 6)
    return (values[:, :3] - values[:, 3:]) / (2 * _STEP_MM)


def true_distance(field: Field, points: FloatArray) -> FloatArray:
    """Distance corrected to first order by the gradient, which fillets make shorter than one."""
    return field(points) / np.linalg.norm(gradient(field, points), axis=1)


def project(field: Field, points: FloatArray, offset_mm: float, iterations: int = 12) -> FloatArray:
    """Move points along the gradient until they lie `offset_mm` outside the field's surface.

    Raises
    ------
    SolveError
        If a point does not arrive within 0.05 mm.
    """
    moved = np.array(points, dtype=float)
    for _ in range(iterations):
        slope = gradient(field, moved)
        length = np.linalg.norm(slope, axis=1)
        moved -= ((field(moved) / length - offset_mm) / length)[:, None] * slope
    error = np.abs(true_distance(field, moved) - offset_mm)
    if not (error < 0.05).all():
        raise SolveError(f"anatomy: a nerve point misses its distance to bone by {error.max():.2f} mm; check the guide")
    return moved


def first_surface(field: Field, start: FloatArray, direction: FloatArray, length_mm: float) -> FloatArray:
    """Where a ray from outside first enters the solid, shape (3,).

    Raises
    ------
    SolveError
        If the ray starts inside or meets nothing within `length_mm`.
    """
    steps = np.arange(0.0, length_mm, 0.05)
    ray = start + steps[:, None] * direction
    inside = np.flatnonzero(field(ray) <= 0.0)
    if inside.size == 0 or inside[0] == 0:
        raise SolveError(
            f"anatomy: a ray from {np.round(start, 1)} along {np.round(direction, 2)} finds no bone surface"
        )
    result: FloatArray = ray[inside[0]]
    return result
