"""What is kept of a solved arm: one flat row of numbers, and whether the events happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rfa_model.metrics.entry import JSON, number
from rfa_model.metrics.evaluate import main_criterion
from rfa_model.metrics.summary import ArmMetrics
from rfa_model.scenario import Scenario

type Cell = bool | int | float | str | None
type Row = dict[str, Cell]
EVENTS: dict[str, str] = {
    "capture": "a whole cross-section of the nerve's target lies in the lesion",
    "capture_whole": "the whole target of the nerve lies in the lesion",
    "harm": "a structure to be spared is beyond its limit of error",
}


@dataclass(frozen=True)
class Column:
    """One recorded number: name, words, unit, and where it stands in an arm's entry of the summary."""

    name: str
    label: str
    unit: str
    path: tuple[str, ...]

    @property
    def axis(self) -> str:
        """Label with the unit."""
        return f"{self.label}, {self.unit}" if self.unit else self.label


_NERVE = (
    ("margin_best_mm", "margin, best point of the target", "mm"),
    ("margin_worst_mm", "margin, worst point of the target", "mm"),
    ("captured_fraction", "captured share of the target", ""),
    ("captured_length_mm", "captured length", "mm"),
    ("time_to_capture_s", "time to capture", "s"),
)
_LESION = (("volume_mm3", "volume", "mm³"), ("width_mm", "width", "mm"), ("length_mm", "length", "mm"))
_REST = (
    ("max_C", "hottest tissue", "°C", "temperature.max_C"),
    ("sensor_end_C", "sensor at the end", "°C", "temperature.sensor_end_C"),
    ("power_mean_W", "mean power", "W", "electrical.power_W.mean"),
    ("energy_J", "energy", "J", "electrical.energy_J"),
    ("impedance_start_ohm", "impedance at the start", "Ω", "electrical.impedance_ohm.start"),
)


@dataclass(frozen=True)
class Recorder:
    """Columns that every trial of a scenario has, and how a row is made.

    Attributes
    ----------
    criterion : str or None
        By which events and lesions are judged; the other criteria have columns of their own.
    nerve : str or None
        To be treated.
    """

    criterion: str | None
    nerve: str | None
    criteria: tuple[str, ...]
    spared: tuple[str, ...]
    further: tuple[str, ...] = ()

    @classmethod
    def of(cls, scenario: Scenario, further: tuple[str, ...] = ()) -> Recorder:
        """For a scenario; ``further`` are paths of an arm's summary."""
        criteria = tuple(scenario.resolved_criteria())
        nerves = tuple(scenario.anatomy.build().nerves)
        spared = tuple(scenario.limits)
        return cls(main_criterion(criteria), nerves[0] if nerves else None, criteria, spared, further)

    def columns(self) -> list[Column]:
        """Numbers, in order."""
        found: list[Column] = []
        if self.nerve and self.criterion:
            by = ("nerves", self.nerve, "by_criterion")
            found += [Column(name, label, unit, (*by, self.criterion, name)) for name, label, unit in _NERVE]
            found += [
                Column(f"{name}.{criterion}", f"{label}, {criterion}", unit, (*by, criterion, name))
                for criterion in self.criteria
                for name, label, unit in _NERVE[:2]
            ]
        if self.nerve:
            at = ("nerves", self.nerve)
            found.append(Column("nerve_max_C", "hottest point of the nerve", "°C", (*at, "max_temperature_C")))
            found.append(Column("probe_distance_mm", "needle to nerve", "mm", (*at, "probe_distance_mm")))
        for criterion in (self.criterion, *(name for name in self.criteria if name != self.criterion)):
            if criterion:
                end = "" if criterion == self.criterion else f".{criterion}"
                found += [
                    Column(f"lesion_{name}{end}", f"lesion {label}", unit, ("lesions", criterion, name))
                    for name, label, unit in _LESION
                ]
        for name in self.spared:
            at = ("structures", name)
            words = name.replace("_", " ")
            found.append(Column(f"{name}_max_C", f"hottest point of the {words}", "°C", (*at, "max_temperature_C")))
            found.append(Column(f"{name}_clearance_mm", f"lesion to the {words}", "mm", (*at, "clearance_mm")))
        found += [Column(name, label, unit, tuple(path.split("."))) for name, label, unit, path in _REST]
        return found + [Column(path, path, "", tuple(path.split("."))) for path in self.further]

    def events(self) -> list[str]:
        """Events that can be told, and by every criterion whether it takes the nerve."""
        capture = ["capture", "capture_whole"] if self.nerve and self.criterion else []
        by = [f"{event}.{criterion}" for criterion in self.criteria for event in capture]
        return [*capture, *(["harm"] if self.spared else []), *by]

    def row(self, arm: ArmMetrics) -> Row:
        """The cells of a solved arm, of which nothing else is computed."""
        found: Row = {column.name: number(arm.at(column.path)) for column in self.columns()}
        for name in self.events():
            found[name] = self._event(name, arm)
        found["flags"] = " ".join(dict.fromkeys(flag.kind for flag in arm.flags))
        return found

    def _event(self, name: str, arm: ArmMetrics) -> bool | None:
        event, _, criterion = name.partition(".")
        if event == "harm":
            verdicts = [arm.at(("structures", spared, "verdict")) for spared in self.spared]
            return None if all(verdict is None for verdict in verdicts) else "error" in verdicts
        outcome = arm.at(("nerves", self.nerve or "", "by_criterion", criterion or str(self.criterion), "outcome"))
        return outcome == "whole" or (event == "capture" and outcome == "section")


def drawn(draw: Mapping[str, JSON], texts: Mapping[str, bool]) -> Row:
    """The cells of a draw; a value that is no number as JSON text, None where the scenario's own is used."""
    import json

    def cell(name: str) -> Cell:
        value = draw.get(name)
        if value is None:
            return None
        if texts[name]:
            return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        assert isinstance(value, int | float)
        return float(value)

    return {f"x.{name}": cell(name) for name in texts}
