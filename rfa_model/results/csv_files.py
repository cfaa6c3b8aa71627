"""CSV with a header row; an empty cell is a value that does not apply (NaN), where numpy's ``savetxt`` writes ``nan``.

numpy's ``genfromtxt`` takes half as long again to read it, and takes a damaged number for one that does not apply.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from rfa_model.errors import InputError
from rfa_model._small_files import text

_LARGEST = 32 * 2**20
"""Bytes; an hour in steps of 0.1 s takes 15 MB."""


def write_csv(path: Path, columns: Mapping[str, np.ndarray]) -> None:
    """Write equally long columns; whole numbers and booleans as integers, the rest with ten digits."""
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"columns of different lengths: {lengths}")
    text = [[_cell(v) for v in values] for values in columns.values()]
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*text, strict=True))


def _cell(value: float | bool | np.generic) -> str:
    if isinstance(value, bool | np.bool_ | int | np.integer):
        return str(int(value))
    return f"{value:.10g}" if np.isfinite(value) else ""


def read_csv(path: Path) -> dict[str, np.ndarray]:
    """Read columns of floats, NaN for empty cells.

    Raises
    ------
    InputError
        If the file is missing, has no header, or a row or number is malformed.
    """
    try:
        header, *rows = csv.reader(io.StringIO(text(path, _LARGEST), newline=""))
        if any(len(row) != len(header) for row in rows):
            raise ValueError("a row has another number of cells than the header")
        data = np.array([[float(cell) if cell else np.nan for cell in row] for row in rows]).reshape(-1, len(header))
    except (OSError, ValueError, csv.Error) as error:
        raise InputError(f"{path}: not a readable table of this program: {error}") from error
    return {name: data[:, i] for i, name in enumerate(header)}
