"""A ball electrode beside bone, solved by the package's own way: fractions, mixed materials, current, heat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rfa_model import library
from rfa_model.applicators.materials import ThermalSolid
from rfa_model.assurance.verification.tools.bioheat import BODY_C, solve_steady
from rfa_model.assurance.verification.tools.bone import DOMAIN_MM, Bone, BoneMesh
from rfa_model.assurance.verification.tools.meridian_bone import Medium, Meridian
from rfa_model.laws import ElectricConductivity, Perfusion, ThermalConductivity
from rfa_model.metrics.lesion import LesionVolume
from rfa_model.metrics.mesh import TetMesh, split_quadratic
from rfa_model.physics.laws import TissueLaws
from rfa_model.physics.materials import CellMaterials, Shares, cut_shares, mix
from rfa_model.scenario import Body
from rfa_model.solver.build import build_current, build_heat
from rfa_model.solver.domain import Domain
from rfa_model.solver.gather import local_cells
from rfa_model.solver.linear_systems import LinearSystems
from rfa_model.solver.sensor import PointSensor
from rfa_model.solver.thermal_parts import PlainPart, PlainParts

Array = NDArray[np.float64]
TISSUES = ("muscle", "cortical_bone")
METAL_K = 15.0
# One law per tissue, constant: the interface alone is looked at.
STEADY_LAWS = TissueLaws(
    ElectricConductivity(slope_per_C=0.0), ThermalConductivity(slope_W_per_mK2=0.0), Perfusion(shutdown=False)
)
METAL = ThermalSolid(4e6, METAL_K, METAL_K)
PARTS = PlainParts((PlainPart("tip", METAL), PlainPart("shaft", METAL)))


@dataclass(frozen=True)
class InterfaceSolution:
    """What a mesh says: resistance, rise at the given points, volume above an isotherm, RMS error of θ near the tip."""

    resistance_ohm: float
    rise_K: Array
    volume_mm3: float
    rms_K: float
    cells: int


def media() -> dict[str, Medium]:
    """The library's values, as the meridian wants them."""
    found = {}
    for name, tissue in zip(("muscle", "bone"), (library.tissues()[t] for t in TISSUES), strict=True):
        found[name] = Medium(
            tissue.electric_conductivity_S_per_m, tissue.thermal_conductivity_W_per_mK, tissue.perfusion_W_per_m3K
        )
    return found | {"metal": Medium(0.0, METAL_K, 0.0)}


def materials(domain: Domain, bone: Bone, fitted: bool, layers: bool = True) -> CellMaterials:
    """Pure cells of a fitted mesh, layers in the cut cells of an unfitted one; without layers, means for contrast."""
    return mix(_shares(domain, bone, fitted, layers), TISSUES, library.tissues(), 0.0)


def _shares(domain: Domain, bone: Bone, fitted: bool, layers: bool) -> Shares:
    if fitted:
        inside = bone.holds(domain.corners_mm("tissue"))
        return Shares.unordered(np.column_stack([~inside, inside]).astype(float))
    points = domain.tables.V.tabulate_dof_coordinates() * 1e3
    shares = cut_shares(bone.outside_mm(points)[:, None], (0, 1), 2, local_cells(domain, "tissue"), points)
    return shares if layers else Shares.unordered(shares.fractions)


def solve_beside_bone(
    bone: Bone,
    mesh: BoneMesh,
    voltage_V: float,
    points_mm: Array,
    level_K: float,
    reference: Meridian,
    layers: bool = True,
) -> InterfaceSolution:
    """Steady potential and temperature, quadratic elements, far-field condition."""
    domain = Domain.of(mesh, 2)
    mixed = materials(domain, bone, mesh.fitted, layers)
    systems = LinearSystems.of(domain, DOMAIN_MM * 1e-3)
    current = build_current(systems, mixed, STEADY_LAWS.electric_conductivity)
    heat = build_heat(systems, mixed, PARTS, STEADY_LAWS, Body(temperature_C=BODY_C))
    current.rtol = 1e-10
    rest = np.full(domain.tables.local_size, BODY_C)
    current.update(rest)
    T = solve_steady(heat, voltage_V**2 * current.load, rest)
    rise = np.array([PointSensor(domain.tables.V, point * 1e-3).read(T) for point in points_mm]) - BODY_C
    nodes_mm = domain.tables.V.tabulate_dof_coordinates() * 1e3
    tissue = TetMesh(nodes_mm, split_quadratic(local_cells(domain, "tissue")))
    return InterfaceSolution(
        resistance_ohm=0.25 / current.conductance_S,
        rise_K=rise,
        volume_mm3=4.0 * LesionVolume(tissue).volume_mm3(T - BODY_C, level_K),
        rms_K=_rms(domain, T - BODY_C, reference),
        cells=domain.cell_count,
    )


def _rms(domain: Domain, rise: Array, reference: Meridian, reach_mm: float = 6.0) -> float:
    """Root mean square of θ − reference at the centres of tissue cells within reach of the electrode's centre."""
    tables, cells = domain.tables, domain.cells["tissue"]
    centres = tables.corners[cells].mean(axis=1) * 1e3
    near = np.linalg.norm(centres, axis=1) < reach_mm
    shape = tables.V.element.basix_element.tabulate(0, np.full((1, 3), 0.25))[0, 0, :, 0]
    apart = rise[tables.dofs[cells[near]]] @ shape - reference.rise(centres[near])
    weight = tables.volume_m3[cells[near]]
    return float(np.sqrt((weight * apart**2).sum() / weight.sum()))
