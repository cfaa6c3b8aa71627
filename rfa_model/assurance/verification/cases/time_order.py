"""Orders in time of the coupled transient: σ(T), k(T), dying perfusion, damage, and the controller in the loop."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rfa_model.assurance.verification.case import Case
from rfa_model.assurance.verification.outcome import CaseOutcome, Check, Convergence
from rfa_model.assurance.verification.tools.small_arm import LIMITS, SmallArm
from rfa_model.generator import PhaseRun
from rfa_model.generator.controllers import ConstantVoltage, IdealControl, SetPoint
from rfa_model.solver.stepping import StepSize

Array = NDArray[np.float64]
GROUP = "Order in time"
QUICK_STEPS_S = (2.0, 1.0, 0.5, 0.25, 0.125)
STEPS_S = (*QUICK_STEPS_S, 0.0625)
# Of the 2 that the scheme has; what is missing is left to its higher terms at the largest steps.
LEAST_ORDER = 1.9
VOLTAGE_V, HELD_C, HOLD_S = 18.0, 70.0, 4.0
HOLD = SetPoint(HELD_C, HELD_C, 1.0)


def changes(quantity: str, steps_s: Sequence[float], values: Sequence[Array], unit: str) -> Convergence:
    """The largest change anywhere on halving each step but the last, as its error."""
    moved = [float(np.abs(fine - coarse).max()) for coarse, fine in pairwise(values)]
    return Convergence(quantity, tuple(steps_s[:-1]), tuple(moved), LEAST_ORDER, "step", "s", unit)


def driven(quick: bool) -> CaseOutcome:
    """8 s at constant voltage."""
    arm, steps = SmallArm(), QUICK_STEPS_S if quick else STEPS_S
    phases = [PhaseRun("voltage", 8.0, lambda reading, before: ConstantVoltage(VOLTAGE_V, LIMITS))]
    ends = [arm.fixed_steps(dt, phases, arm.rest)[0] for dt in steps]
    hottest, damage = float(ends[-1].temperature_C.max()), ends[-1].damage
    alive = damage > 1e-6
    return CaseOutcome(
        [
            Check("hottest tissue: σ(T) and k(T) at work", 70.0, hottest, 0.0, "°C", "at least"),
            Check("hottest tissue: below boiling", 95.0, hottest, 0.0, "°C", "at most"),
            Check("largest Ω: perfusion has died somewhere", 10.0, float(damage.max()), 0.0, "", "at least"),
        ],
        [
            changes("temperature", steps, [end.temperature_C for end in ends], "K"),
            changes("ln Ω where Ω > 1e-6", steps, [np.log(end.damage[alive]) for end in ends], ""),
        ],
    )


def held(quick: bool) -> CaseOutcome:
    """4 s of an ideal hold, all from one state well after the start-up."""
    arm, steps, found = SmallArm(), QUICK_STEPS_S if quick else STEPS_S, CaseOutcome()
    start_up = [
        PhaseRun("ramp", 6.0, lambda reading, before: IdealControl(SetPoint(37.0, HELD_C, 6.0), LIMITS)),
        PhaseRun("hold", 4.0, lambda reading, before: IdealControl(HOLD, LIMITS)),
    ]
    transient = arm.transient(StepSize(0.02, 0.02, 0.5), 1e-6)
    start = transient.run(arm.rest, start_up, lambda: ConstantVoltage(0.0, LIMITS))
    hold = [PhaseRun("hold", HOLD_S, lambda reading, before: IdealControl(HOLD, LIMITS))]
    runs = [arm.fixed_steps(dt, hold, start) for dt in steps]
    for dt, (end, run) in zip(steps, runs, strict=True):
        reading = run.sensor.read(end.temperature_C)
        found.checks.append(Check(f"sensor at the end, step {dt:g} s", HELD_C, reading, 1e-4, "°C", "absolute"))
    found.convergences += [
        changes("temperature", steps, [end.temperature_C for end, _ in runs], "K"),
        changes("the controller's V²", steps, [np.array([run.stages.V2]) for _, run in runs], "V²"),
    ]
    return found


ERRORS = r"""
The error of a step $h$ is taken as the largest change anywhere on halving it: for order $p$ that is $1-2^{-p}$ of the
error itself, at every $h$ alike, so that its slope is the order and no reference run biases it. Steps are equal
whatever their error, and every iteration goes to the bottom.
""".strip()

CASES = (
    Case(
        "time-order-driven",
        GROUP,
        "The coupled transient under constant voltage is of second order",
        rf"""
A 22G needle in perfused muscle, {VOLTAGE_V:g} V for 8 s from 37 °C: $\sigma(T)$, $k(T)$, perfusion that dies with
$\Omega$, and damage, by Alexander's two-stage SDIRK scheme of order 2. There is no exact solution, but an exact order.
{ERRORS}""",
        driven,
    ),
    Case(
        "time-order-held",
        GROUP,
        "The transient under ideal control is of second order, voltage included",
        rf"""
The same needle held at {HELD_C:g} °C for {HOLD_S:g} s, from one state 10 s after the start. The controller makes the
equations differential-algebraic: $V^2$ is the hidden variable of the constraint
$T(\mathrm{{sensor}})=T_\mathrm{{set}}$. The scheme is stiffly accurate, so the constraint holds at the end of every
step, whatever its size; for $V^2$ theory promises order 1 only, and once the start-up is over 2 is seen and asked for.
{ERRORS}""",
        held,
    ),
)
