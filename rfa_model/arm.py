"""One arm: its probe's mesh in the anatomy, solved over its protocol, handed over as plain arrays."""

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import MPI
from rfa_model._progress import Progress
from rfa_model.anatomy import Anatomy
from rfa_model.applicators.geometry import sensor_position_mm
from rfa_model.applicators.materials import ShaftProperties, shaft_properties
from rfa_model.applicators.pose import Pose
from rfa_model.library import Probe
from rfa_model.metrics.data import ArmData, FieldSeries, History
from rfa_model.metrics.lesion import LesionVolume
from rfa_model.metrics.mesh import TetMesh, split_quadratic
from rfa_model.parallel.ranks import on_first
from rfa_model.physics.damage import ArrheniusRate, StepCurve
from rfa_model.physics.laws import ConductivityLaw, PerfusionLaw, ThermalConductivityLaw
from rfa_model.physics.materials import CellMaterials, mix, volume_fractions
from rfa_model.scenario import Scenario
from rfa_model.solver.build import Blood, TissueLaws, build_current, build_heat, temperature_at_rest
from rfa_model.solver.domain import Domain
from rfa_model.solver.gather import gather_cells, gather_nodal, gather_points_m, gather_tissue, local_cells
from rfa_model.solver.phases import generator_limits, generator_off, phase_runs
from rfa_model.solver.record import HistoryRecorder, SnapshotRecorder
from rfa_model.solver.sensor import PointSensor
from rfa_model.solver.state import State
from rfa_model.solver.stepping import StepSize
from rfa_model.solver.thermal_parts import PlainPart, PlainParts, PlainStream
from rfa_model.solver.transient import StepReport, Transient
from rfa_model.workspace import Workspace


def solve_arm(
    scenario: Scenario,
    name: str,
    anatomy: Anatomy,
    pose: Pose,
    progress: Progress,
    workspace: Workspace | None = None,
) -> ArmData | None:
    """Solve one arm, by what the workspace holds of its probe if there is one; None on all processes but the first."""
    clock = time.perf_counter()
    arm, probe, numerics = scenario.arms[name], scenario.resolved_probe(name), scenario.numerics
    progress.start(name, arm.total_time_s)
    mesh, systems = (workspace or Workspace()).prepare(name, probe, numerics)
    domain = systems.domain
    materials = tissue_materials(scenario, domain, anatomy, pose)
    laws, blood = tissue_laws(scenario), _blood(scenario)
    heat = build_heat(systems, materials, thermal_parts(probe), laws, blood)
    current = build_current(systems, materials, laws.conductivity)
    progress.say(f"{domain.cell_count} cells, {domain.dofs} unknowns per field")
    ends = tuple(np.cumsum([phase.duration_s for phase in arm.protocol]).tolist())
    history = HistoryRecorder(domain, _lesion_columns(scenario, domain))
    snapshots = SnapshotRecorder(domain, numerics.snapshot_interval_s, ends, laws.damage)

    def tell(report: StepReport, before: State | None, curve: StepCurve | None) -> None:
        progress.step(report.state.time_s, report.sensor_C, report.power_W)

    limits = generator_limits(arm.generator)
    transient = Transient(
        name=name,
        heat=heat,
        current=current,
        sensor=PointSensor(domain.tables.V, sensor_position_mm(probe) * 1e-3, f"arm '{name}': sensor"),
        damage_rate=laws.damage,
        impedance_cutoff_ohm=limits.impedance_cutoff_ohm,
        step=StepSize(numerics.time_tolerance_C, numerics.initial_step_s, numerics.max_step_s),
        observers=(history, snapshots, tell),
        linear=systems.heat_solver,
    )
    start = State.at_rest(temperature_at_rest(domain, heat, blood))
    end = transient.run(start, phase_runs(arm.protocol, arm.generator), lambda: generator_off(limits))
    progress.finish()
    fields = _field_series(domain, materials, anatomy, pose, snapshots, end, current.potential)
    if fields is None:
        return None
    return ArmData(
        name=name,
        probe=probe,
        pose=pose,
        placement=arm.placement.model_dump(),
        fields=fields,
        history=History(history.columns()),
        mesh_info={
            "dofs": domain.dofs,
            "cells": domain.cell_count,
            "min_quality": mesh.min_quality,
            "from_cache": mesh.from_cache,
        },
        solver_info={
            "steps": transient.totals.steps,
            "rejected_steps": transient.step.rejected,
            "electric_solves": current.solves,
            "preconditioner_fallbacks": current.solver.fallbacks + transient.stages.fallbacks,
            "wall_s": time.perf_counter() - clock,
        },
        balance={
            "power_residual": current.power_residual,
            "energy_residual": transient.balance.relative_residual,
            "conductivity_lag": transient.totals.conductivity_lag,
        },
        cutoff=transient.cutoff_s,
    )


def tissue_materials(scenario: Scenario, domain: Domain, anatomy: Anatomy, pose: Pose) -> CellMaterials:
    """Return the material of every tissue cell this process owns: the anatomy seen from the posed probe."""
    corners, names = domain.corners_mm("tissue"), anatomy.tissue_names
    fractions = (
        volume_fractions(corners, lambda q: anatomy.tissue_at(pose.to_patient(q)), len(names))
        if len(names) > 1
        else np.ones((len(corners), 1))
    )
    boiling = scenario.laws.vaporisation
    return mix(fractions, names, scenario.resolved_tissues(), boiling.latent_heat_J_per_kg if boiling.enabled else 0.0)


def tissue_laws(scenario: Scenario) -> TissueLaws:
    """Return the scenario's laws as the solver's."""
    laws, damage = scenario.laws, scenario.resolved_damage_law()
    return TissueLaws(
        conductivity=ConductivityLaw(**laws.electric_conductivity.model_dump()),
        thermal_conductivity=ThermalConductivityLaw(**laws.thermal_conductivity.model_dump()),
        perfusion=PerfusionLaw(laws.perfusion.shutdown),
        boiling_start_C=laws.vaporisation.start_C,
        boiling_end_C=laws.vaporisation.end_C,
        gas_heat_capacity_J_per_m3K=laws.vaporisation.gas_heat_capacity_J_per_m3K,
        damage=ArrheniusRate(damage.frequency_factor_per_s, damage.activation_energy_J_per_mol),
    )


def thermal_parts(probe: Probe) -> PlainParts:
    """Return the probe's parts and coolant as heat sees them."""
    metal, cooling = probe.metal, probe.cooling
    k, lumens = metal.thermal_conductivity_W_per_mK, {}
    tip = ShaftProperties(metal.density_kg_per_m3 * metal.specific_heat_J_per_kgK, k, k)
    if cooling:
        h = cooling.heat_transfer_coefficient_W_per_m2K
        lumens["lumen"] = PlainStream(h, cooling.coolant_temperature_C)
    return PlainParts((PlainPart("tip", tip), PlainPart("shaft", shaft_properties(probe))), lumens)


def _blood(scenario: Scenario) -> Blood:
    body = scenario.body
    return Blood(body.temperature_C, body.perfusion, body.metabolic_heat)


def _lesion_columns(scenario: Scenario, domain: Domain) -> Callable[[State], dict[str, float]]:
    """Lesion volume per criterion over all processes, for the history."""
    cells = local_cells(domain, "tissue")
    points_mm = domain.tables.V.tabulate_dof_coordinates() * 1e3
    volume = LesionVolume(TetMesh(points_mm, split_quadratic(cells) if cells.shape[1] == 10 else cells))
    comm = domain.tables.V.mesh.comm
    criteria = scenario.resolved_criteria()

    def columns(state: State) -> dict[str, float]:
        fields = {"damage": state.damage, "peak_temperature": state.peak_temperature_C, "cem43": state.cem43_min}
        local = np.array(
            [volume.volume_mm3(fields[c.quantity], c.level, logarithmic=c.logarithmic) for c in criteria.values()]
        )
        total = comm.allreduce(local, op=MPI.SUM)
        return {f"lesion_{name}_mm3": float(v) for name, v in zip(criteria, total, strict=True)}

    return columns


def _field_series(
    domain: Domain,
    materials: CellMaterials,
    anatomy: Anatomy,
    pose: Pose,
    snapshots: SnapshotRecorder,
    end: State,
    potential: NDArray[np.float64],
) -> FieldSeries | None:
    V = domain.tables.V
    points, cells, tissue = gather_points_m(V), gather_cells(domain), gather_tissue(domain, materials.tissue)
    final = [gather_nodal(V, f) for f in (end.peak_temperature_C, end.cem43_min, end.damage, potential)]

    def assembled() -> FieldSeries:
        assert points is not None
        assert cells is not None
        assert tissue is not None
        peak, cem43, damage, phi = (np.asarray(f) for f in final)
        return FieldSeries(
            points_mm=pose.to_patient(points * 1e3),
            cells=cells[0],
            cell_region=cells[1],
            cell_tissue=tissue,
            tissue_names=anatomy.tissue_names,
            times_s=np.array(snapshots.times_s),
            temperature_C=np.array(snapshots.temperature_C),
            damage=np.array(snapshots.damage),
            peak_temperature_C=peak,
            cem43_min=cem43,
            damage_final=damage,
            unit_potential=phi,
            region_names=tuple(domain.cells),
        )

    return on_first(assembled)
