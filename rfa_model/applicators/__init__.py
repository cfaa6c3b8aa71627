"""Applicators: rigid bodies with contacts, lumens and sensors; the needles of the library; poses.

Nothing is imported until it is used: a scenario is checked without numpy.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rfa_model.applicators.applicator import Applicator
    from rfa_model.applicators.compose import side_by_side
    from rfa_model.applicators.materials import Coolant, ThermalSolid
    from rfa_model.applicators.needle import Cannula, Cooling, Probe, Solid
    from rfa_model.applicators.placed import Contact, PlacedBody, Sensor
    from rfa_model.applicators.pose import Pose
    from rfa_model.applicators.rod import Rod
    from rfa_model.applicators.rod_shape import Bore
    from rfa_model.applicators.sensor_tube import SensorTube

__all__ = [
    "Applicator",
    "Bore",
    "Cannula",
    "Contact",
    "Coolant",
    "Cooling",
    "PlacedBody",
    "Pose",
    "Probe",
    "Rod",
    "Sensor",
    "SensorTube",
    "Solid",
    "ThermalSolid",
    "side_by_side",
]

_LAZY = {
    "Applicator": "applicator",
    "Bore": "rod_shape",
    "Cannula": "needle",
    "Contact": "placed",
    "Coolant": "materials",
    "Cooling": "needle",
    "PlacedBody": "placed",
    "Pose": "pose",
    "Probe": "needle",
    "Rod": "rod",
    "Sensor": "placed",
    "SensorTube": "sensor_tube",
    "Solid": "needle",
    "ThermalSolid": "materials",
    "side_by_side": "compose",
}


def __getattr__(name: str) -> object:
    if name in _LAZY:
        return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
