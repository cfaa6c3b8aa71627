"""What is kept of a transient: a row per step, fields at regular times."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import MPI
from rfa_model.physics.damage import CellDeathLaw, DamageLaw, StepCurve, advanced
from rfa_model.solver.domain import Domain
from rfa_model.solver.exposure import FurtherDamage
from rfa_model.solver.gather import gather_nodal
from rfa_model.solver.memory import Memory, part
from rfa_model.solver.state import State
from rfa_model.solver.step_report import StepReport

Array = NDArray[np.float64]


@dataclass
class HistoryRecorder:
    """One row of scalars per accepted step, the same on every process.

    Attributes
    ----------
    domain : Domain
    row : callable
        From a step's report and its hottest and coldest tissue, °C, of all processes, to the step's numbers by column.
    """

    domain: Domain
    row: Callable[[StepReport, float, float], Mapping[str, float]]
    _columns: dict[str, "_Column"] = field(default_factory=dict, init=False)

    def __call__(self, report: StepReport, before: State | None, curve: StepCurve | None) -> None:
        """Add the row of a step."""
        tissue_C, comm = report.state.temperature_C[self.domain.tissue_dofs], self.domain.tables.V.mesh.comm
        hottest_C = float(comm.allreduce(float(tissue_C.max(initial=-np.inf)), op=MPI.MAX))
        coldest_C = float(comm.allreduce(float(tissue_C.min(initial=np.inf)), op=MPI.MIN))
        for name, value in self.row(report, hottest_C, coldest_C).items():
            self._columns.setdefault(name, _Column()).append(value)

    def latest(self, column: str) -> float:
        """Return the number of the last row in a column."""
        return float(self._columns[column].values()[-1])

    def columns(self) -> dict[str, Array]:
        """Return the rows as columns."""
        return {name: column.values().copy() for name, column in self._columns.items()}

    def memory(self) -> Memory:
        return {name: column.values() for name, column in self._columns.items()}

    def restore(self, memory: Memory) -> None:
        self._columns = {name: _Column(np.array(values, dtype=np.float64)) for name, values in memory.items()}


class _Column:
    """Numbers that grow at the end; what has been asked for stays as it is, and is not copied."""

    def __init__(self, begun: Array | None = None) -> None:
        self._room = np.empty(0) if begun is None else begun
        self._count = len(self._room)

    def append(self, value: float) -> None:
        if self._count == len(self._room):
            self._room = np.concatenate([self._room, np.empty(max(64, self._count))])
        self._room[self._count] = value
        self._count += 1

    def values(self) -> Array:
        found = self._room[: self._count]
        found.flags.writeable = False
        return found


@dataclass
class SnapshotRecorder:
    """Temperature and Ω by every law at multiples of ``interval_s`` and at the ends of phases, gathered on rank 0.

    Times within a step are read off the step's own curve, so that snapshots never shorten steps.
    """

    domain: Domain
    interval_s: float
    ends_s: tuple[float, ...]
    damage_law: DamageLaw | CellDeathLaw
    further: FurtherDamage = field(default_factory=lambda: FurtherDamage({}))
    times_s: list[float] = field(default_factory=list)
    temperature_C: list[NDArray[np.float32]] = field(default_factory=list)
    damage: list[NDArray[np.float32]] = field(default_factory=list)
    further_damage: dict[str, list[NDArray[np.float32]]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.further_damage = {name: [] for name in self.further.laws}

    def __call__(self, report: StepReport, before: State | None, curve: StepCurve | None) -> None:
        """Keep what is due within this step."""
        if before is None or curve is None:
            self._keep(report.state.time_s, report.state.temperature_C, report.state.damage, self.further.damage)
            return
        for time in self._due(before.time_s, report.state.time_s):
            share = (time - before.time_s) / curve.duration_s
            if share > 1.0 - 1e-9:
                self._keep(time, report.state.temperature_C, report.state.damage, self.further.damage)
            else:
                damage, _ = advanced(self.damage_law, before.damage, before.damage_states, curve, share)
                self._keep(time, curve.at(share), damage, self.further.within(curve, share))

    def memory(self) -> Memory:
        return {"times_s": np.array(self.times_s)} | {
            f"{name}/{n}": values for name, kept in self._series().items() for n, values in enumerate(kept)
        }

    def restore(self, memory: Memory) -> None:
        self.times_s = memory["times_s"].tolist()
        for name, kept in self._series().items():
            found = part(name, memory)
            kept[:] = [found[str(n)].astype(np.float32) for n in range(len(found))]

    def _series(self) -> dict[str, list[NDArray[np.float32]]]:
        own = {"temperature_C": self.temperature_C, "damage": self.damage}
        return own | {f"further/{name}": kept for name, kept in self.further_damage.items()}

    def _due(self, start_s: float, end_s: float) -> list[float]:
        first = int(np.floor(start_s / self.interval_s + 1e-9)) + 1
        last = int(np.floor(end_s / self.interval_s + 1e-9))
        due = {round(n * self.interval_s, 9) for n in range(first, last + 1)}
        due |= {round(t, 9) for t in self.ends_s if start_s < t <= end_s * (1 + 1e-12)}
        return sorted(due)

    def _keep(self, time_s: float, temperature_C: Array, damage: Array, further: Mapping[str, Array]) -> None:
        V = self.domain.tables.V
        # Ω of charred tissue is beyond single precision, and means nothing there.
        capped = (temperature_C, *(np.minimum(omega, 1e30) for omega in (damage, *further.values())))
        fields = [gather_nodal(V, values.astype(np.float32)) for values in capped]
        self.times_s.append(time_s)
        for kept, values in zip(self._series().values(), fields, strict=True):
            if values is not None:
                kept.append(values)
