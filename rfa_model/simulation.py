"""One walk through the house: scenario → anatomy, probe, placement → mesh → materials → transient → metrics → results."""

import hashlib
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np

from rfa_model import library
from rfa_model._fenics import MPI
from rfa_model._progress import Progress
from rfa_model.anatomy import Anatomy, build_anatomy
from rfa_model.errors import InputError
from rfa_model.library import Probe
from rfa_model.meshing import load_probe_mesh
from rfa_model.metrics.data import ArmData, FieldSeries, History
from rfa_model.metrics.evaluate import evaluate
from rfa_model.metrics.lesion import LesionVolume
from rfa_model.metrics.mesh import TetMesh, split_quadratic
from rfa_model.metrics.summary import ArmMetrics
from rfa_model.physics.damage import ArrheniusRate
from rfa_model.physics.laws import ConductivityLaw, PerfusionLaw, ThermalConductivityLaw
from rfa_model.physics.materials import CellMaterials, mix, volume_fractions
from rfa_model.probes.geometry import sensor_position_mm
from rfa_model.probes.materials import shaft_properties
from rfa_model.probes.placement import place
from rfa_model.probes.pose import Pose
from rfa_model.results import Results, ResultsWriter, comparison_table
from rfa_model.scenario import Scenario, dump_yaml, load_scenario
from rfa_model.solver.build import Blood, ProbeBody, TissueLaws, build_current, build_heat, temperature_at_rest
from rfa_model.solver.domain import Domain
from rfa_model.solver.gather import gather_cells, gather_nodal, gather_points_m, gather_tissue, local_cells
from rfa_model.solver.phases import generator_limits, generator_off, phase_runs
from rfa_model.solver.record import HistoryRecorder, SnapshotRecorder
from rfa_model.solver.sensor import PointSensor
from rfa_model.solver.state import State
from rfa_model.solver.stepping import StepSize
from rfa_model.solver.transient import StepReport, Transient

Solved = tuple[ArmData, ArmMetrics]


def simulate(
    scenario: Scenario,
    *,
    arms: Sequence[str] = (),
    resolution: str | None = None,
    progress: Progress | None = None,
    finished: Callable[[ArmData, ArmMetrics], None] | None = None,
) -> Results:
    """Solve a scenario's arms, one after the other.

    Parameters
    ----------
    scenario : Scenario
    arms : sequence of str
        Only these arms; all if empty.
    resolution : str or None
        Instead of the scenario's.
    progress : Progress or None
        Told about every step; None is silent.
    finished : callable or None
        Called with each arm as soon as it is solved.

    Returns
    -------
    Results
        Under ``mpiexec`` complete on the first process, without arms on the others.

    Raises
    ------
    InputError
        If a needle cannot be placed as asked, or an arm is unknown; nothing has been solved then.
    SolveError
        If an arm cannot be solved.
    """
    if resolution is not None:
        numerics = scenario.numerics.model_copy(update={"resolution": resolution})
        scenario = scenario.model_copy(update={"numerics": numerics})
    chosen = [name for name in scenario.arms if name in arms] if arms else list(scenario.arms)
    for name in arms:
        scenario.arm(name)
    anatomy = build_anatomy(scenario.anatomy)
    poses = {name: _pose(scenario, name, anatomy) for name in chosen}
    progress = progress or Progress(quiet=True)
    solved: list[Solved] = []
    for name in chosen:
        arm = solve_arm(scenario, name, anatomy, poses[name], progress)
        if arm is not None:
            metrics = evaluate(arm, anatomy, list(scenario.resolved_criteria().values()), _limits(scenario))
            solved.append((arm, metrics))
            if finished is not None:
                finished(arm, metrics)
    return Results.from_memory({"scenario": {"title": scenario.title}}, dump_yaml(scenario.resolved()), solved)


def run_scenario(
    path: Path, *, out: Path, arms: Sequence[str] = (), resolution: str | None = None, quiet: bool = False
) -> int:
    """Solve a scenario file, write the results folder with pictures, print the comparison; the command line's ``run``.

    Raises
    ------
    InputError, SolveError
        As :func:`simulate`; arms finished before stay in ``out``.
    """
    scenario = load_scenario(path)
    if resolution is not None:
        numerics = scenario.numerics.model_copy(update={"resolution": resolution})
        scenario = scenario.model_copy(update={"numerics": numerics})
    comm = MPI.COMM_WORLD
    first = comm.rank == 0
    references = references_of(scenario)
    progress = Progress(quiet=quiet or not first)
    info = {"title": scenario.title, "file": str(path), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    writing: Any = (
        ResultsWriter(out, dump_yaml(scenario.resolved()), info, references=references, processes=comm.size)
        if first
        else nullcontext()
    )
    with writing as writer:
        simulate(scenario, arms=arms, progress=progress, finished=writer.add_arm if writer is not None else None)
    if first:
        from rfa_model.results import read_results
        from rfa_model.views import draw_all

        pictures = draw_all(out)
        print(comparison_table([read_results(out)]))
        print("\nNumbers from:")
        for key, citation in references.items():
            print(f"  {key}: {citation}")
        print(f"\n{out}: summary.json, fields, lesions and {len(pictures)} pictures")
    return 0


def references_of(scenario: Scenario) -> dict[str, str]:
    """Return the sources of the numbers a scenario uses, by key."""
    tissues = scenario.resolved_tissues()
    names = build_anatomy(scenario.anatomy).tissue_names
    probes = [scenario.resolved_probe(name) for name in scenario.arms]
    return library.references_used([tissues[name] for name in names], probes, scenario.resolved_damage_law())


def solve_arm(scenario: Scenario, name: str, anatomy: Anatomy, pose: Pose, progress: Progress) -> ArmData | None:
    """Solve one arm; None on all processes but the first."""
    clock = time.perf_counter()
    arm, probe, numerics = scenario.arms[name], scenario.resolved_probe(name), scenario.numerics
    progress.start(name, arm.total_time_s)
    mesh = load_probe_mesh(probe, numerics.resolution, numerics.domain_radius_mm)
    domain = Domain.of(mesh, numerics.element_order)
    materials = tissue_materials(scenario, domain, anatomy, pose)
    laws, blood = tissue_laws(scenario), _blood(scenario)
    far_field_m = numerics.domain_radius_mm * 1e-3 if numerics.outer_boundary == "far_field" else None
    heat = build_heat(domain, materials, probe_body(probe), laws, blood)
    current = build_current(domain, materials, laws.conductivity, far_field_m)
    progress.say(f"{domain.cell_count} cells, {domain.dofs} unknowns per field")
    ends = tuple(np.cumsum([phase.duration_s for phase in arm.protocol]).tolist())
    history = HistoryRecorder(domain, _lesion_columns(scenario, domain))
    snapshots = SnapshotRecorder(domain, numerics.snapshot_interval_s, ends, laws.damage)

    def tell(report: StepReport, *_: Any) -> None:
        progress.step(report.state.time_s, report.sensor_C, report.voltage_V_rms**2 * report.conductance_S)

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
            "wall_s": time.perf_counter() - clock,
        },
        balance={"power_residual": current.power_residual, "energy_residual": transient.balance.relative_residual},
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


def probe_body(probe: Probe) -> ProbeBody:
    """Return the probe's thermal values as the solver's."""
    shaft, metal, cooling = shaft_properties(probe), probe.metal, probe.cooling
    return ProbeBody(
        tip_heat_capacity_J_per_m3K=metal.density_kg_per_m3 * metal.specific_heat_J_per_kgK,
        tip_conductivity_W_per_mK=metal.thermal_conductivity_W_per_mK,
        shaft_heat_capacity_J_per_m3K=shaft.volumetric_heat_capacity_J_per_m3K,
        shaft_axial_conductivity_W_per_mK=shaft.axial_conductivity_W_per_mK,
        shaft_radial_conductivity_W_per_mK=shaft.radial_conductivity_W_per_mK,
        lumen_h_W_per_m2K=cooling.heat_transfer_coefficient_W_per_m2K if cooling else None,
        coolant_temperature_C=cooling.coolant_temperature_C if cooling else None,
    )


def _pose(scenario: Scenario, name: str, anatomy: Anatomy) -> Pose:
    try:
        return place(scenario.resolved_probe(name), scenario.arms[name].placement, anatomy)
    except InputError as error:
        raise InputError(f"arms.{name}.placement: {error}") from error


def _blood(scenario: Scenario) -> Blood:
    body = scenario.body
    return Blood(body.temperature_C, body.perfusion, body.metabolic_heat)


def _limits(scenario: Scenario) -> dict[str, Any]:
    return {name: limits.model_dump(exclude_none=True) for name, limits in scenario.limits.items()}


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
    potential: np.ndarray,
) -> FieldSeries | None:
    V = domain.tables.V
    points, cells, tissue = gather_points_m(V), gather_cells(domain), gather_tissue(domain, materials.tissue)
    final = [gather_nodal(V, f) for f in (end.peak_temperature_C, end.cem43_min, end.damage, potential)]
    if points is None or cells is None or tissue is None:
        return None
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
    )
