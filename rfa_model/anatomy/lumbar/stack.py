"""Three vertebrae (or two and the sacrum) on top of each other, with discs, canal and facet joints."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfa_model.anatomy.lumbar.dimensions import (
    VERTEBRAE,
    VertebraDimensions,
    common_dimensions,
    neighbours,
    vertebra_dimensions,
)
from rfa_model.anatomy.lumbar.ilium import ilium
from rfa_model.anatomy.lumbar.joint import FacetJoint, superior_joint
from rfa_model.anatomy.lumbar.sacrum import sacral_landmarks, sacrum
from rfa_model.anatomy.lumbar.vertebra import Landmarks, landmarks, vertebra
from rfa_model.anatomy.sdf import EllipticCylinder, HalfSpace, Intersection, Placed, Rigid, Shape, SmoothUnion
from rfa_model.anatomy.sdf.combine import compose, inverse, lower_bound
from rfa_model.anatomy.sdf.primitives import FloatArray


@dataclass(frozen=True)
class Segment:
    """One vertebra in the stack: name, dimensions, landmarks (own frame), solid (level frame) and its motion."""

    name: str
    dims: VertebraDimensions
    marks: Landmarks
    solid: Shape
    motion: Rigid


def _onto(lower: VertebraDimensions, upper: VertebraDimensions) -> Rigid:
    """Motion that carries the upper vertebra's frame into the lower one's, across the disc between them."""
    disc = lower.disc_above_height_mm
    middle = np.array([0.0, 0.0, lower.body_height_mm / 2 + disc / 2])
    turn = Rigid(lower.lordosis_above_deg, middle)
    return Rigid(lower.lordosis_above_deg, turn.apply(np.array([0.0, 0.0, disc / 2 + upper.body_height_mm / 2])))


def _within(solid: Shape, points: FloatArray, reach: float) -> FloatArray:
    """Signed distance; beyond `reach` mm from the bounding sphere the distance to that."""
    distance = lower_bound(solid, points)
    near = np.flatnonzero(distance < reach)
    distance[near] = solid(points[near])
    return distance


class Stack:
    """Bone, canal, discs and facet cartilage about one target vertebra, in the level's frame (LPS, mm).

    Parameters
    ----------
    vertebra : str
        The target's, L1 to S1.

    Attributes
    ----------
    segments : list of Segment
        From caudal to cranial.
    target, above : Segment
        The target vertebra and the one above it.
    ilium : Shape or None
        The iliac wings, where the sacrum is in the stack.
    canal : Shape
        Vertebral canal; cerebrospinal fluid inside a margin of epidural fat.
    """

    def __init__(self, vertebra: str) -> None:
        names = neighbours(vertebra)
        dims = [vertebra_dimensions(name) for name in names]
        place = names.index(vertebra)
        motions = {place: Rigid(dims[place].frame_tilt_deg, np.zeros(3))}
        motions[place + 1] = compose(motions[place], _onto(dims[place], dims[place + 1]))
        if place:
            motions[0] = compose(motions[1], inverse(_onto(dims[0], dims[1])))
        self.segments = [self._segment(names[i], dims[i], motions[i]) for i in range(len(names))]
        self.ilium: Shape | None = Placed(ilium(), motions[0]) if names[0] == "S1" else None
        self.target, self.above = self.segments[place], self.segments[place + 1]
        self.canal: Shape = SmoothUnion([(self._canal_of(segment), 1.5) for segment in self.segments])
        self.discs: list[Shape] = [
            self._disc(low, high) for low, high in zip(self.segments, self.segments[1:], strict=False)
        ]
        self.gap_mm = common_dimensions().facet_gap_mm

    def bones(self, points: FloatArray, reach: float = np.inf, canal: FloatArray | None = None) -> list[FloatArray]:
        """Signed distance to each vertebra, caudal to cranial, facet joints and canal cut out, and last to the ilium.

        Beyond `reach` mm from a vertebra's bounding sphere the distance to that sphere stands in. `canal` is the
        distance to that, where it is known.
        """
        canal = self.canal(points) if canal is None else canal
        distances: list[FloatArray] = []
        raw_below: FloatArray | None = None
        for segment in self.segments:
            raw = _within(segment.solid, points, reach)
            cut = -canal if raw_below is None else np.maximum(self.gap_mm - raw_below, -canal)
            distances.append(np.maximum(raw, cut))
            raw_below = raw
        if self.ilium is not None:
            distances.append(_within(self.ilium, points, reach))
        return distances

    @property
    def bone_names(self) -> list[str]:
        """Of what `bones` returns."""
        return [segment.name for segment in self.segments] + (["the iliac crest"] if self.ilium is not None else [])

    def marks_mm(self) -> dict[str, FloatArray]:
        """Per vertebra the middle of its body, then its left transverse and articular processes and arch, (k, 3)."""
        found: dict[str, FloatArray] = {}
        lower: Segment | None = None
        for segment in self.segments:
            marks = segment.marks
            process = (marks.process_root + marks.process_tip) / 2
            points = np.array([np.zeros(3), process, marks.joint.at(-4.0, 0.0, 4.0), marks.pillar])
            placed = [segment.motion.apply(points)]
            if lower is not None:  # its inferior process, behind the joint with the vertebra below
                placed.append(lower.motion.apply(lower.marks.joint.at(4.0, 0.0, -3.0))[None])
            found[segment.name], lower = np.concatenate(placed), segment
        return found

    def bone(self, points: FloatArray) -> FloatArray:
        """Signed distance to all bone."""
        result: FloatArray = np.minimum.reduce(self.bones(points))
        return result

    def cartilage(
        self, points: FloatArray, bones: list[FloatArray], canal: FloatArray, into_bone_mm: float = 0.0
    ) -> FloatArray:
        """Signed function of the facet cartilage (negative inside), given the distances to bones and canal.

        ``into_bone_mm`` lets it go on so far below the bone's surface.
        """
        result = np.full(len(points), np.inf)
        for index, segment in enumerate(self.segments[:-1]):
            lower, upper = bones[index], bones[index + 1]
            here = (lower + upper - 1.5 * self.gap_mm) / 2
            near = np.flatnonzero(here < 4.0)
            if near.size:
                within = self._within_facet(segment, points[near])
                here[near] = np.maximum.reduce(
                    [here[near], within, *(-bone[near] - into_bone_mm for bone in (lower, upper))]
                )
            result = np.minimum(result, here)
        outside_canal: FloatArray = np.maximum(result, -canal)
        return outside_canal

    @staticmethod
    def _within_facet(segment: Segment, points: FloatArray) -> FloatArray:
        """Signed function of the ellipse that bounds a segment's upper articular surfaces, about 8 mm deep."""
        joint, folded = segment.marks.joint, points.copy()
        folded[:, 0] = np.abs(folded[:, 0])
        local = (segment.motion.invert(folded) - joint.centre) @ joint.axes.T
        ellipse = np.hypot(local[:, 1] / (joint.half_width_mm - 0.3), local[:, 2] / joint.half_height_mm) - 1.0
        within: FloatArray = np.maximum(ellipse * joint.half_width_mm, np.abs(local[:, 0]) - 4.0)
        return within

    def disc(self, points: FloatArray) -> FloatArray:
        """Signed distance to the intervertebral discs; bone and canal take precedence where they overlap."""
        result: FloatArray = np.minimum.reduce([disc(points) for disc in self.discs])
        return result

    @staticmethod
    def _segment(name: str, dims: VertebraDimensions, motion: Rigid) -> Segment:
        if name == "S1":
            return Segment(name, dims, sacral_landmarks(dims), Placed(sacrum(dims), motion), motion)
        below = vertebra_dimensions(VERTEBRAE[VERTEBRAE.index(name) + 1])
        joint: FacetJoint = superior_joint(below).moved(_onto(below, dims))
        return Segment(name, dims, landmarks(dims), Placed(vertebra(dims, joint), motion), motion)

    @staticmethod
    def _canal_of(segment: Segment) -> Shape:
        dims = segment.dims
        middle = (0.0, dims.body_depth_mm / 2 + dims.canal_depth_mm / 2 - 0.3, 0.0)
        half_axes = (dims.canal_width_mm / 2, dims.canal_depth_mm / 2)
        half_height = dims.body_height_mm / 2 + dims.disc_above_height_mm / 2 + 1.0
        return Placed(EllipticCylinder(middle, half_axes, half_height), segment.motion)

    @staticmethod
    def _disc(low: Segment, high: Segment) -> Shape:
        lower, upper = low.dims, high.dims
        height = lower.disc_above_height_mm
        middle = np.array([0.0, 0.0, lower.body_height_mm / 2 + height / 2])
        half_axes = (
            (lower.body_width_mm + upper.body_width_mm) / 4 - 0.3,
            (lower.body_depth_mm + upper.body_depth_mm) / 4 - 0.3,
        )
        tilt = Rigid(low.motion.tilt_deg + lower.lordosis_above_deg / 2, low.motion.apply(middle))
        column = Placed(EllipticCylinder((0.0, 0.0, 0.0), half_axes, height, waist=-0.8), tilt)
        floor = Placed(HalfSpace((0.0, 0.0, lower.body_height_mm / 2 - 1.0), (0.0, 0.0, -1.0)), low.motion)
        ceiling = Placed(HalfSpace((0.0, 0.0, -upper.body_height_mm / 2 + 1.0), (0.0, 0.0, 1.0)), high.motion)
        return Intersection(Intersection(column, floor), ceiling)
