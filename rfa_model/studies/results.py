"""A study's trials as a table, and its estimates: what is asked of a folder, or of a study just run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rfa_model._small_files import contents
from rfa_model.assurance.uncertainty.changes import Path as Place
from rfa_model.errors import InputError
from rfa_model.studies.fields import unpacked_fields
from rfa_model.studies.read import PlannedStudy, load_study
from rfa_model.studies.record import Column, Recorder
from rfa_model.studies.store import STUDY_FILE, Store, read_rows, read_summary

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

FloatArray = NDArray[np.float64]
UNITS = {"_mm": "mm", "_deg": "°", "_C": "°C", "_s": "s", "_W": "W"}


@dataclass(frozen=True)
class StudyResults:
    """Trials and the study they belong to.

    Attributes
    ----------
    folder : Path
    planned : PlannedStudy
        With the samples that were asked for.
    table : pyarrow.Table
        One row a trial: ``index`` of its draw, ``arm``, ``resolution``, ``status``, the values drawn (``x.<name>``),
        events, quantities, and why one has none (``reason``).
    summary : mapping
        ``study.json``.
    """

    folder: Path
    planned: PlannedStudy
    table: pa.Table
    summary: Mapping[str, object]

    def to_pandas(self) -> pd.DataFrame:
        """Return the table as a data frame."""
        frame: pd.DataFrame = self.table.to_pandas()
        return frame

    @cached_property
    def _store(self) -> Store:
        return Store(self.folder, self.planned)

    @property
    def recorder(self) -> Recorder:
        """What is kept of every trial."""
        return self._store.recorder

    @cached_property
    def columns(self) -> dict[str, Column]:
        """Recorded quantities by name."""
        return {column.name: column for column in self.recorder.columns()}

    @property
    def arms(self) -> list[str]:
        """Names of the arms."""
        return self.planned.arms

    def rows(self, arm: str, resolution: str | None = None, *, solved: bool = True) -> dict[int, Mapping[str, object]]:
        """Rows of an arm by the index of their draw; at the study's resolution unless told otherwise."""
        found = self._by_arm.get((arm, resolution or self.planned.study.resolution), {})
        return {index: row for index, row in found.items() if row["status"] == "solved" or not solved}

    def values(self, arm: str, name: str, resolution: str | None = None) -> dict[int, float]:
        """One quantity or event of an arm by the index of its draw, where it has a value; events are 0 and 1."""
        found = {index: row.get(name) for index, row in self.rows(arm, resolution).items()}
        return {index: float(value) for index, value in found.items() if isinstance(value, bool | int | float)}

    def draws(self, arm: str, name: str, resolution: str | None = None) -> dict[int, object]:
        """The values of a name of ``vary`` by the index of the draw."""
        return {index: row[f"x.{name}"] for index, row in self.rows(arm, resolution, solved=False).items()}

    def is_number(self, name: str) -> bool:
        """Whether a name of ``vary`` takes numbers."""
        return not self._store.texts[name]

    def placed(self, arm: str, name: str, indices: Sequence[int]) -> list[float]:
        """The numbers that draws of a name have put into an arm: added to, or multiplied with, its own."""
        drawn = self.draws(arm, name)
        place = self._place(arm, name)
        values = [drawn[index] for index in indices]
        return [
            float(found)
            for value in values
            if isinstance(value, int | float)
            for found in [self.planned.combined(name, place, value)]
            if isinstance(found, int | float)
        ]

    def axis(self, arm: str, name: str) -> str:
        """Label of an axis for :meth:`placed`, with the unit."""
        factor = self.planned.study.vary[name]
        unit = factor.unit
        if factor.how != "replace" or not unit:
            key = str(next((part for part in reversed(self._place(arm, name)) if isinstance(part, str)), ""))
            unit = next((words for end, words in UNITS.items() if key.endswith(end)), unit)
        return f"{factor.label or name.replace('_', ' ')}, {unit}".removesuffix(", ")

    def _place(self, arm: str, name: str) -> Place:
        places = self.planned.places[name]
        return next((place for place in places if place[:2] == ("arms", arm)), places[0])

    def is_draw(self, index: int) -> bool:
        """Whether a trial counts in probabilities."""
        return self.planned.study.design.is_draw(index, len(self.planned.study.vary))

    def fields(self, arm: str, index: int) -> dict[str, NDArray[np.generic]] | None:
        """Compact fields of a solved trial, see :func:`rfa_model.studies.fields.packed_fields`; None if not kept.

        Raises
        ------
        InputError
            If they are damaged.
        """
        key = str(self.rows(arm)[index]["key"])
        path = self.folder / "fields" / f"{key}.npz"
        if not key.isalnum() or not path.exists():
            return None
        try:
            return unpacked_fields(contents(path))
        except (ValueError, OSError) as error:
            raise InputError(f"{path}: damaged ({error}); remove it, and its trial is solved again") from None

    @cached_property
    def _by_arm(self) -> Mapping[tuple[str, str], dict[int, Mapping[str, object]]]:
        found: dict[tuple[str, str], dict[int, Mapping[str, object]]] = {}
        for row in self.table.to_pylist():
            found.setdefault((row["arm"], row["resolution"]), {})[row["index"]] = row
        return found


def read_study(folder: Path) -> StudyResults:
    """Read a study's folder, finished or not.

    Raises
    ------
    InputError
        If it is none, or a part of it is damaged.
    """
    folder = Path(folder)
    summary = read_summary(folder)
    if summary is None:
        raise InputError(f"{folder}: no study there, expected a folder that `rfa-model study` wrote")
    planned = load_study(folder / STUDY_FILE)
    store = Store(folder, planned)
    rows: dict[tuple[int, str, str], dict[str, bool | int | float | str | None]] = {}
    for row in read_rows(folder):
        index = row["index"]
        assert isinstance(index, int)
        rows[index, str(row["arm"]), str(row["resolution"])] = row
    store.rows |= rows
    return StudyResults(folder, planned, store.table(), summary)
