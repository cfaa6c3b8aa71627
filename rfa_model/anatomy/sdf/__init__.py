"""Signed-distance geometry: primitives, their combinations, tubes about polylines."""

from rfa_model.anatomy.sdf.combine import Difference, Intersection, Mirrored, Placed, Rigid, Shell, SmoothUnion
from rfa_model.anatomy.sdf.cylinders import Ellipsoid, EllipticCylinder, HalfSpace, RoundCylinder, RoundSlab
from rfa_model.anatomy.sdf.primitives import Blade, Plate, RoundCone, Shape, Sphere, capsule, unit
from rfa_model.anatomy.sdf.tube import Tube

__all__ = [
    "Blade",
    "Difference",
    "Ellipsoid",
    "EllipticCylinder",
    "HalfSpace",
    "Intersection",
    "Mirrored",
    "Placed",
    "Plate",
    "Rigid",
    "RoundCone",
    "RoundCylinder",
    "RoundSlab",
    "Shape",
    "Shell",
    "SmoothUnion",
    "Sphere",
    "Tube",
    "capsule",
    "unit",
]
