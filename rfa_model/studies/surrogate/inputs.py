"""What a surrogate takes for its inputs: where the needle lies, bone about its contacts, and what else varied."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rfa_model.applicators.applicator import Applicator
from rfa_model.errors import InputError
from rfa_model.studies.surrogate.lattice import Lattice
from rfa_model.studies.surrogate.poses import Aim, Poses

FloatArray = NDArray[np.float64]
POSE = ("along_mm", "across_mm", "off_bone_mm", "tilted_deg", "swung_deg")
FIXED = 1e-6
NEAR_MM = 4.0
"""Bone counts by exp(-distance / this): about as far as a lesion reaches from the contacts."""
SHELLS_MM = (2.0, 4.0, 6.0, 8.5)
"""Bone is counted at these distances from the contacts: from where tissue boils to beyond the widest lesion's edge."""
DIRECTIONS, STATIONS, SMEARED_MM = 48, 8, 2.0
"""Points of a sphere about each of so many along the contacts; bone's surface is smeared so that shares do not jump."""
SLACK = 1e-9


@dataclass(frozen=True)
class Inputs:
    """Inputs from poses: the contacts' middle in the target's frame, the shaft's direction, further ones, bone.

    Attributes
    ----------
    aim : Aim
    contacts_mm : (3, 3) array
        Distal end, middle and proximal end of the contacts, applicator frame.
    bone : Lattice or None
        Signed distance to bone.
    mean, spread : (d,) arrays
        Of the inputs learnt; one that did not vary has no spread and is not among the kernel's.
    shape : (p, p) array
        Inverse covariance of the pose and the further inputs, of those that varied.
    reach : float
        Largest distance of what was learnt from its mean by ``shape``.
    """

    aim: Aim
    contacts_mm: FloatArray
    bone: Lattice | None
    mean: FloatArray
    spread: FloatArray
    shape: FloatArray
    reach: float

    @classmethod
    def learnt(cls, aim: Aim, applicator: Applicator, bone: Lattice | None, poses: Poses, further: FloatArray) -> Self:
        """From the poses and further inputs (n, E) of solved trials; InputError where all of them are alike."""
        low, high = applicator.contact_extent_mm
        middle = applicator.centre_mm
        contacts = np.array([[*middle[:2], low], middle, [*middle[:2], high]])
        none = np.zeros(0)
        bare = cls(aim, contacts, bone, none, none, np.zeros((0, 0)), 0.0)
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
        """(M, d) inputs in their units: pose, further ones, nearness of bone (1 touched, 0 far off), its shares."""
        frame, start, where = self.aim.frame, self.aim.start.rotation, poses.to_patient(self.contacts_mm)
        middle, shafts = where[:, 1] - frame.point, poses.rotation[:, :, 2]
        lengths = [middle @ axis for axis in (frame.along, frame.across, frame.away)]
        turns = [np.degrees(np.arcsin(np.clip(shafts @ start[:, k], -1.0, 1.0))) for k in (0, 1)]
        columns = [*lengths, *turns, *further.T]
        if self.bone is not None:
            # Bone ten millimetres off does what bone farther off does: nothing.
            columns += list(np.exp(-self.bone(where.reshape(-1, 3)).reshape(-1, 3).T / NEAR_MM))
            columns += list(self._shares(self.bone, poses).T)
        return np.column_stack(columns)

    def _shares(self, bone: Lattice, poses: Poses) -> FloatArray:
        """(M, 4) share of bone in each shell about the contacts."""
        where = poses.to_patient(self._shells_mm.reshape(-1, 3))
        inside = np.clip(0.5 - bone(where.reshape(-1, 3)) / SMEARED_MM, 0.0, 1.0)
        return np.asarray(inside.reshape(len(poses), len(SHELLS_MM), -1).mean(axis=2))

    @cached_property
    def _shells_mm(self) -> FloatArray:
        """(4, P, 3) points of the shells, applicator frame."""
        low, _, high = self.contacts_mm
        stations = low + np.linspace(0.0, 1.0, STATIONS)[:, None] * (high - low)
        ways = (stations[:, None] + radius * sphere_points(DIRECTIONS) for radius in SHELLS_MM)
        return np.stack([points.reshape(-1, 3) for points in ways])

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
        """Inputs that do not tell of bone, which follow from the pose."""
        last = len(self.mean) - (0 if self.bone is None else len(self.contacts_mm) + len(SHELLS_MM))
        return np.arange(len(self.mean)) < last

    def _free(self, raw: FloatArray) -> FloatArray:
        chosen = (self.spread > 0.0) & self._asked
        return np.asarray((raw[:, chosen] - self.mean[chosen]) / self.spread[chosen])


def sphere_points(count: int) -> FloatArray:
    """(count, 3) points spread evenly on the unit sphere, along a Fibonacci spiral."""
    place = np.arange(count) + 0.5
    height, turn = 1.0 - 2.0 * place / count, np.pi * (1.0 + np.sqrt(5.0)) * place
    ring = np.sqrt(1.0 - height**2)
    return np.stack([ring * np.cos(turn), ring * np.sin(turn), height], axis=1)
