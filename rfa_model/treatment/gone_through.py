"""A treatment's own protocol gone through on its applicator's mesh."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rfa_model._progress import Progress
from rfa_model.errors import InputError
from rfa_model.generator import in_turn, phase_runs
from rfa_model.metrics.data import ArmData, History
from rfa_model.metrics.history import Step
from rfa_model.physics.damage import StepCurve
from rfa_model.physics.drives import Bipolar
from rfa_model.solver.build import build_current, build_heat, temperature_at_rest
from rfa_model.solver.exposure import EndOfHeating, FurtherDamage
from rfa_model.solver.pulse_record import PulseRecorder
from rfa_model.solver.record import HistoryRecorder, SnapshotRecorder
from rfa_model.solver.sensor import Thermometer
from rfa_model.solver.separate import SeparateGenerators
from rfa_model.solver.several_sensors import told_by
from rfa_model.solver.state import State
from rfa_model.solver.step_report import Observer, StepReport
from rfa_model.solver.stepping import StepSize
from rfa_model.solver.transient import Transient
from rfa_model.solver.unit_potential import UnitPotential
from rfa_model.treatment.checkpoint import NOTHING, Behind, Checkpoint, Keeper
from rfa_model.treatment.made import Carried, Ended
from rfa_model.treatment.recording import contact_reader, field_series, history_row
from rfa_model.treatment.workspace import Workspace

if TYPE_CHECKING:
    from rfa_model.treatment.treatment import Treatment

Array = NDArray[np.float64]
BOILING_WORDS = "each step takes several times as long now; distrust impedance and power from here on"


def gone_through(
    one: Treatment,
    observers: Sequence[Observer],
    progress: Progress,
    workspace: Workspace,
    checkpoint: Checkpoint | None,
    carried: Callable[[Array, Array], Carried] | None = None,
    behind: Behind = NOTHING,
    sparsely: bool = False,
) -> Ended:
    """Go through a treatment's own protocol, from rest or from what is carried over to its mesh's nodes.

    Parameters
    ----------
    one : Treatment
    observers, progress, workspace, checkpoint, sparsely
        As :meth:`Treatment.solve`.
    carried : callable or None
        From where the nodes lie, patient frame, mm, and their temperature at rest, °C, to what lesions made before have
        left there.
    behind : Behind
        What is kept of these beside the state of this one.
    """
    clock = time.perf_counter()
    own_s = sum(phase.duration_s for phase in one.protocol)
    progress.start(one.name, behind.time_s + own_s + behind.left_s)
    # A lesion that is gone on with begins with solvers that know nothing of the one before, so all of them do.
    kept = workspace.prepare(one.name, one.applicator, one.numerics, anew=behind.lesions > 0)
    mesh, systems, thermometers = kept.mesh, kept.systems, kept.thermometers
    domain, blood = systems.domain, one.body
    materials = one.materials(domain)
    heat = build_heat(systems, materials, one.applicator, one.laws, blood)
    current = build_current(
        systems,
        materials,
        one.laws.electric_conductivity,
        one.drive,
        tolerance_C=one.numerics.time_tolerance_C,
        of_study=one.numerics.step_control == "predictive",
    )
    progress.say(f"{domain.cell_count} cells, {domain.dofs} unknowns per field")
    ends = tuple(np.cumsum([phase.duration_s for phase in in_turn(one.protocol)]).tolist())
    further = FurtherDamage({c.law.name: c.law for c in one.criteria.values() if c.law is not None})
    start = State.at_rest(temperature_at_rest(domain, heat, blood))
    if carried is not None:
        points_mm = one.pose.to_patient(domain.tables.V.tabulate_dof_coordinates() * 1e3)
        brought = carried(points_mm, start.temperature_C)
        further.start, further.start_states = brought.damage, brought.states
        # The outer sphere is kept as it begins: where it crosses a lesion made before, that would heat for ever.
        kept_C = np.where(heat.fixed, start.temperature_C, brought.state.temperature_C)
        start = replace(brought.state, temperature_C=kept_C)
    heated = EndOfHeating(further)
    sensors = thermometers.of(one.control_sensors, one.name)
    at_contacts = contact_reader(current, thermometers, one.applicator.sensors, one.name)
    row = history_row(one.criteria, domain, kept.tissue, further, at_contacts, ends if sparsely else None)
    history = HistoryRecorder(domain, row)
    snapshots = SnapshotRecorder(domain, one.numerics.snapshot_interval_s, ends, one.laws.damage, further)

    pulses = PulseRecorder(current, materials.heat_capacity_J_per_m3K)
    boils_C = heat.enthalpy.start_C if one.laws.vaporisation.latent_J_per_kg > 0.0 else None
    boiling = False

    def tell(report: StepReport, before: State | None, curve: StepCurve | None) -> None:
        nonlocal boiling
        progress.step(behind.time_s + report.state.time_s, report.sensor_C, report.power_W)
        if not boiling and boils_C is not None and history.latest(Step.max_C.key) > boils_C:
            boiling = True
            progress.say(f"water boils from t = {behind.time_s + report.state.time_s:.1f} s: {BOILING_WORDS}")

    transient = Transient(
        name=one.name,
        heat=heat,
        current=current,
        sensor=told_by(list(sensors.values()), mean=one.control == "mean"),
        damage_law=one.laws.damage,
        impedance_cutoff_ohm=one.generator.impedance_cutoff_ohm,
        step=StepSize(
            tolerance=one.numerics.time_tolerance_C,
            initial_s=one.numerics.initial_step_s,
            max_s=one.numerics.max_step_s,
            control=one.numerics.step_control,
        ),
        observers=(further, heated, history, snapshots, pulses, tell, *observers),
        linear=systems.heat_solver,
        separate=_separate(one, current, sensors),
        watches=not sparsely,
    )
    keeper = Keeper(transient, phase_runs(one.protocol, one.generator), checkpoint, progress.say, behind)
    if (resumed := keeper.resumed()) is not None:
        progress.resume(behind.time_s + resumed.time_s)
        boiling = boils_C is not None and float(history.columns()[Step.max_C.key].max()) > boils_C
    end = start if resumed is None else resumed.fields
    for run in keeper.steps(end if resumed is None else resumed, one.generator.off):
        end = run.fields
    progress.finish()
    fields = field_series(
        domain, materials, one.anatomy.tissue_names, one.pose, snapshots, end, heated, current.potential, pulses
    )
    ended = partial(Ended, start=start, state=end, further=further)
    if fields is None:
        return ended(None)
    made = ArmData(
        name=one.name,
        probe=one.probe or one.applicator,
        pose=one.pose,
        placement=one.placement.model_dump() if one.placement else {},
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
            "wall_s": keeper.earlier_s + time.perf_counter() - clock,
        },
        balance={
            "power_residual": current.power_residual,
            "energy_residual": transient.balance.relative_residual,
            "conductivity_lag": transient.totals.conductivity_lag,
            "conductivity_lag_at_s": transient.totals.conductivity_lag_at_s,
            "pad_current": current.pad_share if isinstance(one.drive, Bipolar) else None,
        },
        cutoff=transient.cutoff_s,
        body_temperature_C=one.body.temperature_C,
        damage_law=one.damage_law_name,
        damage_at_rest=one.damage_at_rest(),
        boiling_C=boils_C,
    )
    return ended(made)


def _separate(one: Treatment, current: UnitPotential, sensors: Mapping[str, Thermometer]) -> SeparateGenerators | None:
    """Every contact's generator with the sensor nearest to that contact."""
    if one.control != "each":
        return None
    where = {sensor.name: sensor.position_mm for sensor in one.control_sensors}
    nearest = [
        min(where, key=lambda name: abs(float(one.applicator.contact_distance_mm([where[name]], contact.name)[0])))
        for contact in one.applicator.contacts
    ]
    if len(set(nearest)) < len(nearest) or len(sensors) > len(nearest):
        raise InputError(
            f"arm '{one.name}': control 'each' takes a sensor in every contact of applicator "
            f"{one.applicator.name}, it has {len(nearest)} contacts and {len(sensors)} sensors"
        )
    if one.generator.controller != "ideal":
        raise InputError(f"arm '{one.name}': control 'each' takes generator.controller 'ideal'")
    return SeparateGenerators(current, [sensors[name] for name in nearest])
