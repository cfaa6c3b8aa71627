"""The case as arrays and numbers, what its temperature amounts to, and a reference by another method."""

from dataclasses import dataclass

import numpy as np

from benchmarks.axisymmetric import Peer, State
from benchmarks.equations import Case
from benchmarks.meridian import Needle, meridian_mesh
from benchmarks.performance.peers.problem import OUTER, SHAFT_END, Mesh, Values
from benchmarks.revolution import volume_of_revolution_m3
from benchmarks.timeplan import time_plan
from rfa_model import library
from rfa_model.meshing import make_mesh
from rfa_model.meshing.groups import groups_of
from rfa_model.meshing.msh_file import read_msh
from rfa_model.metrics.lesion import LesionVolume
from rfa_model.metrics.mesh import TetMesh, split_quadratic

PROBE, LEVEL_C = "conventional_18g_10mm", 50.0
VTK_EDGES = ((0, 1), (1, 2), (0, 2), (0, 3), (1, 3), (2, 3))
GROUPS = groups_of(library.probes()[PROBE].applicator())
assert (GROUPS.cells["tissue"], GROUPS.facets["outer"], GROUPS.facets["shaft_end"]) == (1, OUTER, SHAFT_END)


@dataclass(frozen=True)
class Outcome:
    """Volume (mm³) that reached 50 °C, and the temperature (°C) at the needle's distal end."""

    lesion_mm3: float
    end_C: float


def values() -> Values:
    """Muscle and steel of the library; the shaft as one isotropic material, by its radial conductivity."""
    probe, tissue = library.probes()[PROBE], library.tissues()["muscle"]
    tip, shaft = (part.solid for part in probe.applicator().parts)
    return Values(
        electric_conductivity_S_per_m=tissue.electric_conductivity_S_per_m,
        conductivity_slope_per_C=library.defaults("electric_conductivity")["slope_per_C"],
        conductivity_W_per_mK={
            "tissue": tissue.thermal_conductivity_W_per_mK,
            "tip": tip.axial_conductivity_W_per_mK,
            "shaft": shaft.radial_conductivity_W_per_mK,
        },
        heat_capacity_J_per_m3K={
            "tissue": tissue.density_kg_per_m3 * tissue.specific_heat_J_per_kgK,
            "tip": tip.volumetric_heat_capacity_J_per_m3K,
            "shaft": shaft.volumetric_heat_capacity_J_per_m3K,
        },
    )


def mesh(resolution: str) -> Mesh:
    """The package's mesh of the needle."""
    arrays = read_msh(make_mesh(library.probes()[PROBE].applicator(), resolution).path)
    pairs = np.concatenate([np.sort(arrays.tets[:, pair], axis=1) for pair in VTK_EDGES])
    return Mesh(
        points=1e-3 * arrays.points_mm,
        tets=arrays.tets,
        tet_tags=arrays.tet_tags,
        triangles=arrays.triangles,
        triangle_tags=arrays.triangle_tags,
        edges=np.unique(pairs, axis=0),
    )


def outcome(mesh: Mesh, order: int, temperature_C: np.ndarray) -> Outcome:
    """What temperatures at the samples amount to; quadratic ones through eight tetrahedra in each."""
    tets = mesh.tets[mesh.tet_tags == GROUPS.cells["tissue"]]
    if order > 1:
        key = mesh.edges[:, 0] * len(mesh.points) + mesh.edges[:, 1]
        pairs = [np.sort(tets[:, pair], axis=1) for pair in VTK_EDGES]
        middles = [np.searchsorted(key, pair[:, 0] * len(mesh.points) + pair[:, 1]) for pair in pairs]
        tets = split_quadratic(np.column_stack([tets, len(mesh.points) + np.column_stack(middles)]))
    volume = LesionVolume(TetMesh(1e3 * mesh.samples(order), tets))
    end = int(np.linalg.norm(mesh.points, axis=1).argmin())
    return Outcome(volume.volume_mm3(temperature_C, LEVEL_C), float(temperature_C[end]))


def reference(fineness: float = 1.0, longest_step_s: float = 0.5) -> Outcome:
    """The same case in the meridian plane: quadratic triangles, 2 µm at the insulation's edge, BDF2, factorised."""
    probe, numbers = library.probes()[PROBE], values()
    k, rho_c = numbers.conductivity_W_per_mK, numbers.heat_capacity_J_per_m3K
    law = library.damage_laws()["coagulation"]
    case = Case(
        electric_conductivity_S_per_m=numbers.electric_conductivity_S_per_m,
        conductivity_slope_per_C=numbers.conductivity_slope_per_C,
        thermal_conductivity_W_per_mK=k["tissue"],
        thermal_slope_W_per_mK2=0.0,
        heat_capacity_J_per_m3K=rho_c["tissue"],
        perfusion_W_per_m3K=0.0,
        body_C=numbers.body_C,
        frequency_factor_per_s=law.frequency_factor_per_s,
        activation_energy_J_per_mol=law.activation_energy_J_per_mol,
        shutdown_width=2.0,
        tip_heat_capacity_J_per_m3K=rho_c["tip"],
        tip_conductivity_W_per_mK=k["tip"],
        shaft_heat_capacity_J_per_m3K=rho_c["shaft"],
        shaft_radial_conductivity_W_per_mK=k["shaft"],
        shaft_axial_conductivity_W_per_mK=k["shaft"],
        far_field_radius_m=1e-7,  # so strong a leak to zero is a grounded sphere
    )
    needle = Needle(0.5 * probe.outer_diameter_mm, probe.tip_length_mm, probe.tip_rounding_mm)
    peer = Peer(meridian_mesh(needle, 1e3 * numbers.domain_radius_m, fineness), case)
    last: dict[str, State] = {}
    peer.run(time_plan([(numbers.voltage_V_rms, numbers.duration_s)], longest_step_s), lambda _, s: last.update(end=s))
    temperature = case.body_C + last["end"].rise_C
    volume = 1e9 * volume_of_revolution_m3(peer.tissue, temperature, LEVEL_C)
    return Outcome(volume, float((peer.basis.probes(np.zeros((2, 1))) @ temperature)[0]))
