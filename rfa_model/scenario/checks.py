"""Rules that need more than one key of a scenario. Each yields (path of the offending key, what was expected)."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rfa_model.library.protocols import target_temperature_C
from rfa_model.scenario.arm import Arm, named_probe
from rfa_model.scenario.names import near_match
from rfa_model.scenario.settings import StructureLimits

if TYPE_CHECKING:
    from rfa_model.scenario.scenario import Scenario

Path = tuple[str | int, ...]
Issue = tuple[Path, str]


def issues(scenario: "Scenario") -> Iterator[Issue]:
    """Every broken rule, in the order the keys are usually written."""
    if getattr(scenario.anatomy, "tissue", None) == "air":
        yield ("anatomy", "tissue"), "expected a tissue, air carries no current"
    yield from _criteria(scenario.criteria)
    for name, limits in scenario.limits.items():
        yield from _limits(name, limits, scenario.anatomy.structures, scenario.anatomy.kind)
    vapour = scenario.laws.vaporisation
    if vapour.end_C <= vapour.start_C:
        yield ("laws", "vaporisation", "end_C"), f"expected more than start_C, {vapour.start_C:g}, got {vapour.end_C:g}"
    yield from _damage(scenario)
    numerics = scenario.numerics
    if numerics.initial_step_s > numerics.max_step_s:
        first, most = numerics.initial_step_s, numerics.max_step_s
        yield ("numerics", "initial_step_s"), f"expected at most max_step_s, {most:g} s, got {first:g}"
    for name, arm in scenario.arms.items():
        for path, message in _arm(arm, scenario.body.temperature_C, numerics.domain_radius_mm):
            yield ("arms", name, *path), message


def _damage(scenario: "Scenario") -> Iterator[Issue]:
    """A law that destroys resting tissue within minutes is a slip of units (J/mol, 1/s)."""
    law = scenario.resolved_damage_law()
    exponent = math.log(law.frequency_factor_per_s) - law.activation_energy_J_per_mol / (8.314462618 * 310.15)
    if exponent > math.log(1e-2):
        yield (
            ("laws", "damage", "activation_energy_J_per_mol"),
            f"expected J/mol (with 1/s) such that tissue lives at 37 degC, got {law.activation_energy_J_per_mol:g}, "
            f"which coagulates it in {math.exp(-min(exponent, 700.0)):.1g} s",
        )


def _criteria(criteria: list[str]) -> Iterator[Issue]:
    for index, name in enumerate(criteria):
        if name in criteria[:index]:
            yield ("criteria", index), f"expected each criterion once, '{name}' is repeated"


def _limits(name: str, limits: StructureLimits, known: tuple[str, ...], anatomy: str) -> Iterator[Issue]:
    path: Path = ("limits", name)
    if name not in known:
        expected = f"expected one of {', '.join(known)}" if known else "it has none, remove this key"
        yield path, f"unknown structure '{name}' of anatomy {anatomy}, {expected}{near_match(name, known)}"
    for key in ("max_temperature_C", "min_clearance_mm", "max_damage"):
        threshold = getattr(limits, key)
        if threshold is None or threshold.warning is None or threshold.error is None:
            continue
        warning, error = threshold.warning, threshold.error
        order, sign = ("at least", -1) if key == "min_clearance_mm" else ("at most", 1)
        if sign * warning > sign * error:
            yield (*path, key, "warning"), f"expected {order} the error limit, {error:g}, got {warning:g}"


def _arm(arm: Arm, body_C: float, domain_radius_mm: float) -> Iterator[Issue]:
    probe = named_probe(arm.probe)
    for index, phase in enumerate(arm.protocol):
        target = target_temperature_C(phase)
        if target is not None and target <= body_C:
            key = "to_C" if phase.kind == "ramp" else "temperature_C"
            expected = f"expected a temperature above the body's, {body_C:g} degC, got {target:g}"
            yield ("protocol", index, phase.kind, key), expected
    if arm.cooling is not None and probe.cooling is None:
        yield ("cooling",), f"expected none, because probe '{probe.name}' is not cooled; did you mean a cooled probe?"
    longest = 0.75 * domain_radius_mm
    if probe.tip_length_mm > longest:
        text = "expected an active tip of at most 3/4 of numerics.domain_radius_mm"
        yield ("probe",), f"{text}, {longest:g} mm, got {probe.tip_length_mm:g}"
    yield from _placement(arm)


def _placement(arm: Arm) -> Iterator[Issue]:
    placement = arm.placement
    custom = placement.approach == "custom"
    if placement.direction is None and custom:
        yield ("placement", "approach"), "expected a key 'direction' beside it, because the approach is custom"
    if placement.direction is not None and not custom:
        expected = f"expected none with approach '{placement.approach}'; did you mean approach 'custom'?"
        yield ("placement", "direction"), expected
    if placement.direction is not None and math.hypot(*placement.direction) < 1e-9:
        yield ("placement", "direction"), "expected a vector of non-zero length"
