"""Studies whose trials are answered by a formula instead of a solver."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from rfa_model.scenario import load_scenario
from rfa_model.studies import PlannedStudy, Study
from rfa_model.studies.trial import Outcome, Trial

ROOT = Path(__file__).resolve().parents[3]
FLAGSHIP = ROOT / "scenarios" / "l4_medial_branch.yaml"
ALONG = {"path": "arms.*.placement.offset_mm.0", "distribution": {"normal": {"mean": 0.0, "sd": 1.0}}}
ACROSS = {"path": "arms.*.placement.offset_mm.1", "distribution": {"normal": {"mean": 0.0, "sd": 2.0}}}
RANDOM = {"random": {"samples": 20, "seed": 3}}


def planned(**words: Any) -> PlannedStudy:
    """A study of the flagship over two offsets."""
    content = {"title": "made", "vary": {"along": ALONG, "across": ACROSS}, "design": RANDOM, **words}
    return PlannedStudy.of(Study.model_validate({"scenario": load_scenario(FLAGSHIP), **content}))


def offset_mm(trial: Trial) -> list[float]:
    """Where a trial's needle was put."""
    arm: dict[str, Any] = json.loads(trial.text)["arms"][trial.arm]
    return [float(value) for value in arm["placement"]["offset_mm"]]


def by_distance(trial: Trial) -> Outcome:
    """The nerve is taken within 2 mm, by 3 for the cooled needle."""
    along, across, _ = offset_mm(trial)
    reach = 3.0 if trial.arm == "cooled" else 2.0
    margin = reach - (along**2 + across**2) ** 0.5
    return Outcome("solved", {"capture": margin >= 0.0, "margin_best_mm": margin, "harm": False}, wall_s=0.1)


class Answered:
    """An engine that asks a formula, in the order given or the other way round."""

    workers = 1
    words = "by a formula"

    def __init__(self, formula: Callable[[Trial], Outcome] = by_distance, *, backwards: bool = False) -> None:
        self.formula, self.backwards, self.asked = formula, backwards, [Trial(0, "", "", "")][:0]

    def run(self, trials: Iterable[Trial]) -> Iterator[tuple[Trial, Outcome]]:
        """Every trial."""
        todo = list(trials)
        for trial in reversed(todo) if self.backwards else todo:
            self.asked.append(trial)
            yield trial, self.formula(trial)
