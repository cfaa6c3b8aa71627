"""Many variants of a scenario, each arm of each solved in a process of its own; none twice."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from rfa_model.assurance.progress import spread_telling
from rfa_model.errors import RfaModelError
from rfa_model.metrics.entry import ArmEntry
from rfa_model.scenario import Scenario, dump_yaml


@dataclass(frozen=True)
class Variant:
    """One arm of a resolved scenario; ``title`` is for the progress lines."""

    arm: str
    text: str
    title: str

    @classmethod
    def of(cls, scenario: Scenario, arm: str, title: str) -> "Variant":
        """The trial of one arm."""
        return cls(arm, dump_yaml(scenario.resolved()), title)


@dataclass(frozen=True)
class VariantOutcome:
    """The arm's entry of ``summary.json``, or the message of what stopped it."""

    entry: ArmEntry | None
    failure: str | None = None


def solve_trials[K: Hashable](
    trials: Mapping[K, Variant], workers: int | None = None, quiet: bool = False
) -> dict[K, VariantOutcome]:
    """Solve every trial, begun in the order given; trials with the same arm and scenario are solved once."""
    todo: dict[tuple[str, str], Variant] = {}
    for trial in trials.values():
        todo.setdefault((trial.arm, trial.text), trial)
    found = spread_telling(solve, list(todo.values()), workers, _line, quiet)
    done = {(trial.arm, trial.text): outcome for trial, outcome in found}
    return {key: done[trial.arm, trial.text] for key, trial in trials.items()}


def _line(trial: Variant, outcome: VariantOutcome) -> str:
    return f"{trial.arm}, {trial.title}: {f'stopped: {outcome.failure}' if outcome.failure else 'solved'}"


def solve(trial: Variant) -> VariantOutcome:
    """Solve one trial."""
    from rfa_model.scenario import parse_scenario
    from rfa_model.simulation import simulate
    from rfa_model.treatment.workspace import workspace_of_this_process

    try:
        scenario, workspace = parse_scenario(trial.text, trial.title), workspace_of_this_process()
        results = simulate(scenario, arms=[trial.arm], workspace=workspace)
    except RfaModelError as error:
        return VariantOutcome(None, str(error))
    return VariantOutcome(results.arms[trial.arm].summary)
