"""The catalogue of quantities: everything that is known about a reported number stands in one entry.

An entry is a method of what is measured, marked :func:`quantity`: the method says how it is computed, its docstring
what it means, the marker its unit, label and digits. ``summary.json``, the comparison table, the report, the study of
uncertainty, the captions of pictures and the documentation are made of these entries, so a quantity that is added here
is in all of them. A quantity of one's own is a function that is registered:

>>> from rfa_model.metrics.catalogue import quantity, register
>>> from rfa_model.metrics.lesion import LesionMetrics
>>> @register(LesionMetrics)
... @quantity(label="length over width", digits=2)
... def aspect(lesion: LesionMetrics) -> float | None:
...     '''Length along the needle over width across it.'''
...     return lesion.length_mm / lesion.width_mm if lesion.length_mm and lesion.width_mm else None

A package that is installed offers its own by an entry point of the group ``rfa_model.quantities`` that names the module
in which they are registered.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import ClassVar, Self, cast, overload

from rfa_model.errors import InputError
from rfa_model.metrics.entry import JSON, Numbers, holds, look_up, plain, put
from rfa_model.registry.plug_ins import plug_ins

ENTRY_POINTS = "rfa_model.quantities"
MISSING = "-"
UNIT_SYMBOLS = {"ohm": "Ω"}


@dataclass(frozen=True)
class Quantity[T]:
    """One reported quantity. As an attribute of a :class:`Measured` object it is the value, of its class the entry.

    Attributes
    ----------
    compute : from what is measured to the value; its name is the attribute's, its docstring the meaning.
    unit : as shown; empty for a pure number or a word.
    label : of its row in the table; without one it has none.
    digits : decimals in the table; None for three significant digits.
    signed : whether its sign is always shown.
    at : where it stands in its part of ``summary.json``, dots for nesting; by default under its name.
    spoken : decimals in sentences and captions; by default as in the table.
    caption : label of its row among a picture's captions; without one it has none.
    study : words in the study of uncertainty; without them it is not studied.
    study_digits : decimals there.
    """

    compute: Callable[..., T]
    unit: str = ""
    label: str = ""
    digits: int | None = 1
    signed: bool = False
    at: str = ""
    spoken: int | None = None
    caption: str = ""
    study: str = ""
    study_digits: int = 2

    @overload
    def __get__(self, measured: None, owner: type) -> Quantity[T]: ...
    @overload
    def __get__(self, measured: Measured, owner: type | None = None) -> T: ...
    def __get__(self, measured: Measured | None, owner: type | None = None) -> Quantity[T] | T:
        if measured is None:
            return self
        values: dict[str, object] = measured.__dict__.setdefault("values", {})
        if self.name not in values:
            values[self.name] = self.compute(measured)
        return cast(T, values[self.name])

    @property
    def name(self) -> str:
        """Of the attribute."""
        return self.compute.__name__

    @property
    def key(self) -> str:
        """Place in its part of ``summary.json``."""
        return self.at or self.name

    @property
    def path(self) -> tuple[str, ...]:
        """The key's steps."""
        return tuple(self.key.split("."))

    @property
    def meaning(self) -> str:
        """What it means, in a few words: the first paragraph of the function's docstring."""
        text = " ".join((inspect.getdoc(self.compute) or "").split("\n\n")[0].split()).removesuffix(".")
        return text[:1].lower() + text[1:]

    @property
    def row_label(self) -> str:
        """Label with the unit."""
        return f"{self.label}, {self.unit}" if self.unit else self.label

    @property
    def spoken_digits(self) -> int | None:
        """Decimals in sentences and captions."""
        return self.digits if self.spoken is None else self.spoken

    @property
    def axis_label(self) -> str:
        """Label of a plot's axis: with the unit, ohm as its symbol."""
        return f"{self.label} ({UNIT_SYMBOLS.get(self.unit, self.unit)})" if self.unit else self.label

    def read(self, numbers: Mapping[str, object] | None) -> T | None:
        """The value in its part of a summary, None where there is none.

        Raises
        ------
        KeyError
            If that part lacks it: results from before it was added, or damaged ones.
        """
        if numbers is not None and not holds(numbers, self.path):
            raise KeyError(self.key)
        return cast(T | None, look_up(numbers, self.path))

    def text(self, value: object) -> str:
        """A value as the table shows it, without unit."""
        return number_text(value, self.digits, signed=self.signed)

    def spoken_text(self, value: object) -> str:
        """A value's size as sentences and captions say it, without unit."""
        return number_text(value, self.spoken_digits)


def readable(name: str) -> str:
    """A name of the data (`medial_branch`) as words."""
    return name.replace("_", " ")


def number_text(value: object, digits: int | None, *, signed: bool = False) -> str:
    """A number with so many decimals (None: three significant digits); a word as it is, a dash for None."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(number_text(one, digits, signed=signed) for one in value)
    if not isinstance(value, int | float):
        return MISSING if value is None else str(value)
    if digits is None:
        return f"{value:.3g}" if isinstance(value, float) else str(value)
    return f"{round(value, digits) + 0.0:{'+' if signed else ''}.{digits}f}"  # + 0.0: no "-0.0"


def quantity[T](
    unit: str = "",
    label: str = "",
    *,
    digits: int | None = 1,
    signed: bool = False,
    at: str = "",
    spoken: int | None = None,
    caption: str = "",
    study: str = "",
    study_digits: int = 2,
) -> Callable[[Callable[..., T]], Quantity[T]]:
    """Mark a method or function as a :class:`Quantity`, whose words these are."""

    def entry(compute: Callable[..., T]) -> Quantity[T]:
        return Quantity(compute, unit, label, digits, signed, at, spoken, caption, study, study_digits)

    return entry


class Measured:
    """Something that is measured. Its quantities are computed on first use, and those registered with it too.

    ``made_of`` names the attribute that holds what a quantity is made of, where that is measured things by name.
    """

    group: ClassVar[str]
    own: ClassVar[tuple[str, ...]]
    made_of: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls) -> None:
        cls.own = tuple(entry.key for entry in vars(cls).values() if isinstance(entry, Quantity))

    @classmethod
    def quantities(cls) -> tuple[Quantity[object], ...]:
        """All entries, registered ones last."""
        load_plug_ins()
        return tuple(entry for entry in vars(cls).values() if isinstance(entry, Quantity))

    def settled(self) -> Self:
        """The same with every value computed, and without what they were computed from."""
        bare = object.__new__(type(self))
        bare.__dict__["values"] = {entry.name: entry.__get__(self) for entry in self.quantities()}
        return bare

    def to_summary(self) -> Numbers:
        """The values as they stand in ``summary.json``: every key present, None for what does not apply."""
        numbers: Numbers = {}
        for entry in self.quantities():
            put(numbers, entry.path, plain(entry.__get__(self)))
        return numbers

    def at(self, path: Sequence[str]) -> JSON:
        """What :meth:`to_summary` has at a path, None where that is nothing; what it does not take is not computed."""
        for entry in self.quantities():
            if tuple(path[: len(entry.path)]) == entry.path:
                is_open = entry.name in self.made_of and entry.name not in self.__dict__.get("values", {})
                value = getattr(self, self.made_of[entry.name]) if is_open else entry.__get__(self)
                return value_at(value, path[len(entry.path) :])
        return look_up(self.to_summary(), path)

    def __repr__(self) -> str:
        known = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.get("values", {}).items())
        return f"{type(self).__name__}({known})"


def value_at(part: object, path: Sequence[str]) -> JSON:
    """As :func:`~rfa_model.metrics.entry.look_up`, in a part of a summary that may hold what is measured."""
    if isinstance(part, Measured):
        return part.at(path)
    if isinstance(part, Mapping):
        return (
            value_at(part.get(path[0]), path[1:]) if path else {name: value_at(one, ()) for name, one in part.items()}
        )
    return None if path else plain(part)


def register[T](measured: type[Measured]) -> Callable[[Quantity[T]], Quantity[T]]:
    """Add a quantity of one's own to those of a class; what it is computed from is an object of that class.

    Arms solved in processes of their own know it if an installed package registers it, or the script that is run, at
    its top.

    Raises
    ------
    InputError
        If the class has something of this name already; a quantity registered before is replaced.
    """

    def add(entry: Quantity[T]) -> Quantity[T]:
        before = vars(measured).get(entry.name, entry)
        taken = any(f"{entry.key}.".startswith(f"{key}.") or key.startswith(f"{entry.key}.") for key in measured.own)
        if taken or not isinstance(before, Quantity) or hasattr(Measured, entry.name):
            raise InputError(f"{measured.__name__} has a '{entry.key}' already; choose another name for your quantity")
        setattr(measured, entry.name, entry)
        return entry

    return add


@cache
def load_plug_ins() -> None:
    """Import the modules that installed packages name under the entry points ``rfa_model.quantities``, once.

    Raises
    ------
    InputError
        If one of them cannot be imported.
    """
    for found in plug_ins(ENTRY_POINTS):
        found.load()
