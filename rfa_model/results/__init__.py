"""The results folder: written whole, read back by everyone else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rfa_model.metrics.data import ArmData, FieldSeries, History
    from rfa_model.metrics.summary import ArmMetrics
    from rfa_model.results.reader import ArmResults, Results, read_results
    from rfa_model.results.comparison import comparison_table
    from rfa_model.results.writer import ResultsWriter

_HOME = {
    "ArmData": "rfa_model.metrics.data",
    "ArmMetrics": "rfa_model.metrics.summary",
    "ArmResults": "rfa_model.results.reader",
    "FieldSeries": "rfa_model.metrics.data",
    "History": "rfa_model.metrics.data",
    "Results": "rfa_model.results.reader",
    "ResultsWriter": "rfa_model.results.writer",
    "comparison_table": "rfa_model.results.comparison",
    "read_results": "rfa_model.results.reader",
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


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)
