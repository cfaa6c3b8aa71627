"""What pictures draw as the lesion: the criterion that an arm's numbers are led by, and how far tissue is beyond it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rfa_model.drawing import style
from rfa_model.laws import Criterion
from rfa_model.laws.criterion import Quantity
from rfa_model.metrics.data import FieldSeries
from rfa_model.metrics.entry import ArmEntry
from rfa_model.metrics.evaluate import main_criterion
from rfa_model.metrics.lesion import transform
from rfa_model.metrics.mesh import TetMesh
from rfa_model.metrics.sampling import Sampler, locate
from rfa_model.results.bracket import AT_REST, criterion_words, harmed_at_rest

Array = NDArray[np.float64]
COLUMNS: dict[Quantity, str] = {"damage": "damage", "peak_temperature": "peak_temperature_C", "cem43": "cem43_min"}
NO_LESION = -1.0
"""Excess of nodes where no criterion was asked for, or its quantity is not known."""


@dataclass(frozen=True)
class DrawnLesion:
    """An arm's lesion by one criterion, in `words` with the mark that its numbers bear in tables; `leading`: the one
    that pictures draw where they draw one alone.
    """

    criterion: Criterion
    words: str
    leading: bool = True

    @property
    def name(self) -> str:
        """Of the criterion."""
        return self.criterion.name

    @property
    def label(self) -> str:
        """For legends: ``lesion (peak ≥ 51.4 °C)``."""
        return f"lesion ({self.words})"

    @property
    def colour(self) -> str:
        """Of the criterion."""
        return style.criterion_colour(self.name)

    @property
    def line(self) -> style.Line:
        """Its edge where it is drawn as a line, or its volume over time."""
        return style.criterion_line(self.name, leading=self.leading)

    def column(self, excess: Array) -> dict[str, Array]:
        """What the lesion is drawn by, with its unit in its name, from the excess over the criterion's level."""
        values = excess + self.criterion.interpolated_level
        return {COLUMNS[self.criterion.quantity]: np.exp(values) if self.criterion.logarithmic else values}


def drawn_lesions(criteria: Mapping[str, Criterion], entry: ArmEntry) -> tuple[DrawnLesion, ...]:
    """An arm's lesions, that by the criterion shown first in front.

    Parameters
    ----------
    criteria : the scenario's, by name.
    entry : the arm's entry of ``summary.json``.
    """
    names = [name for name in criteria if name in entry["lesions"]]
    first = main_criterion(names)
    names = sorted(names, key=lambda name: name != first)
    words = {name: criterion_words(name, entry) + (AT_REST if harmed_at_rest(entry, name) else "") for name in names}
    return tuple(DrawnLesion(criteria[name], words[name], name == first) for name in names)


def excess(fields: FieldSeries, criterion: Criterion) -> Array:
    """By how much nodes are beyond a criterion's level at the end of the run, (N,), as it is interpolated.

    Where it is 0 the lesion ends: a difference of the quantity, of its logarithm where that is what is interpolated.
    """
    values = transform(criterion.of(fields.exposure), criterion.logarithmic)
    return np.asarray(values - criterion.interpolated_level, dtype=float)


def excess_over_time(fields: FieldSeries, criterion: Criterion) -> Array:
    """The same by each snapshot, (K, N); the last is the run's own final field, a row of NaN is not known.

    CEM43 has no history, so it is known at the end alone. Peak temperature is that of the snapshots so far.
    """
    over_time = criterion.values(fields.exposures)
    found = np.full((len(fields.times_s), len(fields.points_mm)), np.nan)
    if over_time is not None:
        found[:] = transform(over_time, criterion.logarithmic) - criterion.interpolated_level
    found[-1] = excess(fields, criterion)
    return found


def locate_within(mesh: TetMesh, inside: NDArray[np.bool_], points_mm: Array) -> Sampler:
    """Where points (P, 3) lie in the tetrahedra that have a node `inside` (N,); elsewhere a sampled value is NaN.

    Linear interpolation reaches a level in no other: a point that is NaN is not in the lesion, like one in the metal.
    """
    return locate(TetMesh(mesh.points_mm, mesh.tets[inside[mesh.tets].any(axis=1)]), points_mm)
