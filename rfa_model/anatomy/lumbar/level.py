"""The parametric lumbar level: tissues, distances, nerves and target, on the left or the right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np

from rfa_model.anatomy.base import (
    Curve,
    FloatArray,
    IntArray,
    Surface,
    Target,
    TriangleMesh,
    Window,
    as_points,
    unknown_part,
)
from rfa_model.anatomy.lumbar.dimensions import common_dimensions, reference_keys
from rfa_model.anatomy.lumbar.field import Field
from rfa_model.anatomy.lumbar.nerves import Course, lay_nerves
from rfa_model.anatomy.lumbar.sites import site_of_nerve
from rfa_model.anatomy.lumbar.stack import Stack
from rfa_model.anatomy.lumbar.tissues import LAYER_TISSUES, TISSUES, TissueMap
from rfa_model.anatomy.sdf import RoundSlab, Tube
from rfa_model.errors import InputError

TORSO_HALF_SIZE_MM, TORSO_ROUNDING_MM = (165.0, 110.0), 90.0
_MIRROR = np.array([-1.0, 1.0, 1.0])


class LumbarLevel:
    """Anatomy about one lumbar medial-branch target (LPS, mm; origin in the middle of the target vertebra's body).

    `nerve` names the root. The nerve is "medial_branch", which crosses the transverse process of the vertebra below its
    root: the L4 medial branch lies on L5. Of L5 it is "dorsal_ramus", on the sacral ala beside the S1 articular
    process. The curve begins where the dorsal ramus leaves the spinal nerve. "spinal_nerve" is that same root's nerve
    with its ventral ramus.

    Parameters
    ----------
    nerve : str
        T12, L1 … L5.
    side : str
        "left" (+x) or "right"; the right is the exact mirror image.
    nerve_diameter_mm : float
        Diameter of the target nerve, 0.2–2 mm.
    nerve_bone_gap_mm : float
        Distance from the bone to the nerve's surface over the neck of the process, 0.2–2 mm.

    Raises
    ------
    InputError
        If a parameter is out of range.
    """

    tissue_names: tuple[str, ...] = TISSUES
    layer_tissues: tuple[int, ...] = LAYER_TISSUES
    reference_keys: tuple[str, ...] = reference_keys()

    def __init__(
        self, nerve: str, side: str = "left", nerve_diameter_mm: float = 1.0, nerve_bone_gap_mm: float = 0.75
    ) -> None:
        self.site = site_of_nerve(nerve)
        if side not in ("left", "right"):
            raise InputError(f"anatomy.side: no side {side!r}; choose left or right")
        _check_range("nerve_diameter_mm", nerve_diameter_mm)
        _check_range("nerve_bone_gap_mm", nerve_bone_gap_mm)
        self.side = side
        self.stack = _stack(self.site.vertebra)
        course = _course(nerve, float(nerve_diameter_mm), float(nerve_bone_gap_mm))
        curves = (course.nerve, course.spinal_nerve, *course.branches.values())
        tubes = [Tube(curve.points_mm, curve.diameter_mm / 2) for curve in curves]
        common = common_dimensions()
        back = course.target.point_mm[1] + common.target_depth_mm
        self._torso = RoundSlab((0.0, back - TORSO_HALF_SIZE_MM[1], 0.0), TORSO_HALF_SIZE_MM, TORSO_ROUNDING_MM)
        self._parts: dict[str, Field] = {"bone": self.stack.bone, "canal": self.stack.canal, "body": self._torso}
        self._tissue_map = TissueMap(self.stack, tubes, self._torso)
        sign = np.ones(3) if side == "left" else _MIRROR
        self.nerves: Mapping[str, Curve] = {self.site.key: _curve(course.nerve, sign)}
        self.branches = {name: _curve(curve, sign) for name, curve in course.branches.items()}
        self.structures: Mapping[str, Curve | Surface] = {
            "spinal_nerve": _curve(course.spinal_nerve, sign),
            "skin": Surface("skin", "body"),
        }
        target = course.target
        self.target = Target(
            target.point_mm * sign, target.tangent * sign, target.away_from_bone * sign, target.nerve_radius_mm
        )
        self.border_mm = course.border_mm * sign
        self.bifurcation_mm = course.bifurcation_mm * sign

    def tissue_at(self, points_mm: FloatArray) -> IntArray:
        """Index into `tissue_names` for each point, shape (N,)."""
        return self._tissue_map(_folded(points_mm))

    def layer_distances_mm(self, points_mm: FloatArray) -> FloatArray:
        """Signed distance of each layer but the ground, negative inside, shape (N, layers − 1); right up to 4 mm."""
        return self._tissue_map.layers(_folded(points_mm))

    def distance_mm(self, part: str, points_mm: FloatArray) -> FloatArray:
        """Signed distance to "bone", "canal" or "body" (inside the skin), negative inside, shape (N,)."""
        if part not in self._parts:
            raise unknown_part(part, tuple(self._parts))
        return self._parts[part](_folded(points_mm))

    @property
    def bone_marks_mm(self) -> Mapping[str, FloatArray]:
        """Per vertebra the middle of its body, then points on the side that is treated."""
        sign = np.ones(3) if self.side == "left" else _MIRROR
        return {name: points * sign for name, points in self.stack.marks_mm().items()}

    def bone_at(self, point_mm: FloatArray) -> str:
        """Name of the nearest bone: a vertebra's, or the iliac crest."""
        names = self.stack.bone_names
        return names[int(np.argmin([distance[0] for distance in self.stack.bones(_folded(point_mm[None]))]))]

    def surfaces(self, spacing_mm: float = 0.8, within: Window | None = None) -> Mapping[str, TriangleMesh]:
        """Meshes for pictures: "bone" (target), "neighbour_bone", "disc", "cartilage"; grid spacing in mm.

        Given a window, they are cut off somewhere outside it.
        """
        from rfa_model.anatomy.lumbar.surfaces import stack_surfaces

        return stack_surfaces(self.stack, spacing_mm, within)


def _folded(points_mm: FloatArray) -> FloatArray:
    """Points with |x|: both sides of the level are alike."""
    points = np.array(as_points(points_mm))
    points[:, 0] = np.abs(points[:, 0])
    return points


def _check_range(name: str, value: float) -> None:
    if not 0.2 <= value <= 2.0:
        raise InputError(f"anatomy.{name}: expected 0.2 to 2 mm, got {value}")


def _curve(curve: Curve, sign: FloatArray) -> Curve:
    return replace(curve, points_mm=curve.points_mm * sign)


@lru_cache(maxsize=8)
def _stack(vertebra: str) -> Stack:
    return Stack(vertebra)


@lru_cache(maxsize=32)
def _course(nerve: str, nerve_diameter_mm: float, gap_mm: float) -> Course:
    site = site_of_nerve(nerve)
    return lay_nerves(_stack(site.vertebra), site, nerve_diameter_mm, gap_mm)
