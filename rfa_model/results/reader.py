"""Reading a results folder: the summary at once, everything heavy when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import cast

import numpy as np

from rfa_model.applicators.applicator import Applicator
from rfa_model.applicators.pose import Pose
from rfa_model.errors import InputError
from rfa_model.applicators.choice import APPLICATORS, ApplicatorBase
from rfa_model.metrics.data import ArmData, Balance, FieldSeries, History, MeshInfo, SolverInfo
from rfa_model.metrics.electrical import ElectricalMetrics
from rfa_model.metrics.entry import JSON, ArmEntry, look_up
from rfa_model.metrics.evaluate import COMPOSED
from rfa_model.metrics.isosurface import TriSurface
from rfa_model.metrics.summary import ArmMetrics
from rfa_model.results.csv_files import read_csv
from rfa_model._small_files import text
from rfa_model.results.vtk_files import read_fields, read_snapshots, read_surface
from rfa_model.results.summary import ScenarioInfo, Summary
from rfa_model.results.summary_file import read_summary

_LARGEST_SCENARIO = 4 * 2**20
"""Bytes; what a user writes is at most 1 MB, and its resolved text a little more."""
_HISTORY_COLUMNS = ("time_s", "power_W")


@dataclass
class ArmResults:
    """One arm of a results folder: ``summary`` is its entry of ``summary.json``; the rest is read on first use.

    It has the attributes of :class:`ArmData`, and the lesion surfaces and nerve tables beside them.
    """

    name: str
    summary: ArmEntry
    folder: Path | None = None

    @classmethod
    def from_memory(cls, arm: ArmData, metrics: ArmMetrics, folder: Path | None = None) -> ArmResults:
        """An arm that was just solved; nothing is read from disk."""
        result = cls(arm.name, metrics.to_summary(), folder)
        result.__dict__.update(
            fields=arm.fields, history=arm.history, probe=arm.probe, pose=arm.pose,
            lesions=dict(metrics.surfaces), nerve_tables=dict(metrics.nerve_tables),
        )  # fmt: skip
        return result

    @cached_property
    def fields(self) -> FieldSeries:
        """Nodal fields over time."""
        return read_fields(self._folder)

    @cached_property
    def times_s(self) -> np.ndarray:
        """(K,) times of the snapshots."""
        if "fields" in self.__dict__:
            return np.asarray(self.fields.times_s)
        return np.array([time for time, _ in read_snapshots(self._folder)])

    def snapshot(self, index: int) -> FieldSeries:
        """The fields with the snapshot at that place alone; no other is read from disk."""
        return self.fields.snapshot(index) if "fields" in self.__dict__ else read_fields(self._folder, [index])

    @cached_property
    def history(self) -> History:
        """Scalars over time."""
        path = self._folder / "history.csv"
        columns = read_csv(path)
        if missing := [name for name in _HISTORY_COLUMNS if name not in columns]:
            raise InputError(f"{path} has no column '{missing[0]}'; the file is damaged, run the scenario again")
        if not len(columns["time_s"]):
            raise InputError(f"{path} ends after its header; the file is damaged, run the scenario again")
        return History(columns)

    @cached_property
    def lesions(self) -> dict[str, TriSurface]:
        """Closed lesion surface per criterion, patient frame."""
        return {name: read_surface(self._folder / f"lesion_{name}.vtp") for name in self.summary["lesions"]}

    @cached_property
    def nerve_tables(self) -> dict[str, dict[str, np.ndarray]]:
        """Arc-length table per nerve."""
        return {name: read_csv(self._folder / f"nerve_{name}.csv") for name in self.summary["nerves"]}

    @cached_property
    def probe(self) -> ApplicatorBase | Applicator:
        """The probe in words, for example a ``library.Probe``; the applicator itself if it was put together in Python.

        Raises
        ------
        InputError
            If the words are damaged, or there are none because it was put together in Python.
        """
        from pydantic import ValidationError
        from pydantic_core import PydanticCustomError

        if self.summary["probe"].get("kind") == COMPOSED:
            raise InputError(
                f"{self._folder}: applicator '{self.summary['probe'].get('name')}' was put together in Python; draw "
                "it from the solution in memory, or register its kind"
            )
        try:
            return APPLICATORS.read(self.summary["probe"])
        except (ValidationError, PydanticCustomError) as error:
            raise InputError(f"{self._folder}: the probe in summary.json is damaged: {error}") from error

    @cached_property
    def applicator(self) -> Applicator:
        """The probe as bodies with contacts and sensors, in its own frame."""
        return self.probe if isinstance(self.probe, Applicator) else self.probe.applicator()

    @cached_property
    def pose(self) -> Pose:
        """Pose of the probe (probe frame to patient frame)."""
        return self._pose_of(look_up(self.summary, ("placement", "pose")))

    @cached_property
    def earlier_poses(self) -> tuple[Pose, ...]:
        """Of lesions made before the last with the same applicator, in turn."""
        before = (self.summary.get("sequence") or [])[:-1]
        return tuple(self._pose_of(look_up(lesion, ("pose",))) for lesion in before)

    def _pose_of(self, entry: JSON) -> Pose:
        try:
            at = (look_up(entry if isinstance(entry, dict) else None, (key,)) for key in ("rotation", "translation_mm"))
            return Pose(*(np.array(values, dtype=float) for values in at))
        except (TypeError, ValueError) as error:
            raise InputError(f"{self._folder}: the pose in summary.json is damaged: {error!r}") from error

    @property
    def placement(self) -> dict[str, object]:
        """How the probe was placed, without the resulting pose."""
        return {key: value for key, value in self.summary["placement"].items() if key != "pose"}

    @property
    def mesh_info(self) -> MeshInfo:
        """The mesh in numbers."""
        return cast(MeshInfo, dict(self.summary["mesh"]))

    @property
    def solver_info(self) -> SolverInfo:
        """The solver's work in numbers."""
        return cast(SolverInfo, dict(self.summary["solver"]))

    @property
    def balance(self) -> Balance:
        """Relative residuals of the power and energy balances."""
        return cast(Balance, dict(self.summary["balance"]))

    @property
    def cutoff(self) -> float | None:
        """Time of the generator's cut-off, s, or None."""
        return ElectricalMetrics.cutoff.read(self.summary["electrical"])

    def data(self) -> ArmData:
        """The arm as the solver handed it over."""
        return ArmData(
            self.name, self.probe, self.pose, self.placement, self.fields, self.history,
            self.mesh_info, self.solver_info, self.balance, self.cutoff,
        )  # fmt: skip

    @property
    def _folder(self) -> Path:
        if self.folder is None:
            raise ValueError(f"arm '{self.name}' was never written to disk and does not hold this in memory")
        return self.folder


@dataclass
class Results:
    """A scenario's results: ``summary`` is ``summary.json``, ``scenario_yaml`` the resolved scenario's text."""

    summary: Summary
    scenario_yaml: str
    arms: dict[str, ArmResults] = field(default_factory=dict)
    folder: Path | None = None

    @classmethod
    def from_memory(
        cls,
        scenario: ScenarioInfo,
        scenario_yaml: str,
        arms: Iterable[tuple[ArmData, ArmMetrics]],
        folder: Path | None = None,
    ) -> Results:
        """Results that were just computed."""
        done = {a.name: ArmResults.from_memory(a, m, folder / a.name if folder else None) for a, m in arms}
        entries = {name: arm.summary for name, arm in done.items()}
        return cls({"scenario": scenario, "arms": entries}, scenario_yaml, done, folder)

    @property
    def title(self) -> str:
        """The scenario's title, or the folder's name."""
        return str(self.summary["scenario"].get("title") or (self.folder.name if self.folder else "results"))

    @property
    def scenario_path(self) -> Path:
        """``scenario.yaml`` of the folder."""
        if self.folder is None:
            raise ValueError("these results were never written to disk")
        return self.folder / "scenario.yaml"


def read_results(folder: str | Path) -> Results:
    """Open a results folder.

    Raises
    ------
    InputError
        If it is not a results folder, comes from another version's format, has no arm, or is damaged.
    """
    folder = Path(folder)
    summary = read_summary(folder)
    try:
        scenario_yaml = text(folder / "scenario.yaml", _LARGEST_SCENARIO)
    except (OSError, ValueError) as error:
        raise InputError(f"{folder}: the results folder is damaged: {error}") from error
    arms = {name: ArmResults(name, entry, folder / name) for name, entry in summary["arms"].items()}
    return Results(summary, scenario_yaml, arms, folder)
