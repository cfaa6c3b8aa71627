"""A fixed plan of time steps: short ones after every switch, doubling up to the longest."""

from dataclasses import dataclass

LEVELS, EACH = 6, 4


@dataclass(frozen=True)
class Step:
    """One step; ``restart`` where the voltage has just changed."""

    length_s: float
    voltage_V_rms: float
    restart: bool


def time_plan(phases: list[tuple[float, float]], longest_s: float) -> list[Step]:
    """Return the steps of phases given as (voltage, duration).

    A phase begins with 2·4 steps of longest/2⁶, then 4 of each doubling, which together fill four longest steps; the
    rest are longest ones, whose number must come out whole. Halving ``longest_s`` halves every step.
    """
    plan = []
    for voltage_V_rms, duration_s in phases:
        count = round(duration_s / longest_s)
        if abs(count * longest_s - duration_s) > 1e-9 * duration_s or count <= EACH:
            raise ValueError(f"a phase of {duration_s} s is no multiple (above {EACH}) of the step {longest_s} s")
        rising = [longest_s / 2**level for level in (LEVELS, *range(LEVELS, 0, -1)) for _ in range(EACH)]
        lengths = rising + [longest_s] * (count - EACH)
        plan += [Step(length, voltage_V_rms, n == 0) for n, length in enumerate(lengths)]
    return plan
