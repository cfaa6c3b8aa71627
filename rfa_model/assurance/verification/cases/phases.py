"""Phases on one block, beside exact answers: ceilings, stairs, samples, pauses, water on and off."""

import numpy as np
from numpy.typing import NDArray

from rfa_model.assurance.verification.case import Case
from rfa_model.assurance.verification.outcome import CaseOutcome, Check
from rfa_model.assurance.verification.tools.bioheat import BODY_C, UNLIMITED
from rfa_model.assurance.verification.tools.block import Block
from rfa_model.generator import Generator, Hold, ImpedancePulsed, Off, PhaseBase, Power, SoftStart, Steps, phase_runs
from rfa_model.solver.stepping import StepSize

Array = NDArray[np.float64]
GROUP = "Generator"
C, G = 1.0, 0.05
STEP = StepSize(0.1, 0.05, 2.0)
FREE = UNLIMITED


def _step() -> StepSize:
    return StepSize(STEP.tolerance, STEP.initial_s, STEP.max_s)


def ceiling(quick: bool) -> CaseOutcome:
    """1.5 W with a ceiling 15 K up: exponential until then, the loss alone from then on."""
    watts, top = 1.5, 15.0
    phase = Power(power_W=watts, ceiling_C=BODY_C + top, duration_s=60.0)
    times, rises, powers = Block(C, G).run(phase_runs([phase], FREE), _step())
    reached = -C / G * np.log1p(-top * G / watts)
    exact = np.where(times < reached, watts / G * -np.expm1(-G / C * times), top)
    worst = float((rises - exact)[np.abs(rises - exact).argmax()])
    return CaseOutcome(
        [
            Check("θ, worst step", 0.0, worst, 0.1, "K", "absolute"),
            Check("highest θ", top, float(rises.max()), 1e-6, "K", "at most"),
            Check(
                "power told, until then", watts, float(powers[(times > 0.0) & (times < 0.8 * reached)].min()), 1e-9, "W"
            ),
            Check("power at the ceiling", top * G, float(powers[-1]), 1e-6, "W"),
        ]
    )


def set_points(quick: bool) -> CaseOutcome:
    """Stairs to 60, 70 and 80 °C, and a soft start to 80 °C."""
    stairs = Steps(temperatures_C=(60.0, 70.0, 80.0), duration_s=30.0)
    soft = SoftStart(to_C=80.0, duration_s=20.0)
    found = CaseOutcome()
    times, rises, _ = Block(C, G).run(phase_runs([stairs], FREE), _step())
    on = times > 0.0
    wanted = np.interp(times[on], [0.0, 1.0, 10.0, 11.0, 20.0, 21.0, 30.0], [BODY_C, 60, 60, 70, 70, 80, 80]) - BODY_C
    found.checks += [
        Check("stairs, worst step", 0.0, float(np.abs(rises[on] - wanted).max()), 1e-6, "K", "absolute"),
        Check("steps end at kinks", 5.0, float(sum(np.isclose(times, t).any() for t in (1, 10, 11, 20, 21))), 0.0),
    ]
    times, rises, powers = Block(C, G).run(phase_runs([soft], FREE), _step())
    wanted = (80.0 - BODY_C) * 0.5 * (1.0 - np.cos(np.pi * times / 20.0))
    found.checks.append(
        Check("soft start, worst step", 0.0, float(np.abs(rises - wanted).max()), 1e-6, "K", "absolute")
    )
    # P = C dθ/dt + G θ: at its most just after the middle.
    fine = np.linspace(0.0, 20.0, 2001)
    half = 0.5 * (80.0 - BODY_C)
    most = float(
        (C * half * np.pi / 20.0 * np.sin(np.pi * fine / 20.0) + G * half * (1 - np.cos(np.pi * fine / 20))).max()
    )
    found.checks.append(Check("its highest power", most, float(powers.max()), 0.02, "W"))
    return found


def sampled(quick: bool) -> CaseOutcome:
    """A digital PI generator: every sample as the recurrence has it."""
    found = CaseOutcome()
    for unit, name in ((0.0, "any voltage"), (0.25, "steps of 0.25 V")):
        generator = Generator(
            controller="sampled_pi",
            sampling_Hz=4.0,
            voltage_step_V_rms=unit,
            max_power_W=2.0,
            max_voltage_V_rms=1e6,
            max_current_A_rms=1e5,
            proportional_gain_W_per_K=0.2,
            integral_gain_W_per_Ks=0.02,
        )
        phases = phase_runs([Hold(temperature_C=BODY_C + 20.0, duration_s=20.0)], generator)
        times, rises, powers = Block(C, G).run(phases, StepSize(1e12, 0.25, 0.25))
        exact, applied = _recurrence(80, unit)
        found.checks += [
            Check(f"one step a sample, {name}", 80.0, float(len(times) - 1), 0.0),
            Check(
                f"power of a sample, worst, {name}",
                0.0,
                float(np.abs(powers[1:] - applied).max()),
                2e-3,
                "W",
                "absolute",
            ),
            Check(f"θ at a sample, worst, {name}", 0.0, float(np.abs(rises[1:] - exact).max()), 2e-3, "K", "absolute"),
            Check(f"θ at the end beside the set point, {name}", 20.0, float(rises[-1]), 1.5, "K", "absolute"),
        ]
    return found


def _recurrence(count: int, unit_V: float) -> tuple[Array, Array]:
    """θ after every sample and the power during it; R = 1 Ω, so that P = V²."""
    theta, total, period, kept, applied = 0.0, 0.0, 0.25, [], []
    for k in range(count):
        error = 20.0 - theta
        grown = total + (error * period if k else 0.0)
        wanted = 0.2 * error + 0.02 * grown
        if wanted > 2.0 and error > 0.0:
            wanted = 0.2 * error + 0.02 * total
        else:
            total = grown
        power = min(max(wanted, 0.0), 2.0)
        if unit_V:
            volts = unit_V * round(np.sqrt(power) / unit_V)
            power = volts**2 if volts**2 <= 2.0 else (unit_V * np.floor(np.sqrt(power) / unit_V)) ** 2
        theta = theta * np.exp(-G / C * period) + power / G * -np.expm1(-G / C * period)
        kept.append(theta)
        applied.append(power)
    return np.array(kept), np.array(applied)


def pauses(quick: bool) -> CaseOutcome:
    """R = 1 Ω + 0.05 Ω/K·θ, 1 W until R has risen by half, 5 s of pause, on again."""
    rise, share, pause = 0.05, 0.5, 5.0
    phase = ImpedancePulsed(power_W=1.0, rise=share, pause_s=pause, duration_s=60.0)
    times, rises, powers = Block(C, G, rise_per_K=rise).run(phase_runs([phase], FREE), _step())
    lowest = 1.0 + rise * rises[1]
    top = ((1.0 + share) * lowest - 1.0) / rise

    def until_top(theta: float) -> float:
        return float(C / G * np.log((1.0 / G - theta) / (1.0 / G - top)))

    low = top * np.exp(-G / C * pause)
    period = pause + until_top(low)
    first = until_top(0.0)
    exact = first + period * np.arange(int((60.0 - first) / period) + 1)
    # A pause begins after the step that ends under power and is followed by one without.
    began = times[1:-1][(powers[1:-1] > 0.0) & (powers[2:] == 0.0)]
    resumed = times[1:-1][(powers[1:-1] == 0.0) & (powers[2:] > 0.0)]
    lasted = resumed - began[: len(resumed)]
    over = 1.0 / C * max(0.0125, 0.01 * float(began[-1]))
    return CaseOutcome(
        [
            Check("pauses", float(len(exact)), float(len(began)), 0.0),
            Check("first pause begins", first, float(began[0]), 0.02, "s"),
            Check("last pause begins", float(exact[-1]), float(began[-1]), 0.04, "s"),
            Check("a pause lasts, worst", pause, float(lasted[np.abs(lasted - pause).argmax()]), 1e-9, "s"),
            Check("highest θ", top + over, float(rises.max()), 0.0, "K", "at most"),
        ]
    )


def water(quick: bool) -> CaseOutcome:
    """Power for 10 s without water, then 10 s with it, then 10 s without power and water, then with water alone."""
    cooling = 0.2
    told: list[tuple[PhaseBase, float, float]] = [
        (Power(power_W=1.0, duration_s=10.0, coolant="off"), 1.0, 0.0),
        (Power(power_W=1.0, duration_s=10.0), 1.0, cooling),
        (Off(duration_s=10.0, coolant="off"), 0.0, 0.0),
        (Off(duration_s=10.0, coolant="on"), 0.0, cooling),
    ]
    times, rises, _ = Block(C, G, cooling_W_per_K=cooling).run(
        phase_runs([phase for phase, _, _ in told], FREE), StepSize(1e12, 0.125, 0.125)
    )
    theta, found = 0.0, CaseOutcome()
    for index, (phase, watts, water_W_per_K) in enumerate(told):
        loss = G + water_W_per_K
        theta = theta * np.exp(-loss / C * 10.0) + watts / loss * -np.expm1(-loss / C * 10.0)
        at = float(rises[np.isclose(times, 10.0 * (index + 1))][0])
        found.checks.append(Check(f"θ after phase {index + 1}, {phase.in_words()}", float(theta), at, 1e-4, "K"))
    return found


CASES = (
    Case(
        "power-ceiling",
        GROUP,
        "A power with a ceiling of temperature",
        r"""
An insulated, perfused block heated evenly, $C\dot\theta=P-G\theta$, $C=1$ J/K, $G=0.05$ W/K. 1.5 W with a ceiling 15 K
above the body: $\theta=P/G\,(1-e^{-Gt/C})$ until 15 K are reached, then $P=G\cdot15$ K; the ceiling is never
exceeded.""",
        ceiling,
    ),
    Case(
        "set-points",
        GROUP,
        "Stepwise temperature and soft start",
        r"""
The same block under an ideal generator: stairs at 60, 70 and 80 °C, a second from one to the next; a soft start along
half a cosine, whose power is $C\dot\theta+G\theta$.""",
        set_points,
    ),
    Case(
        "sampled-pi",
        GROUP,
        "A digital PI generator beside its recurrence",
        r"""
The same block, 4 samples a second, $K_p=0.2$ W/K, $K_i=0.02$ W/Ks, 2 W at most:
$S_k=S_{k-1}+e_k\Delta t$, $P_k=K_pe_k+K_iS_k$ within the limit, which stops $S$; the voltage as it is, or to 0.25 V;
between samples $\theta_{k+1}=\theta_ke^{-G\Delta t/C}+P_k/G\,(1-e^{-G\Delta t/C})$.""",
        sampled,
    ),
    Case(
        "impedance-pauses",
        GROUP,
        "Power that pauses where the impedance rises",
        r"""
The same block with a resistance of $1\,\Omega+0.05\,\Omega/\mathrm K\cdot\theta$; 1 W until it has risen by half over
its lowest, 5 s without power, on again. The moments follow from the exponentials; each pause is met to 1 % of the time
or 0.0125 s.""",
        pauses,
    ),
    Case(
        "coolant-switched",
        GROUP,
        "Water turned on and off between phases",
        r"""
The same block with 0.2 W/K to a coolant through one face while water flows: four exponentials with $G$ or $G+0.2$
W/K.""",
        water,
    ),
)
