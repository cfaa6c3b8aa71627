"""An orthographic view of the patient frame: where a point in mm falls in the picture, and which side to look from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Distance = Callable[[NDArray[np.float64]], NDArray[np.float64]]

CAMERA_DISTANCE_MM = 400.0
SIGHT_LENGTH_MM = 60.0
SIGHT_STEP_MM = 0.75
CANDIDATES = 240
OPEN_SIGHT = 4.0
# Shares beyond which more is no better: a line's length in the picture, the view out of the bone, and from behind,
# the side the physician stands on.
ENOUGH = {"length": 0.6, "outward": 0.65, "behind": 0.6}


@dataclass(frozen=True)
class Box:
    """A rectangle of whole pixels: its upper left corner (x, y), and its width and height."""

    corner_px: tuple[int, int]
    size_px: tuple[int, int]

    def of(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """That part of an image (height, width, 3); not a copy."""
        (left, top), (width, height) = self.corner_px, self.size_px
        return image[top : top + height, left : left + width]


@dataclass(frozen=True)
class View:
    """A parallel projection.

    Attributes
    ----------
    focal_mm : (3,) array
        Point at the picture's centre, patient frame (LPS).
    towards_viewer, up : (3,) arrays
        Unit vectors, orthogonal to each other.
    height_mm : float
        Height of the field of view, mm in the picture plane (the same at every depth).
    size_px : tuple of int
        Width and height of the picture.
    """

    focal_mm: Vector
    towards_viewer: Vector
    up: Vector
    height_mm: float
    size_px: tuple[int, int]

    @property
    def right(self) -> Vector:
        """Unit vector that points right in the picture."""
        return np.cross(self.up, self.towards_viewer)

    @property
    def px_per_mm(self) -> float:
        """Pixels per millimetre, the same everywhere in the picture."""
        return self.size_px[1] / self.height_mm

    def project(self, points_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Pixel positions (N, 2), x to the right and y down, of points (N, 3) in the patient frame."""
        relative = np.atleast_2d(points_mm) - self.focal_mm
        across, upward = relative @ self.right, relative @ self.up
        width, height = self.size_px
        return np.column_stack([width / 2 + across * self.px_per_mm, height / 2 - upward * self.px_per_mm])

    def box(self, points_mm: NDArray[np.float64], margin_px: int = 0) -> Box:
        """The smallest box of whole pixels of the picture that points (N, 3) and a margin lie in."""
        pixels = self.project(points_mm)
        low = np.clip(np.floor(pixels.min(axis=0)) - margin_px, 0, self.size_px).astype(int).tolist()
        high = np.clip(np.ceil(pixels.max(axis=0)) + margin_px, 0, self.size_px).astype(int).tolist()
        return Box((low[0], low[1]), (high[0] - low[0], high[1] - low[1]))

    def part(self, box: Box) -> View:
        """What a box of the picture shows: the same side and scale."""
        corner, size = np.array(box.corner_px), np.array(box.size_px)
        across, down = (corner + size / 2 - np.array(self.size_px) / 2) / self.px_per_mm
        focal = self.focal_mm + across * self.right - down * self.up
        return replace(self, focal_mm=focal, size_px=box.size_px, height_mm=box.size_px[1] / self.px_per_mm)

    def cropped(self, size_px: tuple[int, int]) -> View:
        """The middle of the picture: the same side, centre and scale in fewer pixels."""
        return replace(self, size_px=size_px, height_mm=size_px[1] / self.px_per_mm)

    def crop(self, image: NDArray[np.uint8], size_px: tuple[int, int]) -> NDArray[np.uint8]:
        """The middle `size_px` of an image (height, width, 3) of this view: what :meth:`cropped` shows."""
        left, top = ((whole - part) // 2 for whole, part in zip(self.size_px, size_px, strict=True))
        if min(left, top) < 0:
            raise ValueError(f"a picture of {self.size_px} pixels has no middle of {size_px}")
        return Box((left, top), size_px).of(image)


def look_from(
    direction: Vector, focal_mm: Vector, height_mm: float, size_px: tuple[int, int], superior: Vector | None = None
) -> View:
    """View from `direction` (focal point to viewer) with the patient's head up, or the back up where that fails."""
    towards = np.asarray(direction, dtype=float)
    towards = towards / np.linalg.norm(towards)
    head = np.array([0.0, 0.0, 1.0]) if superior is None else np.asarray(superior, dtype=float)
    if abs(towards @ head) > 0.97:
        head = np.array([0.0, 1.0, 0.0])
    up = head - (head @ towards) * towards
    return View(np.asarray(focal_mm, dtype=float), towards, up / np.linalg.norm(up), height_mm, size_px)


def choose_direction(
    lines: Sequence[Vector],
    outward: Vector,
    sight_points_mm: NDArray[np.float64],
    bone_distance: Distance | None,
) -> Vector:
    """The direction to look from, so that needles and nerve lie open and across the line of sight.

    Parameters
    ----------
    lines : unit vectors that should be seen at full length (needle axes, nerve).
    outward : unit vector away from the bone; the viewer stays on that side.
    sight_points_mm : (N, 3) points that bone must not hide.
    bone_distance : signed distance to bone (negative inside) of (N, 3) points, or None where there is no bone.

    Returns
    -------
    (3,) unit vector from the scene to the viewer.
    """
    outward = np.asarray(outward, dtype=float)
    candidates = _half_sphere(outward)
    lengths = np.array([np.sqrt(1.0 - np.clip(candidates @ line, -1.0, 1.0) ** 2) for line in lines])
    score = lengths.mean(axis=0) + np.minimum(lengths.min(axis=0), ENOUGH["length"])
    score = score + 0.8 * np.minimum(candidates @ outward, ENOUGH["outward"])
    score = score + 0.3 * np.minimum(candidates[:, 1], ENOUGH["behind"]) - 0.6 * candidates[:, 2] ** 2
    if bone_distance is None:
        return candidates[int(np.argmax(score))]
    best, best_score = 0, -np.inf
    # The best first: once even a free view could not catch up, no further rays need be followed.
    for index in np.argsort(-score, kind="stable"):
        if score[index] + OPEN_SIGHT <= best_score:
            break
        found = score[index] + OPEN_SIGHT * _visible_fraction(candidates[index], sight_points_mm, bone_distance)
        if found > best_score:
            best, best_score = int(index), found
    return candidates[best]


def _half_sphere(outward: Vector) -> NDArray[np.float64]:
    index = np.arange(2 * CANDIDATES) + 0.5
    polar = np.arccos(1.0 - 2.0 * index / (2 * CANDIDATES))
    azimuth = np.pi * (1.0 + 5.0**0.5) * index
    sphere = np.column_stack([np.cos(azimuth) * np.sin(polar), np.sin(azimuth) * np.sin(polar), np.cos(polar)])
    return sphere[sphere @ outward > 0.05]


def _visible_fraction(towards_viewer: Vector, points_mm: NDArray[np.float64], bone_distance: Distance) -> float:
    """Share of the points (N, 3) that bone does not hide from a viewer in that direction."""
    steps = np.arange(SIGHT_STEP_MM, SIGHT_LENGTH_MM, SIGHT_STEP_MM * 2)
    rays = points_mm[:, None] + towards_viewer * steps[:, None]
    distance = bone_distance(rays.reshape(-1, 3)).reshape(rays.shape[:-1])
    return float(np.mean(np.min(distance, axis=1) > 0.0))
