"""Generators: the ideal one, what limits allow, PI control beside its exact answer, wind-up."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rfa_model.assurance.verification.case import Case
from rfa_model.assurance.verification.outcome import CaseOutcome, Check, Convergence
from rfa_model.assurance.verification.tools.lumped import Loop
from rfa_model.assurance.verification.tools.short_arm import hold, off, power, ramp, short_arm, treatment
from rfa_model.assurance.verification.tools.small_arm import SmallArm
from rfa_model.generator import Generator, PhaseRun
from rfa_model.generator.controllers import ConstantVoltage, Controller, PIControl, Response, SetPoint
from rfa_model.solver.state import State
from rfa_model.solver.step_report import StepReport
from rfa_model.solver.stepping import StepSize

Array = NDArray[np.float64]
GROUP = "Generator"
TARGETS = {"conventional_18g_10mm": 80.0, "cooled_17g_4mm": 60.0}
STEPS_S, QUICK_STEPS_S = (2.0, 1.0, 0.5, 0.25, 0.125, 0.0625), (2.0, 1.0, 0.5, 0.25)
# Block of 1 J/K losing 0.05 W/K, asked for 20 K more; P never has to be negative.
FREE, LIMITED = (Loop(1.0, 0.05, 0.1, 0.004, watts, 20.0) for watts in (1e6, 1.0))
SETTLE_S = 60.0
KP, KI, WEAK = 0.5, 0.1, Generator(max_power_W=1.0)


def ideal(quick: bool) -> CaseOutcome:
    """Ramp, hold and cool-down; the worst step end while the generator is on."""
    found = CaseOutcome()
    for probe, target in TARGETS.items():
        for order in (1,) if quick else (1, 2):
            h = short_arm(probe, treatment(target), order=order).history
            on = (h["time_s"] > 0.0) & ~np.isnan(h["set_point_C"])
            apart = (h["sensor_C"] - np.where(on, h["set_point_C"], np.nan))[on]
            where = f"{probe}, P{order}"
            worst = float(apart[np.abs(apart).argmax()])
            found.checks += [
                Check(f"sensor − set point, {where}", 0.0, worst, 0.1, "K", "absolute"),
                Check(
                    f"power, {where}: limit of 50 W not in the way", 49.0, float(h["power_W"].max()), 0, "W", "at most"
                ),
                Check(
                    f"power once off, {where}", 0.0, float(h["power_W"][h["time_s"] > 30.0].max()), 0.0, "W", "absolute"
                ),
            ]
    return found


def limits(quick: bool) -> CaseOutcome:
    """A ramp to 80 °C that each limit in turn forbids, and constant power."""
    probe, protocol, found = "conventional_18g_10mm", [ramp(80, 5), hold(80, 15)], CaseOutcome()
    for limit, column, value, unit in (
        ("max_power_W", "power_W", 2.0, "W"),
        ("max_voltage_V_rms", "voltage_V_rms", 10.0, "V"),
        ("max_current_A_rms", "current_A_rms", 0.1, "A"),
    ):
        h = short_arm(probe, protocol, generator={limit: value}).history
        found.checks += [
            Check(f"largest {column}, limited", value, float(h[column].max()), 1e-6, unit),
            Check(f"sensor short of 80 °C, {limit} {value:g}", 79.0, float(h["sensor_C"].max()), 0.0, "°C", "at most"),
        ]
    h = short_arm(probe, [power(3, 10), off(5)]).history
    on = (h["time_s"] > 0.0) & (h["time_s"] < 10.0 + 1e-9)
    worst = float(h["power_W"][on][np.abs(h["power_W"][on] - 3.0).argmax()])
    return CaseOutcome(
        [
            *found.checks,
            Check("constant power, worst step", 3.0, worst, 1e-6, "W"),
            Check("energy of 3 W for 10 s", 30.0, float(h["energy_J"][-1]), 1e-6, "J"),
        ]
    )


def pi_exact(quick: bool) -> CaseOutcome:
    """PI control of one block, free and leaving its power limit."""
    steps, found, free_errors = QUICK_STEPS_S if quick else STEPS_S, CaseOutcome(), []
    for dt in steps:
        free, limited = (_worst(loop, dt) for loop in (FREE, LIMITED))
        free_errors.append(abs(free))
        # Within the step that leaves the limit the integral may miss or gain e·dt, which θ follows by K_i/(G + K_p).
        error_K = LIMITED.step_K - LIMITED.release()[1]
        loss, kp = LIMITED.loss_W_per_K, LIMITED.proportional_gain_W_per_K
        allowed = error_K * dt * LIMITED.integral_gain_W_per_Ks / (loss + kp)
        found.checks.append(Check(f"θ, leaving the limit, step {dt:g} s", 0.0, limited, allowed, "K", "absolute"))
    found.convergences.append(
        Convergence("θ, no limit", steps, tuple(free_errors), 1.9, "step", "s", "K"),
    )
    return found


def _worst(loop: Loop, dt: float) -> float:
    times, rises = loop.run(SETTLE_S, StepSize(1e12, dt, dt))
    apart = rises - loop.rise(times)
    return float(apart[np.abs(apart).argmax()])


@dataclass
class Unclamped(PIControl):
    """A PI generator whose integral goes on at the limit, for contrast."""

    def voltage_squared(self, time_s: float, tau_s: float, stage: int, step_s: float, response: Response) -> float:
        """Apply the same law; remember the error whatever the limit says."""
        applied = super().voltage_squared(time_s, tau_s, stage, step_s, response)
        rise = (applied - response.reference_V2) * response.gain_C_per_V2
        self._rates[stage] = self.set_point.at(time_s) - response.sensor_C - rise
        return applied


def wind_up(quick: bool) -> CaseOutcome:
    """30 s against a power limit that never reaches 90 °C, then 60 °C are asked for; 65 °C with the same limit."""
    arm, found = SmallArm(), CaseOutcome()
    for kind in (PIControl, Unclamped):
        # Time, power, sensor.
        rows = _holds(arm, kind, (90.0, 30.0), (60.0, 20.0))
        after = rows[rows[:, 0] > 30.0 + 1e-9]
        at_lowering = float(rows[rows[:, 0] <= 30.0 + 1e-9][-1, 2])
        at_limit = after[after[:, 1] > 0.999 * WEAK.max_power_W]
        still_s = float(at_limit[-1, 0] - 30.0) if len(at_limit) else 0.0
        reached = _holds(arm, kind, (62.0, 60.0))
        overshoot = float(reached[:, 2].max() - 62.0)
        if kind is PIControl:
            found.checks += [
                Check("power right after the set point fell", 0.0, float(after[0, 1]), 0.0, "W", "absolute"),
                Check("time at the limit after that", 0.0, still_s, 0.0, "s", "absolute"),
                Check(
                    "sensor never above what it was then", at_lowering, float(after[:, 2].max()), 0.0, "°C", "at most"
                ),
                Check("sensor 20 s later", 60.0, float(after[-1, 2]), 0.1, "°C", "absolute"),
                Check("overshoot once the limit is left", 1.0, overshoot, 0.0, "K", "at most"),
            ]
        else:
            found.checks += [
                Check("time at the limit after that, integral not clamped", 10.0, still_s, 0.0, "s", "at least"),
                Check("overshoot, integral not clamped", 2.0, overshoot, 0.0, "K", "at least"),
            ]
    return found


def _holds(arm: SmallArm, kind: type[PIControl], *holds: tuple[float, float]) -> Array:
    rows: list[tuple[float, float, float]] = []

    def keep(report: StepReport, before: State | None, curve: object) -> None:
        rows.append((report.state.time_s, report.power_W, report.sensor_C))

    def maker(target: float) -> Callable[[float, Controller | None], Controller]:
        def make(reading: float, before: Controller | None) -> Controller:
            integral = before.integral_Ks if isinstance(before, PIControl) else 0.0
            return kind(SetPoint(target, target, 1.0), WEAK, KP, KI, integral)

        return make

    transient = arm.transient(StepSize(0.1, 0.05, 2.0), 1e-3, 3e-3, (keep,))
    phases = [PhaseRun("hold", duration, maker(target)) for target, duration in holds]
    transient.run(arm.rest, phases, lambda: ConstantVoltage(0.0, WEAK))
    return np.array(rows)


CASES = (
    Case(
        "ideal-control",
        GROUP,
        "The ideal generator keeps the sensor on its set point",
        r"""
Ramp in 5 s, hold 25 s, off 5 s, in muscle, with the limits of a real generator. Within a stage the sensor's reading is
linear in $V^2$, so $V^2=(T_\mathrm{set}-T_\mathrm{sensor}|_{V=0})/(\partial T_\mathrm{sensor}/\partial V^2)$ meets the
set point at every step's end; 0.1 °C is promised wherever no limit is in the way.""",
        ideal,
    ),
    Case(
        "generator-limits",
        GROUP,
        "Limits of power, voltage and current are met exactly",
        r"""
80 °C are asked for, and 2 W, 10 V or 0.1 A allowed: $V^2=\min(V^2_\mathrm{max},P_\mathrm{max}/G,I^2_\mathrm{max}/G^2)$
with the conductance $G$ of the moment. Constant power is $V^2=P/G$ at every step.""",
        limits,
    ),
    Case(
        "pi-exact",
        GROUP,
        "A PI generator on one block, beside the exact answer",
        r"""
An insulated, perfused block heated evenly: $C\dot\theta=P-G\theta$, $P=K_pe+K_i\int e\,dt$, $e=\theta_s-\theta$, with
$C=1$ J/K, $G=0.05$ W/K, $K_p=0.1$ W/K, $K_i=0.004$ W/Ks, $\theta_s=20$ K: a linear system, solved by the matrix
exponential. Unlimited, the scheme has order 2, the integral included. With $P\le1$ W the power starts at its limit,
where the integral waits: $\theta=P_\mathrm{max}/G\,(1-e^{-Gt/C})$ until $K_pe=P_\mathrm{max}$, then the linear system
from there, $\int e\,dt=0$. The step that leaves the limit may get its share of the integral wrong, $e\,\Delta t$ at
most.""",
        pi_exact,
    ),
    Case(
        "pi-wind-up",
        GROUP,
        "A PI generator at its limit does not wind up",
        r"""
A 22G needle, 1 W at most, $K_p=0.5$ W/K, $K_i=0.1$ W/Ks. 90 °C are out of reach; after 30 s the set point falls to
60 °C, below the sensor. With an integral that has waited, $P=K_pe+K_i\int e\,dt<0$ at once: no power. One that was not
clamped heats on; it is run beside it. Likewise 62 °C, reached at the limit after some 13 s: the overshoot stays below
1 K.""",
        wind_up,
    ),
)
