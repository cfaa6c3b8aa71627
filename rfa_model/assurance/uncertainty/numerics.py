"""Numerical uncertainty of an arm's headline numbers: mesh, time step and domain, each from solving again.

Time and domain are judged by one more run each. The difference to it is divided by the share of the error that the
change removes: the scheme is of second order and holds its local error, of third order in the step, at the tolerance,
so its error goes as tolerance^(2/3); what the far field leaves out falls at least as fast as 1/radius. The three parts
are added, since nothing says that they cancel.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from rfa_model.anatomy import Anatomy
from rfa_model.assurance.uncertainty.grid import GridEstimate, grid_uncertainty
from rfa_model.assurance.uncertainty.headline import Headline, by_criterion, headlines
from rfa_model.assurance.uncertainty.trial import Variant, VariantOutcome
from rfa_model.errors import InputError, SolveError
from rfa_model.metrics.entry import ArmEntry
from rfa_model.metrics.run import MeshMetrics
from rfa_model.placement import place
from rfa_model.scenario import Scenario

# The most expensive first: they are begun in this order.
MESHES = ("fine", "standard", "draft")
QUICK_MESHES = ("standard", "draft")
TIGHTER = 10.0
TIME_ORDER = 2.0 / 3.0
LARGER = (2.0, 1.5, 1.375, 1.25, 1.1)
DOMAIN_ORDER = 1.0


@dataclass(frozen=True)
class Budget:
    """One headline number with its uncertainty and what that is made of, all in the number's unit.

    ``values`` are those of each run (``draft``, ``standard``, ``fine``, ``time``, ``domain``), ``grid`` what the meshes
    say.
    """

    headline: Headline
    value: float
    grid: GridEstimate
    time: float
    domain: float
    values: dict[str, float]

    @property
    def uncertainty(self) -> float:
        """Sum of the parts."""
        return self.grid.uncertainty + self.time + self.domain


@dataclass(frozen=True)
class NumericsTrials:
    """The runs for one arm, by name; ``reported`` is the mesh whose result the uncertainty is for."""

    arm: str
    reported: str
    trials: dict[str, Variant]
    domain_ratio: float


def plan(scenario: Scenario, arm: str, anatomy: Anatomy, quick: bool = False) -> NumericsTrials:
    """The runs that one arm's uncertainty takes, for the scenario's own resolution (quick: for ``draft``).

    Raises
    ------
    InputError
        If the arm cannot be placed, or its domain cannot be enlarged within the body.
    """
    meshes = QUICK_MESHES if quick else MESHES
    base = with_numerics(scenario, resolution="draft") if quick else scenario
    numerics = base.numerics
    tight = {key: getattr(numerics, key) / TIGHTER for key in ("time_tolerance_C", "initial_step_s", "max_step_s")}
    ratio = domain_ratio(base, arm, anatomy)
    variants = {
        **{name: with_numerics(scenario, resolution=name) for name in meshes},
        "time": with_numerics(base, **tight),
        "domain": with_numerics(base, domain_radius_mm=ratio * numerics.domain_radius_mm),
    }
    trials = {name: Variant.of(variant, arm, _TITLES.get(name, f"{name} mesh")) for name, variant in variants.items()}
    return NumericsTrials(arm, numerics.resolution, trials, ratio)


_TITLES = {"time": "smaller time steps", "domain": "larger domain"}


def with_numerics(scenario: Scenario, **changes: object) -> Scenario:
    """The scenario with other numerics, checked."""
    numerics = type(scenario.numerics).model_validate({**scenario.numerics.model_dump(), **changes})
    return scenario.model_copy(update={"numerics": numerics})


def domain_ratio(scenario: Scenario, arm: str, anatomy: Anatomy) -> float:
    """By how much the domain can grow and still lie in the body; InputError if it cannot."""
    radius_mm = scenario.numerics.domain_radius_mm
    probe, placement = scenario.resolved_probe(arm), scenario.arm(arm).placement
    place(probe.applicator(), placement, anatomy, radius_mm)
    for ratio in LARGER:
        try:
            with_numerics(scenario, domain_radius_mm=ratio * radius_mm)
            place(probe.applicator(), placement, anatomy, ratio * radius_mm)
        except (ValueError, InputError):
            continue
        return ratio
    raise InputError(
        f"arm '{arm}': numerics.domain_radius_mm = {radius_mm:g} cannot be enlarged to see what it changes; "
        f"make it smaller (40 is the default)"
    )


def budgets(plan: NumericsTrials, outcomes: Mapping[str, VariantOutcome]) -> list[Budget]:
    """Uncertainty of every headline number that every run has.

    Raises
    ------
    SolveError
        If a run was stopped.
    """
    entries: dict[str, ArmEntry] = {}
    for name, outcome in outcomes.items():
        if outcome.entry is None:
            raise SolveError(f"arm '{plan.arm}', {plan.trials[name].title}: {outcome.failure}")
        entries[name] = outcome.entry
    meshes = [name for name in MESHES if name in entries]
    sizes = [(MeshMetrics.cells.read(entries[name]["mesh"]) or math.nan) ** (-1.0 / 3.0) for name in meshes]
    found = []
    for headline in (*headlines(entries[plan.reported]), *by_criterion(entries[plan.reported])):
        values = {name: value for name, entry in entries.items() if (value := headline.of(entry)) is not None}
        if len(values) < len(entries):
            continue
        value = values[plan.reported]
        grid = grid_uncertainty(sizes, [values[name] for name in meshes], meshes.index(plan.reported))
        time = abs(values["time"] - value) / (1.0 - TIGHTER**-TIME_ORDER)
        domain = abs(values["domain"] - value) / (1.0 - plan.domain_ratio**-DOMAIN_ORDER)
        found.append(Budget(headline, value, grid, time, domain, values))
    return found
