"""What a treatment keeps of its run: lesion volumes step by step, and its fields as plain arrays."""

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import MPI
from rfa_model.applicators.pose import Pose
from rfa_model.laws.criterion import Criterion, Exposure
from rfa_model.metrics.data import FieldSeries, PulseFields
from rfa_model.metrics.history import AtContacts, Step
from rfa_model.metrics.lesion import LesionVolume
from rfa_model.parallel.ranks import on_first
from rfa_model.physics.materials import CellMaterials
from rfa_model.solver.domain import Domain
from rfa_model.solver.exposure import EndOfHeating, FurtherDamage
from rfa_model.solver.gather import (
    gather_cells,
    gather_nodal,
    gather_of_tissue,
    gather_points_m,
    gather_tissue,
)
from rfa_model.solver.memory import part
from rfa_model.solver.pulse_record import PulseRecorder
from rfa_model.solver.record import SnapshotRecorder
from rfa_model.solver.several_sensors import Named, Thermometers
from rfa_model.solver.state import State
from rfa_model.solver.step_report import StepReport
from rfa_model.solver.unit_potential import UnitPotential


def history_row(
    criteria: Mapping[str, Criterion],
    domain: Domain,
    tissue: LesionVolume,
    further: FurtherDamage,
    at_contacts: Callable[[State], AtContacts],
    only_at_s: Sequence[float] | None = None,
) -> Callable[[StepReport, float, float], dict[str, float]]:
    """Return what makes a row of the history of a step: the catalogue's columns, lesions over all processes.

    ``only_at_s`` are the times at which volumes are wanted, beside the start; None is always.
    """
    comm = domain.tables.V.mesh.comm

    def row(report: StepReport, hottest_C: float, coldest_C: float) -> dict[str, float]:
        state, lesions = report.state, dict.fromkeys(criteria, math.nan)
        # Samples of a generator may end a phase a rounding error early.
        if only_at_s is None or any(abs(state.time_s - at_s) <= 1e-9 * (1.0 + at_s) for at_s in (0.0, *only_at_s)):
            exposure = Exposure(state.damage, state.peak_temperature_C, state.cem43_min, further.damage)
            local = np.array(tissue.volumes_mm3([(c.of(exposure), c.level, c.logarithmic) for c in criteria.values()]))
            total = comm.allreduce(local, op=MPI.SUM)
            lesions = {name: float(v) for name, v in zip(criteria, total, strict=True)}
        return Step(report, hottest_C, coldest_C, lesions, at_contacts(state)).row()

    return row


def contact_reader(
    current: UnitPotential, thermometers: Thermometers, sensors: Sequence[Named], arm: str
) -> Callable[[State], AtContacts]:
    """Return what tells each contact's and sensor's share of the moment; nothing where there is one contact."""
    names = current.problem.contacts
    if len(names) < 2:
        return lambda state: AtContacts()
    read_by = thermometers.of(sensors, arm)

    def read(state: State) -> AtContacts:
        return AtContacts(
            dict(zip(names, current.voltages.tolist(), strict=True)),
            dict(zip(names, current.currents_S.tolist(), strict=True)),
            {name: sensor.read(state.temperature_C) for name, sensor in read_by.items()},
        )

    return read


def field_series(
    domain: Domain,
    materials: CellMaterials,
    tissue_names: tuple[str, ...],
    pose: Pose,
    snapshots: SnapshotRecorder,
    end: State,
    heated: EndOfHeating,
    potential: NDArray[np.float64],
    pulses: PulseRecorder,
) -> FieldSeries | None:
    """Return the fields of a whole run in the patient frame; None on all processes but the first."""
    V, further = domain.tables.V, snapshots.further.damage
    points, cells, tissue = gather_points_m(V), gather_cells(domain), gather_tissue(domain, materials.tissue)
    final = [gather_nodal(V, f) for f in (end.peak_temperature_C, end.cem43_min, end.damage, potential)]
    final_further = {name: gather_nodal(V, omega) for name, omega in further.items()}
    then = {name: gather_nodal(V, values) for name, values in heated.fields.items()}

    pulse = pulse_fields(domain, pulses)

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
            tissue_names=tissue_names,
            times_s=np.array(snapshots.times_s),
            temperature_C=np.array(snapshots.temperature_C),
            damage=np.array(snapshots.damage),
            peak_temperature_C=peak,
            cem43_min=cem43,
            damage_final=damage,
            unit_potential=phi,
            region_names=tuple(domain.cells),
            further_damage={name: np.array(kept) for name, kept in snapshots.further_damage.items()},
            further_damage_final={name: np.asarray(omega) for name, omega in final_further.items()},
            heated=exposure_of({name: np.asarray(values) for name, values in then.items()}) if then else None,
            heated_s=heated.time_s,
            pulse=pulse,
        )

    return on_first(assembled)


def pulse_fields(domain: Domain, pulses: PulseRecorder) -> PulseFields | None:
    """Return the highest pulse as whole arrays on the first process; None where there was none."""
    if pulses.potential_V is None or pulses.heating_K_m2_per_V2 is None:
        return None
    potential = gather_nodal(domain.tables.V, pulses.potential_V)
    heating = gather_of_tissue(domain, pulses.heating_K_m2_per_V2)
    if potential is None or heating is None:
        return None
    return PulseFields(potential, heating)


def exposure_of(fields: Mapping[str, NDArray[np.float64]]) -> Exposure:
    """Return the exposure that :class:`EndOfHeating` keeps by name."""
    return Exposure(
        fields["damage"], fields["peak_temperature_C"], fields["cem43_min"], further_damage=part("further", fields)
    )
