"""Where a placed needle comes to lie: its distal end, and how far what matters is from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rfa_model.anatomy import Anatomy, Curve
from rfa_model.applicators.applicator import Applicator
from rfa_model.applicators.pose import Pose
from rfa_model.placement.clearance import NEEDLE_LENGTH_MM, STEP_MM

NAMED_PARTS = {"bone": "bone", "canal": "spinal canal"}
AXES = (("left", "right"), ("posterior", "anterior"), ("cranial", "caudal"))


@dataclass(frozen=True)
class Site:
    """Distances are those of surfaces, mm; negative where they overlap.

    Attributes
    ----------
    distal_mm : (3,) array
        Distal end, patient frame (LPS).
    nerves_mm : mapping of str to float
        From each nerve that is to be taken to the whole needle.
    spared_mm : mapping of str to float
        From each nerve that is to be spared to the active tip.
    parts_mm : mapping of str to float
        From bone and spinal canal to the active tip, where the anatomy has them.
    depth_mm : float or None
        Of the distal end under the skin; None in a body without end.
    """

    distal_mm: NDArray[np.float64]
    nerves_mm: Mapping[str, float]
    spared_mm: Mapping[str, float]
    parts_mm: Mapping[str, float]
    depth_mm: float | None

    def words(self) -> str:
        """Return one line for the terminal."""
        where = ", ".join(
            f"{abs(x):.1f} mm {names[0] if x >= 0 else names[1]}" for x, names in zip(self.distal_mm, AXES, strict=True)
        )
        needle = [f"needle to {_plain(name)} {mm:+.1f} mm" for name, mm in self.nerves_mm.items()]
        near = [f"{_plain(name)} {mm:+.1f}" for name, mm in (*self.parts_mm.items(), *self.spared_mm.items())]
        tip = [f"active tip to {', '.join(near)} mm"] if near else []
        depth = [] if self.depth_mm is None else [f"{self.depth_mm:.0f} mm under the skin"]
        return "; ".join([f"distal end {where} of the anatomy's origin", *needle, *tip, *depth])


def site_of(applicator: Applicator, pose: Pose, anatomy: Anatomy) -> Site:
    """Return where a needle lies in an anatomy."""
    curves = {name: item for name, item in anatomy.structures.items() if isinstance(item, Curve)}
    samples = applicator.samples_mm(NEEDLE_LENGTH_MM, STEP_MM)
    tip = pose.to_patient(samples[samples[:, 2] <= applicator.contact_extent_mm[1]])
    parts = {words: float(anatomy.distance_mm(part, tip).min()) for part, words in NAMED_PARTS.items()}
    depth = -float(anatomy.distance_mm("body", pose.translation_mm[None])[0])
    return Site(
        distal_mm=pose.translation_mm,
        nerves_mm={
            name: _nearest(curve, applicator.distance_mm(pose.to_probe(curve.points_mm)))
            for name, curve in anatomy.nerves.items()
        },
        spared_mm={
            name: _nearest(curve, applicator.contact_distance_mm(pose.to_probe(curve.points_mm)))
            for name, curve in curves.items()
        },
        parts_mm={words: mm for words, mm in parts.items() if np.isfinite(mm)},
        depth_mm=depth if np.isfinite(depth) else None,
    )


def _nearest(curve: Curve, distance_mm: NDArray[np.float64]) -> float:
    return float(distance_mm.min()) - 0.5 * curve.diameter_mm


def _plain(name: str) -> str:
    return name.replace("_", " ")
