"""What counts as lesion, and the fields it is read from."""

import math
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

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
    """What tissue has gone through: Ω, hottest so far, thermal dose, arrays of one shape; None where it is not kept."""

    damage: Array
    peak_temperature_C: Array
    cem43_min: Array | None = None


class Criterion(Registered):
    """Tissue is lesion where ``quantity`` >= ``level`` (damage: no unit, peak_temperature: degC, cem43: minutes).

    A criterion of another package is a class of its own with defaults for every field; its kind is its name. It may
    override :meth:`values`.
    """

    kind: ClassVar[str] = "threshold"

    name: str
    quantity: Quantity
    level: Positive
    logarithmic: Flag
    label: str

    @property
    def interpolated_level(self) -> float:
        """The level as it is interpolated and contoured: its logarithm where ``logarithmic``."""
        return math.log(self.level) if self.logarithmic else float(self.level)

    @property
    def words(self) -> str:
        """The criterion in a few signs, for captions: ``Ω ≥ 1``."""
        return QUANTITY_WORDS[self.quantity].format(level=self.level)

    @property
    def unit(self) -> str:
        return QUANTITY_UNITS[self.quantity]

    def values(self, exposure: Exposure) -> Array | None:
        """What is compared with the level; None where the exposure lacks it."""
        return {
            "damage": exposure.damage,
            "peak_temperature": exposure.peak_temperature_C,
            "cem43": exposure.cem43_min,
        }[self.quantity]

    def of(self, exposure: Exposure) -> Array:
        """What is compared with the level at the end of a run, when all is known."""
        found = self.values(exposure)
        assert found is not None, f"criterion '{self.name}' needs what is not kept"
        return np.asarray(found, dtype=float)


CRITERIA = Registry("criterion", Criterion, "rfa_model.criteria")
