"""One edge per tissue and one start per study, fitted jointly to all asserted bands: Bayes on a grid.

What is not known is given a prior and is the same for every band it belongs to: the edge of visible coagulation per
tissue (normal about a common mean, see :data:`EDGE_SPREAD_C`), the start per study (even from room to body
temperature), what fills the cannulas' bores on all benches (air or fluid, evens). A band's likelihood is 1 where our
number lies in it and falls off outside as a normal with the scatter below; a band counts once, however many
configurations it has.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rfa_model.assurance.validation.bands import Band, Quantity, Reading, bench
from rfa_model.assurance.validation.emulate import EDGES_C, FILLINGS, STARTS_C, Emulated
from rfa_model.assurance.validation.trials import Filling, Trial

Array = NDArray[np.float64]

EDGE_GRID_C: Array = np.arange(45.0, 64.01, 0.25)
START_GRID_C: Array = np.arange(21.0, 37.01, 1.0)
MEAN_GRID_C: Array = np.arange(45.0, 64.01, 0.5)
EDGE_SPREAD_C = 3.0
"""Of the tissues' edges about their mean: proteins turn opaque over so many degrees."""
RATIO_SCATTER, VOLUME_SCATTER, LENGTH_SCATTER_MM, SPHERICITY_SCATTER = 0.04, 0.10, 0.75, 0.02
"""Of a mean over repeats, tissue and model together; one setting scatters by up to 3 mm in diameter (goldberg1995)."""
ALIKE_FROM_GAUGE = 22
"""From here on the filling does not matter: with air the width of a 22G lesion is 0.6 to 0.9 % more."""
SHAPE = (len(FILLINGS), len(EDGE_GRID_C), len(START_GRID_C))


class NotEmulated(Exception):
    """A reading whose run is not in the table."""


@dataclass(frozen=True)
class Predicted:
    """A band over the grid: our number per configuration, (configurations, fillings, edges, starts); NaN: no lesion."""

    band: Band
    labels: tuple[str, ...]
    values: Array

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Whether each configuration lies in the band, same shape."""
        low, high = self._limits
        within = (
            (self.values > low) & (self.values < high)
            if self.band.open
            else (self.values >= low) & (self.values <= high)
        )
        return np.asarray(within)

    @property
    def log_likelihood(self) -> Array:
        """Mean over the configurations, (fillings, edges, starts)."""
        low, high = self._limits
        outside = np.maximum(np.maximum(low - self.values, self.values - high), 0.0)
        far = np.where(np.isnan(self.values), 10.0, outside / self._scatter(low, high))
        return np.asarray(-0.5 * (np.minimum(far, 10.0) ** 2).mean(axis=0))

    @property
    def is_ratio(self) -> bool:
        """Whether it forgets the calibration in mm."""
        return self.band.how in ("ratio", "percent")

    @property
    def _limits(self) -> tuple[float, float]:
        low, high = self.band.low, self.band.high
        return (-np.inf if low is None else float(low)), (np.inf if high is None else float(high))

    def _scatter(self, low: float, high: float) -> float:
        edge = next(value for value in (high, low) if np.isfinite(value))
        if self.band.quantity == "sphericity":
            return SPHERICITY_SCATTER
        share = VOLUME_SCATTER if self.band.quantity == "volume_mm3" else RATIO_SCATTER
        if self.band.how == "ratio":
            return share * edge
        return share * (100.0 + edge) if self.band.how == "percent" else LENGTH_SCATTER_MM


class Emulator:
    """Sizes at any edge and start, from runs from two starts: linear in the start, at one place between start and set.

    By that place, (edge − start)/(set − start), a field that only conducts is the same from every start; σ(T) and k(T)
    bend it by a few per cent. So a run from the warmer start may be missing: then that of the colder one stands for it.
    In a 22G needle, whose bore the sensor's tube all but fills, air is taken as fluid.
    """

    def __init__(self, table: Sequence[Emulated]) -> None:
        self._rows = {_key(one.trial, one.hold_s): one for one in table}

    def predict(self, band: Band) -> Predicted:
        """Return a band over the grid; NotEmulated if a run from the colder start is missing."""
        readings = list(band.readings())
        flat = [one for _, of, base in readings for one in (of, base) if one is not None]
        values = np.empty((len(readings), *SHAPE))
        for n, wanted in enumerate(FILLINGS):
            # A band compares like with like: one filling, and the same starts, for all it reads.
            tried = all(self._has(one, STARTS_C[0], wanted) for one in flat)
            filling = wanted if tried else FILLINGS[0]
            both = all(self._has(one, STARTS_C[1], filling) for one in flat)
            for m, (_, of, base) in enumerate(readings):
                value = self._sizes(of, band.quantity, filling, both)
                if base is not None:
                    value = _COMPARED[band.how](value, self._sizes(base, band.quantity, filling, both))
                values[m, n] = value
        return Predicted(band, tuple(label for label, _, _ in readings), values)

    def _row(self, reading: Reading, start_C: float, filling: Filling) -> Emulated | None:
        alike = reading.kind != "conventional" or reading.gauge >= ALIKE_FROM_GAUGE
        which = FILLINGS[0] if alike else filling
        run = Trial(reading.kind, reading.gauge, reading.tip_mm, reading.set_C, start_C, reading.hold_s, which)
        return self._rows.get(_key(run, reading.hold_s))

    def _has(self, reading: Reading, start_C: float, filling: Filling) -> bool:
        return self._row(reading, start_C, filling) is not None

    def _sizes(self, reading: Reading, quantity: Quantity, filling: Filling, both: bool) -> Array:
        """A quantity of one lesion, (edges, starts); NaN where there is no lesion."""
        place = (EDGE_GRID_C[:, None] - START_GRID_C) / (reading.set_C - START_GRID_C)
        found = []
        for start_C in STARTS_C if both else STARTS_C[:1]:
            row = self._row(reading, start_C, filling)
            if row is None:
                raise NotEmulated(f"{reading.gauge}G {reading.tip_mm:g} mm, {reading.set_C:g} °C from {start_C:g} °C")
            at = (np.array(EDGES_C) - start_C) / (reading.set_C - start_C)
            found.append(_interpolated(place, at, _of(row, quantity)))
        share = (START_GRID_C - STARTS_C[0]) / (STARTS_C[1] - STARTS_C[0])
        return found[0] if len(found) == 1 else np.asarray((1.0 - share) * found[0] + share * found[1])


_COMPARED: Mapping[str, Callable[[Array, Array], Array]] = {
    "difference": lambda a, b: a - b,
    "ratio": lambda a, b: a / b,
    "percent": lambda a, b: 100.0 * (a / b - 1.0),
}


def _of(row: Emulated, quantity: Quantity) -> Array:
    sizes = {name: np.array(values) for name, values in row.sizes.items()}
    gone = sizes["length_mm"] <= 0.0
    if quantity == "beyond_tip_mm":
        values = sizes["length_mm"] - row.trial.tip_mm
    elif quantity == "elongation":
        long, short = (np.where(gone, 1.0, sizes[name]) for name in ("length_mm", "width_mm"))
        values = np.maximum(long, short) / np.minimum(long, short)
    else:
        values = sizes[quantity]
    return np.asarray(np.where(gone, np.nan, values))


def _interpolated(place: Array, at: Array, values: Array) -> Array:
    """Straight between the edges that were measured and straight on beyond them; NaN where the lesion is gone."""
    there = ~np.isnan(values)
    if there.sum() < 2:
        return np.full(place.shape, np.nan)
    gone_from = np.inf if there.all() else at[there][-1]
    at, values = at[there], values[there]
    slopes = np.diff(values)[[0, -1]] / np.diff(at)[[0, -1]]
    found = np.interp(place, at, values)
    found += slopes[0] * np.minimum(place - at[0], 0.0) + slopes[1] * np.maximum(place - at[-1], 0.0)
    return np.asarray(np.where(place > gone_from, np.nan, found))


def _key(trial: Trial, hold_s: float) -> tuple[object, ...]:
    return trial.kind, trial.gauge, trial.tip_mm, trial.set_C, trial.start_C, trial.filling, hold_s


@dataclass(frozen=True)
class Posterior:
    """What is known after some bands: weights over (fillings, edges, starts) of each study, each summing to 1."""

    studies: Mapping[str, Array]
    edges: Mapping[str, Array]
    """Per tissue, over :data:`EDGE_GRID_C`."""
    filling: Array

    def edge_C(self, tissue: str, share: float) -> float:
        """Quantile of a tissue's edge, °C."""
        return quantile(EDGE_GRID_C, self.edges[tissue], share)

    def start_C(self, study: str, share: float) -> float:
        """Quantile of a study's start, °C."""
        return quantile(START_GRID_C, self.studies[study].sum(axis=(0, 1)), share)


def quantile(values: Array, weights: Array, share: float) -> float:
    """Value below which a share of the weights lies; between grid points by the cumulated weights."""
    order = np.argsort(values, kind="stable")
    cumulated = np.cumsum(weights[order])
    middle = (cumulated - 0.5 * weights[order]) / cumulated[-1]
    return float(np.interp(share, middle, values[order]))


@dataclass(frozen=True)
class Joint:
    """Bands over the grid, the fit to all of them, and each study predicted from the others."""

    predicted: tuple[Predicted, ...]

    @property
    def asserted(self) -> tuple[Predicted, ...]:
        """The bands that count."""
        return tuple(one for one in self.predicted if one.band.asserted)

    @cached_property
    def prior(self) -> Posterior:
        """Before any band."""
        return self.fit(())

    @cached_property
    def by_ratios(self) -> Posterior:
        """After the ratios alone."""
        return self.fit([one for one in self.asserted if one.is_ratio])

    @cached_property
    def by_all(self) -> Posterior:
        """After all asserted bands."""
        return self.fit(self.asserted)

    @cached_property
    def without(self) -> dict[str, Posterior]:
        """After all asserted bands but those of one study, by study."""
        return {
            study: self.fit([one for one in self.asserted if one.band.source != study])
            for study in dict.fromkeys(one.band.source for one in self.asserted)
        }

    def fit(self, used: Sequence[Predicted]) -> Posterior:
        """Return the posterior after the bands given."""
        tissue_of = {study: about.tissue for study, about in bench().studies.items()}
        likelihood = {study: np.ones(SHAPE) for study in tissue_of}
        for one in used:
            likelihood[one.band.source] = likelihood[one.band.source] * np.exp(one.log_likelihood)
        tissues = tuple(dict.fromkeys(tissue_of.values()))
        # Per tissue: (fillings, edges), the starts of its studies summed out.
        per_tissue = {
            tissue: np.prod([likelihood[s].mean(axis=2) for s, its in tissue_of.items() if its == tissue], axis=0)
            for tissue in tissues
        }
        about_mean = np.exp(-0.5 * ((EDGE_GRID_C - MEAN_GRID_C[:, None]) / EDGE_SPREAD_C) ** 2)
        about_mean /= about_mean.sum(axis=1, keepdims=True)
        evidence = {tissue: per_tissue[tissue] @ about_mean.T for tissue in tissues}  # (fillings, means)
        together = np.prod(list(evidence.values()), axis=0)
        edges, per_filling = {}, {}
        for tissue in tissues:
            others = np.prod(
                [evidence[other] for other in tissues if other != tissue] or [np.ones_like(together)], axis=0
            )
            before = others @ about_mean  # (fillings, edges): what the other tissues say of this one's edge
            both = before * per_tissue[tissue]
            per_filling[tissue] = before
            edges[tissue] = both.sum(axis=0) / both.sum()
        studies = {}
        for study, tissue in tissue_of.items():
            siblings = [likelihood[s].mean(axis=2) for s, its in tissue_of.items() if its == tissue and s != study]
            before = per_filling[tissue] * np.prod(siblings or [np.ones(SHAPE[:2])], axis=0)
            weights = before[:, :, None] * likelihood[study]
            studies[study] = weights / weights.sum()
        filling = together.sum(axis=1)
        return Posterior(studies, edges, filling / filling.sum())

    def median(self, one: Predicted, posterior: Posterior) -> tuple[float, ...]:
        """Median of our number per configuration under a posterior; NaN where most of it has no lesion."""
        weights = posterior.studies[one.band.source].ravel()
        found = []
        for values in one.values.reshape(len(one.values), -1):
            there = ~np.isnan(values)
            enough = weights[there].sum() > 0.5
            found.append(quantile(values[there], weights[there], 0.5) if enough else float("nan"))
        return tuple(found)

    def held(self, one: Predicted, posterior: Posterior) -> bool:
        """Whether the median of every configuration lies in the band."""
        return all(bool(np.isfinite(value)) and one.band.contains(value) for value in self.median(one, posterior))

    def held_on_average(self, one: Predicted, posterior: Posterior) -> bool:
        """Whether the mean of the configurations' medians lies in the band."""
        mean = float(np.mean(self.median(one, posterior)))
        return bool(np.isfinite(mean)) and one.band.contains(mean)

    def chance(self, one: Predicted, posterior: Posterior) -> float:
        """Probability that every configuration lies in the band."""
        return float((posterior.studies[one.band.source] * one.inside.all(axis=0)).sum())


def joint(table: Sequence[Emulated]) -> Joint:
    """Hold the emulated bench against every band whose runs are all in the table."""
    emulator, predicted = Emulator(table), []
    for band in bench().bands:
        if band.source not in bench().studies or band.quantity == "energy_J":
            continue
        try:
            predicted.append(emulator.predict(band))
        except NotEmulated:
            continue
    return Joint(tuple(predicted))
