"""Probes as bodies: their shape in their own frame, their shaft's material, where they are placed."""

from rfa_model.applicators.geometry import ProbeGeometry, probe_distance_mm, sensor_position_mm, tip_distance_mm
from rfa_model.applicators.materials import ShaftProperties, shaft_properties
from rfa_model.applicators.placement import place
from rfa_model.applicators.pose import Pose

__all__ = [
    "Pose",
    "ProbeGeometry",
    "ShaftProperties",
    "place",
    "probe_distance_mm",
    "sensor_position_mm",
    "shaft_properties",
    "tip_distance_mm",
]
