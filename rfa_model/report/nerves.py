"""What is known along a nerve in every arm, checked before it is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from rfa_model import library
from rfa_model.drawing import style
from rfa_model.drawing.lesion import DrawnLesion
from rfa_model.errors import InputError
from rfa_model.metrics.nerve import NerveTable
from rfa_model.results import Results

NerveTables = Mapping[str, Mapping[str, np.ndarray]]

USUAL_LEVELS = (f"isotherm_{style.ISOTHERM_C:g}C", "arrhenius")
COLUMNS = tuple(q.key for q in (NerveTable.arc_mm, NerveTable.peak_T_C, NerveTable.damage, NerveTable.inside))


def nerve_tables(results: Results, nerve: str, folder: Path) -> NerveTables:
    """Per arm the columns along a nerve.

    Raises
    ------
    InputError
        If an arm's summary lacks the nerve, or its table a column or a temperature.
    """
    return {name: _table(folder, name, nerve, arm.nerve_tables) for name, arm in results.arms.items()}


def _table(folder: Path, arm: str, nerve: str, tables: NerveTables) -> Mapping[str, np.ndarray]:
    if nerve not in tables:
        raise InputError(f"{folder}/summary.json: arm '{arm}' has no nerve '{nerve}'; run the scenario again")
    path = folder / arm / f"nerve_{nerve}.csv"
    if missing := [column for column in COLUMNS if column not in tables[nerve]]:
        raise InputError(f"{path} has no column '{missing[0]}'; run the scenario again")
    if not np.isfinite(tables[nerve]["peak_T_C"]).any():
        raise InputError(f"{path} holds no temperature; run the scenario again")
    return tables[nerve]


def marked_levels(lesion: DrawnLesion | None) -> tuple[DrawnLesion, DrawnLesion]:
    """What is marked in the strips of peak temperature and of Ω: the drawn lesion's level if it is one of that strip's,
    else 50 °C or Ω = 1.
    """
    known = [library.criteria()[name] for name in USUAL_LEVELS]
    usual = [DrawnLesion(one, one.words, leading=False) for one in known]
    own = lesion if lesion and lesion.criterion.law is None else None
    peak, damage = (own if own and own.criterion.quantity == one.criterion.quantity else one for one in usual)
    return peak, damage
