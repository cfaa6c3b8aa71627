"""The dorsal root ganglion of a lumbar root: a swelling of the spinal nerve in the foramen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from rfa_model.anatomy.base import Curve, FloatArray, Surface, Target
from rfa_model.anatomy.lumbar.guides import arc_length
from rfa_model.anatomy.lumbar.level import LumbarLevel
from rfa_model.anatomy.sdf import Tube
from rfa_model.anatomy.sdf.primitives import unit
from rfa_model.errors import InputError

KEY = "dorsal_root_ganglion"
BACK_AND_OUT = np.array([0.5, np.sqrt(0.75), 0.0])
"""Out of the foramen, 30° off straight back: the way that needles come."""
TANGENT_HALF_CHORD = 13


class LumbarGanglion(LumbarLevel):
    """A lumbar level whose target is the dorsal root ganglion of a root, L1 to L5; see :class:`LumbarLevel`.

    The ganglion is a capsule along the spinal nerve, as wide and long as published, its middle as far along the root
    from the medial border of the pedicle; the spinal nerve beyond it, with its ventral ramus, is to be spared.

    Raises
    ------
    InputError
        If a parameter is out of range.
    """

    def __init__(self, root: str, side: str = "left") -> None:
        super().__init__(root, side)
        dims = self.stack.above.dims
        if not np.isfinite(dims.ganglion_width_mm):
            raise InputError(f"anatomy.root: no ganglion of {root} in the table; choose one of L1 … L5")
        spinal, sign = self.structures["spinal_nerve"], np.array([1.0 if side == "left" else -1.0, 1.0, 1.0])
        assert isinstance(spinal, Curve)
        line, radius = spinal.points_mm * sign, 0.5 * dims.ganglion_width_mm
        length = arc_length(line)
        border = self.stack.above.motion.apply(self.stack.above.marks.pedicle)[0] - 0.5 * dims.pedicle_width_mm
        middle = float(length[np.argmax(line[:, 0] >= border)]) + dims.ganglion_from_pedicle_mm
        near = np.abs(length - middle) <= 0.5 * dims.ganglion_length_mm
        core = np.abs(length - middle) <= max(0.5 * dims.ganglion_length_mm - radius, 0.3)
        ganglion = line[near]
        self._tissue_map.tubes = [*self._tissue_map.tubes, Tube(line[core], radius)]
        label, place = f"{root} dorsal root ganglion", f"in the {root} foramen"
        beyond = line[length >= middle + 0.5 * dims.ganglion_length_mm]
        rest = (0.0, float(arc_length(beyond)[-1]))
        whole = (0.0, float(arc_length(ganglion)[-1]))
        self.nerves: Mapping[str, Curve] = {
            KEY: Curve(KEY, ganglion * sign, dims.ganglion_width_mm, whole, label, place)
        }
        self.structures: Mapping[str, Curve | Surface] = {
            **self.structures,
            "spinal_nerve": replace(spinal, points_mm=beyond * sign, segment_mm=rest),
        }
        self.target = _target(line, int(np.argmin(np.abs(length - middle))), radius, sign)


def _target(line: FloatArray, at: int, radius_mm: float, sign: FloatArray) -> Target:
    tangent = unit(line[at + TANGENT_HALF_CHORD] - line[at - TANGENT_HALF_CHORD])
    away = unit(BACK_AND_OUT - (BACK_AND_OUT @ tangent) * tangent)
    return Target(line[at] * sign, tangent * sign, away * sign, radius_mm)
