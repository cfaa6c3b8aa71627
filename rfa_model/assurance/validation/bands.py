"""The published bands as typed models, read from ``bands.yaml``."""

from collections.abc import Iterator
from functools import cache
from importlib import resources
from itertools import product
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from rfa_model import library
from rfa_model.sourced import Flag, Model, Number

Kind = Literal["conventional", "cooled", "water_off", "tined", "bipolar"]
Quantity = Literal[
    "volume_mm3", "width_mm", "length_mm", "distal_mm", "proximal_mm", "beyond_tip_mm", "sphericity", "elongation",
    "energy_J", "waist_mm",
]  # fmt: skip
Fields = dict[Literal["kind", "gauge", "tip_mm", "set_C", "hold_s", "fluid"], int | float | str]
WORDS = {"gauge": "{:g}G", "tip_mm": "{:g} mm tip", "set_C": "{:g} °C", "hold_s": "{:g} s", "kind": "{}", "fluid": "{}"}


class Conditions(Model):
    """What counts as lesion and where the tissue starts: the same for every band."""

    criterion: str
    start_C: Number

    @property
    def label(self) -> str:
        """Short, for a column's head."""
        criterion = library.criteria()[self.criterion]
        sign = "Ω ≥" if criterion.quantity == "damage" else ""
        unit = "" if criterion.quantity == "damage" else " °C"
        return f"{sign} {criterion.level:g}{unit}, from {self.start_C:g} °C".strip()


class Reading(Model):
    """One lesion of the grid: which probe, held at what, read when."""

    kind: Kind = "conventional"
    gauge: Annotated[int, Field(ge=10, le=30)]
    tip_mm: Number
    set_C: Number
    hold_s: Number
    fluid: str = ""


class Pair(Model):
    """Fields one configuration adds to what is read and to what it is compared with."""

    of: Fields = Field(default_factory=dict)
    base: Fields = Field(default_factory=dict)

    @property
    def label(self) -> str:
        """What tells this configuration from its neighbours."""
        parts = [" ".join(WORDS[name].format(value) for name, value in side.items()) for side in (self.of, self.base)]
        return parts[0] if parts[0] == parts[1] or not parts[1] else " over ".join(parts)


class Band(Model):
    """A published statement and the number of ours that is held against it; see the head of ``bands.yaml``."""

    key: str
    group: str
    title: str
    statement: str
    source: str
    status: Literal["read", "computed", "unverified", "memory"]
    asserted: Flag
    quantity: Quantity
    how: Literal["value", "difference", "ratio", "percent"]
    unit: str
    of: Fields
    base: Fields | None = None
    over: dict[str, list[Number | int | Pair]] = Field(default_factory=dict)
    low: Number | None = None
    high: Number | None = None
    open: Flag = False
    discussion: str = ""

    @model_validator(mode="after")
    def _is_a_band(self) -> Self:
        if self.low is None and self.high is None:
            raise ValueError(f"band '{self.key}': expected low, high or both")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"band '{self.key}': expected low below high, got {self.low:g} and {self.high:g}")
        if (self.base is None) != (self.how == "value"):
            raise ValueError(f"band '{self.key}': expected a base for a difference, ratio or percent, and only then")
        list(self.readings())
        return self

    def readings(self) -> Iterator[tuple[str, Reading, Reading | None]]:
        """Yield each configuration: its label, what is read, and what that is compared with."""
        for chosen in product(*([self._pair(name, v) for v in values] for name, values in self.over.items())):
            of, base = dict(self.of), dict(self.base or {})
            for pair in chosen:
                of |= pair.of
                base |= pair.base
            label = ", ".join(pair.label for pair in chosen)
            yield label, Reading.model_validate(of), None if self.base is None else Reading.model_validate(base)

    def contains(self, value: float) -> bool:
        """Whether a number lies in the band.

        Raises
        ------
        ValueError
            If it is not finite: nothing can be said of it.
        """
        if not abs(value) < float("inf"):
            raise ValueError(f"band '{self.key}': {value} cannot be compared")
        low = self.low if self.low is not None else -float("inf")
        high = self.high if self.high is not None else float("inf")
        return low < value < high if self.open else low <= value <= high

    @property
    def limits(self) -> str:
        """The band in words."""
        unit = f" {self.unit}" if self.unit else ""
        if self.low is None:
            return f"{'<' if self.open else '≤'} {self.high:g}{unit}"
        if self.high is None:
            return f"{'>' if self.open else '≥'} {self.low:g}{unit}"
        return f"{self.low:g}–{self.high:g}{unit}" if unit else f"{self.low:.2f}–{self.high:.2f}"

    @staticmethod
    def _pair(name: str, value: Number | int | Pair) -> Pair:
        return value if isinstance(value, Pair) else Pair(of={name: value}, base={name: value})  # type: ignore[dict-item]


class Judgement(Model):
    """The conditions all bands are judged under, those shown beside, and why."""

    judged: Conditions
    beside: list[Conditions]
    criterion_reason: str
    start_reason: str
    reading_reason: str

    @property
    def columns(self) -> list[Conditions]:
        """The judged conditions, then the others."""
        return [self.judged, *self.beside]


class Study(Model):
    """What a study's bands share in the joint fit: the tissue whose edge it saw, and why it counts as that."""

    tissue: str
    reason: str


class Bench(Model):
    """All of ``bands.yaml``."""

    conditions: Judgement
    studies: dict[str, Study]
    references: dict[str, str]
    bands: list[Band]

    def citation(self, key: str) -> str:
        """Return the citation of a reference key, from here or from the library."""
        return (library.references() | self.references)[key]


@cache
def bench() -> Bench:
    """Return the bands that ship."""
    from ruamel.yaml import YAML

    text = (resources.files("rfa_model.assurance.validation") / "bands.yaml").read_text(encoding="utf-8")
    return Bench.model_validate(YAML(typ="safe", pure=True).load(text))
