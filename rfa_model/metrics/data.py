"""What one solved arm is made of, as plain arrays: the input of every metric and the content of a results folder."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from rfa_model.applicators.applicator import Applicator
from rfa_model.applicators.choice import ApplicatorBase
from rfa_model.applicators.pose import Pose
from rfa_model.errors import SolveError
from rfa_model.laws.criterion import Exposure
from rfa_model.metrics.mesh import TetMesh

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

TISSUE = 0
"""The value of ``FieldSeries.cell_region`` in tissue."""
NEEDLE_REGIONS = ("tissue", "tip", "shaft")
"""Of one straight needle, and of every result from before regions were written with their names."""


@dataclass(frozen=True)
class PulseFields:
    """The highest pulse of a run.

    Attributes
    ----------
    potential_V : (N,) amplitude of the potential.
    heating_K_m2_per_V2 : (M,) rise by one pulse per square of the field's amplitude, 0 in the applicator.
    """

    potential_V: FloatArray
    heating_K_m2_per_V2: FloatArray

    @property
    def peak_V(self) -> float:
        """Amplitude of the generator's voltage: between the contacts, or a contact and the pad far away."""
        potential = np.asarray(self.potential_V, dtype=float)
        return float(max(potential.max(), 0.0) - min(potential.min(), 0.0))


@dataclass
class FieldSeries:
    """Nodal fields of one arm over time, in the patient frame.

    Attributes
    ----------
    points_mm : (N, 3) nodes, patient frame.
    cells : (M, 10) in VTK quadratic-tetra order, or (M, 4) linear.
    cell_region : (M,) index into ``region_names``; 0 is tissue.
    cell_tissue : (M,) index into ``tissue_names``; -1 in the applicator.
    tissue_names : names of the tissues.
    times_s : (K,) snapshot times, increasing.
    temperature_C, damage : (K, N) temperature and damage integral Omega at each snapshot.
    peak_temperature_C, cem43_min, damage_final, unit_potential : (N,) over the whole run.
    region_names : tissue, then the parts of the applicator.
    further_damage, further_damage_final : (K, N) and (N,) Omega by the laws that criteria bring themselves, by name.
    heated, heated_s : what the nodes had gone through at the end of heating, each (N,), and when that was; None where
        there was no heating, and for fields that were read from a folder.
    pulse : the highest pulse; None where there were none.
    """

    points_mm: FloatArray
    cells: IntArray
    cell_region: IntArray
    cell_tissue: IntArray
    tissue_names: tuple[str, ...]
    times_s: FloatArray
    temperature_C: FloatArray
    damage: FloatArray
    peak_temperature_C: FloatArray
    cem43_min: FloatArray
    damage_final: FloatArray
    unit_potential: FloatArray
    region_names: tuple[str, ...] = NEEDLE_REGIONS
    further_damage: dict[str, FloatArray] = field(default_factory=dict)
    further_damage_final: dict[str, FloatArray] = field(default_factory=dict)
    heated: Exposure | None = None
    heated_s: float | None = None
    pulse: PulseFields | None = None

    def __post_init__(self) -> None:
        n, m, k = len(self.points_mm), len(self.cells), len(self.times_s)
        self.tissue_names, self.region_names = tuple(self.tissue_names), tuple(self.region_names)
        expected = {
            "points_mm": (n, 3), "cell_region": (m,), "cell_tissue": (m,), "temperature_C": (k, n), "damage": (k, n),
            "peak_temperature_C": (n,), "cem43_min": (n,), "damage_final": (n,), "unit_potential": (n,),
        }  # fmt: skip
        for name, shape in expected.items():
            if np.shape(getattr(self, name)) != shape:
                raise ValueError(f"FieldSeries.{name} has shape {np.shape(getattr(self, name))}, expected {shape}")
        if self.cells.ndim != 2 or self.cells.shape[1] not in (4, 10):
            raise ValueError(f"FieldSeries.cells has shape {self.cells.shape}, expected (M, 4) or (M, 10)")
        for name in ("points_mm", "temperature_C", "damage", "peak_temperature_C", "cem43_min", "damage_final"):
            if not np.all(np.isfinite(getattr(self, name))):
                raise SolveError(f"field {name} holds values that are not finite: the solution broke down")

    def in_region(self, name: str) -> NDArray[np.bool_]:
        """Which cells belong to a region, (M,)."""
        return np.asarray(self.cell_region) == self.region_names.index(name)

    @cached_property
    def tissue_mesh(self) -> TetMesh:
        """Linear tetrahedra of the tissue cells alone (quadratic cells split into eight)."""
        return self._linear(self.cell_region == TISSUE)

    @cached_property
    def probe_mesh(self) -> TetMesh:
        """Linear tetrahedra of the applicator's cells."""
        return self._linear(self.cell_region != TISSUE)

    def snapshot(self, index: int) -> FieldSeries:
        """The same fields (and meshes already made of them) with one snapshot alone."""
        one = copy.copy(self)
        one.times_s, one.temperature_C, one.damage = (
            np.asarray(series)[index][None] for series in (self.times_s, self.temperature_C, self.damage)
        )
        one.further_damage = {name: np.asarray(series)[index][None] for name, series in self.further_damage.items()}
        return one

    def _linear(self, keep: NDArray[np.bool_]) -> TetMesh:
        return TetMesh.of_cells(self.points_mm, self.cells[keep])

    @property
    def exposure(self) -> Exposure:
        """What the nodes have gone through over the whole run, each (N,)."""
        return Exposure(self.damage_final, self.peak_temperature_C, self.cem43_min, self.further_damage_final)

    def exposure_until(self, index: int) -> Exposure:
        """What the nodes have gone through until a snapshot, each (N,); thermal dose is not kept over time."""
        further = {name: series[index] for name, series in self.further_damage.items()}
        return Exposure(self.damage[index], self.temperature_C[: index + 1].max(axis=0), further_damage=further)

    @property
    def exposures(self) -> Exposure:
        """What the nodes have gone through until each snapshot, each (K, N); thermal dose is not kept over time."""
        peaks = np.maximum.accumulate(self.temperature_C, axis=0)
        return Exposure(self.damage, peaks, further_damage=self.further_damage)


@dataclass
class History:
    """Scalars of every accepted step: ``columns[name]`` is (K,); ``time_s`` is always there."""

    columns: Mapping[str, FloatArray]

    def __post_init__(self) -> None:
        if "time_s" not in self.columns:
            raise ValueError("History.columns has no 'time_s'")
        self.columns = {name: np.asarray(values, dtype=float) for name, values in self.columns.items()}
        n = len(self.columns["time_s"])
        for name, values in self.columns.items():
            if values.shape != (n,):
                raise ValueError(f"History.columns['{name}'] has shape {values.shape}, expected ({n},)")

    def __getitem__(self, name: str) -> FloatArray:
        return self.columns[name]

    def __contains__(self, name: str) -> bool:
        return name in self.columns


class MeshInfo(TypedDict, total=False):
    """The mesh in numbers."""

    dofs: int
    cells: int
    min_quality: float
    from_cache: bool


class SolverInfo(TypedDict, total=False):
    """The solver's work in numbers."""

    steps: int
    rejected_steps: int
    electric_solves: int
    preconditioner_fallbacks: int
    wall_s: float


class Balance(TypedDict, total=False):
    """Relative residuals of the power and energy balances, and how far σ and temperature were apart."""

    power_residual: float | None
    energy_residual: float | None
    conductivity_lag: float | None
    conductivity_lag_at_s: float | None
    pad_current: float | None


@dataclass(frozen=True)
class InTurn:
    """One of several lesions made in turn.

    Attributes
    ----------
    pose : of the applicator.
    start_s, duration_s : of its protocol, the pause after it included.
    left_mm3, taken_up_mm3 : volume by criterion before the needle was moved and after, on either mesh; None for the
        first.
    end_mm3 : volume by criterion at its end, on its own mesh, with those before.
    """

    pose: Pose
    start_s: float
    duration_s: float
    left_mm3: Mapping[str, float] | None
    taken_up_mm3: Mapping[str, float] | None
    end_mm3: Mapping[str, float]


@dataclass(frozen=True)
class Increment:
    """What one of several lesions added, on its own mesh (patient frame): Ω and CEM43 gained, the peak temperature.

    Cells, regions and the highest pulse are as in :class:`FieldSeries`.
    """

    points_mm: FloatArray
    cells: IntArray
    cell_region: IntArray
    damage: FloatArray
    peak_temperature_C: FloatArray
    cem43_min: FloatArray
    further_damage: Mapping[str, FloatArray]
    pulse: PulseFields | None = None


@dataclass
class ArmData:
    """One solved arm.

    Attributes
    ----------
    cutoff : time (s) at which the generator cut off, or None.
    body_temperature_C : of tissue at rest.
    damage_law : name of the law that ``fields.damage`` is by.
    damage_at_rest : Omega of tissue that nothing heats over the whole protocol, by every law's name.
    boiling_C : from where water boils; None where it does not.
    in_turn, increments : where several lesions were made in turn, each of them; ``fields`` are on the last one's mesh.
    last_when_heated : what the last of these had added by the end of heating; None where it did not heat.
    """

    name: str
    probe: ApplicatorBase | Applicator
    pose: Pose
    placement: Mapping[str, object]
    fields: FieldSeries
    history: History
    mesh_info: MeshInfo = field(default_factory=MeshInfo)
    solver_info: SolverInfo = field(default_factory=SolverInfo)
    balance: Balance = field(default_factory=Balance)
    cutoff: float | None = None
    body_temperature_C: float = 37.0
    damage_law: str = ""
    damage_at_rest: Mapping[str, float] = field(default_factory=dict)
    boiling_C: float | None = None
    in_turn: tuple[InTurn, ...] = ()
    increments: tuple[Increment, ...] = ()
    last_when_heated: Increment | None = None

    @property
    def poses(self) -> tuple[Pose, ...]:
        """Of the applicator in every lesion, in turn."""
        return tuple(lesion.pose for lesion in self.in_turn) or (self.pose,)

    @cached_property
    def applicator(self) -> Applicator:
        """The probe as bodies with contacts and sensors, in its own frame."""
        return self.probe if isinstance(self.probe, Applicator) else self.probe.applicator()
