"""Damage at constant temperature, along curves within a step, and of a transient with finer and finer steps."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import quad
from scipy.optimize import brentq

from rfa_model.assurance.verification.case import Case
from rfa_model.assurance.verification.outcome import CaseOutcome, Check
from rfa_model.assurance.verification.tools.small_arm import LIMITS, SmallArm
from rfa_model.generator import PhaseRun
from rfa_model.generator.controllers import ConstantVoltage, IdealControl, SetPoint
from rfa_model.laws import ArrheniusLaw
from rfa_model.laws.damage import GAS_CONSTANT_J_PER_MOLK, KELVIN_OFFSET
from rfa_model.physics.damage import StepCurve, cem43_rate
from rfa_model.solver.state import State
from rfa_model.solver.stepping import StepSize

Array = NDArray[np.float64]
Rate = Callable[[Array], Array]
GROUP = "Thermal damage"
COAGULATION, SKIN = (
    ArrheniusLaw(frequency_factor_per_s=factor, activation_energy_J_per_mol=energy)
    for factor, energy in ((7.39e39, 2.577e5), (3.1e98, 6.28e5))
)
RATES: dict[str, Rate] = {"coagulation": COAGULATION.rate, "skin": SKIN.rate, "CEM43": cem43_rate}
DURATIONS_S = (60.0, 90.0, 120.0, 150.0)
# Start, end (°C) and slope at the end (°C/s) of a step of 5 s. The last crosses 43 °C, a kink of CEM43's rate.
CURVES = ((45.0, 50.0, 0.0), (60.0, 66.0, 1.0), (80.0, 74.0, -0.3))
KINK_CURVE = (40.0, 46.0, 0.6)
# Largest error of five-point Gauss-Legendre for (s − s₀)₊ over [0, 1], wherever s₀ lies.
KINK_ERROR = 0.0069
TIME_TOLERANCE_C = 0.1  # of a step, by default


def unit_damage_temperature_C(law: ArrheniusLaw, duration_s: float) -> float:
    """T = Ea/(R ln(A t)), at which Ω = 1 after ``duration_s``."""
    log = np.log(law.frequency_factor_per_s) + np.log(duration_s)
    return float(law.activation_energy_J_per_mol / (GAS_CONSTANT_J_PER_MOLK * log) - KELVIN_OFFSET)


def equivalent_temperature_C(minutes: float, duration_s: float) -> float:
    """T = 43 °C + log₂(CEM43/t), at which CEM43 reaches ``minutes``."""
    return float(43.0 + np.log2(minutes * 60.0 / duration_s))


def step_curve(start_C: float, end_C: float, end_slope: float, duration_s: float) -> StepCurve:
    """The temperature of one unknown within a step."""
    return StepCurve(np.array([start_C]), np.array([end_C]), np.array([end_slope]), duration_s)


def part_of(curve: StepCurve, low: float, high: float) -> StepCurve:
    """The same parabola between two fractions of the step."""
    back = 1.0 - high
    rise = curve.end_C - curve.start_C
    slope = curve.end_slope_C_per_s * (1.0 - 2.0 * back) + 2.0 * rise * back / curve.duration_s
    return StepCurve(curve.at(low), curve.at(high), slope, (high - low) * curve.duration_s)


def _found_temperature_C(rate: Rate, duration_s: float, wanted: float) -> float:
    """The constant temperature at which the package's integral over one step gives ``wanted``."""

    def apart(temperature_C: float) -> float:
        return float(np.log(step_curve(temperature_C, temperature_C, 0.0, duration_s).integrate(rate)[0] / wanted))

    return float(brentq(apart, 38.0, 60.0, xtol=1e-12))


def constant_temperature(quick: bool) -> CaseOutcome:
    """Temperatures of Ω = 1 and of 240 equivalent minutes."""
    found = CaseOutcome()
    for duration in DURATIONS_S:
        for name, law in (("coagulation", COAGULATION), ("skin", SKIN)):
            exact, computed = unit_damage_temperature_C(law, duration), _found_temperature_C(law.rate, duration, 1.0)
            quantity = f"temperature of Ω = 1 after {duration:g} s, {name}"
            found.checks.append(Check(quantity, exact, computed, 1e-6, "°C", "absolute"))
        exact, computed = equivalent_temperature_C(240.0, duration), _found_temperature_C(cem43_rate, duration, 240.0)
        quantity = f"temperature of CEM43 = 240 min after {duration:g} s"
        found.checks.append(Check(quantity, exact, computed, 1e-6, "°C", "absolute"))
    return found


def _exact(rate: Rate, curve: StepCurve) -> float:
    """∫ rate dt by adaptive quadrature, split where the curve crosses 43 °C."""
    cuts = [0.0, 1.0]
    if (curve.start_C[0] - 43.0) * (curve.end_C[0] - 43.0) < 0.0:
        cuts.insert(1, float(brentq(lambda s: curve.at(s)[0] - 43.0, 0.0, 1.0, xtol=1e-13)))
    pieces = [quad(lambda s: float(rate(curve.at(s))[0]), a, b, epsabs=0.0, epsrel=1e-11)[0] for a, b in pairwise(cuts)]
    return curve.duration_s * float(sum(pieces))


def _kink_share(curve: StepCurve, exact: float) -> float:
    """What the kink may cost CEM43 in one step: the rate's slope jumps by (ln 4 − ln 2)/60 times dT/dt at 43 °C."""
    at = float(brentq(lambda s: curve.at(s)[0] - 43.0, 0.0, 1.0))
    steepness_C = float(curve.at(at + 1e-6)[0] - curve.at(at - 1e-6)[0]) / 2e-6
    return KINK_ERROR * float(np.log(2.0)) / 60.0 * abs(steepness_C) * curve.duration_s / exact


def along_curves(quick: bool) -> CaseOutcome:
    """One step and a hundred along the same parabola."""
    found = CaseOutcome()
    for name, rate in RATES.items():
        for numbers in (*CURVES, KINK_CURVE):
            whole = step_curve(*numbers, 5.0)
            parts = [part_of(whole, a, b) for a, b in pairwise(np.linspace(0.0, 1.0, 101))]
            exact = _exact(rate, whole)
            many, one = sum(float(part.integrate(rate)[0]) for part in parts), float(whole.integrate(rate)[0])
            # The error of a kink falls with the square of the step.
            kink = _kink_share(whole, exact) if rate is cem43_rate and numbers == KINK_CURVE else 0.0
            where, unit = f"{name}, {numbers[0]:g} → {numbers[1]:g} °C in 5 s", "min" if rate is cem43_rate else ""
            found.checks += [
                Check(f"{where}, one step", exact, one, 2e-4 + kink, unit),
                Check(f"{where}, a hundred steps", exact, many, 1e-8 + 1e-4 * kink, unit),
            ]
    return found


def _end_of(arm: SmallArm, tolerance_C: float) -> tuple[State, int]:
    """A ramp to 70 °C, a hold and some cooling, with steps of the given tolerance."""
    phases = [
        PhaseRun("ramp", 5.0, lambda reading, before: IdealControl(SetPoint(37.0, 70.0, 5.0), LIMITS)),
        PhaseRun("hold", 10.0, lambda reading, before: IdealControl(SetPoint(70.0, 70.0, 10.0), LIMITS)),
        PhaseRun("off", 5.0, lambda reading, before: ConstantVoltage(0.0, LIMITS)),
    ]
    transient = arm.transient(StepSize(tolerance_C, 0.1, 5.0), 0.01 * tolerance_C)
    end = transient.run(arm.rest, phases, lambda: ConstantVoltage(0.0, LIMITS))
    return end, transient.totals.steps


def of_a_transient(quick: bool) -> CaseOutcome:
    """The default time tolerance beside one twenty times tighter."""
    arm = SmallArm()
    (plain, steps), (fine, fine_steps) = _end_of(arm, TIME_TOLERANCE_C), _end_of(arm, TIME_TOLERANCE_C / 20.0)
    steepness = COAGULATION.activation_energy_J_per_mol / (GAS_CONSTANT_J_PER_MOLK * (50.0 + KELVIN_OFFSET) ** 2)
    apart = float(np.abs(plain.temperature_C - fine.temperature_C).max())
    found = CaseOutcome(
        [Check("temperature at the end, largest difference", TIME_TOLERANCE_C, apart, 0.0, "K", "at most")]
    )
    for name, per_kelvin, a, b, marked in (
        (
            "ln Ω where 0.01 < Ω < 100",
            steepness,
            plain.damage,
            fine.damage,
            (fine.damage > 0.01) & (fine.damage < 100.0),
        ),
        ("ln CEM43 where above 1 min", np.log(2.0), plain.cem43_min, fine.cem43_min, fine.cem43_min > 1.0),
    ):
        worst = float(np.abs(np.log(a[marked] / b[marked])).max())
        quantity = f"{name} ({marked.sum()} nodes), largest difference"
        found.checks.append(Check(quantity, float(per_kelvin) * TIME_TOLERANCE_C, worst, 0.0, "", "at most"))
    found.notes.append(f"{steps} steps at the default tolerance, {fine_steps} at a twentieth of it.")
    return found


CASES = (
    Case(
        "damage-constant-temperature",
        GROUP,
        "Temperatures that reach a given damage in a given time",
        r"""$\Omega = A\,e^{-E_a/RT}\,t = 1$ at $T = E_a/(R\ln At)$, with coagulation's
$A = 7.39\times10^{39}\ \mathrm{s^{-1}}$, $E_a = 257.7\ \mathrm{kJ/mol}$ and skin's $3.1\times10^{98}\ \mathrm{s^{-1}}$,
$628\ \mathrm{kJ/mol}$; $\mathrm{CEM43} = t\,2^{T-43} = 240$ min at $T = 43 + \log_2(240/t)$, $t$ in minutes.""",
        constant_temperature,
    ),
    Case(
        "damage-along-curves",
        GROUP,
        "One step or a hundred along the same curve",
        r"""$\int_0^{5\,\mathrm{s}} \dot\Omega(T(t))\,dt$ along parabolas $T(t)$, as a step's temperature is stored;
exact by adaptive quadrature. Five-point Gauss-Legendre is to leave less than $2\times10^{-4}$ of the damage in a step
of 6 K, and $10^{-8}$ in a hundred. CEM43's rate has a kink at 43 °C. Across it the quadrature's error for
$(s - s_0)_+$, at most 0.0069 times the jump of the slope, is allowed as well.""",
        along_curves,
    ),
    Case(
        "damage-of-a-transient",
        GROUP,
        "Damage of a needle's transient, with the default time tolerance and a twentieth of it",
        r"""A 22G needle in perfused muscle: 5 s up to 70 °C, 10 s there, 5 s off. The default tolerance of a step is
0.1 K. An error of that size in $T$ would move $\ln\Omega$ by $0.1\,E_a/RT^2$ (at 50 °C) and $\ln\mathrm{CEM43}$ by
$0.1\ln 2$: no node may move more.""",
        of_a_transient,
    ),
)
