"""Where solved arms go: into memory, or into a results folder that is whole at any moment, with its pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from rfa_model.metrics.entry import ArmEntry
from rfa_model.parallel.ranks import on_first, rank_count
from rfa_model.pictures.drawing_process import Drawing
from rfa_model.plan import Plan
from rfa_model.results import Results, ResultsWriter
from rfa_model.results.evidence import Evidence, find_evidence, uncertainty_of
from rfa_model.results.summary import ScenarioInfo
from rfa_model.results.writer import write_arm
from rfa_model.treatment import Solution


class Sink[T](Protocol):
    """Takes solved arms; on the first process alone, but for ``deliver``, which works where the arm was solved."""

    @property
    def deliver(self) -> Callable[[Solution], T]:
        """What travels of an arm, made by a function that can be pickled."""
        ...

    def add(self, name: str, part: T | None) -> None:
        """Take over what was delivered of an arm."""
        ...


@dataclass
class InMemory:
    """All there is of every arm."""

    plan: Plan
    solved: dict[str, Solution] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._evidence = find_evidence(self.plan.resolved_yaml)

    @property
    def deliver(self) -> Callable[[Solution], Solution]:
        """The whole arm travels."""
        return whole

    def add(self, name: str, part: Solution | None) -> None:
        """Keep it, with the uncertainty known of its numbers."""
        assert part is not None
        known = uncertainty_of(self._evidence.get(name, {}), part.metrics.to_summary())
        self.solved[name] = replace(part, metrics=replace(part.metrics, uncertainty=known))

    def results(self) -> Results:
        """Return what has been added, in the plan's order."""
        done = [self.solved[name] for name in self.plan.arms if name in self.solved]
        arms = [(each.arm, each.metrics) for each in done]
        return Results.from_memory({"title": self.plan.scenario.title}, self.plan.resolved_yaml, arms)


@dataclass
class InFolder:
    """Fields are written by the process that solved them, and only the numbers come here."""

    staging: Path
    writer: ResultsWriter | None
    drawing: Drawing | None
    evidence: Evidence

    @property
    def deliver(self) -> Callable[[Solution], ArmEntry]:
        """The arm is written; its entry of the summary travels."""
        return partial(_written, self.staging)

    def add(self, name: str, part: ArmEntry | None) -> None:
        """Take the arm over into the folder, and begin its pictures."""
        assert self.writer is not None
        assert part is not None
        self.writer.adopt(name, part | {"uncertainty": uncertainty_of(self.evidence.get(name, {}), part)})
        if self.drawing is not None:
            self.drawing.add(name)


@contextmanager
def folder_of(
    plan: Plan, out: Path, drawing: Drawing | None, kept: Mapping[str, ArmEntry] | None = None
) -> Iterator[InFolder]:
    """A results folder that is open for the plan's arms, and for a drawing to follow.

    ``kept`` are arms of it that stay, where an earlier run is resumed.

    Raises
    ------
    InputError
        If writing there would destroy something else.
    """
    order = list(plan.scenario.arms)

    def opened() -> ResultsWriter:
        made = ResultsWriter(
            out,
            plan.resolved_yaml,
            info_of(plan),
            references=plan.references,
            processes=rank_count(),
            order=order,
            kept=kept,
        )
        return files.enter_context(made)

    with ExitStack() as files:
        writer = on_first(opened)
        staging = out if writer is None else writer.staging
        if drawing is not None:
            for name in kept or ():
                drawing.add(name)
        yield InFolder(staging, writer, drawing, find_evidence(plan.resolved_yaml))


def info_of(plan: Plan) -> ScenarioInfo:
    """Which scenario it is, for a results folder."""
    source = plan.source
    return {
        "title": plan.scenario.title,
        "file": str(source.path) if source else None,
        "sha256": source.sha256 if source else None,
    }


def whole(solution: Solution) -> Solution:
    """Deliver all there is of an arm."""
    return solution


def _written(staging: Path, solution: Solution) -> ArmEntry:
    return write_arm(staging, solution.arm, solution.metrics)
