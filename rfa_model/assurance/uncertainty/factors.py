"""The uncertain inputs (``factors.yaml``) as typed entries, and the scenarios that vary them."""

from functools import cache
from importlib import resources
from typing import Literal, cast

from pydantic import Field

from rfa_model.assurance.uncertainty.changes import Path, changed, content, split_path, value_at
from rfa_model.laws import LAWS
from rfa_model.metrics.entry import JSON
from rfa_model.registry.registered import KIND
from rfa_model.scenario import Scenario
from rfa_model.sourced import Model, Number, Status

Side = Literal["low", "high"]
SIDES: tuple[Side, Side] = ("low", "high")


class Factor(Model):
    """One uncertain input and its range; see the head of ``factors.yaml``."""

    label: str
    unit: str
    path: str
    low: Number | str | dict[str, str]
    high: Number | str | dict[str, str]
    shift: bool = False
    tissue: str | None = None
    only: dict[str, bool | str] = Field(default_factory=dict)
    source: tuple[str, Status]
    reason: str

    def applies(self, data: dict[str, JSON], arm: str, tissues: tuple[str, ...]) -> bool:
        """Whether it can matter for an arm of a scenario's :func:`content` in an anatomy of these tissues."""
        return (
            (self.tissue is None or self.tissue in tissues)
            and value_at(data, self.where(arm)) is not None
            and all(value_at(data, split_path(path, arm)) == wanted for path, wanted in self.only.items())
        )

    def where(self, arm: str) -> Path:
        """Its path, for one arm."""
        return split_path(self.path, arm)

    def base(self, data: dict[str, JSON], arm: str) -> Number | str:
        """The scenario's own value; the name or the kind of a law."""
        value = value_at(data, self.where(arm))
        if isinstance(value, dict):
            value = value.get("name") or value.get(KIND) or LAWS[str(self.where(arm)[-1])].default
        return cast(float | str, value)

    def at(self, side: Side, scenario: Scenario, arm: str) -> Scenario:
        """The scenario at one end of the range.

        Raises
        ------
        InputError
            If the scenario has no such value, or refuses the new one.
        """
        value = self.low if side == "low" else self.high
        own = value_at(content(scenario), self.where(arm))
        if self.shift and isinstance(own, int | float) and isinstance(value, float):
            value = own + value
        return changed(scenario, {self.where(arm): cast(JSON, value)})

    def text(self, value: Number | str | dict[str, str], sign: bool = False) -> str:
        """A value of the factor as it is shown, without unit; of a law, its kind."""
        if isinstance(value, dict):
            return value[KIND]
        return value if isinstance(value, str) else f"{value:{'+' if sign else ''}g}"


@cache
def factors() -> tuple[Factor, ...]:
    """Every uncertain input, in the order of the file."""
    from ruamel.yaml import YAML

    text = (resources.files("rfa_model.assurance.uncertainty") / "factors.yaml").read_text(encoding="utf-8")
    return tuple(Factor.model_validate(row) for row in YAML(typ="safe", pure=True).load(text))
