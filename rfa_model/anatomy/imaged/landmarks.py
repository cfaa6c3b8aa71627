"""Landmarks of a medial branch on a vertebra's surface: proposed from its shape, for somebody to look at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rfa_model.anatomy.base import FloatArray, TriangleMesh
from rfa_model.anatomy.imaged.surface_path import SurfaceGraph
from rfa_model.anatomy.imaged.vertebra import VertebraFrame
from rfa_model.errors import InputError

# Beside the middle within which a superior articular process ends (Panjabi MM et al., Spine 1992;17:299: facets of the
# lumbar spine lie 20 to 40 mm apart).
SUPERIOR_PROCESS_MM = (7.0, 30.0)
# Assumed for the sacrum, from Visible-Human bones: where the process ends, and how far beside it the ala is highest.
SACRAL_PROCESS_MM, ALA_MM = (12.0, 34.0), (9.0, 30.0)
LEAST_GROOVE_MM = 1.5
# Assumed: the nerve's course from the junction on, as for the parametric level backwards and down at about 45°, and a
# little towards the middle, where the notch between mamillary and accessory process lies.
NECK = np.array([-0.25, 0.73, -0.64])
NOTCH_MM = 9.5
LAMINA = np.array([-6.0, 5.0, -8.0])
OUTLINE_MM = 1.0
MOST_STEPS = 40
# Whatever lies farther back than both tips is lamina or the process of the joint below.
BEHIND_TIPS_MM = 3.0


@dataclass(frozen=True)
class Landmarks:
    """Points on the bone's surface (LPS, mm), all on one side.

    Attributes
    ----------
    superior_tip_mm : (3,) array
        Top of the superior articular process.
    transverse_tip_mm : (3,) array
        Tip of the transverse process; of the sacrum, the top of the ala.
    junction_mm : (3,) array
        Where the superior articular process meets the upper border of the transverse process, or the ala.
    notch_mm : (3,) array
        Between mamillary and accessory process.
    lamina_mm : (3,) array
        Where the nerve leaves the bone over the lamina.
    proposed : tuple of str
        Those that were found from the shape; the others were given.
    """

    superior_tip_mm: FloatArray
    transverse_tip_mm: FloatArray
    junction_mm: FloatArray
    notch_mm: FloatArray
    lamina_mm: FloatArray
    proposed: tuple[str, ...] = ()

    def points(self) -> dict[str, FloatArray]:
        """Name -> point."""
        return {name: getattr(self, f"{name}_mm") for name in NAMES}

    def shifted(self, by_mm: FloatArray) -> Landmarks:
        """The same elsewhere."""
        return Landmarks(
            **{f"{name}_mm": point + by_mm for name, point in self.points().items()}, proposed=self.proposed
        )


NAMES = ("superior_tip", "transverse_tip", "junction", "notch", "lamina")


def find_landmarks(
    name: str, surface: TriangleMesh, frame: VertebraFrame, side: float, given: dict[str, FloatArray] | None = None
) -> Landmarks:
    """Propose the landmarks that are not given.

    Parameters
    ----------
    name : str
        Of the bone, for messages.
    surface : (points, triangles)
        Closed; LPS, mm.
    frame : VertebraFrame
    side : float
        +1 left, −1 right.
    given : mapping of str to (3,) array
        Of `NAMES`.

    Raises
    ------
    InputError
        If the bone has no such processes, as where it is cut off.
    """
    known, points = dict(given or {}), surface[0]
    graph = SurfaceGraph(*surface)
    local = frame.local(points)
    lateral, back, up = local[:, 0] * side, local[:, 1], local[:, 2]
    canal_back = float(frame.local(frame.foramen_mm)[1])
    behind = back > canal_back - frame.foramen_radius_mm
    proposed = tuple(one for one in NAMES if one not in known)
    if "superior_tip" not in known:
        low, high = SACRAL_PROCESS_MM if frame.is_sacrum else SUPERIOR_PROCESS_MM
        known["superior_tip"] = _extreme(
            points, up, behind & (lateral > low) & (lateral < high), f"{name}: no superior articular process"
        )
    if "transverse_tip" not in known and frame.is_sacrum:
        beside = lateral - float(frame.local(known["superior_tip"])[0]) * side
        high_ala = behind & (beside > ALA_MM[0]) & (beside < ALA_MM[1])
        known["transverse_tip"] = _extreme(points, up, high_ala, f"{name}: no ala")
    elif "transverse_tip" not in known:
        known["transverse_tip"] = _extreme(points, lateral, behind, f"{name}: no transverse process")
    if "junction" not in known:
        ends = [frame.local(known[one]) * [side, 1.0, 1.0] for one in ("superior_tip", "transverse_tip")]
        outline = np.concatenate([points, _between(*surface)])
        place = frame.local(outline) * [side, 1.0, 1.0]
        low, high = canal_back - frame.foramen_radius_mm, max(ends[0][1], ends[1][1]) + BEHIND_TIPS_MM
        chosen = np.flatnonzero((place[:, 1] > low) & (place[:, 1] < high))
        corner, depth = _corner(place[:, 0], place[:, 2], chosen, ends[0], ends[1])
        if frame.is_sacrum and depth < LEAST_GROOVE_MM:
            raise InputError(
                f"{name}: no groove between the ala and the articular process of S1 is found in it; give landmarks_mm, "
                "or segment the whole upper end of the sacrum"
            )
        known["junction"] = outline[corner]
    turned = frame.axes * np.array([[side], [1.0], [1.0]])
    if "notch" not in known:
        known["notch"] = graph.nearest(known["junction"] + NOTCH_MM * NECK @ turned)
    if "lamina" not in known:
        known["lamina"] = graph.nearest(known["notch"] + LAMINA @ turned)
    return Landmarks(**{f"{one}_mm": np.asarray(known[one], dtype=float) for one in NAMES}, proposed=proposed)


def _extreme(points: FloatArray, height: FloatArray, among: NDArray[np.bool_], problem: str) -> FloatArray:
    if not among.any():
        raise InputError(f"{problem} is found; give landmarks_mm, or segment the whole vertebra")
    chosen = np.flatnonzero(among)
    result: FloatArray = points[chosen[int(height[chosen].argmax())]]
    return result


def _corner(
    lateral: FloatArray, up: FloatArray, among: NDArray[np.int64], tip: FloatArray, end: FloatArray
) -> tuple[int, float]:
    """Vertex of the upper outline, as seen from behind, that lies farthest below the line between two tips, and by how
    much, mm.
    """
    chord = _unit(np.array([end[0] - tip[0], end[2] - tip[2]]))
    chosen, lowest = int(among[0]), -np.inf
    for at in np.arange(tip[0], end[0], OUTLINE_MM):
        strip = among[np.abs(lateral[among] - at) < OUTLINE_MM]
        if not strip.size:
            continue
        top = int(strip[int(up[strip].argmax())])
        depth = (lateral[top] - tip[0]) * chord[1] - (up[top] - tip[2]) * chord[0]
        if depth > lowest:
            chosen, lowest = top, depth
    return chosen, float(lowest)


def _between(points: FloatArray, triangles: NDArray[np.int64]) -> FloatArray:
    """Points on triangles that are larger than a strip of the outline is wide, as dense as the strips."""
    corners = points[triangles]
    longest = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max(axis=1)
    counts = np.minimum(np.ceil(longest / OUTLINE_MM), MOST_STEPS).astype(int)
    found = [np.zeros((0, 3))]
    for count in np.unique(counts[counts > 1]).tolist():
        shares = [[i, j, count - i - j] for i in range(count + 1) for j in range(count + 1 - i)]
        found.append(np.einsum("sk,nkd->nsd", np.array(shares) / count, corners[counts == count]).reshape(-1, 3))
    return np.concatenate(found)


def _unit(vector: FloatArray) -> FloatArray:
    return vector / max(float(np.linalg.norm(vector)), 1e-12)
