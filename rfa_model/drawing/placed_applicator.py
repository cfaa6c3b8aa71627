"""An applicator in its place in the patient: what every picture draws."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rfa_model.applicators.applicator import Applicator
from rfa_model.applicators.labels import Labels, labels_of
from rfa_model.applicators.placed import BodyOutline
from rfa_model.applicators.pose import Pose
from rfa_model.drawing import style

Array = NDArray[np.float64]


@dataclass(frozen=True)
class PlacedApplicator:
    """An applicator and its pose: applicator frame to patient frame. Millimetres, patient frame throughout.

    ``earlier`` are the poses in which it made lesions before, in turn; what is told of it is of the last.
    """

    applicator: Applicator
    pose: Pose
    earlier: tuple[Pose, ...] = ()

    @cached_property
    def before(self) -> tuple[PlacedApplicator, ...]:
        """The applicator where it made lesions before."""
        return tuple(PlacedApplicator(self.applicator, pose) for pose in self.earlier)

    @property
    def axis(self) -> Array:
        """Unit vector along the applicator's +z, (3,)."""
        return self.pose.axis

    @property
    def centre_mm(self) -> Array:
        """Middle of the contacts, (3,)."""
        return self.pose.to_patient(self.applicator.centre_mm)

    @property
    def foot_mm(self) -> Array:
        """Where heights along the axis count from, beside the contacts' middle, (3,); a needle's distal end."""
        return self.pose.to_patient(self.applicator.centre_mm * [1.0, 1.0, 0.0])

    @property
    def contact_extent_mm(self) -> tuple[float, float]:
        """Heights along the axis between which the contacts lie."""
        return self.applicator.contact_extent_mm

    @property
    def labels(self) -> Labels:
        """What a reader calls it and its parts."""
        return labels_of(self.applicator)

    @cached_property
    def has_lumen(self) -> bool:
        """Whether a coolant flows in it."""
        return bool(self.applicator.lumen_names)

    def bodies(self, length_mm: float = style.SHAFT_DRAWN_MM) -> tuple[BodyOutline, ...]:
        """Outlines of the bodies' distal ``length_mm``."""
        return self._moved.outlines(length_mm)

    @cached_property
    def _moved(self) -> Applicator:
        return self.applicator.at(self.pose)


def part_colour(body: BodyOutline, part: str) -> str:
    """Colour of a body's part: a contact's metal or insulation."""
    return style.METAL if part in body.metal else style.INSULATION
