"""The numbers a reader takes from a run, and where they stand in an arm's entry of ``summary.json``."""

from collections.abc import Mapping
from dataclasses import dataclass

from rfa_model.metrics.capture import CaptureMetrics
from rfa_model.metrics.catalogue import MISSING, Measured, Quantity, readable
from rfa_model.metrics.electrical import ElectricalMetrics
from rfa_model.metrics.entry import ArmEntry, names_in, number_at
from rfa_model.metrics.evaluate import main_criterion
from rfa_model.metrics.lesion import LesionMetrics
from rfa_model.metrics.nerve_metrics import NerveMetrics
from rfa_model.metrics.run import TemperatureMetrics
from rfa_model.metrics.structures import StructureMetrics
from rfa_model.results.bracket import criterion_words, places_by_criterion


@dataclass(frozen=True)
class Headline:
    """One number: a quantity of the catalogue, its words and its dotted path in the entry."""

    quantity: Quantity[object]
    label: str
    path: str

    @property
    def unit(self) -> str:
        """Unit of the number."""
        return self.quantity.unit

    def of(self, entry: Mapping[str, object] | ArmEntry) -> float | None:
        """Its value, None where it does not apply."""
        return number_at(entry, self.path.split("."))

    def text(self, value: float | None) -> str:
        """The value as it is shown, without unit."""
        return MISSING if value is None else f"{value:.{self.quantity.study_digits}f}"


def headlines(entry: Mapping[str, object] | ArmEntry) -> list[Headline]:
    """The headline numbers of an arm that have a value in ``entry``: of all quantities those that are studied."""
    names = {group: names_in(entry, group) for group in ("lesions", "nerves", "structures")}
    main = main_criterion(names["lesions"])
    places: list[tuple[type[Measured], str, str]] = []
    if main is not None:
        places.append((LesionMetrics, f"lesions.{main}", "lesion "))
    for part in (NerveMetrics, StructureMetrics):
        places += [(part, f"{part.group}.{name}", f"{readable(name)} ") for name in names[part.group]]
    places += [(part, part.group, "") for part in (ElectricalMetrics, TemperatureMetrics)]
    found = [
        Headline(quantity, f"{words}{quantity.study}", f"{place}.{quantity.key}")
        for part, place, words in places
        for quantity in part.quantities()
        if quantity.study
    ]
    return [headline for headline in found if headline.of(entry) is not None]


def by_criterion(entry: Mapping[str, object] | ArmEntry) -> list[Headline]:
    """The numbers that answers bracket over the criteria, by every one of them, beyond those of :func:`headlines`."""
    lesions, found = names_in(entry, "lesions"), []
    for criterion in lesions:
        words = f" by {criterion_words(criterion, entry)}"
        found += [
            Headline(quantity, f"lesion {quantity.study}{words}", f"lesions.{criterion}.{quantity.key}")
            for quantity in (LesionMetrics.volume_mm3, LesionMetrics.width_mm)
            if criterion != main_criterion(lesions)
        ]
    for nerve in names_in(entry, "nerves"):
        for place in places_by_criterion(entry, nerve):
            words = f" by {criterion_words(place[-1], entry)}"
            found += [
                Headline(quantity, f"{readable(nerve)} {quantity.study}{words}", ".".join((*place, quantity.key)))
                for quantity in (CaptureMetrics.margin_worst_mm, CaptureMetrics.margin_best_mm)
            ]
    return [headline for headline in found if headline.of(entry) is not None]
