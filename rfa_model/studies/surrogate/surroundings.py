"""What lies about the contacts: how much of it is bone or nerve, how far out and beside which part of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rfa_model.anatomy.base import Anatomy, Curve
from rfa_model.metrics.curves import sample_curve
from rfa_model.studies.surrogate.basis import Basis, reduced
from rfa_model.studies.surrogate.lattice import Lattice
from rfa_model.studies.surrogate.poses import Poses

FloatArray = NDArray[np.float64]
PARTS, STATIONS, DIRECTIONS = 3, 9, 48
"""Parts of the contacts, stations along all of them, points of a sphere about each station."""
LEFT = 0.02
"""Share of the shares' variance that their modes may leave out."""
NERVES_MM, ALONG_MM, BEYOND_MM = 0.5, 0.2, 4.0
"""Spacing of the lattice about nerves and of points along them; how far the lattice reaches beyond the shells."""


@dataclass(frozen=True)
class Tissue:
    """How a tissue is counted.

    Attributes
    ----------
    shells_mm : tuple of float
        Distances from the contacts.
    smeared_mm : float
        Its surface is smeared over so much, so that shares do not jump from point to point.
    """

    shells_mm: tuple[float, ...]
    smeared_mm: float


TISSUES = {"bone": Tissue((2.0, 4.0, 6.0, 8.5), 2.0), "nerves": Tissue((1.5, 3.0), 1.0)}
"""Bone from where tissue boils to beyond the widest lesion; a nerve where current and heat are densest, it is thin."""


@dataclass(frozen=True)
class Surroundings:
    """Shares of one tissue about contacts, and the few modes that they are nearly made of.

    By parts, for the generator holds the temperature at the sensor, in the distal end: bone, which conducts less than
    muscle, asks for more power beside that end and for less beside the rest.

    Attributes
    ----------
    tissue : Tissue
    lattice : Lattice
        Signed distance to it, patient frame.
    contacts_mm : (3, 3) array
        Distal end, middle and proximal end of the contacts, applicator frame.
    basis : Basis
        Of the shares (parts · shells,) learnt.
    """

    tissue: Tissue
    lattice: Lattice
    contacts_mm: FloatArray
    basis: Basis

    @classmethod
    def learnt(cls, name: str, lattice: Lattice, contacts_mm: FloatArray, poses: Poses) -> Self:
        """From the poses of solved trials, of a tissue in :data:`TISSUES`."""
        tissue = TISSUES[name]
        size = PARTS * len(tissue.shells_mm)
        bare = cls(tissue, lattice, contacts_mm, Basis(np.zeros(size), np.zeros((0, size))))
        return cls(tissue, lattice, contacts_mm, reduced(bare.shares(poses), LEFT, size))

    def __call__(self, poses: Poses) -> FloatArray:
        """(M, K) how much there is of each mode."""
        return self.basis.coefficients(self.shares(poses))

    def shares(self, poses: Poses) -> FloatArray:
        """(M, parts · shells) share of each shell about each part of the contacts, from the distal one on."""
        where = poses.to_patient(self._points_mm)
        inside = np.clip(0.5 - self.lattice(where.reshape(-1, 3)) / self.tissue.smeared_mm, 0.0, 1.0)
        size = PARTS * len(self.tissue.shells_mm)
        return np.asarray(inside.reshape(len(poses), size, -1).mean(axis=2))

    @cached_property
    def _points_mm(self) -> FloatArray:
        """Points of the shells, part by part, applicator frame."""
        low, _, high = self.contacts_mm
        stations = (low + np.linspace(0.0, 1.0, STATIONS)[:, None] * (high - low)).reshape(PARTS, 1, -1, 1, 3)
        spheres = np.multiply.outer(self.tissue.shells_mm, sphere_points(DIRECTIONS))[None, :, None]
        return np.asarray((stations + spheres).reshape(-1, 3))


def nerve_lattice(anatomy: Anatomy, contacts_mm: FloatArray, learnt: Poses) -> Lattice | None:
    """Signed distance to the nearest nerve about contacts that lie about as those learnt do; None without nerves."""
    from scipy.spatial import cKDTree

    curves = [*anatomy.nerves.values(), *(one for one in anatomy.structures.values() if isinstance(one, Curve))]
    if not curves:
        return None
    nerves = [(cKDTree(sample_curve(one, ALONG_MM).points_mm), 0.5 * one.diameter_mm) for one in curves]

    def distance_mm(points_mm: FloatArray) -> FloatArray:
        return np.min([tree.query(points_mm)[0] - radius_mm for tree, radius_mm in nerves], axis=0)

    where = learnt.to_patient(contacts_mm).reshape(-1, 3)
    pad_mm = max(TISSUES["nerves"].shells_mm) + BEYOND_MM
    return Lattice.of_distance(where.min(axis=0) - pad_mm, where.max(axis=0) + pad_mm, NERVES_MM, distance_mm)


def sphere_points(count: int) -> FloatArray:
    """(count, 3) points spread evenly on the unit sphere, along a Fibonacci spiral."""
    place = np.arange(count) + 0.5
    height, turn = 1.0 - 2.0 * place / count, np.pi * (1.0 + np.sqrt(5.0)) * place
    ring = np.sqrt(1.0 - height**2)
    return np.stack([ring * np.cos(turn), ring * np.sin(turn), height], axis=1)
