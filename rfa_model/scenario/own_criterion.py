"""A lesion criterion of the user's own, written out in a scenario."""

import math
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from rfa_model import library
from rfa_model.laws import Criterion
from rfa_model.laws.criterion import QUANTITY_UNITS, Quantity
from rfa_model.library.names import CRITERION_NAMES, DamageChoice
from rfa_model.registry import NameOr, Only
from rfa_model.sourced import Fraction, Issue, Model, bounds, issues_error

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
Share = Annotated[Fraction, Field(gt=0, lt=1)]

# Which of a criterion's keys says what is compared with the level.
LEVELS: dict[str, Quantity] = {
    "isotherm_C": "peak_temperature",
    "cem43_min": "cem43",
    "damage": "damage",
    "damaged_fraction": "damage",
}
MEANINGS: dict[Quantity, str] = {
    "peak_temperature": "peak temperature",
    "cem43": "thermal dose CEM43",
    "damage": "damage",
}


class OwnCriterion(Model):
    """A criterion with a name and one level: an isotherm of the peak temperature, a dose CEM43, or damage.

    Damage is Ω, or the damaged share 1 − exp(−Ω), by ``law``: one of the library's or one written out; without it, by
    the scenario's own. ``interval`` is how far the level is known, in its unit: sizes are then given at both ends too.
    """

    name: Name
    isotherm_C: bounds.Temperature | None = None
    cem43_min: bounds.Level | None = None
    damage: bounds.Level | None = None
    damaged_fraction: Share | None = None
    law: DamageChoice | None = None
    interval: tuple[bounds.Level, bounds.Level] | None = None
    label: str | None = None

    @model_validator(mode="after")
    def _one_level(self) -> Self:
        given = [key for key in LEVELS if getattr(self, key) is not None]
        found: list[Issue] = []
        if len(given) != 1:
            text = f"expected one of {', '.join(LEVELS)}, got {' and '.join(given) or 'none'}"
            found.append(((given[1] if given else "name",), text))
        elif self.law is not None and LEVELS[given[0]] != "damage":
            found.append((("law",), f"expected none with {given[0]}, which hangs on no damage law"))
        elif self.interval is not None:
            low, high = self.interval
            if not low <= getattr(self, given[0]) <= high or (given[0] == "damaged_fraction" and high >= 1.0):
                text = f"expected [low, high] about {given[0]}, {getattr(self, given[0]):g}, got [{low:g}, {high:g}]"
                found.append((("interval",), text))
        if found:
            raise issues_error(found)
        return self

    @classmethod
    def of(cls, criterion: Criterion) -> Self:
        """Return a criterion of the library in the words of a scenario."""
        key = next(key for key, quantity in LEVELS.items() if quantity == criterion.quantity)
        kept = ("name", "law", "interval", "label")
        return cls.model_validate({key: criterion.level} | {name: getattr(criterion, name) for name in kept})

    def criterion(self) -> Criterion:
        """Return what is compared with which level."""
        key = next(key for key in LEVELS if getattr(self, key) is not None)
        quantity = LEVELS[key]
        law = library.damage_laws()[self.law] if isinstance(self.law, str) else self.law
        if law is not None and law.name == "inline":
            law = law.model_copy(update={"name": self.name})

        def level(value: float) -> float:
            return -math.log1p(-value) if key == "damaged_fraction" else value

        value = getattr(self, key)
        label = f"{MEANINGS[quantity]} >= {value:g} {'' if quantity == 'damage' else QUANTITY_UNITS[quantity]}".strip()
        return Criterion(
            name=self.name,
            quantity=quantity,
            level=level(value),
            logarithmic=quantity != "peak_temperature",
            label=self.label or label,
            law=law,
            interval=None if self.interval is None else (level(self.interval[0]), level(self.interval[1])),
        )


CriterionChoice = Annotated[str | OwnCriterion, NameOr(CRITERION_NAMES, Only(OwnCriterion))]
