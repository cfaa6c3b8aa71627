"""One case, solved twice: by rfa_model in space, by the peer in the meridian plane."""

import time
from dataclasses import dataclass, field

import numpy as np

import rfa_model
from benchmarks.axisymmetric import Peer, State
from benchmarks.equations import Case
from benchmarks.meridian import Needle, meridian_mesh
from benchmarks.revolution import volume_of_revolution_m3
from benchmarks.timeplan import time_plan
from rfa_model import library
from rfa_model.metrics.mesh import TetMesh
from rfa_model.metrics.sampling import locate
from rfa_model.results.reader import ArmResults
from rfa_model.scenario import Scenario

PROBE, TISSUE, DOMAIN_RADIUS_MM = "conventional_18g_10mm", "muscle", 40.0
# Where temperatures are compared: distance from the metal, beside the tip's middle or ahead of its end.
POINTS_MM = {
    "1 mm beside the tip": (1.0, None),
    "2 mm beside the tip": (2.0, None),
    "4 mm beside the tip": (4.0, None),
    "2 mm ahead of the tip": (None, 2.0),
}
# What the figure draws: points of rfa_model, a line of the peer.
SNAPSHOT_INTERVAL_S, LINE_INTERVAL_S = 4.0, 0.5


@dataclass(frozen=True)
class Protocol:
    """Constant voltage, then nothing; quantities are compared at ``times_s``."""

    voltage_V_rms: float = 15.0
    heating_s: float = 60.0
    cooling_s: float = 20.0
    times_s: tuple[float, ...] = (20.0, 40.0, 60.0, 80.0)

    @property
    def ends_s(self) -> tuple[float, ...]:
        """Ends of the phases."""
        return (self.heating_s, self.heating_s + self.cooling_s) if self.cooling_s > 0.0 else (self.heating_s,)


@dataclass
class Run:
    """What one code found.

    Attributes
    ----------
    temperature_C : dict
        Time in s -> (points,) array, for every time of ``Protocol.times_s`` and of the figure.
    impedance_ohm, lesion_mm3 : dict
        Time in s -> value; the lesion at the ends of the phases.
    facts : dict
        Size of the problem, in words.
    """

    temperature_C: dict[float, np.ndarray] = field(default_factory=dict)
    impedance_ohm: dict[float, float] = field(default_factory=dict)
    lesion_mm3: dict[float, float] = field(default_factory=dict)
    hottest_C: float = 0.0
    facts: dict[str, str] = field(default_factory=dict)
    wall_s: float = 0.0


def meridian_points_mm(probe: library.Probe) -> np.ndarray:
    """The points as (r, z) in the probe's frame, (points, 2)."""
    r, middle = 0.5 * probe.outer_diameter_mm, 0.5 * probe.tip_length_mm
    return np.array([(r + beside, middle) if ahead is None else (0.0, -ahead) for beside, ahead in POINTS_MM.values()])


def scenario(protocol: Protocol, resolution: str) -> Scenario:
    """The case as a scenario: library values, far-field condition, water that does not boil."""
    phases = [{"voltage": {"voltage_V_rms": protocol.voltage_V_rms, "duration_s": protocol.heating_s}}]
    if protocol.cooling_s > 0.0:
        phases.append({"off": {"duration_s": protocol.cooling_s}})
    return Scenario(
        title="Constant voltage in muscle",
        anatomy={"kind": "homogeneous", "tissue": TISSUE},
        criteria=["arrhenius"],
        laws={"vaporisation": {"enabled": False}},
        arms={"probe": {"probe": PROBE, "protocol": phases}},
        numerics={
            "resolution": resolution,
            "domain_radius_mm": DOMAIN_RADIUS_MM,
            "snapshot_interval_s": SNAPSHOT_INTERVAL_S,
        },
    )


def run_ours(protocol: Protocol, resolution: str) -> Run:
    """Solve with rfa_model and read points and histories."""
    began = time.perf_counter()
    arm = rfa_model.simulate(scenario(protocol, resolution)).arms["probe"]
    wall_s, history = time.perf_counter() - began, arm.history
    run = Run(hottest_C=float(history["max_C"].max()))
    readings = read_points(arm, meridian_points_mm(arm.probe))
    run.temperature_C = dict(zip(arm.fields.times_s.tolist(), readings, strict=True))
    run.impedance_ohm = _between_steps(history["time_s"], history["impedance_ohm"], protocol)
    volume = dict(zip(history["time_s"].tolist(), history["lesion_arrhenius_mm3"].tolist(), strict=True))
    run.lesion_mm3 = {end: volume[end] for end in protocol.ends_s}
    run.facts = {
        "unknowns per field": str(arm.mesh_info["dofs"]),
        "cells": f"{arm.mesh_info['cells']} tetrahedra, {resolution}",
        "time steps": str(arm.solver_info["steps"]),
    }
    run.wall_s = wall_s
    return run


def _between_steps(times_s: np.ndarray, values: np.ndarray, protocol: Protocol) -> dict[float, float]:
    """Steps are long and end where they like: a cubic spline through those of each phase reads between them."""
    from scipy.interpolate import CubicSpline

    found, start = {}, 0.0
    for end in protocol.ends_s:
        inside = (times_s >= start) & (times_s <= end)
        spline = CubicSpline(times_s[inside], values[inside])
        found |= {t: float(spline(t)) for t in (0.0, *protocol.times_s) if start <= t <= end and t not in found}
        start = end
    return found


def read_points(arm: ArmResults, meridian_mm: np.ndarray) -> np.ndarray:
    """Temperatures (times, points): the quadratic interpolant in the tetrahedron that holds the point."""
    fields = arm.fields
    points = arm.pose.to_patient(np.column_stack([meridian_mm[:, 0], np.zeros(len(meridian_mm)), meridian_mm[:, 1]]))
    sampler = locate(TetMesh(fields.points_mm, fields.cells[:, :4]), points)
    if not sampler.found.all():
        raise RuntimeError("a point of comparison lies outside the mesh")
    sorted_cells = np.sort(fields.cells[:, :4], axis=1)
    readings = []
    for nodes, b in zip(sampler.nodes, sampler.weights, strict=True):
        cell = fields.cells[np.flatnonzero((sorted_cells == np.sort(nodes)).all(axis=1))[0]]
        pairs = [(0, 1), (1, 2), (0, 2), (0, 3), (1, 3), (2, 3)]  # VTK's order of midpoints
        shape = np.concatenate([b * (2.0 * b - 1.0), [4.0 * b[i] * b[j] for i, j in pairs]])
        readings.append(fields.temperature_C[:, cell].astype(float) @ shape)
    return np.array(readings).T


def run_peer(protocol: Protocol, fineness: float, longest_step_s: float) -> Run:
    """Solve with the peer."""
    began = time.perf_counter()
    probe = library.probes()[PROBE]
    needle = Needle(0.5 * probe.outer_diameter_mm, probe.tip_length_mm, probe.tip_rounding_mm)
    peer = Peer(meridian_mesh(needle, DOMAIN_RADIUS_MM, fineness), case(probe))
    probing = peer.basis.probes(1e-3 * meridian_points_mm(probe).T)
    run, body = Run(), peer.case.body_C

    def observe(time_s: float, state: State) -> None:
        run.hottest_C = max(run.hottest_C, body + float(state.rise_C[peer.tissue_dofs].max()))
        if abs(time_s / LINE_INTERVAL_S - round(time_s / LINE_INTERVAL_S)) > 1e-9:
            return
        t = round(time_s, 6)
        run.temperature_C[t] = body + probing @ state.rise_C
        if t == 0.0 or t in protocol.times_s:
            run.impedance_ohm[t] = 1.0 / state.conductance_S
        if t in protocol.ends_s:
            log_damage = np.log(np.maximum(state.damage, 1e-30))
            run.lesion_mm3[t] = 1e9 * volume_of_revolution_m3(peer.tissue, log_damage, 0.0)

    phases = [(protocol.voltage_V_rms, protocol.heating_s), (0.0, protocol.cooling_s)]
    plan = time_plan([phase for phase in phases if phase[1] > 0.0], longest_step_s)
    peer.run(plan, observe)
    run.facts = {
        "unknowns per field": str(peer.basis.N),
        "cells": f"{peer.mesh.nelements} triangles",
        "time steps": str(len(plan)),
    }
    run.wall_s = time.perf_counter() - began
    return run


def case(probe: library.Probe) -> Case:
    """The library's numbers, by the peer's names."""
    tissue, law = library.tissues()[TISSUE], library.damage_laws()["coagulation"]
    tip, shaft = (part.solid for part in probe.applicator().parts)
    return Case(
        electric_conductivity_S_per_m=tissue.electric_conductivity_S_per_m,
        conductivity_slope_per_C=library.defaults("electric_conductivity")["slope_per_C"],
        thermal_conductivity_W_per_mK=tissue.thermal_conductivity_W_per_mK,
        thermal_slope_W_per_mK2=library.defaults("thermal_conductivity")["slope_W_per_mK2"],
        heat_capacity_J_per_m3K=tissue.density_kg_per_m3 * tissue.specific_heat_J_per_kgK,
        perfusion_W_per_m3K=tissue.perfusion_W_per_m3K,
        body_C=37.0,
        frequency_factor_per_s=law.frequency_factor_per_s,
        activation_energy_J_per_mol=law.activation_energy_J_per_mol,
        shutdown_width=2.0,
        tip_heat_capacity_J_per_m3K=tip.volumetric_heat_capacity_J_per_m3K,
        tip_conductivity_W_per_mK=tip.axial_conductivity_W_per_mK,
        shaft_heat_capacity_J_per_m3K=shaft.volumetric_heat_capacity_J_per_m3K,
        shaft_radial_conductivity_W_per_mK=shaft.radial_conductivity_W_per_mK,
        shaft_axial_conductivity_W_per_mK=shaft.axial_conductivity_W_per_mK,
        far_field_radius_m=1e-3 * DOMAIN_RADIUS_MM,
    )
