"""Applicators that no library holds: a ball, a lead with rings, a pair of needles."""

import math

import numpy as np

from rfa_model.applicators import Applicator, Bore, Contact, PlacedBody, Pose, Probe, Rod, ThermalSolid, side_by_side
from rfa_model.applicators.needle import POLYMER, STEEL
from rfa_model.applicators.pose import rotation_about

METAL, PLASTIC = ThermalSolid.of(STEEL), ThermalSolid.of(POLYMER)
BALL_RADIUS_MM = 1.0


def of_rod(rod: Rod, contacts: dict[str, tuple[str, ...]], name: str) -> Applicator:
    """A rod whose contacts are of steel and whose other parts are of plastic."""
    metal = {part for parts in contacts.values() for part in parts}
    solids = tuple(METAL if part in metal else PLASTIC for part in rod.part_names)
    return Applicator((PlacedBody(rod, solids),), tuple(Contact(*contact) for contact in contacts.items()), (), name)


def flat_needle() -> Applicator:
    """A needle with a flat distal face."""
    return of_rod(Rod(1.2, (("tip", 5.0), ("shaft", math.inf))), {"tip": ("tip",)}, "flat")


def bevelled(diameter_mm: float, angle_deg: float, bore: Bore | None = None) -> Applicator:
    """A needle of 10 mm bare metal whose end is cut by a slanted plane."""
    rod = Rod(diameter_mm, (("tip", 10.0), ("shaft", math.inf)), bore=bore, bevel_angle_deg=angle_deg)
    coolants = () if bore is None else (None,)
    return Applicator((PlacedBody(rod, (METAL, PLASTIC), coolants),), (Contact("tip", ("tip",)),), (), "bevelled")


def ball(radius_mm: float = BALL_RADIUS_MM) -> Applicator:
    """A ball of metal without a shaft; its distal pole is the origin."""
    rod = Rod(2.0 * radius_mm, (("ball", 2.0 * radius_mm),), radius_mm, radius_mm)
    return of_rod(rod, {"ball": ("ball",)}, "ball")


def lead(rings: int = 8, ring_mm: float = 1.5, gap_mm: float = 0.5, diameter_mm: float = 1.27) -> Applicator:
    """A lead: a rounded insulating end, then rings with insulation between them, then insulation without end."""
    segments = [("end", 1.0)]
    for i in range(1, rings + 1):
        segments += [(f"ring_{i}", ring_mm), (f"gap_{i}", gap_mm if i < rings else math.inf)]
    contacts = {f"ring_{i}": (f"ring_{i}",) for i in range(1, rings + 1)}
    return of_rod(Rod(diameter_mm, tuple(segments), distal_rounding_mm=0.3), contacts, "lead")


def needle() -> Applicator:
    """A slim needle with a hemispherical end."""
    return Probe(
        name="needle",
        kind="conventional",
        outer_diameter_mm=0.9,
        tip_length_mm=5.0,
        tip_rounding_mm=0.45,
        sensor_offset_mm=-0.5,
    ).applicator()


def pair(apart_mm: float = 8.0, angle_deg: float = 0.0) -> Applicator:
    """Two needles beside each other along x, leaning away from each other by ``angle_deg`` in all."""

    def pose(side: float) -> Pose:
        turn = rotation_about((0.0, 1.0, 0.0), 0.5 * side * angle_deg)
        return Pose(turn, np.array([0.5 * side * apart_mm, 0.0, 0.0]))

    return side_by_side("pair", {"left": needle().at(pose(-1.0)), "right": needle().at(pose(1.0))})
