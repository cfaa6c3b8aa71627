"""How far each uncertain input moves an arm's headline numbers, one at a time over its range."""

from collections.abc import Mapping
from dataclasses import dataclass

from rfa_model.anatomy import Anatomy
from rfa_model.assurance.uncertainty.changes import content
from rfa_model.assurance.uncertainty.factors import SIDES, Factor, Side, factors
from rfa_model.assurance.uncertainty.headline import Headline, headlines
from rfa_model.assurance.uncertainty.numerics import with_numerics
from rfa_model.assurance.uncertainty.trial import Variant, VariantOutcome
from rfa_model.errors import SolveError
from rfa_model.metrics.entry import ArmEntry
from rfa_model.scenario import Scenario

RESOLUTION = "draft"


@dataclass(frozen=True)
class Effect:
    """An arm's entries at both ends of a factor's range; ``failures`` says why an end has none."""

    factor: Factor
    base: float | str
    entries: dict[Side, ArmEntry]
    failures: dict[Side, str]

    def values(self, headline: Headline) -> dict[Side, float | None]:
        """A headline number at both ends."""
        return {side: headline.of(self.entries[side]) if side in self.entries else None for side in SIDES}

    def span(self, headline: Headline, at_base: float) -> float:
        """How far the number moves over the range, the scenario's own value included."""
        values = [at_base, *(value for value in self.values(headline).values() if value is not None)]
        return max(values) - min(values)


@dataclass(frozen=True)
class Sensitivity:
    """One arm: its entry as the scenario has it, and every factor's effect."""

    arm: str
    base: ArmEntry
    effects: list[Effect]

    @property
    def headlines(self) -> list[Headline]:
        """The arm's headline numbers."""
        return headlines(self.base)

    def ranked(self, headline: Headline) -> list[Effect]:
        """Effects on one number, the largest first."""
        at_base = headline.of(self.base)
        return sorted(self.effects, key=lambda effect: -effect.span(headline, at_base or 0.0))


Key = tuple[str, str]
BASE: Key = ("", "")


def plan(scenario: Scenario, arm: str, anatomy: Anatomy) -> dict[Key, Variant]:
    """The runs for one arm: (label of the factor, side), and ``BASE``."""
    scenario = with_numerics(scenario, resolution=RESOLUTION)
    trials = {BASE: Variant.of(scenario, arm, f"{RESOLUTION} mesh")}
    for factor in chosen(scenario, arm, anatomy):
        for side in SIDES:
            title = f"{factor.label} {factor.text(getattr(factor, side), factor.shift)} {factor.unit}".rstrip()
            trials[factor.label, side] = Variant.of(factor.at(side, scenario, arm), arm, title)
    return trials


def chosen(scenario: Scenario, arm: str, anatomy: Anatomy) -> list[Factor]:
    """The factors that can matter for an arm."""
    data = content(scenario)
    return [factor for factor in factors() if factor.applies(data, arm, anatomy.tissue_names)]


def sensitivity(scenario: Scenario, arm: str, anatomy: Anatomy, outcomes: Mapping[Key, VariantOutcome]) -> Sensitivity:
    """Put the outcomes of :func:`plan` together.

    An end of a range that cannot be solved, such as a needle that would run into bone, is left open.

    Raises
    ------
    SolveError
        If the scenario itself was stopped.
    """
    base = outcomes[BASE]
    if base.entry is None:
        raise SolveError(f"arm '{arm}', {RESOLUTION} mesh: {base.failure}")
    data, effects = content(scenario), []
    for factor in chosen(scenario, arm, anatomy):
        ends = {side: outcomes[factor.label, side] for side in SIDES}
        entries = {side: end.entry for side, end in ends.items() if end.entry is not None}
        failures = {side: end.failure for side, end in ends.items() if end.failure is not None}
        effects.append(Effect(factor, factor.base(data, arm), entries, failures))
    return Sensitivity(arm, base.entry, effects)
