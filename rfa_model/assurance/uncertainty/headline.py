"""The numbers a reader takes from a run, and where they stand in an arm's entry of ``summary.json``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rfa_model.metrics.evaluate import main_criterion
from rfa_model.results.evidence import look_up


@dataclass(frozen=True)
class Headline:
    """One number: its words, unit, dotted path in the entry and the decimals it is shown with."""

    label: str
    unit: str
    path: str
    digits: int

    def of(self, entry: Mapping[str, Any]) -> float | None:
        """Its value, None where it does not apply."""
        value = look_up(entry, self.path.split("."))
        return None if value is None else float(value)

    def text(self, value: float | None) -> str:
        """The value as it is shown, without unit."""
        return "-" if value is None else f"{value:.{self.digits}f}"


Rows = tuple[tuple[str, str, str, int], ...]
# Of each section: label, unit, key, decimals.
_LESION: Rows = (("volume", "mm³", "volume_mm3", 1), ("width", "mm", "width_mm", 2), ("length", "mm", "length_mm", 2))
_NERVE: Rows = (("margin", "mm", "margin_mm", 2), ("captured length", "mm", "captured_length_mm", 2))
_STRUCTURE: Rows = (("peak temperature", "°C", "max_temperature_C", 2),)
_ARM = (
    Headline("impedance at the end", "ohm", "electrical.impedance_ohm.end", 1),
    Headline("mean power", "W", "electrical.power_W.mean", 3),
    Headline("hottest tissue", "°C", "temperature.max_C", 2),
)


def headlines(entry: Mapping[str, Any]) -> list[Headline]:
    """The headline numbers of an arm that have a value in ``entry``."""
    main = main_criterion(list(entry["lesions"]))
    sections: list[tuple[str, str, str, Rows]] = [("lesions", main, "lesion", _LESION)]
    sections += [("nerves", name, name.replace("_", " "), _NERVE) for name in entry["nerves"]]
    sections += [("structures", name, name.replace("_", " "), _STRUCTURE) for name in entry["structures"]]
    found = [
        Headline(f"{words} {label}", unit, f"{section}.{name}.{key}", digits)
        for section, name, words, rows in sections
        for label, unit, key, digits in rows
    ]
    return [headline for headline in (*found, *_ARM) if headline.of(entry) is not None]
