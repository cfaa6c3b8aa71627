"""A public model of liver ablation, rebuilt from its description, to be solved by both codes while tissue boils.

``sheldonkhall/MITA-model`` (FEniCS; none of its code is used): a needle of 1.5 mm radius, 30 mm of it bare, in a sphere
of liver at 80 V, or cooled and at 60 V.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.boiling_peer import BoilingPeer, BoilingTissue
from benchmarks.catheter import Run
from benchmarks.equations import REFERENCE_C
from benchmarks.half_plane import HalfPlane
from benchmarks.layered import Medium
from benchmarks.turned import Sizes, Turned, WarmedCurrent, heat_problem
from rfa_model import library
from rfa_model.generator import PhaseRun
from rfa_model.generator.controllers import ConstantVoltage
from rfa_model.laws import ElectricConductivity, Enthalpy, Perfusion
from rfa_model.solver.sensor import PointSensor
from rfa_model.solver.state import State
from rfa_model.solver.step_report import StepReport
from rfa_model.solver.stepping import StepSize
from rfa_model.solver.transient import Transient

# Not in the description: whether 90 mm is the sphere's diameter (taken so), the needle's end (flat here), how σ falls
# above 100 °C (over 5 °C here), which share of dead cells stops the blood (smooth about 63 %).
PLANE = HalfPlane(1.5, 30.0, (("tissue", np.inf),), 45.0, flat=True)
LATENT_J_PER_M3 = 1080.0 * 0.8 * 2.26e6
LIVER = BoilingTissue(
    electric_conductivity_S_per_m=0.132,
    electric_slope_per_C=0.02,
    dry_start_C=100.0,
    dry_width_C=5.0,
    dry_fraction=0.01,
    thermal_conductivity_W_per_mK=0.512,
    thermal_slope_W_per_mK2=0.01024,
    thermal_most_C=100.0,
    heat_capacity_J_per_m3K=1080.0 * 3455.0,
    gas_heat_capacity_J_per_m3K=370.0 * 2156.0,
    latent_J_per_m3=LATENT_J_PER_M3,
    band_C=(90.0, 100.0),
    perfusion_W_per_m3K=31.2e3,
)
TIMES_S = (1.0, 2.0, 5.0)
POINTS_MM = {
    "1 mm beside its middle": (2.5, 15.0),
    "3 mm beside its middle": (4.5, 15.0),
    "1 mm ahead": (0.0, -1.0),
    "3 mm ahead": (0.0, -3.0),
}
# The sharp edges of the bare metal are the hottest: with cells of 0.08 mm there they come out 3 % hotter.
SIZES = Sizes(ring_mm=0.01, metal_mm=0.2, far_mm=6.0, growth=0.16)
PARTS = 12


@dataclass(frozen=True)
class Variant:
    """Bare or cooled."""

    voltage_V_rms: float
    tissue: BoilingTissue
    cooling_W_per_m2K: float = 0.0


VARIANTS = {
    "bare": Variant(80.0, LIVER),
    "cooled": Variant(
        60.0,
        replace(
            LIVER,
            electric_conductivity_S_per_m=0.2,
            thermal_conductivity_W_per_mK=0.5,
            thermal_slope_W_per_mK2=0.01,
        ),
        3366.0,
    ),
}


def run_peer(variant: Variant, fineness: float = 2.5, step_s: float = 0.02, times_s: Sequence[float] = TIMES_S) -> Run:
    """Solve in the meridian plane to the last time."""
    peer = BoilingPeer(PLANE.mesh(fineness), variant.tissue, variant.cooling_W_per_m2K)
    probes, run = peer.basis.probes(1e-3 * np.array(list(POINTS_MM.values())).T), Run()

    def observe(time_s: float, temperature_C: np.ndarray, impedance_ohm: float, voltage_V: float) -> None:
        readings = REFERENCE_C + probes @ (temperature_C - REFERENCE_C)
        _keep(run, time_s, readings, float(temperature_C.max()), impedance_ohm)

    peer.run(times_s[-1], step_s, lambda time_s, impedance_ohm: variant.voltage_V_rms, observe)
    run.facts = {
        "unknowns per field": str(peer.basis.N),
        "cells": f"{peer.mesh.nelements} triangles",
        "time steps": f"{round(times_s[-1] / step_s)}",
    }
    return run


def _keep(run: Run, time_s: float, readings_C: np.ndarray, hottest_C: float, impedance_ohm: float) -> None:
    time = round(time_s, 6)
    run.values |= {(name, time): float(T) for name, T in zip(POINTS_MM, readings_C, strict=True)}
    run.values["hottest", time] = hottest_C
    run.values["impedance", time] = impedance_ohm


@dataclass(frozen=True)
class Capped:
    """k rises with temperature up to a most, W/mK per degree."""

    slope_W_per_mK2: float
    most_C: float

    def increment(self, temperature_C: np.ndarray) -> np.ndarray:
        """k(T) − k37."""
        return self.slope_W_per_mK2 * (np.minimum(temperature_C, self.most_C) - REFERENCE_C)


class Unlimited:
    """A generator that delivers what is asked for."""

    def clip(self, V2: float, conductance_S: float) -> float:
        """V² as it is."""
        return V2


def run_ours(variant: Variant, sizes: Sizes = SIZES, times_s: Sequence[float] = TIMES_S) -> Run:
    """Solve in a twelfth of space."""
    tissue, turned = variant.tissue, Turned.of(PLANE, sizes, PARTS)
    media = {
        "tissue": Medium(
            tissue.electric_conductivity_S_per_m,
            tissue.thermal_conductivity_W_per_mK,
            tissue.heat_capacity_J_per_m3K,
            tissue.perfusion_W_per_m3K,
        ),
        "tip": Medium(0.0, 1.0, 1.0, conducts=False, warms=False),
        "shaft": Medium(0.0, 1.0, 1.0, conducts=False, warms=False),
    }
    capacity, latent = np.full(turned.tables.count, 1e-3), np.zeros(turned.tables.count)
    capacity[turned.cells["tissue"]] = tissue.heat_capacity_J_per_m3K
    latent[turned.cells["tissue"]] = tissue.latent_J_per_m3
    heat, start_C = heat_problem(
        turned,
        media,
        {"tip|tissue": variant.cooling_W_per_m2K},
        {},
        enthalpy=Enthalpy(capacity, latent, *tissue.band_C, tissue.gas_heat_capacity_J_per_m3K),
        perfusion_law=Perfusion(),
        conductivity_law=Capped(tissue.thermal_slope_W_per_mK2, tissue.thermal_most_C),
        tissue=(latent > 0.0).astype(float),
    )
    law = ElectricConductivity(
        slope_per_C=tissue.electric_slope_per_C,
        dry_start_C=tissue.dry_start_C,
        dry_width_C=tissue.dry_width_C,
        dry_fraction=tissue.dry_fraction,
    )
    current, run, steps = WarmedCurrent(turned, media, law), Run(), [0]
    sensors = [PointSensor(turned.tables.V, turned.at_mm(*place)) for place in POINTS_MM.values()]
    warm = turned.warm_nodes(media)

    def observe(report: StepReport, before: State | None, curve: object) -> None:
        T = report.state.temperature_C
        readings = np.array([sensor.read(T) for sensor in sensors])
        _keep(run, report.state.time_s, readings, float(T[warm].max()), current.resistance_ohm)
        steps[0] += 1

    transient = Transient(
        name="needle",
        heat=heat,
        current=current,
        sensor=sensors[0],
        damage_law=library.damage_laws()["three_state"],
        impedance_cutoff_ohm=np.inf,
        step=StepSize(0.05, 0.02, 0.1),
        observers=(observe,),
    )
    limits = Unlimited()
    ends = np.diff((0.0, *times_s))
    phases = [
        PhaseRun("voltage", float(length), lambda reading, before: ConstantVoltage(variant.voltage_V_rms, limits))
        for length in ends
    ]
    transient.run(State.at_rest(start_C), phases, lambda: ConstantVoltage(0.0, limits))
    run.facts = {
        "unknowns per field": f"{turned.tables.local_size} unknowns per field in a twelfth of space",
        "cells": f"{turned.tables.count} tetrahedra",
        "time steps": str(steps[0] - 1),
    }
    return run
