"""From a file that is understood, and a scenario's words, to an anatomy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from rfa_model.anatomy.base import Curve, FloatArray, Target, TriangleMesh
from rfa_model.anatomy.imaged import checks, estimate
from rfa_model.anatomy.imaged.fields import Field, Grown, HalfSpaceField, Union
from rfa_model.anatomy.imaged.landmarks import Landmarks, find_landmarks
from rfa_model.anatomy.imaged.level import ImagedLevel, Parts, Tissue
from rfa_model.anatomy.imaged.source import Source
from rfa_model.anatomy.imaged.vertebra import VertebraFrame, sacrum_frame, vertebra_frame
from rfa_model.anatomy.lumbar.dimensions import common_dimensions
from rfa_model.anatomy.lumbar.field import gradient
from rfa_model.anatomy.lumbar.guides import smooth_curve
from rfa_model.anatomy.lumbar.nerves import TANGENT_HALF_CHORD_MM
from rfa_model.anatomy.lumbar.sites import NerveSite, site_of_nerve
from rfa_model.anatomy.readers.structures import CRANIAL
from rfa_model.anatomy.sdf import Tube, unit
from rfa_model.errors import InputError

# Half the edge of the box about the target in which distances are fine; the usual sphere has 40 mm about a tip that may
# lie beside the target.
BOX_HALF_MM = 60.0
# Assumed: cerebrospinal fluid about the cord.
CORD_TO_CANAL_MM = 3.0


@dataclass(frozen=True)
class DrawnCurve:
    """A nerve as somebody drew it: points (n, 3) in the file's LPS frame, and the stretch that matters, if said."""

    points_mm: FloatArray
    segment_mm: tuple[float, float] | None = None


@dataclass(frozen=True)
class Wanted:
    """What a scenario asks of an imaged anatomy; lengths in mm, points in the file's LPS frame.

    Attributes
    ----------
    nerve, side
        Root, and ``left`` or ``right``.
    nerve_diameter_mm, nerve_bone_gap_mm
    curve : DrawnCurve or None
        The target nerve, where it was drawn.
    landmarks : mapping of str to (3,) array
        Those that were given.
    spinal_nerve : DrawnCurve or bool
        As drawn, estimated (True) or left out (False).
    canal : bool
        Whether a canal is estimated from the foramina where none is labelled.
    skin_depth_mm : float or None
        Depth of the target below a flat skin behind it.
    body : Field or None
        Inside of the skin where it is known otherwise.
    origin_mm : (3,) array or None
    tissue : Tissue
    overrule : names of checks
    ct : Path or None
        From which radiographs are made.
    file : str
        For messages.
    """

    nerve: str
    side: str
    nerve_diameter_mm: float
    nerve_bone_gap_mm: float
    curve: DrawnCurve | None = None
    landmarks: Mapping[str, FloatArray] = field(default_factory=dict)
    spinal_nerve: DrawnCurve | bool = True
    canal: bool = True
    skin_depth_mm: float | None = None
    body: Field | None = None
    origin_mm: FloatArray | None = None
    tissue: Tissue = field(default_factory=Tissue)
    overrule: Sequence[str] = ()
    ct: Path | None = None
    file: str = "anatomy"


def build(source: Source, wanted: Wanted) -> ImagedLevel:
    """Put the anatomy together.

    Raises
    ------
    InputError
        If the nerve's vertebra is missing, the file contradicts anatomy, or landmarks cannot be found.
    """
    site = site_of_nerve(wanted.nerve)
    side = 1.0 if wanted.side == "left" else -1.0
    levels = {level: part.structure.name for level, part in checks.vertebrae(source.found).items()}
    if site.vertebra not in levels:
        seen = ", ".join(levels) or "none"
        raise InputError(
            f"{wanted.file}: holds no {site.vertebra}, on which the {site.label} lies (vertebrae seen: {seen}); choose "
            "another nerve, or another scheme"
        )
    name = levels[site.vertebra]
    notes = [*source.notes, *checks.check(source.found, name, wanted.file, wanted.overrule)]
    surface = source.surface(name)
    marks = (
        None if wanted.curve is not None and wanted.spinal_nerve is not True else _marks(name, surface, side, wanted)
    )
    course = _Course(site, source, levels, surface, side, wanted, marks, notes)
    nerve, spinal, fields, centre = course.laid()
    target = target_on(nerve, course.bone)
    parts, canal_notes = _parts(source, fields, wanted, course, target, centre)
    return ImagedLevel(
        parts, nerve, spinal, target, lambda: _meshes(source, fields, name),
        _origin(wanted, course, surface, target), wanted.tissue,
        {bone.removeprefix("vertebra_"): source.found[bone].centroid_mm for bone in parts.bones},
        (*notes, *course.notes, *canal_notes), skin=parts.body is not None, ct=wanted.ct,
    )  # fmt: skip


def _marks(name: str, surface: TriangleMesh, side: float, wanted: Wanted) -> tuple[VertebraFrame, Landmarks]:
    frame = (sacrum_frame if wanted.nerve == "L5" else vertebra_frame)(name, surface)
    return frame, find_landmarks(name, surface, frame, side, dict(wanted.landmarks))


class _Course:
    """The nerves of one anatomy, drawn or estimated."""

    def __init__(
        self,
        site: NerveSite,
        source: Source,
        levels: Mapping[str, str],
        surface: TriangleMesh,
        side: float,
        wanted: Wanted,
        marks: tuple[VertebraFrame, Landmarks] | None,
        notes: Sequence[str],
    ) -> None:
        self.site, self.source, self.levels, self.surface = site, source, levels, surface
        self.side, self.wanted, self.marks = side, wanted, marks
        self.notes: list[str] = []
        self.frames: dict[str, VertebraFrame] = {} if marks is None else {site.vertebra: marks[0]}
        self.bone: Field = Union([])

    def laid(self) -> tuple[Curve, Curve | None, dict[str, Field], FloatArray]:
        """Nerve, spinal nerve, distances about the target, and the middle of their box."""
        wanted = self.wanted
        if wanted.curve is not None:
            centre = _middle(wanted.curve)
        else:
            assert self.marks is not None
            centre = self.marks[1].junction_mm
        fields = self.source.fields(centre, BOX_HALF_MM)
        bones = [solid for name, solid in fields.items() if self.source.found[name].structure.role == "bone"]
        self.bone = Union(bones)
        spinal = self._spinal()
        if wanted.curve is not None:
            nerve = self._drawn(wanted.curve)
        else:
            assert self.marks is not None
            marks = self.marks[1]
            nerve = estimate.medial_branch(
                self.site, marks, self.surface, self.bone, None if spinal is None else spinal.points_mm,
                wanted.nerve_diameter_mm, wanted.nerve_bone_gap_mm,
            )  # fmt: skip
            words = f"; landmarks proposed from the bone's shape: {', '.join(marks.proposed)}" if marks.proposed else ""
            self.notes.append(f"the course of the {self.site.label} is estimated{words}")
        return nerve, spinal, fields, centre

    def _spinal(self) -> Curve | None:
        asked, root = self.wanted.spinal_nerve, self.site.root
        if asked is False:
            return None
        if isinstance(asked, DrawnCurve):
            line = _smooth(asked.points_mm)
            length = float(np.linalg.norm(np.diff(line, axis=0), axis=1).sum())
            diameter = common_dimensions().spinal_nerve_diameter_mm
            return Curve("spinal_nerve", line, diameter, (0.0, length), f"{root} spinal nerve")
        assert self.marks is not None
        above = CRANIAL[CRANIAL.index(self.site.vertebra) - 1] if self.site.vertebra != "S1" else "L5"
        if above not in self.levels:
            raise InputError(
                f"{self.wanted.file}: holds no {above}, without which the {root} spinal nerve cannot be estimated; "
                "give spinal_nerve: {points_mm: …} or a file, or write spinal_nerve: none"
            )
        self.frames[above] = vertebra_frame(self.levels[above], self.source.surface(self.levels[above]))
        self.notes.append(f"the course of the {root} spinal nerve is estimated, carried over from the parametric level")
        return estimate.spinal_nerve(self.site, self.marks[1], self.frames, above, self.bone, self.side)

    def _drawn(self, drawn: DrawnCurve) -> Curve:
        """The curve as drawn, from the spine outwards: a medial branch runs down."""
        points = drawn.points_mm
        if points[0, 2] < points[-1, 2]:
            points = points[::-1]
            self.notes.append("the drawn nerve ran upwards and has been turned round")
        line = _smooth(points)
        middle = self.source.found[self.levels[self.site.vertebra]].centroid_mm[0]
        if (float(line[:, 0].mean()) - middle) * self.side < 0.0:
            raise InputError(
                f"{self.wanted.file}: the drawn nerve lies on the other side of {self.site.vertebra} than side: "
                f"{self.wanted.side}; write the other side, or mend the curve's axes (LPS or RAS)"
            )
        nerve = Curve(self.site.key, line, self.wanted.nerve_diameter_mm, (0.0, 0.0), self.site.label, self.site.place)
        length = float(nerve.arc_length_mm()[-1])
        neck = common_dimensions().neck_segment_mm
        begin, end = drawn.segment_mm or ((length - neck) / 2, (length + neck) / 2)
        if not 0.0 <= begin < end <= length + 0.5:
            raise InputError(
                f"{self.wanted.file}: the drawn nerve is {length:.1f} mm long and its segment_mm {begin:g} to {end:g}; "
                f"draw at least {neck:g} mm, or give a segment inside it"
            )
        inside = float(-self.bone(line).min()) if isinstance(self.bone, Union) and self.bone.fields else 0.0
        if inside > self.wanted.nerve_diameter_mm:
            self.notes.append(f"the drawn nerve runs up to {inside:.1f} mm inside bone")
        return replace(nerve, segment_mm=(float(begin), float(min(end, length))))


def target_on(nerve: Curve, bone: Field) -> Target:
    """Target in the middle of a nerve's segment; away from the nearest bone."""
    length, at = nerve.arc_length_mm(), sum(nerve.segment_mm) / 2
    index = int(np.argmin(np.abs(length - at)))
    low = int(np.argmin(np.abs(length - at + TANGENT_HALF_CHORD_MM)))
    high = int(np.argmin(np.abs(length - at - TANGENT_HALF_CHORD_MM)))
    tangent = unit(nerve.points_mm[high] - nerve.points_mm[low])
    normal = gradient(bone, nerve.points_mm[index][None])[0]
    away = normal - (normal @ tangent) * tangent
    if not np.linalg.norm(away) > 1e-3:
        raise InputError("anatomy: no bone lies beside the nerve's target; move its segment_mm to the process")
    return Target(nerve.points_mm[index], tangent, unit(away), nerve.diameter_mm / 2)


def _parts(
    source: Source, fields: Mapping[str, Field], wanted: Wanted, course: _Course, target: Target, centre: FloatArray
) -> tuple[Parts, list[str]]:
    found = source.found
    role = {name: found[name].structure.role for name in fields}
    bones = {name: solid for name, solid in fields.items() if role[name] == "bone"}
    soft = [(found[name].structure.tissue, solid) for name, solid in fields.items() if role[name] == "soft"]
    of = {kind: [solid for name, solid in fields.items() if role[name] == kind] for kind in ("canal", "cord")}
    cord = Union(of["cord"]) if of["cord"] else None
    canal: Field | None = Union(of["canal"]) if of["canal"] else None
    notes = []
    if canal is None and cord is not None:
        canal = Grown(cord, CORD_TO_CANAL_MM)
        notes.append(f"the canal is taken as the labelled cord and {CORD_TO_CANAL_MM:g} mm about it")
    elif canal is None and wanted.canal:
        canal = _estimated_canal(source, course)
        seen = "estimated from the vertebral foramina" if canal else "left out: no vertebra closes a foramen"
        notes.append(f"the canal is {seen}")
    body = wanted.body or source.body()
    if wanted.skin_depth_mm is not None:
        back = np.array([0.0, 1.0, 0.0])
        body = HalfSpaceField(target.point_mm + wanted.skin_depth_mm * back, back)
    parts = Parts(bones, source.far_bone(centre), tuple(soft), canal, cord, body, (centre, BOX_HALF_MM))
    return parts, notes


def _estimated_canal(source: Source, course: _Course) -> Field | None:
    """A tube through the foramina of the levels there are, as wide as their mean, and half a level beyond."""
    for level, name in course.levels.items():
        if level not in course.frames and level != "S1":
            try:
                course.frames[level] = vertebra_frame(name, source.surface(name))
            except InputError:
                continue
    frames = [course.frames[level] for level in CRANIAL if level in course.frames]
    if not frames:
        return None
    middles = np.array([frame.foramen_mm for frame in frames])
    up, down = frames[0].axes[2], frames[-1].axes[2]
    ends = np.concatenate([[middles[0] + 18.0 * up], middles, [middles[-1] - 18.0 * down]])
    return Tube(_smooth(ends), float(np.mean([frame.foramen_radius_mm for frame in frames])))


def _meshes(source: Source, fields: Mapping[str, Field], target: str) -> dict[str, TriangleMesh]:
    """Surfaces by what pictures call them."""
    groups: dict[str, list[TriangleMesh]] = {}
    for name in fields:
        structure = source.found[name].structure
        kind = "bone" if name == target else "neighbour_bone" if structure.role == "bone" else ""
        kind = "disc" if structure.tissue == "cartilage" else kind
        if kind:
            groups.setdefault(kind, []).append(source.surface(name))
    return {kind: _joined(meshes) for kind, meshes in groups.items()}


def _joined(meshes: Sequence[TriangleMesh]) -> TriangleMesh:
    starts = np.cumsum([0, *(len(points) for points, _ in meshes)])
    triangles = [faces + start for (_, faces), start in zip(meshes, starts[:-1], strict=True)]
    return np.concatenate([points for points, _ in meshes]), np.concatenate(triangles)


def _origin(wanted: Wanted, course: _Course, surface: TriangleMesh, target: Target) -> FloatArray:
    if wanted.origin_mm is not None:
        beside_mm = float(target.point_mm[0] - wanted.origin_mm[0])
        if (beside_mm < 0.0) != (course.side < 0.0):
            raise InputError(
                f"{wanted.file}: the nerve lies {abs(beside_mm):.0f} mm off origin_mm on the other side than side: "
                f"{wanted.side}, and sides are told from there; move it to the middle of the body, or leave it out"
            )
        return np.asarray(wanted.origin_mm, dtype=float)
    frame = course.frames.get(course.site.vertebra)
    if frame is not None:
        return np.round(frame.body_mm, 1)
    points = surface[0]
    middle: FloatArray = np.round((points.min(axis=0) + points.max(axis=0)) / 2, 1)
    return middle


def _smooth(points: FloatArray) -> FloatArray:
    apart = np.linalg.norm(np.diff(points, axis=0), axis=1) > 1e-6
    return smooth_curve(points[np.concatenate([[True], apart])])


def _middle(drawn: DrawnCurve) -> FloatArray:
    points = _smooth(drawn.points_mm)
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    at = sum(drawn.segment_mm) / 2 if drawn.segment_mm else float(length[-1]) / 2
    result: FloatArray = points[int(np.argmin(np.abs(length - at)))]
    return result
