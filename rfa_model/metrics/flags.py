"""The checks that every solved arm goes through: one function each, registered by its decorator.

A check looks at an arm and its metrics and yields what a reader has to know; a new one is a function here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from rfa_model.laws.damage import REFUSED_ABOVE, SAID_ABOVE
from rfa_model.metrics.catalogue import readable
from rfa_model.metrics.data import ArmData
from rfa_model.metrics.entry import number_at
from rfa_model.metrics.flag import Flag
from rfa_model.metrics.soundness import MOVED_C, moved_C
from rfa_model.metrics.summary import ArmMetrics

Check = Callable[[ArmData, ArmMetrics], Iterator[Flag]]
CHECKS: list[Check] = []

OUTER_BOUNDARY_MM = 3.0
RESIDUAL = 0.01
PAD_CURRENT = 1e-6
CONDUCTIVITY_LAG = 0.05
MOVED_LESION, SMALL_MM3 = 0.1, 10.0
"""Share of a lesion lost or gained as the needle is moved, of lesions that are no smaller than that: assumptions."""
POSSIBLE_C = (-10.0, 150.0)


def check(function: Check) -> Check:
    """Add a check."""
    CHECKS.append(function)
    return function


def flags_of(arm: ArmData, metrics: ArmMetrics) -> tuple[Flag, ...]:
    """What the checks have found, in their order."""
    return tuple(flag for one in CHECKS for flag in one(arm, metrics))


@check
def damage_at_rest(arm: ArmData, metrics: ArmMetrics) -> Iterator[Flag]:
    """A law of damage harms tissue that nothing heats."""
    for law, omega in arm.damage_at_rest.items():
        hanging = [
            lesion.words or readable(name) for name, lesion in metrics.lesions.items() if lesion.damage_at_rest == omega
        ]
        if omega <= SAID_ABOVE or not hanging:
            continue
        counted = "; above 0.1 nothing that hangs on it means anything" if omega > REFUSED_ABOVE else ""
        yield Flag(
            "damage_at_rest",
            f"law '{law}' gives tissue that nothing heats Ω = {_rough(omega)} over the protocol at "
            f"{arm.body_temperature_C:g} °C{counted}; lesions by {' and '.join(hanging)}, marked *, come out too large "
            "for it",
            "rely on isotherms, or on a law that lets tissue live, such as skin",
        )


@check
def outer_boundary(arm: ArmData, metrics: ArmMetrics) -> Iterator[Flag]:
    """A lesion comes near the end of what is computed, of several each to that of its own sphere."""
    each: list[tuple[str, Mapping[str, object], float | None]] = [
        (f"lesion {number}", _mapping(entry.get("outer_distance_mm")), number_at(entry, ("start_s",)))
        for number, entry in enumerate(metrics.sequence or (), start=1)
    ]
    whole = {name: lesion.outer_distance_mm for name, lesion in metrics.lesions.items()}
    for words, distances, start_s in each or [("the lesion", whole, None)]:
        near = {name: mm for name, mm in distances.items() if isinstance(mm, float) and mm < OUTER_BOUNDARY_MM}
        if near:
            least = max(min(near.values()), 0.0)
            yield Flag(
                "outer_boundary",
                f"{words} by {', '.join(map(readable, near))} ends {least:.1f} mm from the outer boundary of what is "
                "computed, which holds it back or cuts it off",
                "enlarge numerics.domain_radius_mm",
                start_s,
            )


@check
def energy_residual(arm: ArmData, metrics: ArmMetrics) -> Iterator[Flag]:
    """Heat is lost or made by the numerics."""
    residual = arm.balance.get("energy_residual")
    if residual is not None and not residual <= RESIDUAL and moved_C(arm) > MOVED_C:
        yield Flag(
            "energy_residual",
            f"{100.0 * residual:.1f} % of the heat is not accounted for: temperatures and lesions are off by as much",
            "lower numerics.time_tolerance_C, or take a finer numerics.resolution",
        )


@check
def power_residual(arm: ArmData, metrics: ArmMetrics) -> Iterator[Flag]:
    """The generator gives another power than the tissue takes."""
    residual = arm.balance.get("power_residual")
    if residual is not None and not residual <= RESIDUAL:
        yield Flag(
            "power_residual",
            f"power and the heat it makes differ by {100.0 * residual:.1f} %: impedance and lesions are off by as much",
            "take a finer numerics.resolution",
        )


@check
def pad_current(arm: ArmData, metrics: ArmMetrics) -> Iterator[Flag]:
    """A bipolar pair sends current to the pad."""
    share = arm.balance.get("pad_current")
    if share is not None and not share <= PAD_CURRENT:
        yield Flag(
            "pad_current",
            f"{share:.2g} of the current between the needles leaves for the pad, which a bipolar pair does without: "
            "power and lesions are off by as much",
            "take a finer numerics.resolution, or a larger numerics.domain_radius_mm",
        )


@check
def little_heat(arm: ArmData, metrics: ArmMetrics) -> Iterator[Flag]:
    """The generator is on, and nothing becomes warmer than the steps can tell."""
    most_W = float(_column(arm, "power_W").max())
    if most_W > 0.0 and moved_C(arm) <= MOVED_C:
        yield Flag(
            "little_heat",
            f"up to {most_W:.2g} W warm no tissue by more than {MOVED_C:g} °C, less than the time steps resolve",
            "raise the voltage or the power",
        )


@check
def conductivity_lag(arm: ArmData, metrics: ArmMetrics) -> Iterator[Flag]:
    """Current was solved for with a conductivity of other temperatures than it made."""
    lag = arm.balance.get("conductivity_lag")
    if lag is not None and not lag <= CONDUCTIVITY_LAG:
        yield Flag(
            "conductivity_lag",
            f"conductivity lagged behind temperature by {_percent(lag)} within a step: impedance and power are off "
            "by as much then, lesions by less",
            "lower numerics.max_step_s, or the power",
            arm.balance.get("conductivity_lag_at_s"),
        )


@check
def moved_needle(arm: ArmData, metrics: ArmMetrics) -> Iterator[Flag]:
    """A lesion made before is another one on the mesh of the next needle."""
    changed = [
        ((lesion.taken_up_mm3 or {})[name] / before_mm3 - 1.0, name, number, lesion.start_s)
        for number, lesion in enumerate(arm.in_turn, start=1)
        for name, before_mm3 in (lesion.left_mm3 or {}).items()
        if before_mm3 >= SMALL_MM3
    ]
    share, name, number, start_s = max(changed, key=lambda one: abs(one[0]), default=(0.0, "", 0, 0.0))
    if abs(share) > MOVED_LESION:
        yield Flag(
            "moved_needle",
            f"on the mesh of lesion {number} what was made before is {100.0 * share:+.0f} % in volume by "
            f"{readable(name)}: what that lesion begins with, and volumes over time and slices of this arm, are off by "
            "as much",
            "rely on lesions, nerves and structures, which are measured where each lesion was solved, or take a finer "
            "numerics.resolution",
            start_s,
        )


@check
def temperature_range(arm: ArmData, metrics: ArmMetrics) -> Iterator[Flag]:
    """Tissue became colder or hotter than it can."""
    low, high = POSSIBLE_C
    for column, beyond, word in (("min_C", lambda T: low > T, "cold"), ("max_C", lambda T: high < T, "hot")):
        values = _column(arm, column)
        when = np.flatnonzero(beyond(values))
        if when.size:
            worst = values[when].min() if word == "cold" else values[when].max()
            yield Flag(
                "temperature_range",
                f"tissue becomes {worst:.0f} °C {word}, beyond {low:g} to {high:g} °C, where nothing here holds",
                "lower the power, or take a finer numerics.resolution",
                float(arm.history["time_s"][when[0]]),
            )


@check
def boiling(arm: ArmData, metrics: ArmMetrics) -> Iterator[Flag]:
    """Water boiled: the roughest part of the model."""
    if arm.boiling_C is None:
        return
    hottest = _column(arm, "max_C")
    when = np.flatnonzero(hottest > arm.boiling_C)
    if when.size:
        yield Flag(
            "boiling",
            f"water boils (tissue up to {hottest.max():.0f} °C) and dries tissue: distrust impedance and power from "
            "then on, and lesion sizes by some 10 %, since steam does not move here and steps of 0.1 s are coarse",
            "lower the set point, the voltage or the power; or see what a smaller numerics.max_step_s changes",
            float(arm.history["time_s"][when[0]]),
        )


def _column(arm: ArmData, name: str) -> NDArray[np.float64]:
    """A column of the history; all NaN where it has none."""
    return np.asarray(arm.history[name] if name in arm.history else np.full(len(arm.history["time_s"]), np.nan))


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _percent(share: float) -> str:
    """In per cent, as far as that says anything."""
    return f"{100.0 * share:.0f} %" if share < 1.0 else "more than itself"


def _rough(value: float) -> str:
    return f"{value:.2g}"
