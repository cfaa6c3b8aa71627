"""One insulated, perfused block heated evenly: C dθ/dt = P − G θ, on which a PI generator's answer is exact."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm

from rfa_model.assurance.verification.tools.bioheat import (
    BODY_C,
    NO_DAMAGE,
    UNLIMITED,
    GivenHeat,
    bioheat,
    muscle_tables,
    uniform_heat,
)
from rfa_model.assurance.verification.tools.boxes import box
from rfa_model.generator import PhaseRun
from rfa_model.generator.controllers import Controller, PIControl, SetPoint
from rfa_model.solver.sensor import PointSensor
from rfa_model.solver.state import State
from rfa_model.solver.step_report import StepReport
from rfa_model.solver.stepping import StepSize
from rfa_model.solver.transient import Transient

Array = NDArray[np.float64]
SIDE_M = 2e-3


@dataclass(frozen=True)
class Loop:
    """The block, its PI generator and the step of the set point, all in the units of their names."""

    capacity_J_per_K: float
    loss_W_per_K: float
    proportional_gain_W_per_K: float
    integral_gain_W_per_Ks: float
    max_power_W: float
    step_K: float

    def release(self) -> tuple[float, float]:
        """When the power leaves its limit, s, and θ then: the integral has waited, so K_p (step − θ) = P_max."""
        at = self.step_K - self.max_power_W / self.proportional_gain_W_per_K
        if at <= 0.0:
            return 0.0, 0.0
        end, rate = self.max_power_W / self.loss_W_per_K, self.loss_W_per_K / self.capacity_J_per_K
        return -float(np.log(1.0 - at / end)) / rate, at

    def rise(self, times_s: Array) -> Array:
        """θ: exponential at the limit, then the linear system of θ and ∫e dt."""
        G, C, kp, ki = (
            self.loss_W_per_K,
            self.capacity_J_per_K,
            self.proportional_gain_W_per_K,
            self.integral_gain_W_per_Ks,
        )
        free, at = self.release()
        # d/dt (θ, ∫e, 1)
        system = np.array([[-(G + kp) / C, ki / C, kp * self.step_K / C], [-1.0, 0.0, self.step_K], [0.0, 0.0, 0.0]])
        limited = self.max_power_W / G * (1.0 - np.exp(-G / C * times_s))
        after = np.array([(expm(system * max(t - free, 0.0)) @ [at, 0.0, 1.0])[0] for t in times_s])
        return np.where(times_s < free, limited, after)

    def run(self, duration_s: float, step: StepSize) -> tuple[Array, Array]:
        """Times (s) and θ (K) at the end of every step of the package's transient."""
        tables = muscle_tables(box((SIDE_M, SIDE_M, SIDE_M), (1, 1, 1)), 1)
        volume = SIDE_M**3
        heat = bioheat(tables, capacity=self.capacity_J_per_K / volume, perfusion=self.loss_W_per_K / volume)
        source: GivenHeat = uniform_heat(tables, 1.0 / volume)
        rows: list[tuple[float, float]] = []

        def keep(report: StepReport, before: State | None, curve: object) -> None:
            rows.append((report.state.time_s, report.sensor_C - BODY_C))

        def control(reading: float, before: Controller | None) -> Controller:
            target = SetPoint(BODY_C + self.step_K, BODY_C + self.step_K, duration_s)
            limits = UNLIMITED.model_copy(update={"max_power_W": self.max_power_W})
            return PIControl(target, limits, self.proportional_gain_W_per_K, self.integral_gain_W_per_Ks)

        sensor = PointSensor(tables.V, np.full(3, 0.4 * SIDE_M))
        transient = Transient("block", heat, source, sensor, NO_DAMAGE, 1e9, step, (keep,))
        transient.stages.tolerance_C = 1e-9
        rest = State.at_rest(np.full(tables.local_size, BODY_C))
        transient.run(rest, [PhaseRun("hold", duration_s, control)], lambda: control(0.0, None))
        times, rises = np.array(rows).T
        return times, rises
