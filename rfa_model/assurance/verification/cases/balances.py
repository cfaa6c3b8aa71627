"""Where power and heat go in whole short runs, and the generator's energy found again in the written fields."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from rfa_model import library
from rfa_model.assurance.verification.case import Case
from rfa_model.assurance.verification.outcome import CaseOutcome, Check
from rfa_model.assurance.verification.tools.short_arm import Phase, off, power, short_arm, treatment
from rfa_model.metrics.mesh import TetMesh
from rfa_model.metrics.run import TemperatureMetrics

FloatArray = NDArray[np.floating]
GROUP = "Balances"
# Promised of every run.
POWER, ENERGY = 1e-6, 1e-4
BENCH = {"temperature_C": 21.0, "perfusion": False}


class Options(TypedDict, total=False):
    """Further arguments of :func:`short_arm`."""

    order: int
    numerics: Mapping[str, object]
    body: Mapping[str, object]


@dataclass(frozen=True)
class Run:
    """One short arm; ``hotter_than_C`` is what it has to reach to be the run it is called."""

    probe: str
    protocol: list[Phase]
    quick: bool
    hotter_than_C: float = 59.0
    options: Options = field(default_factory=Options)


CONVENTIONAL, COOLED, FINE = "conventional_18g_10mm", "cooled_17g_4mm", "conventional_22g_5mm"
GROUNDED: Options = {"numerics": {"outer_boundary": "grounded", "domain_radius_mm": 25}}
RUNS = {
    "conventional": Run(CONVENTIONAL, treatment(80), quick=True),
    "cooled": Run(COOLED, treatment(60), quick=True),
    "bench": Run(CONVENTIONAL, treatment(80), quick=False, options={"body": BENCH}),
    "grounded": Run(
        CONVENTIONAL,
        treatment(80),
        quick=True,
        options=GROUNDED | {"body": {"temperature_C": 37, "metabolic_heat": True}},
    ),
    "cooled-grounded": Run(COOLED, treatment(60), quick=False, options=GROUNDED),
    "quadratic": Run(COOLED, treatment(60), quick=False, options={"order": 2}),
    "boiling": Run(FINE, [power(3, 15)], quick=True, hotter_than_C=100.0),
    "boiling-quadratic": Run(FINE, [power(3, 15)], quick=False, hotter_than_C=100.0, options={"order": 2}),
    "boiling-dry": Run(FINE, [power(30, 20), off(5)], quick=False, hotter_than_C=101.0),
    "boiling-dry-quadratic": Run(FINE, [power(30, 2), off(1)], quick=False, hotter_than_C=101.0, options={"order": 2}),
}


def balances(quick: bool, name: str) -> CaseOutcome:
    """The residuals of one run."""
    run = RUNS[name]
    arm = short_arm(run.probe, run.protocol, **run.options)
    balance, hottest = arm.balance, TemperatureMetrics.max_C.read(arm.summary["temperature"])
    power_off, heat_off = _known(balance["power_residual"]), _known(balance["energy_residual"])
    return CaseOutcome(
        [
            Check("power: |∫q dV + beyond − VI| / VI", POWER, power_off, 0.0, "", "at most"),
            Check("heat: |in − out − stored| / in", ENERGY, heat_off, 0.0, "", "at most"),
            Check("hottest tissue", run.hotter_than_C, _known(hottest), 0.0, "°C", "at least"),
        ],
        notes=[f"{name}: σ was {100.0 * _known(balance['conductivity_lag']):.2g} % behind temperature at worst"],
    )


def _known(value: float | None) -> float:
    """A number that is missing meets no bound."""
    return math.nan if value is None else value


def enthalpy(quick: bool) -> CaseOutcome:
    """All of the generator's energy, as ρc(T − T₀) of the written fields."""
    muscle, metal = library.tissues()["muscle"], library.probes()[CONVENTIONAL].applicator()
    wet = muscle.density_kg_per_m3 * muscle.specific_heat_J_per_kgK
    capacity = {"tissue": wet} | {part.name: part.solid.volumetric_heat_capacity_J_per_m3K for part in metal.parts}
    arm = short_arm(
        CONVENTIONAL,
        [power(10, 2)],
        body=BENCH,
        laws={"electric_conductivity": {"slope_per_C": 0.0}},
        numerics={"outer_boundary": "grounded"},
    )
    fields, cells = arm.fields, arm.fields.cells
    volumes = TetMesh(fields.points_mm, cells).volumes_mm3 * 1e-9
    rise = fields.temperature_C[-1][cells].astype(float) - BENCH["temperature_C"]
    content = np.array([capacity[name] for name in fields.region_names])[fields.cell_region] * volumes
    energy = float(arm.history["energy_J"][-1])
    # Corners on the outer sphere keep their temperature: their share of the source goes out, but for what they pass on
    # to the cells' other corners through the mass matrix (a twentieth of the cell).
    kept = (fields.unit_potential[cells] == 0.0) & (fields.cell_region == 0)[:, None]
    heat = _joule_heat(fields.points_mm[cells], fields.unit_potential[cells], volumes) * (fields.cell_region == 0)
    gone = energy * float(heat @ kept.mean(axis=1) / heat.sum())
    passed_on = float((content / 20.0 * kept.sum(axis=1)) @ (rise * ~kept).sum(axis=1))
    stored = float(content @ rise.mean(axis=1))
    return CaseOutcome([Check("enthalpy of the fields", energy - gone + passed_on, stored, ENERGY, "J")])


def _joule_heat(corners: FloatArray, phi: FloatArray, volumes: FloatArray) -> FloatArray:
    """|∇φ|² times the volume of every linear cell."""
    rises = (phi[:, 1:] - phi[:, :1])[:, :, None]
    gradient = np.linalg.solve(corners[:, 1:] - corners[:, :1], rises)[:, :, 0]
    return np.asarray((gradient**2).sum(axis=1) * volumes)


BALANCE = r"""
At every solve $VI$, the current as the reaction of the tip, is compared with $\int\sigma|\nabla\varphi|^2\,dV\,V^2$
plus what goes to the body beyond the outer sphere; over the run the heat supplied with what is stored, perfused away,
cooled away and lost through the boundary, each added up with the time scheme's own weights. Both sides come from the
same discrete equations: the residuals show that solves converged and that no term is lost, not that meshes are fine
enough. $10^{-6}$ of the power and $10^{-4}$ of the heat are promised of every run, boiling ones included.
""".strip()

TITLE = "Power and heat balance in whole runs"
CASES = (
    *(Case(f"balances:{n}", GROUP, TITLE, BALANCE, partial(balances, name=n), run.quick) for n, run in RUNS.items()),
    Case(
        "balance-enthalpy",
        GROUP,
        "The generator's energy is in the fields that were written",
        r"""
Bench tissue (no perfusion, constant $\sigma$) in a grounded sphere after 2 s at 10 W, nothing near boiling:
$\int VI\,dt$, as reported in the history, has to be $\int\rho c\,(T-T_0)\,dV$ over tissue, tip and shaft of the last
field, in single precision and with the library's $\rho c$. Left out is what linear elements hand to the corners on the
outer sphere, whose temperature is kept: computed from the written potential and temperature. What tissue conducts to
them in 2 s is too little to count.""",
        enthalpy,
    ),
)
