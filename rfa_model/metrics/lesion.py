"""Lesion size: exact volume of {u >= level} of a piecewise-linear field, its connected parts, its dimensions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial, reduce
from itertools import batched
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import ConvexHull, QhullError
from scipy.spatial.distance import pdist

from rfa_model._tetrahedra import inside_fraction
from rfa_model.applicators.applicator import Applicator
from rfa_model.applicators.pose import Pose
from rfa_model.metrics.catalogue import Measured, quantity
from rfa_model.metrics.isosurface import TriSurface, isosurface
from rfa_model.metrics.mesh import TetMesh, compact
from rfa_model.metrics.strip import TOUCHING_MM, Strip

FloatArray = NDArray[np.floating]

LOG_FLOOR = 1e-30
"""Values of logarithmic quantities are raised to this before their logarithm is taken."""

AT_ONCE = 8
"""Fields whose tetrahedra are looked at together: bits of a byte."""

MIN_FRACTION = 1e-3
"""Cut points of stored surfaces keep this fraction of their edge from its ends (see :func:`isosurface`)."""


def transform(values: FloatArray, logarithmic: bool) -> FloatArray:
    """What is interpolated linearly: ``values``, or ln(max(values, 1e-30)) of a quantity that spans decades."""
    values = np.asarray(values, dtype=float)
    return np.log(np.maximum(values, LOG_FLOOR)) if logarithmic else values


class LesionVolume:
    """Volume of {u >= level} on one mesh, for many fields; quick enough to be called at every time step.

    Parameters
    ----------
    mesh : the tissue's tetrahedra. A node's value counts only through them.
    """

    def __init__(self, mesh: TetMesh) -> None:
        self.mesh = mesh
        self._volumes = mesh.volumes_mm3
        # Most nodes of a run are cold: look at tetrahedra only through the nodes they share.
        self._nodes, local = compact(mesh.tets, len(mesh.points_mm))
        self._corners = [np.ascontiguousarray(c, dtype=np.int32) for c in local.T]

    def volume_mm3(self, values: FloatArray, level: float, *, logarithmic: bool = False) -> float:
        """Exact volume of {u >= level}; ``values`` is (N,) on all the mesh's points."""
        return self.volumes_mm3([(values, level, logarithmic)])[0]

    def volumes_mm3(self, fields: Sequence[tuple[FloatArray, float, bool]]) -> list[float]:
        """The same of several fields, each with its level and whether it is logarithmic."""
        return [
            float(self._volumes @ full) + float(self._volumes[cut] @ share)
            for some in batched(fields, AT_ONCE)
            for full, cut, share in self._shares(some)
        ]

    def per_tet_mm3(self, values: FloatArray, level: float, *, logarithmic: bool = False) -> NDArray[np.float64]:
        """(M,) the same, tetrahedron by tetrahedron."""
        ((full, cut, share),) = self._shares([(values, level, logarithmic)])
        volumes: NDArray[np.float64] = np.where(full, self._volumes, 0.0)
        volumes[cut] = self._volumes[cut] * share
        return volumes

    def _shares(
        self, fields: Sequence[tuple[FloatArray, float, bool]]
    ) -> list[tuple[NDArray[np.bool_], NDArray[np.intp], NDArray[np.float64]]]:
        """Which tetrahedra (M,) lie wholly inside, which are cut, and what share of these is inside, field by field."""
        at_nodes = [self._at_nodes(*field) for field in fields]
        # A bit for each field, so that the tetrahedra's corners are gathered once.
        inside = np.zeros(len(self._nodes), dtype=np.uint8)
        for n, (u, (_, level, _)) in enumerate(zip(at_nodes, fields, strict=True)):
            inside |= (u >= level).view(np.uint8) << n
        first, *others = (inside.take(corner) for corner in self._corners)
        some, every = reduce(np.bitwise_or, others, first), reduce(np.bitwise_and, others, first)
        bits = [np.uint8(1 << n) for n in range(len(fields))]
        cuts = [np.flatnonzero(((some ^ every) & bit) != 0) for bit in bits]
        beyond = [
            transform(np.stack([u[c[cut]] for c in self._corners], axis=1), logarithmic)
            - (math.log(level) if logarithmic else level)
            for u, cut, (_, level, logarithmic) in zip(at_nodes, cuts, fields, strict=True)
        ]
        shares = np.split(inside_fraction(np.concatenate(beyond)), np.cumsum([len(cut) for cut in cuts])[:-1])
        return [((every & bit) != 0, cut, share) for bit, cut, share in zip(bits, cuts, shares, strict=True)]

    def _at_nodes(self, values: FloatArray, level: float, logarithmic: bool) -> FloatArray:
        if np.shape(values) != (len(self.mesh.points_mm),):
            raise ValueError(f"values have shape {np.shape(values)}, expected ({len(self.mesh.points_mm)},)")
        if logarithmic and level <= 0:
            raise ValueError(f"a logarithmic criterion needs a positive level, got {level}")
        return np.asarray(np.asarray(values)[self._nodes])


def parts(mesh: TetMesh, values: FloatArray, level: float) -> NDArray[np.int64]:
    """(M,) index of the connected part each tetrahedron's lesion belongs to, -1 where it has none.

    Inside one tetrahedron the lesion is convex, so its inside nodes are connected: parts are connected sets of inside
    nodes.
    """
    inside = np.asarray(values)[mesh.tets] >= level
    touched = np.flatnonzero(inside.any(axis=1))
    label = np.full(len(mesh.tets), -1, dtype=np.int64)
    if len(touched) == 0:
        return label
    inside = inside[touched]
    nodes, held = compact(mesh.tets[touched][inside], len(mesh.points_mm))
    # A graph of the inside nodes, then of the tetrahedra, each of which is joined to those of its corners.
    ends = np.concatenate([np.zeros(len(nodes) + 1, np.int64), np.cumsum(inside.sum(axis=1))])
    graph = csr_array((np.ones(len(held)), held, ends), shape=(len(ends) - 1, len(ends) - 1))
    label[touched] = connected_components(graph, directed=False)[1][len(nodes) :]
    return label


@dataclass(frozen=True)
class ApplicatorFrame:
    """What sizes are measured against: the applicator's frame (+z up the shaft), where along it contacts lie, mm.

    ``strip`` is what lies between two needles, where there are two; a node nearer than ``touching_mm`` touches one.
    """

    pose: Pose
    contact_extent_mm: tuple[float, float]
    centre_mm: FloatArray = field(default_factory=lambda: np.zeros(3))
    strip: Strip | None = None
    touching_mm: float = TOUCHING_MM

    @classmethod
    def of(cls, applicator: Applicator, pose: Pose) -> Self:
        """Return the frame of an applicator in its place."""
        centre_mm = np.asarray(applicator.centre_mm, dtype=float)
        return cls(pose, applicator.contact_extent_mm, centre_mm, Strip.between(applicator))

    def to_applicator(self, points_mm: FloatArray) -> FloatArray:
        """Patient frame to applicator frame."""
        return np.asarray(self.pose.to_probe(points_mm), dtype=float)


@dataclass(frozen=True)
class Beside:
    """What stands beside a lesion's sizes; all of it may be left out.

    Attributes
    ----------
    words : the criterion in a few signs.
    heated : the same criterion's lesion at the end of heating.
    ends : the lesions at both ends of the level's interval.
    damage_at_rest : Omega of tissue that nothing heats, by the law that the criterion hangs on.
    in_tissue : (N,) values that its volume is taken of, where those of the surface go on through the needle.
    outer_distance_mm : to what was computed, where the mesh is no part of that.
    """

    words: str | None = None
    heated: LesionMetrics | None = None
    ends: tuple[LesionMetrics, LesionMetrics] | None = None
    damage_at_rest: float | None = None
    in_tissue: FloatArray | None = None
    outer_distance_mm: float | None = None


class LesionMetrics(Measured):
    """One criterion's lesion at the end of the run; None where the quantity does not apply.

    Sizes are of its largest connected part.

    Parameters
    ----------
    volume : for the tissue's mesh, whose points are in the patient frame.
    values, level, logarithmic : the criterion's field (N,) and level; see :func:`transform`.
    frame : pose of the applicator and extent of its contacts.
    beside : what stands beside its sizes.
    """

    group = "lesions"

    def __init__(
        self,
        volume: LesionVolume,
        values: FloatArray,
        level: float,
        frame: ApplicatorFrame,
        *,
        logarithmic: bool = False,
        beside: Beside = Beside(),
    ) -> None:
        self.mesh, self.frame, self.beside = volume.mesh, frame, beside
        self.field, self.level = transform(values, logarithmic), math.log(level) if logarithmic else level
        in_tissue = values if beside.in_tissue is None else beside.in_tissue
        self._per_tet_mm3 = partial(volume.per_tet_mm3, in_tissue, level, logarithmic=logarithmic)

    @cached_property
    def per_tet_mm3(self) -> NDArray[np.float64]:
        """(M,) volume within each tetrahedron."""
        return self._per_tet_mm3()

    @cached_property
    def surface(self) -> TriSurface:
        """Closed surface of every part, in the mesh's frame."""
        return isosurface(self.mesh, self.field, self.level, min_fraction=MIN_FRACTION)

    @cached_property
    def largest_part(self) -> tuple[float, TriSurface]:
        """Volume of tissue and closed surface of the largest connected part."""
        if self.per_tet_mm3.sum() <= 0.0:
            return 0.0, self.surface
        label = self._label
        volumes = np.bincount(label[label >= 0], weights=self.per_tet_mm3[label >= 0])
        largest = int(volumes.argmax())
        if len(volumes) == 1:
            return float(volumes[largest]), self.surface
        return float(volumes[largest]), self._surface_of(largest)

    @cached_property
    def _label(self) -> NDArray[np.int64]:
        """(M,) part that each tetrahedron's lesion belongs to, see :func:`parts`."""
        return parts(self.mesh, self.field, self.level)

    def _surface_of(self, part: int) -> TriSurface:
        mesh = TetMesh(self.mesh.points_mm, self.mesh.tets[self._label == part])
        return isosurface(mesh, self.field, self.level, min_fraction=MIN_FRACTION)

    @cached_property
    def _joining(self) -> int | None:
        """The connected part that touches both of two needles; None where there is none."""
        if self.frame.strip is None or self.per_tet_mm3.sum() <= 0.0:
            return None
        inside = np.flatnonzero(self.field >= self.level)
        on_either = self.frame.strip.touching(
            self.frame.to_applicator(self.mesh.points_mm[inside]), self.frame.touching_mm
        )
        parts_at = [set(self._label[np.isin(self.mesh.tets, inside[on]).any(axis=1)].tolist()) for on in on_either]
        return min((parts_at[0] & parts_at[1]) - {-1}, default=None)

    @cached_property
    def _waist_mm(self) -> tuple[float, float] | None:
        """Width and length of the strip midway between two needles."""
        if self.frame.strip is None:
            return None
        if self._joining is None:
            return 0.0, 0.0
        surface = self._surface_of(self._joining)
        return self.frame.strip.section_mm(surface, self.frame.to_applicator(surface.points_mm))

    @cached_property
    def outline_mm(self) -> FloatArray | None:
        """(n, 3) points of the largest part's surface in the applicator frame, None where there is no lesion."""
        volume_mm3, surface = self.largest_part
        return self.frame.to_applicator(surface.points_mm) if volume_mm3 > 0.0 else None

    @cached_property
    def filled(self) -> tuple[float, float]:
        """Volume (mm³) and area (mm²) of the largest part with the needle's hole filled."""
        return self.largest_part[1].filled()

    @quantity()
    def words(self) -> str | None:
        """The criterion in a few signs."""
        return self.beside.words

    @quantity("mm³", "volume", digits=0, study="volume", study_digits=1)
    def volume_mm3(self) -> float:
        """Tissue inside the lesion, all parts."""
        return max(float(self.per_tet_mm3.sum()), 0.0)

    @quantity("mm³")
    def largest_part_mm3(self) -> float:
        """The largest connected part; the sizes below are its own."""
        return self.largest_part[0]

    @quantity("mm", "width across the needle", study="width")
    def width_mm(self) -> float | None:
        """Largest diameter of the projection along the needle."""
        return None if self.outline_mm is None else _diameter(self.outline_mm[:, :2])

    @quantity("mm³", "volume at the end of heating", digits=0, at="end_of_heating.volume_mm3")
    def volume_heated_mm3(self) -> float | None:
        """The same volume when the generator is turned off."""
        return self.beside.heated.volume_mm3 if self.beside.heated else None

    @quantity("mm", "width at the end of heating", at="end_of_heating.width_mm")
    def width_heated_mm(self) -> float | None:
        """The same width when the generator is turned off."""
        return self.beside.heated.width_mm if self.beside.heated else None

    @quantity("mm³", at="interval.volume_mm3")
    def volume_interval_mm3(self) -> tuple[float, float] | None:
        """Smallest and largest volume over the interval that the criterion's level is known to."""
        return _in_order([one.volume_mm3 for one in self.beside.ends or ()])

    @quantity("mm", at="interval.width_mm")
    def width_interval_mm(self) -> tuple[float, float] | None:
        """Smallest and largest width over that interval."""
        return _in_order([one.width_mm for one in self.beside.ends or ()])

    @quantity("mm", "length along the needle", study="length")
    def length_mm(self) -> float | None:
        """Extent along the needle."""
        return None if self.outline_mm is None else float(np.ptp(self.outline_mm[:, 2]))

    @quantity("mm", "beyond the distal end", signed=True)
    def distal_mm(self) -> float | None:
        """How far it reaches beyond the distal end; negative where it stops short."""
        return None if self.outline_mm is None else float(self.frame.contact_extent_mm[0] - self.outline_mm[:, 2].min())

    @quantity("mm", "beyond the tip's proximal end", signed=True)
    def proximal_mm(self) -> float | None:
        """How far it reaches beyond the contacts' other end."""
        return None if self.outline_mm is None else float(self.outline_mm[:, 2].max() - self.frame.contact_extent_mm[1])

    @quantity(label="joined between the needles")
    def joined(self) -> bool | None:
        """Whether one connected part touches both of two needles."""
        return None if self.frame.strip is None else self._joining is not None

    @quantity("mm", "width midway between the needles", study="width midway between the needles")
    def waist_mm(self) -> float | None:
        """Width of the strip on the plane midway between two needles, across the plane that both lie in.

        0 where the lesions about them have not joined.
        """
        return None if self._waist_mm is None else self._waist_mm[0]

    @quantity("mm", "length midway between the needles")
    def waist_length_mm(self) -> float | None:
        """Extent of the strip on that plane, along the needles."""
        return None if self._waist_mm is None else self._waist_mm[1]

    @quantity("mm")
    def effective_radius_mm(self) -> float | None:
        """Radius of the cylinder of equal length and volume, needle's hole filled."""
        length_mm = self.length_mm
        return math.sqrt(self.filled[0] / (math.pi * length_mm)) if length_mm else None

    @quantity(label="sphericity", digits=2)
    def sphericity(self) -> float | None:
        """1 for a sphere, needle's hole filled.

        π^⅓(6V)^⅔/A, with volume V and area A.
        """
        if self.outline_mm is None or self.filled[1] <= 0:
            return None
        volume_mm3, area_mm2 = self.filled
        return math.pi ** (1 / 3) * (6 * volume_mm3) ** (2 / 3) / area_mm2

    @quantity("mm")
    def outer_distance_mm(self) -> float | None:
        """From the lesion to the outer boundary of what is computed."""
        if self.surface.is_empty or self.beside.in_tissue is not None:
            return self.beside.outer_distance_mm
        points = self.mesh.points_mm[self.mesh.used_nodes]
        edge, lesion = (self.frame.to_applicator(p) - self.frame.centre_mm for p in (points, self.surface.points_mm))
        return float(np.linalg.norm(edge, axis=1).max() - np.linalg.norm(lesion, axis=1).max())

    @quantity()
    def damage_at_rest(self) -> float | None:
        """Ω of tissue that nothing heats over the whole protocol, by the law that the criterion hangs on."""
        return self.beside.damage_at_rest


def _in_order(values: list[float | None]) -> tuple[float, float] | None:
    """Smallest and largest; an end without lesion has size 0. None without values."""
    known = [value or 0.0 for value in values]
    return (min(known), max(known)) if known else None


def measure_lesion(
    volume: LesionVolume,
    values: FloatArray,
    level: float,
    frame: ApplicatorFrame,
    *,
    logarithmic: bool = False,
) -> tuple[LesionMetrics, TriSurface]:
    """One criterion's lesion, and its closed surface; see :class:`LesionMetrics`."""
    lesion = LesionMetrics(volume, values, level, frame, logarithmic=logarithmic)
    return lesion, lesion.surface


def _diameter(xy: FloatArray) -> float:
    """Largest distance between two of the points (n, 2)."""
    try:
        xy = xy[ConvexHull(xy).vertices]
    except QhullError:  # fewer than three points, or all on a line: the hull has no area but there still is a diameter
        along = xy - xy.mean(axis=0)
        direction = np.linalg.svd(along, full_matrices=False)[2][0]
        s = along @ direction
        xy = xy[[s.argmin(), s.argmax()]]
    return float(pdist(xy).max())
