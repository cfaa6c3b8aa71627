"""The results folder: written whole, read back by everyone else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rfa_model.results.model import ArmData, ArmMetrics, FieldSeries, History
    from rfa_model.results.reader import ArmResults, Results, read_results
    from rfa_model.results.table import comparison_table
    from rfa_model.results.writer import ResultsWriter

_HOME = {
    "ArmData": "model",
    "ArmMetrics": "model",
    "ArmResults": "reader",
    "FieldSeries": "model",
    "History": "model",
    "Results": "reader",
    "ResultsWriter": "writer",
    "comparison_table": "table",
    "read_results": "reader",
}

__all__ = [
    "ArmData",
    "ArmMetrics",
    "ArmResults",
    "FieldSeries",
    "History",
    "Results",
    "ResultsWriter",
    "comparison_table",
    "read_results",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
