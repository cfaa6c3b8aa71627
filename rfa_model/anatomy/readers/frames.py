"""Units and axes of files that say nothing of them."""

from __future__ import annotations

from typing import Literal

import numpy as np

from rfa_model.anatomy.base import FloatArray
from rfa_model.errors import InputError

Units = Literal["mm", "cm", "m"]
UNITS_MM: dict[Units, float] = {"mm": 1.0, "cm": 10.0, "m": 1000.0}
SENSES = {"L": (0, 1.0), "R": (0, -1.0), "P": (1, 1.0), "A": (1, -1.0), "S": (2, 1.0), "I": (2, -1.0)}


def to_lps(axes: str, units: Units = "mm") -> FloatArray:
    """Matrix from a file's coordinates to LPS in mm, shape (3, 3).

    Parameters
    ----------
    axes : str
        Where the file's x, y and z run to: ``LPS``, ``RAS``, ``ALS``.
    units : {"mm", "cm", "m"}

    Raises
    ------
    InputError
        If these are not three letters for three directions.
    """
    matrix = np.zeros((3, 3))
    if len(axes) == 3 and all(letter in SENSES for letter in axes):
        for column, letter in enumerate(axes):
            row, sense = SENSES[letter]
            matrix[row, column] = sense
    if abs(np.linalg.det(matrix)) != 1.0:
        raise InputError(
            f"axes: '{axes}' does not say where x, y and z run to; expected one letter each of L or R, P or A, S or I, "
            "such as LPS or RAS"
        )
    return matrix * UNITS_MM[units]
