"""Poses of one arm from where its needle is aimed: the motions of :func:`rfa_model.placement.place`, many at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rfa_model.anatomy.base import Anatomy
from rfa_model.applicators.applicator import Applicator
from rfa_model.applicators.pose import Pose
from rfa_model.errors import InputError
from rfa_model.placement import place
from rfa_model.placement.frame import Frame, target_frame
from rfa_model.placement.offsets import OFFSETS, OffsetBase, as_offset
from rfa_model.scenario.placed import Placement

FloatArray = NDArray[np.float64]
TURNS = ("tilt_deg", "swing_deg")


@dataclass(frozen=True)
class Poses:
    """Rigid motions p = R q + t from the applicator's frame: ``rotation`` (M, 3, 3) and ``translation_mm`` (M, 3)."""

    rotation: FloatArray
    translation_mm: FloatArray

    @classmethod
    def of(cls, pose: Pose) -> Self:
        """One alone."""
        return cls(np.asarray(pose.rotation)[None], np.asarray(pose.translation_mm)[None])

    def __len__(self) -> int:
        return len(self.translation_mm)

    def __getitem__(self, chosen: NDArray[np.generic] | slice) -> Poses:
        return Poses(self.rotation[chosen], self.translation_mm[chosen])

    def to_patient(self, points_mm: FloatArray) -> FloatArray:
        """(M, P, 3) of points (P, 3) in the applicator's frame."""
        return points_mm @ self.rotation.transpose(0, 2, 1) + self.translation_mm[:, None]

    def to_probe(self, points_mm: FloatArray) -> FloatArray:
        """(M, P, 3) of points (P, 3) in the patient frame."""
        return (points_mm - self.translation_mm[:, None]) @ self.rotation

    def moved(self, shifts_mm: FloatArray) -> Poses:
        """Shifted by (M, 3) or (3,) in the patient frame."""
        return Poses(self.rotation, self.translation_mm + shifts_mm)


@dataclass(frozen=True)
class Aim:
    """What turns numbers into poses: the target's frame, the pose without offset and angles, the frame of offsets.

    A *control* is five numbers: the offset's three in the order of :attr:`names`, then tilt and swing.
    """

    frame: Frame
    start: Pose
    kind: str

    @classmethod
    def of(cls, applicator: Applicator, placement: Placement, anatomy: Anatomy) -> Self:
        """Of an arm's placement, whatever its own offset and angles; its roll stays."""
        if placement.allow_inside_bone:
            raise InputError(
                "placement.allow_inside_bone: a surrogate takes needles that stay out of bone; leave it out"
            )
        roll = placement.angles_deg[2]
        bare = {"offset_mm": (0.0, 0.0, 0.0), "angles_deg": (0.0, 0.0, roll), "allow_inside_bone": True}
        start = place(applicator, placement.model_copy(update=bare), anatomy)
        kind = as_offset(placement.offset_mm).kind
        if len(_keys(kind)) != 3:
            raise InputError(f"a surrogate takes offsets of three numbers, and those in frame '{kind}' have other ones")
        return cls(target_frame(anatomy.target, placement.target_mm), start, kind)

    @property
    def names(self) -> tuple[str, ...]:
        """Of a control's numbers."""
        return (*_keys(self.kind), *TURNS)

    def control(self, placement: Placement) -> FloatArray:
        """The five numbers of a placement whose offset is told in this frame."""
        offset = as_offset(placement.offset_mm)
        return np.array([*(getattr(offset, key) for key in _keys(offset.kind)), *placement.angles_deg[:2]], dtype=float)

    def poses(self, controls: FloatArray) -> Poses:
        """Poses of (M, 5) controls; as :func:`~rfa_model.placement.place` has them, bone or no bone."""
        from scipy.spatial.transform import Rotation

        tilt, swing = np.deg2rad(controls[:, 3:].T)
        turns = Rotation.from_rotvec(swing[:, None] * self.frame.away) * Rotation.from_rotvec(
            tilt[:, None] * self.frame.across
        )
        matrices = np.asarray(turns.as_matrix())
        rotation = matrices @ self.start.rotation
        at = self.frame.point + matrices @ (self.start.translation_mm - self.frame.point)
        return Poses(rotation, at + self.shifts_mm(controls[:, :3], rotation[:, :, 2]))

    def shifts_mm(self, offsets_mm: FloatArray, shafts: FloatArray) -> FloatArray:
        """Offsets (M, 3) in the patient frame, by the direction of each shaft (M, 3)."""
        made = (_offset(self.kind, row) for row in offsets_mm)
        return np.array([offset.shift_mm(self.frame, shaft) for offset, shaft in zip(made, shafts, strict=True)])

    def placement(self, control: FloatArray, like: Placement) -> Placement:
        """The placement that a control stands for; all else as of another."""
        turned = (float(control[3]), float(control[4]), like.angles_deg[2])
        return like.model_copy(update={"offset_mm": _offset(self.kind, control[:3]), "angles_deg": turned})


def _keys(kind: str) -> list[str]:
    return list(OFFSETS[kind].model_fields)


def _offset(kind: str, values: FloatArray) -> OffsetBase:
    told = dict(zip(_keys(kind), map(float, values), strict=True))
    return OFFSETS[kind].model_construct(None, **told)
