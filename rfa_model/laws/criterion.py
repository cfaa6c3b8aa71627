"""What counts as lesion, and the fields it is read from."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray

from rfa_model.errors import InputError
from rfa_model.laws.damage import DAMAGE_LAWS, DamageBase
from rfa_model.registry import Registered, Registry
from rfa_model.sourced import Flag, Positive

Array = NDArray[np.floating]
Quantity = Literal["damage", "peak_temperature", "cem43"]
QUANTITY_WORDS: dict[Quantity, str] = {
    "damage": "Ω ≥ {level:g}",
    "peak_temperature": "peak ≥ {level:g} °C",
    "cem43": "CEM43 ≥ {level:g} min",
}
QUANTITY_UNITS: dict[Quantity, str] = {"damage": "-", "peak_temperature": "degC", "cem43": "min"}


@dataclass(frozen=True)
class Exposure:
    """What tissue has gone through: Ω, hottest so far, thermal dose, arrays of one shape; None where it is not kept.

    ``further_damage`` is Ω by the laws that criteria bring themselves, by the laws' names.
    """

    damage: Array
    peak_temperature_C: Array
    cem43_min: Array | None = None
    further_damage: Mapping[str, Array] = field(default_factory=dict)


class Criterion(Registered):
    """Tissue is lesion where ``quantity`` >= ``level`` (damage: no unit, peak_temperature: degC, cem43: minutes).

    Damage is Ω by ``law``, or by the scenario's own law where there is none. ``interval`` is how far the level is
    known, where that is stated. A criterion of another package is a class of its own with defaults for every field; its
    kind is its name. It may override :meth:`values`.
    """

    kind: ClassVar[str] = "threshold"

    name: str
    quantity: Quantity
    level: Positive
    logarithmic: Flag
    label: str
    law: Annotated[DamageBase, DAMAGE_LAWS] | None = None
    interval: tuple[Positive, Positive] | None = None

    @property
    def interpolated_level(self) -> float:
        """The level as it is interpolated and contoured: its logarithm where ``logarithmic``."""
        return math.log(self.level) if self.logarithmic else float(self.level)

    @property
    def words(self) -> str:
        """The criterion in a few signs, for captions: ``Ω ≥ 1``."""
        said = QUANTITY_WORDS[self.quantity].format(level=round(self.level, 3))
        return said if self.law is None else f"{said} ({self.law.name.replace('_', ' ')})"

    @property
    def unit(self) -> str:
        return QUANTITY_UNITS[self.quantity]

    @property
    def ends(self) -> tuple[Self, Self] | None:
        """The same criterion at both ends of its level's interval; None where that is not stated."""
        if self.interval is None:
            return None
        low, high = (self.model_copy(update={"level": level, "interval": None}) for level in self.interval)
        return low, high

    def values(self, exposure: Exposure) -> Array | None:
        """What is compared with the level; None where the exposure lacks it."""
        if self.quantity == "damage" and self.law is not None:
            return exposure.further_damage.get(self.law.name)
        return {
            "damage": exposure.damage,
            "peak_temperature": exposure.peak_temperature_C,
            "cem43": exposure.cem43_min,
        }[self.quantity]

    def of(self, exposure: Exposure) -> Array:
        """What is compared with the level at the end of a run, when all is known.

        Raises
        ------
        InputError
            If these fields lack it: they are from a run without this criterion.
        """
        found = self.values(exposure)
        if found is None:
            raise InputError(f"criterion '{self.name}' needs fields that this run has not kept; run the scenario again")
        return np.asarray(found, dtype=float)


CRITERIA = Registry("criterion", Criterion, "rfa_model.criteria")
