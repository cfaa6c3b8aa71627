"""Numbers of an arm's protocol that a study varied: what ``optimise --protocol`` chooses beside the aim."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfa_model.assurance.uncertainty.changes import Path as Place
from rfa_model.assurance.uncertainty.changes import value_at
from rfa_model.errors import InputError
from rfa_model.metrics.catalogue import readable
from rfa_model.studies.distributions import Discrete
from rfa_model.studies.results import UNITS, StudyResults
from rfa_model.studies.surrogate.surrogate import Surrogate

STEPS = {"s": 5.0, "°C": 1.0}
"""To what an operator is told times and temperatures; other numbers to three digits."""


@dataclass(frozen=True)
class Setting:
    """One number of the protocol.

    Attributes
    ----------
    name, label, unit : str
    column : int
        Of the surrogate's further inputs.
    places : tuple of paths
        Where it goes in this arm.
    low, high : float
        Between what it was learnt.
    own : float
        The scenario's own value.
    values : tuple of float
        All there are, where it is one of a few.
    """

    name: str
    label: str
    unit: str
    column: int
    places: tuple[Place, ...]
    low: float
    high: float
    own: float
    values: tuple[float, ...] = ()

    def told(self, value: float) -> float:
        """The nearest value that an operator can be told, among those learnt."""
        if self.values:
            return min(self.values, key=lambda one: abs(one - value))
        step = STEPS.get(self.unit)
        rounded = float(f"{value:.3g}") if step is None else step * round(value / step)
        return float(np.clip(rounded, self.low, self.high))


def settings_of(surrogate: Surrogate, results: StudyResults, arm: str) -> tuple[Setting, ...]:
    """What the study varied of an arm's protocol and put in place of the scenario's own, in order.

    A number that is added to the scenario's own, or multiplies it, is an error of the device and no choice.
    """
    planned, found = results.planned, []
    for column, name in enumerate(surrogate.probe(arm).further):
        factor = planned.study.vary[name]
        places = tuple(place for place in planned.places[name] if place[:2] == ("arms", arm))
        if factor.how != "replace" or not places or any(place[2] != "protocol" for place in places):
            continue
        ends = [float(str(end)) for end in factor.distribution.ends()]
        own = float(str(value_at(planned.content, places[0])))
        key = str(places[0][-1])
        unit = factor.unit or next((words for end, words in UNITS.items() if key.endswith(end)), "")
        values = tuple(ends) if isinstance(factor.distribution, Discrete) else ()
        label = factor.label or readable(name)
        found.append(Setting(name, label, unit, column, places, min(ends), max(ends), own, values))
    return tuple(found)


def needed_settings(surrogate: Surrogate, results: StudyResults, arm: str) -> tuple[Setting, ...]:
    """The same; InputError with what to add to the study where there are none."""
    if found := settings_of(surrogate, results, arm):
        return found
    raise InputError(
        f"--protocol: the study has not varied the protocol of {arm}, so nothing is learnt of others; add to its vary, "
        f"for one, `time_s: {{path: arms.{arm}.protocol.1.hold.duration_s, distribution: {{uniform: {{low: 45, high: "
        "180}}}` (as scenarios/studies/aim_and_protocol.yaml does), solve it and learn from it anew"
    )
