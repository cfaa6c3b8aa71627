"""Cell means and extremes of nodal fields, looked up while they are those of one of the last few iterates.

Only arrays that cannot be written are remembered, which is taken to mean that they do not change.
"""

from collections import deque
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rfa_model.physics.assembly import Cells

Array = NDArray[np.float64]
REMEMBERED = 4
"""Fields that were asked for last for the first time: enough for an iterate, the one before it, and a step's start."""


def frozen(values: Array) -> Array:
    """Return the array itself, which cannot be written from then on."""
    values.flags.writeable = False
    return values


@dataclass
class _Seen:
    field: Array
    mean: Array | None = None
    extremes: tuple[float, float] | None = None


@dataclass
class CellMeans:
    """Of fields on some cells.

    Attributes
    ----------
    cells : Cells
    """

    cells: Cells
    _seen: deque[_Seen] = field(default_factory=lambda: deque(maxlen=REMEMBERED), init=False)

    def mean(self, values: Array) -> Array:
        """Return the means (cells,) of nodal values."""
        seen = self._of(values)
        if seen.mean is None:
            seen.mean = frozen(self.cells.mean(values))
        return seen.mean

    def extremes(self, values: Array) -> tuple[float, float]:
        """Return the least and the largest nodal value."""
        seen = self._of(values)
        if seen.extremes is None:
            seen.extremes = float(values.min()), float(values.max())
        return seen.extremes

    def _of(self, values: Array) -> _Seen:
        if values.flags.writeable:
            return _Seen(values)
        for seen in self._seen:
            if seen.field is values:
                return seen
        self._seen.append(_Seen(values))
        return self._seen[-1]
