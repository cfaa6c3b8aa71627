"""What is understood of a file: bones, levels, landmarks and estimated nerves of both sides, and what is doubtful."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from rfa_model.anatomy.base import Curve, FloatArray, TriangleMesh
from rfa_model.anatomy.imaged import checks, estimate
from rfa_model.anatomy.imaged.fields import MeshField
from rfa_model.anatomy.imaged.landmarks import Landmarks, find_landmarks
from rfa_model.anatomy.imaged.source import Source
from rfa_model.anatomy.imaged.vertebra import sacrum_frame, vertebra_frame
from rfa_model.anatomy.lumbar.sites import SITES
from rfa_model.errors import InputError
from rfa_model.sourced import defaults

SIDES = {"left": 1.0, "right": -1.0}


@dataclass
class Inspection:
    """Everything in the file's LPS frame, mm.

    Attributes
    ----------
    frame : str
        Where the orientation comes from.
    parts : mapping of str to mapping
        Every structure: ``volume_cm3``, ``centroid_mm``, ``low_mm``, ``high_mm``, ``cut_off``.
    levels : mapping of str to str
        Level to the name of its structure, from cranial to caudal.
    landmarks : mapping of (level, side) to Landmarks
    nerves : mapping of (level, side) to Curve
        Medial branches, estimated, by the vertebra they lie on.
    surfaces : mapping of str to (points, triangles)
        Of every bone and disc.
    warnings : list of str
    """

    frame: str
    parts: Mapping[str, Mapping[str, object]]
    levels: Mapping[str, str]
    landmarks: dict[tuple[str, str], Landmarks] = field(default_factory=dict)
    nerves: dict[tuple[str, str], Curve] = field(default_factory=dict)
    surfaces: dict[str, TriangleMesh] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """What goes into ``anatomy.json``."""
        marks: dict[str, dict[str, dict[str, list[float]]]] = {}
        for (level, side), found in self.landmarks.items():
            marks.setdefault(level, {})[side] = {name: _rounded(point) for name, point in found.points().items()}
        nerves = [
            {
                "name": curve.label,
                "side": side,
                "on": level,
                "estimated": True,
                "segment_mm": [round(s, 2) for s in curve.segment_mm],
                "points_mm": [_rounded(point) for point in curve.points_mm[::5]],
            }
            for (level, side), curve in self.nerves.items()
        ]
        return {
            "frame": {"system": "LPS", "units": "mm", "from": self.frame},
            "levels": {level: dict(self.parts[name]) | {"structure": name} for level, name in self.levels.items()},
            "others": {name: dict(part) for name, part in self.parts.items() if name not in self.levels.values()},
            "landmarks": marks,
            "nerves": nerves,
            "warnings": self.warnings,
        }


def inspect(source: Source, file: str) -> Inspection:
    """Look at all there is.

    Raises
    ------
    InputError
        If it contradicts anatomy.
    """
    for which, seen in checks.complaints(source.found):
        raise InputError(f"{file}: {seen}; mend the file; a scenario may say overrule: [{which}] if this is so")
    levels = {level: part.structure.name for level, part in checks.vertebrae(source.found).items()}
    parts = {
        name: {
            "volume_cm3": round(part.volume_cm3, 3),
            "centroid_mm": _rounded(part.centroid_mm),
            "low_mm": _rounded(part.low_mm),
            "high_mm": _rounded(part.high_mm),
            "cut_off": part.cut_off,
        }
        for name, part in source.found.items()
    }
    made = Inspection(source.frame, parts, levels, warnings=list(source.notes))
    made.warnings += [f"{name} reaches the edge of the image" for name, part in source.found.items() if part.cut_off]
    for name, part in source.found.items():
        if part.structure.role == "bone" or part.structure.tissue == "cartilage":
            made.surfaces[name] = source.surface(name)
    for site in SITES.values():
        if site.vertebra in levels:
            for side in SIDES:
                _look(made, levels[site.vertebra], site.root, side)
    if not made.nerves:
        made.warnings.append("no level's medial branch could be estimated; give landmarks or a drawn nerve")
    return made


def _look(made: Inspection, name: str, root: str, side: str) -> None:
    site, surface = SITES[root], made.surfaces[name]
    usual = defaults("medial_branch")
    try:
        frame = (sacrum_frame if site.vertebra == "S1" else vertebra_frame)(name, surface)
        marks = find_landmarks(name, surface, frame, SIDES[side])
        bone = MeshField(*surface)
        sizes = (float(usual["nerve_diameter_mm"]), float(usual["nerve_bone_gap_mm"]))
        curve = estimate.medial_branch(site, marks, surface, bone, None, *sizes)
    except InputError as error:
        made.warnings.append(f"{site.vertebra} {side}: {error}")
        return
    made.landmarks[site.vertebra, side], made.nerves[site.vertebra, side] = marks, curve


def _rounded(point: FloatArray) -> list[float]:
    return [round(float(value), 2) for value in np.asarray(point)]
