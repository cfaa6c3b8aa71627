"""A study as one page with its pictures."""

from __future__ import annotations

from pathlib import Path

from rfa_model.studies.results import StudyResults


def write_page(results: StudyResults) -> list[Path]:
    """Draw."""
    return []
