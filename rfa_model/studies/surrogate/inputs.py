"""What a surrogate takes for its inputs: where the needle lies, what lies about its contacts, what else varied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rfa_model.applicators.applicator import Applicator
from rfa_model.errors import InputError
from rfa_model.studies.surrogate.lattice import Lattice
from rfa_model.studies.surrogate.poses import Aim, Poses
from rfa_model.studies.surrogate.surroundings import Surroundings

FloatArray = NDArray[np.float64]
POSE = ("along_mm", "across_mm", "off_bone_mm", "tilted_deg", "swung_deg")
FIXED = 1e-6
SLACK = 1e-9


@dataclass(frozen=True)
class Inputs:
    """Inputs from poses: the contacts' middle in the target's frame, the shaft's direction, further ones, surroundings.

    Attributes
    ----------
    aim : Aim
    contacts_mm : (3, 3) array
        Distal end, middle and proximal end of the contacts, applicator frame.
    about : mapping of str to Surroundings
        Bone and nerves about the contacts, of those that there are.
    mean, spread : (d,) arrays
        Of the inputs learnt; one that did not vary has no spread and is not among the kernel's.
    shape : (p, p) array
        Inverse covariance of the pose and the further inputs, of those that varied.
    reach : float
        Largest distance of what was learnt from its mean by ``shape``.
    """

    aim: Aim
    contacts_mm: FloatArray
    about: Mapping[str, Surroundings]
    mean: FloatArray
    spread: FloatArray
    shape: FloatArray
    reach: float

    @classmethod
    def learnt(
        cls, aim: Aim, applicator: Applicator, lattices: Mapping[str, Lattice], poses: Poses, further: FloatArray
    ) -> Self:
        """From the poses and further inputs (n, E) of solved trials, and signed distances to what is about.

        Raises
        ------
        InputError
            If all trials are alike.
        """
        contacts, none = contacts_mm(applicator), np.zeros(0)
        about = {name: Surroundings.learnt(name, one, contacts, poses) for name, one in lattices.items()}
        bare = cls(aim, contacts, about, none, none, np.zeros((0, 0)), 0.0)
        found = bare.raw(poses, further)
        spread = np.where(found.std(axis=0) > FIXED, found.std(axis=0), 0.0)
        if not spread.any():
            raise InputError(
                f"all trials of {applicator.name} are alike, so there is nothing to learn: vary offset_mm or "
                "angles_deg of every arm, or leave the arm out of the study"
            )
        made = replace(bare, mean=found.mean(axis=0), spread=spread)
        own = made._free(found)
        shape = np.linalg.inv(np.atleast_2d(np.cov(own.T)) + 1e-12 * np.eye(own.shape[1]))
        made = replace(made, shape=shape)
        return replace(made, reach=float(made.distance(found).max()))

    def raw(self, poses: Poses, further: FloatArray) -> FloatArray:
        """(M, d) inputs in their units: pose, further ones, modes of what lies about the contacts."""
        frame, start, where = self.aim.frame, self.aim.start.rotation, poses.to_patient(self.contacts_mm)
        middle, shafts = where[:, 1] - frame.point, poses.rotation[:, :, 2]
        lengths = [middle @ axis for axis in (frame.along, frame.across, frame.away)]
        turns = [np.degrees(np.arcsin(np.clip(shafts @ start[:, k], -1.0, 1.0))) for k in (0, 1)]
        return np.column_stack([*lengths, *turns, further, *(one(poses) for one in self.about.values())])

    def scaled(self, raw: FloatArray) -> FloatArray:
        """(M, d') of those inputs that varied, in standard deviations of what was learnt."""
        varied = self.spread > 0.0
        return np.asarray((raw[:, varied] - self.mean[varied]) / self.spread[varied])

    def distance(self, raw: FloatArray) -> FloatArray:
        """(M,) how far from the middle of what was learnt, by its own scatter; infinite off what was fixed."""
        own = self._free(raw)
        fixed = (self.spread == 0.0) & self._asked
        off = (np.abs(raw[:, fixed] - self.mean[fixed]) > FIXED).any(axis=1)
        return np.where(off, np.inf, np.sqrt(np.einsum("mi,ij,mj->m", own, self.shape, own)))

    def known(self, raw: FloatArray) -> NDArray[np.bool_]:
        """(M,) whether each lies in the ellipsoid about all that was learnt."""
        return np.asarray(self.distance(raw) <= self.reach * (1.0 + SLACK))

    @property
    def _asked(self) -> NDArray[np.bool_]:
        """Inputs that do not tell of what lies about, which follows from the pose."""
        last = len(self.mean) - sum(len(one.basis.modes) for one in self.about.values())
        return np.arange(len(self.mean)) < last

    def _free(self, raw: FloatArray) -> FloatArray:
        chosen = (self.spread > 0.0) & self._asked
        return np.asarray((raw[:, chosen] - self.mean[chosen]) / self.spread[chosen])


def contacts_mm(applicator: Applicator) -> FloatArray:
    """(3, 3) distal end, middle and proximal end of the contacts, applicator frame."""
    low, high = applicator.contact_extent_mm
    middle = applicator.centre_mm
    return np.array([[*middle[:2], low], middle, [*middle[:2], high]])
