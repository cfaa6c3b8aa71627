"""A program for the tests: runs of a small needle, written at some of their steps, and taken up from there.

``begin CASE FOLDER`` runs to the end and writes the state at every stop on the way; ``go_on CASE FOLDER`` takes each of
them up with a transient of its own. What a run came to lies in ``end.npz``, or in ``end-STOP.npz``.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from rfa_model.assurance.verification.tools.small_arm import LIMITS, SmallArm
from rfa_model.generator import Hold, Off, PhaseBase, Power, Ramp, phase_runs
from rfa_model.generator.controllers import Controller
from rfa_model.laws import ElectricConductivity
from rfa_model.metrics.history import Step
from rfa_model.parallel.ranks import on_first
from rfa_model.solver.gather import gather_nodal
from rfa_model.solver.record import HistoryRecorder, SnapshotRecorder
from rfa_model.solver.run_state import RunState
from rfa_model.solver.state_file import read_run_state, write_run_state
from rfa_model.solver.step_report import StepReport
from rfa_model.solver.stepping import StepSize
from rfa_model.solver.transient import Transient

PI = {"proportional_gain_W_per_K": 0.3, "integral_gain_W_per_Ks": 0.1}
HELD = [
    Ramp(to_C=70.0, duration_s=2.0),
    Hold(temperature_C=70.0, duration_s=2.0),
    Off(duration_s=1.0),
]


def power(power_W: float, *durations_s: float) -> list[PhaseBase]:
    return [Power(power_W=power_W, duration_s=seconds) for seconds in durations_s]


@dataclass(frozen=True)
class Case:
    """What is run, and what its tolerances are in a scenario."""

    protocol: list[PhaseBase]
    controller: str = "ideal"
    order: int = 1
    cutoff_ohm: float = 1e4
    dry_start_C: float = 99.0
    carried: float = 0.0


CASES = {
    "ideal": Case(HELD),
    "ideal, quadratic": Case(HELD, order=2),
    "pi": Case(HELD, "pi"),
    "carried": Case(HELD, carried=0.03),
    "boiling": Case(power(30.0, 0.2, 0.2)),
    "boiling, quadratic": Case(power(30.0, 0.12, 0.1), order=2),
    # Impedance falls with warmth before it rises.
    "cut off": Case(power(6.0, 1.0, 1.2), cutoff_ohm=151.0, dry_start_C=80.0),
}


def row(report: StepReport, hottest_C: float, coldest_C: float) -> dict[str, float]:
    """The catalogue's columns of a step, and one more."""
    return Step(report, hottest_C, coldest_C, {}).row() | {
        "hottest_anywhere_C": float(report.state.temperature_C.max())
    }


class Run:
    """One transient of a case, made from nothing, with its recorders."""

    def __init__(self, case: Case, step: StepSize | None = None) -> None:
        arm = SmallArm(case.order)
        arm.laws = replace(arm.laws, electric_conductivity=ElectricConductivity(dry_start_C=case.dry_start_C))
        self.rest, self._V = arm.rest, arm.domain.tables.V
        self.history = HistoryRecorder(arm.domain, row)
        ends = tuple(np.cumsum([phase.duration_s for phase in case.protocol]).tolist())
        self.snapshots = SnapshotRecorder(arm.domain, 0.4, ends, arm.laws.damage)
        observers = (self.history, self.snapshots)
        self.transient: Transient = arm.transient(step or StepSize(0.1, 0.05, 1.0), 1e-3, 3e-3, observers)
        self.transient.current.carried = case.carried
        self.transient.current.rtol, self.transient.stages.max_iterations = 3e-8, 15
        self.transient.impedance_cutoff_ohm = case.cutoff_ohm
        self.phases = phase_runs(case.protocol, LIMITS.model_copy(update={"controller": case.controller, **PI}))

    def off(self) -> Controller:
        return LIMITS.off()

    def steps(self, start: RunState | None = None) -> Iterator[RunState]:
        return self.transient.steps(self.rest if start is None else start, self.phases, self.off)

    def keep(self, path: Path, end: RunState) -> None:
        """Write all that a run came to."""
        made, state, balance = self.transient, end.fields, self.transient.balance
        fields = {
            name: gather_nodal(self._V, getattr(state, name)) for name in ("temperature_C", "damage", "cem43_min")
        }
        numbers = {
            "time_s": state.time_s,
            "cutoff_s": np.nan if made.cutoff_s is None else made.cutoff_s,
            **{name: getattr(made.totals, name) for name in ("energy_J", "steps", "conductivity_lag")},
            **{name: getattr(balance, name) for name in ("supplied_J", "perfused_J", "outflow_J", "stored_J")},
            "rejected": made.step.rejected,
            "solves": made.current.solves,
            "iterations": made.stages.iterations,
        }
        snapshots = {"times_s": self.snapshots.times_s, "snapshots_C": self.snapshots.temperature_C}
        history = {f"history {name}": values for name, values in self.history.columns().items()}
        on_first(lambda: np.savez(path, **fields, **numbers, **snapshots, **history))


def stops(states: list[tuple[int, float | None]]) -> dict[str, int]:
    """Steps to stop after, of all steps' phases and cut-off times."""
    phases = [phase for phase, _ in states]
    border = phases.index(1) - 1
    found = {"first": 0, "within": border // 2, "border": border, "behind": border + 1, "late": len(states) - 2}
    cut = [n for n, (_, cutoff_s) in enumerate(states) if cutoff_s is not None]
    return found | ({"cut": cut[0], "after the cut": cut[0] + 1} if cut else {})


def begin(name: str, folder: Path) -> None:
    """Run to the end, then go back and write the states at the stops."""
    run = Run(CASES[name])
    states = list(run.steps())
    run.keep(folder / "end.npz", states[-1])
    for stop, n in stops([(state.phase, state.cutoff_s) for state in states]).items():
        run.transient.restore(states[n])
        write_run_state(folder / f"{stop}.npz", run.transient, run.phases, states[n])


def go_on(name: str, folder: Path) -> None:
    """Take up every state that is there."""
    for path in sorted(folder.glob("*.npz")):
        if path.stem.startswith("end"):
            continue
        run = Run(CASES[name])
        end = read_run_state(path, run.transient, run.phases)
        for state in run.steps(end):
            end = state
        run.keep(folder / f"end-{path.stem}.npz", end)


if __name__ == "__main__":
    {"begin": begin, "go_on": go_on}[sys.argv[1]](sys.argv[2], Path(sys.argv[3]))
