"""A public model of cardiac ablation, rebuilt from its description, to be solved by both codes.

``rirastorza/RFA-tutorial`` (FEniCS; none of its code is used): an electrode of 1.15 mm radius, half a millimetre deep
in a wall 1.5 mm thick, driven for 10 s by V² = 280.78·e, e = 80 °C − T(sensor). Its stored picture peaks at 79.36 °C.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from benchmarks.equations import REFERENCE_C
from benchmarks.half_plane import HalfPlane
from benchmarks.layered import Layered, Medium, Moment
from benchmarks.turned import Sizes, Turned, WarmedCurrent, heat_problem
from rfa_model.generator import Generator, PhaseRun
from rfa_model.generator.controllers import ConstantVoltage, Memoryless, Response
from rfa_model.solver.sensor import PointSensor
from rfa_model.solver.state import State
from rfa_model.solver.step_report import StepReport
from rfa_model.solver.stepping import StepSize
from rfa_model.solver.transient import Transient

STATED_C = 79.36
TIMES_S = (1.0, 2.0, 5.0, 10.0)
USUAL = Sizes()
SLOPES = {"electric_slope_per_C": 0.015, "thermal_slope_per_C": 0.02}
# Not in the description: the electrode's metal (platinum-iridium here), where z is 0 (the hemisphere's centre).
MEDIA = {
    "wall": Medium(0.28, 0.56, 1081.0 * 3686.0, **SLOPES),
    "connective": Medium(0.2, 0.39, 1027.0 * 2372.0, **SLOPES),
    "blood": Medium(0.667, 0.54, 1000.0 * 4148.0, warms=False),
    "tip": Medium(0.0, 71.0, 21500.0 * 132.0, conducts=False),
    "shaft": Medium(0.0, 0.026, 70.0 * 1045.0, conducts=False),
}
RADIUS_MM, LENGTH_MM, DEPTH_MM, WALL_MM = 1.15, 3.5, 0.5, 1.5
LAYERS = (("connective", DEPTH_MM - WALL_MM), ("wall", DEPTH_MM), ("blood", np.inf))
PLANE = HalfPlane(RADIUS_MM, LENGTH_MM, LAYERS, 20.0, (RADIUS_MM - 20.0, RADIUS_MM + 20.0))
CONVECTION = {"blood|wall": 610.0, "blood|tip": 610.0, "blood|shaft": 3446.0}
HELD_C = {"shaft_end": 40.0}
SENSOR_MM = (1.0, RADIUS_MM - 1.16)
# Where temperatures are compared besides, (r, z) from the distal point.
POINTS_MM = {"0.6 mm under the electrode": (0.0, -0.6), "1.5 mm under the electrode": (0.0, -1.5)}
# The integral begins anew at each step of 0.1 s: it adds 0.5·0.1 to the gain.
GAIN_V2_PER_K, SET_C, LEAST_V, MOST_V = 280.78 + 0.5 * 0.1, 80.0, 12.85, 66.33


def voltage_squared(reading_C: float, at_V2: float, per_V2_C: float) -> float:
    """V² = gain·(80 °C − T), clipped, for a sensor that reads ``reading_C`` at ``at_V2`` and rises by ``per_V2_C``."""
    wanted = GAIN_V2_PER_K * (SET_C - reading_C + at_V2 * per_V2_C) / (1.0 + GAIN_V2_PER_K * per_V2_C)
    return float(np.clip(wanted, LEAST_V**2, MOST_V**2))


@dataclass
class Run:
    """What one code found at each time: ``values[quantity, time]`` in the quantity's unit."""

    values: dict[tuple[str, float], float] = field(default_factory=dict)
    hottest_mm: tuple[float, float] = (0.0, 0.0)
    facts: dict[str, str] = field(default_factory=dict)


def run_peer(
    fineness: float = 1.5, step_s: float = 0.1, times_s: Sequence[float] = TIMES_S, plane: HalfPlane = PLANE, **changed
) -> Run:
    """Solve in the meridian plane to the last time; ``changed`` replaces media, convection, held_C or sensor_mm."""
    media, convection = changed.get("media", MEDIA), changed.get("convection", CONVECTION)
    peer = Layered(plane.mesh(fineness), media, convection, changed.get("held_C", HELD_C))
    places = [changed.get("sensor_mm", SENSOR_MM), *POINTS_MM.values()]
    probes, run = peer.basis.probes(1e-3 * np.array(places).T), Run()

    def controller(rise_at: Callable[[float], np.ndarray]) -> float:
        without, with_one = (float((probes @ rise_at(V2))[0]) for V2 in (0.0, 1.0))
        return voltage_squared(REFERENCE_C + without, 0.0, with_one - without)

    def observe(time_s: float, moment: Moment) -> None:
        _keep(
            run, time_s, REFERENCE_C + probes @ moment.rise_C, REFERENCE_C + moment.rise_C.max(), moment.voltage_V_rms
        )
        run.values["impedance", round(time_s, 6)] = 1.0 / moment.conductance_S
        r, z = 1e3 * peer.basis.doflocs[:, moment.rise_C.argmax()]
        run.hottest_mm = (float(r), float(z))

    peer.run(times_s[-1], step_s, controller, observe)
    run.facts = {
        "unknowns per field": str(peer.basis.N),
        "cells": f"{peer.mesh.nelements} triangles",
        "time steps": f"{round(times_s[-1] / step_s)}",
    }
    return run


def _keep(run: Run, time_s: float, readings_C: np.ndarray, hottest_C: float, voltage_V: float) -> None:
    time = round(time_s, 6)
    for name, reading in zip(("sensor", *POINTS_MM), readings_C, strict=True):
        run.values[name, time] = float(reading)
    run.values["hottest", time] = float(hottest_C)
    run.values["voltage", time] = float(voltage_V)


class ProportionalVoltage(Memoryless):
    """The model's generator, acting all the time."""

    needs_gain = True
    interval_s = 0.0

    def voltage_squared(self, time_s: float, tau_s: float, stage: int, step_s: float, response: Response) -> float:
        """Return the V² that agrees with the sensor at the stage's end."""
        return voltage_squared(response.sensor_C, response.reference_V2, response.gain_C_per_V2)

    def set_point_C(self, time_s: float) -> float:
        """What it would reach with an endless gain."""
        return SET_C


def run_ours(sizes: Sizes = USUAL, tolerance_C: float = 0.02, times_s: Sequence[float] = TIMES_S) -> Run:
    """Solve in a quarter of space."""
    turned = Turned.of(PLANE, sizes)
    heat, start_C = heat_problem(turned, MEDIA, CONVECTION, HELD_C)
    current, run = WarmedCurrent(turned, MEDIA), Run()
    V, where = turned.tables.V, 1e3 * turned.tables.V.tabulate_dof_coordinates()
    sensors = [PointSensor(V, turned.at_mm(*place)) for place in (SENSOR_MM, *POINTS_MM.values())]
    steps = [0]

    def observe(report: StepReport, before: State | None, curve: object) -> None:
        T = report.state.temperature_C
        readings, time_s = np.array([sensor.read(T) for sensor in sensors]), report.state.time_s
        _keep(run, time_s, readings, T[turned.warm_nodes(MEDIA)].max(), report.voltage_V_rms)
        run.values["impedance", round(time_s, 6)] = current.resistance_ohm
        hottest = where[T.argmax()]
        run.hottest_mm = (float(np.hypot(*hottest[:2])), float(hottest[2]))
        steps[0] += 1

    transient = Transient(
        name="catheter",
        heat=heat,
        current=current,
        sensor=sensors[0],
        damage_law=NoDamage(),
        impedance_cutoff_ohm=np.inf,
        step=StepSize(tolerance_C, 0.01, 0.5),
        observers=(observe,),
    )
    ends = np.diff((0.0, *times_s))
    phases = [PhaseRun("proportional", float(length), lambda reading, before: ProportionalVoltage()) for length in ends]
    transient.run(State.at_rest(start_C), phases, lambda: ConstantVoltage(0.0, Generator()))
    run.facts = {
        "unknowns per field": f"{turned.tables.local_size} unknowns per field in a quarter of space",
        "cells": f"{turned.tables.count} tetrahedra",
        "time steps": str(steps[0] - 1),
    }
    return run


class NoDamage:
    """Nothing is read from damage here."""

    def rate(self, temperature_C: np.ndarray) -> np.ndarray:
        """0 everywhere."""
        return np.zeros_like(temperature_C)


def readings() -> dict[str, dict[str, object]]:
    """Other readings of the description, as changes for :func:`run_peer`."""
    steel = MEDIA | {"tip": replace(MEDIA["tip"], thermal_conductivity_W_per_mK=15.0, heat_capacity_J_per_m3K=4e6)}
    constant_k = {name: replace(medium, thermal_slope_per_C=0.0) for name, medium in MEDIA.items()}
    warm_blood = MEDIA | {"blood": replace(MEDIA["blood"], warms=True, **SLOPES)}
    return {
        "electrode of steel": {"media": steel},
        "z counted from the distal point: the sensor is at (1.0, -1.16) mm": {"sensor_mm": (1.0, -1.16)},
        "h 3446 on the electrode, too": {"convection": CONVECTION | {"blood|tip": 3446.0}},
        "k constant": {"media": constant_k},
        "a sphere of 20 mm instead of the cylinder": {"plane": replace(PLANE, cylinder_mm=None)},
        "blood that warms, with convection at its faces besides": {"media": warm_blood},
    }
