"""The dataclasses a results folder is made of; they live in ``metrics`` so that imports run one way."""

from rfa_model.metrics.data import ArmData, FieldSeries, History
from rfa_model.metrics.summary import (
    ArmMetrics,
    ElectricalMetrics,
    LesionMetrics,
    NerveMetrics,
    StructureMetrics,
    TemperatureMetrics,
)

__all__ = [
    "ArmData",
    "ArmMetrics",
    "ElectricalMetrics",
    "FieldSeries",
    "History",
    "LesionMetrics",
    "NerveMetrics",
    "StructureMetrics",
    "TemperatureMetrics",
]
