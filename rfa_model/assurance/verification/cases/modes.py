"""Lesions in turn, and fluid about the tip, beside what they come to exactly."""

import numpy as np

from rfa_model import library
from rfa_model.anatomy.fluid import LayeredWetAnatomy, Spread
from rfa_model.anatomy.homogeneous import HomogeneousBlock
from rfa_model.assurance.verification.case import Case
from rfa_model.assurance.verification.outcome import CaseOutcome, Check
from rfa_model.assurance.verification.tools.bioheat import BODY_C, muscle_tables
from rfa_model.assurance.verification.tools.shells import sphere_electrode
from rfa_model.assurance.verification.tools.short_arm import arm_of, hold, off, ramp
from rfa_model.laws import ElectricConductivity
from rfa_model.metrics.entry import number_at
from rfa_model.metrics.history import lesion_column
from rfa_model.physics.electric import ElectricProblem
from rfa_model.physics.layered_cells import LayeredCells, LayeredCurrent
from rfa_model.physics.materials import cut_shares, mix
from rfa_model.results.reader import ArmResults
from rfa_model.solver.gather import VTK_ORDER
from rfa_model.solver.unit_potential import UnitPotential

NEEDLE = "conventional_22g_5mm"
PROTOCOL = [ramp(80, 2), hold(80, 10), off(2)]
CRITERIA = ("isotherm_50C", "isotherm_60C", "arrhenius")
RADIUS_MM, WET_MM, OUTER_MM = 1.0, 2.5, 20.0


def _volume_mm3(arm: ArmResults, criterion: str) -> float:
    return number_at(arm.summary, ("lesions", criterion, "volume_mm3")) or 0.0


def _union_mm3(arm: ArmResults, criterion: str) -> float:
    return number_at(arm.summary, ("union", "by_criterion", criterion, "volume_mm3")) or 0.0


def in_one_place(quick: bool) -> CaseOutcome:
    """Two lesions where the needle stays, and one with both protocols."""
    order = 1 if quick else 2
    stays = arm_of({"probe": NEEDLE, "protocol": PROTOCOL, "sequence": [{}, {}]}, order=order)
    longer = arm_of({"probe": NEEDLE, "protocol": [*PROTOCOL, *PROTOCOL]}, order=order)
    found = CaseOutcome()
    for name in CRITERIA:
        exact = _volume_mm3(longer, name)
        found.checks += [
            Check(f"lesion, {name}", exact, float(stays.history[lesion_column(name)][-1]), 2e-3, "mm³"),
            Check(f"union on the grid, {name}", exact, _union_mm3(stays, name), 1e-2, "mm³"),
        ]
    return found


def far_apart(quick: bool) -> CaseOutcome:
    """Two lesions 22 mm apart, and a single one."""
    order = 1 if quick else 2
    back = {"step_mm": 22.0, "count": 2}
    apart = arm_of({"probe": NEEDLE, "protocol": PROTOCOL, "pull_back": back}, order=order)
    single = arm_of({"probe": NEEDLE, "protocol": PROTOCOL}, order=order)
    found = CaseOutcome()
    # What was metal is tissue once the needle has left: the tip's volume at least, and some of the shaft's above it.
    area_mm2 = 0.25 * np.pi * library.probes()[NEEDLE].applicator().axial_radius_mm ** 2 * 4.0
    for name, length_mm in (("isotherm_60C", 5.2), ("isotherm_50C", 6.8)):
        exact = 2.0 * _volume_mm3(single, name) + area_mm2 * length_mm
        found.checks.append(Check(f"union, {name}", exact, _union_mm3(apart, name), 1e-2, "mm³"))
    return found


def wet_shell(quick: bool) -> CaseOutcome:
    """A sphere of 1 mm in a wet ball of 2.5 mm in muscle, grounded 20 mm off."""
    level = (2, 18) if quick else (3, 26)
    shells = sphere_electrode(*level, bore_mm=0.5, electrode_mm=RADIUS_MM, outer_mm=OUTER_MM)
    tables, muscle = muscle_tables(shells.mesh, 2), library.tissues()
    found = CaseOutcome()
    for sigma_fluid in (0.001, 2.0, 29.0):
        spread = Spread(np.zeros(3), np.eye(3), np.full(3, WET_MM), 0.3, sigma_fluid)
        wet = LayeredWetAnatomy(HomogeneousBlock("muscle"), spread)
        points = tables.V.tabulate_dof_coordinates() * 1e3
        cells = tables.dofs[shells.tissue][:, VTK_ORDER[10]].astype(np.int64)
        shares = cut_shares(wet.layer_distances_mm(points), wet.layer_tissues, 2, cells, points)
        materials = mix(shares, wet.tissue_names, wet.tissues(muscle), 0.0)
        layered = None
        if (laminate := materials.laminate) is not None:
            own = LayeredCells(tables, shells.tissue[laminate.cells], laminate.normals)
            layered = LayeredCurrent(own, laminate.cells, *laminate.current())
        problem = ElectricProblem(tables, shells.tissue, {"sphere": shells.metal}, shells.outer, None)
        constant = ElectricConductivity(slope_per_C=0.0)
        current = UnitPotential(problem, materials.electric_conductivity_S_per_m, constant, rtol=1e-11, layered=layered)
        current.update(np.full(tables.local_size, BODY_C))
        dry_S, wet_S = (wet.tissues(muscle)[name].electric_conductivity_S_per_m for name in wet.tissue_names)
        a, b, c = (1e-3 * mm for mm in (RADIUS_MM, WET_MM, OUTER_MM))
        exact = ((1 / a - 1 / b) / wet_S + (1 / b - 1 / c) / dry_S) / (4.0 * np.pi)
        found.checks.append(
            Check(f"resistance, fluid of {sigma_fluid:g} S/m", exact, 1.0 / current.conductance_S, 1e-2, "Ω")
        )
    return found


CASES = (
    Case(
        "in-turn-in-one-place",
        "Lesions in turn",
        "Two lesions where the needle stays are one with a longer protocol",
        r"""
Ramp, 10 s at 80 °C and 2 s off, twice: as two lesions, temperature, $\Omega$, CEM43 and peaks carried over from mesh to
mesh, and as one protocol. The union on the grid beside the lesion on the mesh.""",
        in_one_place,
        quick=False,
    ),
    Case(
        "in-turn-far-apart",
        "Lesions in turn",
        "Two lesions far apart are two single ones",
        r"""
The same lesion twice, the needle drawn back by 22 mm: neither feels the other, and the union has twice the volume of
one, and what the first needle's metal took of it.""",
        far_apart,
        quick=False,
    ),
    Case(
        "wet-shell",
        "Fluid at the tip",
        "A sphere in a wet ball",
        r"""
A sphere of radius $a=1$ mm in a ball of wet muscle of $b=2.5$ mm, $c=20$ mm grounded, laid over the mesh as the layers
of a wet anatomy are, with cells cut at its edge:
$4\pi R=(1/a-1/b)/\sigma_w+(1/b-1/c)/\sigma_t$, $\sigma_w=0.7\,\sigma_t+0.3^{3/2}\sigma_f$.""",
        wet_shell,
    ),
)
