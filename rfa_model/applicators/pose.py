"""A rigid motion from the probe's frame to the patient's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
_TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Pose:
    """p = R q + t, with q in the probe frame and p in the patient frame, both mm.

    Parameters
    ----------
    rotation
        R, shape (3, 3), a proper rotation; its columns are the probe's x, y, z axes in the patient frame.
    translation_mm
        t, shape (3,), where the probe's distal point lies.

    Raises
    ------
    ValueError
        When the shapes are wrong, a number is not finite, or R is not a proper rotation.
    """

    rotation: FloatArray
    translation_mm: FloatArray

    def __post_init__(self) -> None:
        """Check, convert and freeze the arrays."""
        rotation = np.array(self.rotation, dtype=float)
        translation = np.array(self.translation_mm, dtype=float)
        if rotation.shape != (3, 3) or translation.shape != (3,):
            raise ValueError(
                f"a pose needs a (3, 3) rotation and a (3,) translation, got {rotation.shape} and {translation.shape}"
            )
        if not (np.isfinite(rotation).all() and np.isfinite(translation).all()):
            raise ValueError("a pose's rotation and translation must be finite numbers")
        if not np.allclose(rotation @ rotation.T, np.eye(3), atol=_TOLERANCE) or np.linalg.det(rotation) < 0:
            raise ValueError(f"not a proper rotation (orthonormal, determinant +1):\n{rotation}")
        rotation.flags.writeable = False
        translation.flags.writeable = False
        object.__setattr__(self, "rotation", rotation)
        object.__setattr__(self, "translation_mm", translation)

    def __eq__(self, other: object) -> bool:
        """Equal where every number is."""
        return isinstance(other, Pose) and self._numbers() == other._numbers()

    def __hash__(self) -> int:
        return hash(self._numbers())

    def _numbers(self) -> tuple[float, ...]:
        return tuple(self.rotation.ravel().tolist() + self.translation_mm.tolist())

    @classmethod
    def identity(cls) -> Pose:
        """The probe frame laid on the patient frame."""
        return cls(np.eye(3), np.zeros(3))

    @classmethod
    def ahead(cls, shift_mm: float) -> Pose:
        """The probe frame shifted up its own axis, so that what lies that far ahead comes to the origin."""
        return cls(np.eye(3), np.array([0.0, 0.0, shift_mm]))

    @property
    def axis(self) -> FloatArray:
        """Unit vector up the shaft (probe +z) in the patient frame, shape (3,)."""
        return self.rotation[:, 2]

    def to_patient(self, points_mm: ArrayLike) -> FloatArray:
        """Probe frame -> patient frame; shape (..., 3), mm."""
        return np.asarray(points_mm, dtype=float) @ self.rotation.T + self.translation_mm

    def to_probe(self, points_mm: ArrayLike) -> FloatArray:
        """Patient frame -> probe frame; shape (..., 3), mm."""
        return (np.asarray(points_mm, dtype=float) - self.translation_mm) @ self.rotation

    @property
    def turn(self) -> tuple[FloatArray, float]:
        """The rotation as an axis (3,), of any length, and an angle in radians, 0 for none."""
        half = 0.5 * self.rotation
        axis = np.array([half[2, 1] - half[1, 2], half[0, 2] - half[2, 0], half[1, 0] - half[0, 1]])
        sine, cosine = float(np.linalg.norm(axis)), float(np.trace(half)) - 0.5
        if sine < 1e-12 and cosine < 0:  # half a turn: the axis is what R + 1 leaves of any vector
            columns = self.rotation + np.eye(3)
            axis = columns[:, int(np.linalg.norm(columns, axis=0).argmax())]
        return axis, float(np.arctan2(sine, cosine))

    def inverse(self) -> Pose:
        """The pose that undoes this one."""
        return Pose(self.rotation.T, -self.rotation.T @ self.translation_mm)

    def then(self, outer: Pose) -> Pose:
        """Return this pose followed by ``outer``: outer(self(q))."""
        return Pose(outer.rotation @ self.rotation, outer.to_patient(self.translation_mm))


def rotation_about(axis: ArrayLike, angle_deg: float) -> FloatArray:
    """Rotation matrix, shape (3, 3), right-handed about a vector of any length (Rodrigues)."""
    unit = np.asarray(axis, dtype=float)
    unit = unit / np.linalg.norm(unit)
    angle = np.deg2rad(angle_deg)
    cross = np.array([[0, -unit[2], unit[1]], [unit[2], 0, -unit[0]], [-unit[1], unit[0], 0]])
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * (cross @ cross)


def upright(way: FloatArray) -> FloatArray:
    """A rotation whose third column is a unit vector."""
    across = np.eye(3)[int(np.argmin(np.abs(way)))]
    x = np.cross(across, way)
    x /= np.linalg.norm(x)
    return np.column_stack([x, np.cross(way, x), way])
