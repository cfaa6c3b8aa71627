"""Shifts of a placed applicator, told in the nerve's frame, the patient's, or that of an operator at the needle."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from rfa_model.placement.frame import FloatArray, Frame, Triple, seen_along
from rfa_model.registry import Keyed, Registry
from rfa_model.sourced import Number

Shift = Annotated[Number, Field(ge=-60, le=60)]


class OffsetBase(Keyed):
    """A shift; ``kind`` is the frame it is told in and the key it is written under."""

    @abstractmethod
    def shift_mm(self, frame: Frame, shaft: FloatArray) -> FloatArray:
        """The shift in the patient frame (LPS), (3,).

        Parameters
        ----------
        frame : Frame
            Of the target.
        shaft : (3,) array
            Unit vector up the needle, after its turns.
        """


OFFSETS = Registry("frame", OffsetBase, "rfa_model.offsets", keyed=True)


@OFFSETS.register
class NerveOffset(OffsetBase):
    """In the nerve's frame; a plain list means the same, in the order along, across, off the bone."""

    kind: ClassVar[str] = "nerve"

    along_mm: Shift = Field(default=0.0, description="towards the periphery")
    across_mm: Shift = Field(default=0.0, description="off the bone × along: the other way round on the other side")
    off_bone_mm: Shift = Field(default=0.0, description="out of the bone")

    def shift_mm(self, frame: Frame, shaft: FloatArray) -> FloatArray:
        """Along the target's axes."""
        return self.along_mm * frame.along + self.across_mm * frame.across + self.off_bone_mm * frame.away


@OFFSETS.register
class PatientOffset(OffsetBase):
    """In the patient's frame, along its axes."""

    kind: ClassVar[str] = "patient"

    left_mm: Shift = Field(default=0.0, description="towards the patient's left; negative: right")
    posterior_mm: Shift = Field(default=0.0, description="backwards; negative: forwards")
    cranial_mm: Shift = Field(default=0.0, description="towards the head; negative: the feet")

    def shift_mm(self, frame: Frame, shaft: FloatArray) -> FloatArray:
        """Along left, posterior, cranial."""
        return np.array([self.left_mm, self.posterior_mm, self.cranial_mm])


@OFFSETS.register
class OperatorOffset(OffsetBase):
    """In the frame of an operator who looks down the needle; the same words on either side."""

    kind: ClassVar[str] = "operator"

    deep_mm: Shift = Field(default=0.0, description="further in along the needle; negative: short")
    lateral_mm: Shift = Field(default=0.0, description="away from the midline, as seen; negative: medial")
    cranial_mm: Shift = Field(default=0.0, description="towards the head, as seen; negative: caudal")

    def shift_mm(self, frame: Frame, shaft: FloatArray) -> FloatArray:
        """Along the needle and in the picture of whoever looks down it."""
        lateral, cranial = seen_along(shaft, frame.side)
        return self.lateral_mm * lateral + self.cranial_mm * cranial - self.deep_mm * shaft


def as_offset(given: Triple | OffsetBase) -> OffsetBase:
    """An offset; three numbers are the nerve's."""
    if isinstance(given, OffsetBase):
        return given
    along, across, off_bone = (float(value) for value in given)
    return NerveOffset.model_construct(along_mm=along, across_mm=across, off_bone_mm=off_bone)
