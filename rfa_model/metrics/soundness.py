"""What no result may be: power that is no number, temperatures of no tissue, heat or power that came from nowhere.

Less than that is flagged (:mod:`rfa_model.metrics.flags`); this ends the arm, for nothing in it could be relied on.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rfa_model.errors import SolveError
from rfa_model.metrics.data import ArmData

CURE = "lower the voltage or the power, numerics.time_tolerance_C or numerics.max_step_s, or take a finer resolution"
THINKABLE_C = (-50.0, 500.0)
"""Nothing here is colder than coolant at 0 °C; at 500 °C tissue has been carbon and smoke for long."""
BROKEN_BALANCE = 0.2
"""Share of the heat or the power that is missing; an assumption. Sound runs miss 1e-7; a fifth leaves nothing true."""
MOVED_C = 0.01
"""What changed by less has no balance to tell of: the steps' equations are solved to 0.001 °C."""


def refuse_unsound(arm: ArmData) -> None:
    """Raise SolveError if an arm breaks one of these bounds, with the cure."""
    for what in _broken(arm):
        raise SolveError(f"arm '{arm.name}': {what}, so that none of its numbers can be relied on; {CURE}")


def moved_C(arm: ArmData) -> float:
    """How far any tissue came from the body's temperature."""
    columns = [arm.history[name] for name in ("min_C", "max_C") if name in arm.history]
    away = [np.abs(np.asarray(column) - arm.body_temperature_C).max(initial=0.0) for column in columns]
    return float(max(away, default=np.inf))


def _broken(arm: ArmData) -> Iterator[str]:
    if not np.isfinite(arm.history["power_W"]).all():
        yield "the power is no finite number"
    low, high = THINKABLE_C
    coldest, hottest = float(arm.fields.temperature_C.min()), float(arm.fields.peak_temperature_C.max())
    if not low <= coldest <= hottest <= high:
        yield f"temperatures from {coldest:.0f} to {hottest:.0f} °C are no tissue's"
    for word, residual, moved in (
        ("heat", arm.balance.get("energy_residual"), moved_C(arm) > MOVED_C),
        ("electric power", arm.balance.get("power_residual"), True),
    ):
        if residual is not None and moved and not residual <= BROKEN_BALANCE:
            yield f"{100.0 * residual:.0f} % of the {word} is not accounted for"
