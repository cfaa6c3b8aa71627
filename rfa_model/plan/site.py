"""Where a placed applicator comes to lie: its distal ends, and how far what matters is from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rfa_model.anatomy import Anatomy, Curve
from rfa_model.applicators.applicator import Applicator
from rfa_model.applicators.labels import Labels, labels_of
from rfa_model.applicators.pose import Pose
from rfa_model.placement import Way, way_of
from rfa_model.placement.clearance import NEEDLE_LENGTH_MM, STEP_MM

ON_SURFACE_MM = 1e-6
NAMED_PARTS = {"bone": "bone", "canal": "spinal canal"}
AXES = (("left", "right"), ("posterior", "anterior"), ("cranial", "caudal"))


@dataclass(frozen=True)
class Site:
    """Distances are those of surfaces, mm; negative where they overlap.

    Attributes
    ----------
    distal_mm : mapping of str to (3,) array
        Distal end of each body by its name, patient frame (LPS).
    nerves_mm : mapping of str to float
        From each nerve that is to be taken to the whole applicator.
    spared_mm : mapping of str to float
        From each nerve that is to be spared to the nearest contact.
    parts_mm : mapping of str to float
        From bone and spinal canal to the nearest contact, where the anatomy has them.
    depth_mm : float or None
        Of the deepest distal end under the skin; None in a body without end.
    way : Way
        How the applicator comes to lie there.
    called : mapping of str to str
        Nerves by name, as the clinic calls them.
    labels : Labels
        What a reader calls the applicator and its contacts.
    """

    distal_mm: Mapping[str, NDArray[np.float64]]
    nerves_mm: Mapping[str, float]
    spared_mm: Mapping[str, float]
    parts_mm: Mapping[str, float]
    depth_mm: float | None
    way: Way
    called: Mapping[str, str]
    labels: Labels

    def words(self) -> str:
        """Return where it lies, one line for the terminal."""
        ends = [f"{self._called(name)} distal end {_where(end)}".strip() for name, end in self.distal_mm.items()]
        nerves = [f"{self.labels.whole} to {self._called(name)} {mm:+.1f} mm" for name, mm in self.nerves_mm.items()]
        near = [f"{self._called(name)} {mm:+.1f}" for name, mm in (*self.parts_mm.items(), *self.spared_mm.items())]
        contacts = [f"{self.labels.contacts} to {', '.join(near)} mm"] if near else []
        depth = [] if self.depth_mm is None else [f"{self.depth_mm:.0f} mm under the skin"]
        return "; ".join([f"{', '.join(ends)} of the anatomy's origin", *nerves, *contacts, *depth])

    def way_in_words(self) -> str:
        """Return how it comes there, one line for the terminal."""
        way = self.way
        oblique = _degrees(way.oblique_deg, "oblique", "contralateral oblique")
        at = f"at {oblique}, {_degrees(way.caudal_deg, 'caudal', 'cranial')}"
        if way.entry_mm is None or way.length_mm is None:
            return at
        entry = _where(way.entry_mm)
        return f"{at}, through the skin {entry} of the anatomy's origin, {way.length_mm:.0f} mm from there to the end"

    def _called(self, name: str) -> str:
        return self.called.get(name) or name.replace("_", " ")


def site_of(applicator: Applicator, pose: Pose, anatomy: Anatomy) -> Site:
    """Return where an applicator lies in an anatomy."""
    curves = {name: item for name, item in anatomy.structures.items() if isinstance(item, Curve)}
    samples = applicator.samples_mm(NEEDLE_LENGTH_MM, STEP_MM)
    metal = pose.to_patient(samples[applicator.contact_distance_mm(samples) <= ON_SURFACE_MM])
    parts = {words: float(anatomy.distance_mm(part, metal).min()) for part, words in NAMED_PARTS.items()}
    ends = {placed.name: pose.to_patient(placed.pose.translation_mm) for placed in applicator.bodies}
    depth = -float(anatomy.distance_mm("body", np.array(list(ends.values()))).min())
    return Site(
        distal_mm=ends,
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
        way=way_of(pose, anatomy),
        called={name: curve.words for name, curve in {**anatomy.nerves, **curves}.items()},
        labels=labels_of(applicator),
    )


def _nearest(curve: Curve, distance_mm: NDArray[np.float64]) -> float:
    return float(distance_mm.min()) - 0.5 * curve.diameter_mm


def _where(point_mm: NDArray[np.float64]) -> str:
    sides = zip(point_mm, AXES, strict=True)
    return ", ".join(f"{abs(x):.1f} mm {names[0] if x >= 0 else names[1]}" for x, names in sides)


def _degrees(angle_deg: float, positive: str, negative: str) -> str:
    return f"{abs(angle_deg):.0f}° {positive if angle_deg >= -0.5 else negative}"
