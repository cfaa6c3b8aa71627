"""Rules that need more than one key of a scenario. Each yields (path of the offending key, what was expected)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rfa_model import library
from rfa_model._near import near_match
from rfa_model.applicators.choice import ApplicatorBase
from rfa_model.generator import PhaseBase
from rfa_model.laws import Criterion, DamageBase, StructureLimits
from rfa_model.scenario.arm import Arm
from rfa_model.scenario.settings import Numerics
from rfa_model.sourced import Issue, Path


def under(key: str, found: Iterable[Issue]) -> Iterator[Issue]:
    """What a part of the scenario finds wrong with itself."""
    for path, message in found:
        yield (key, *path), message


def criteria_issues(criteria: Sequence[Criterion]) -> Iterator[Issue]:
    """Each criterion has one lesion, and each name of a damage law is one law's."""
    laws: dict[str, DamageBase] = {}
    for index, criterion in enumerate(criteria):
        name, law = criterion.name, criterion.law
        if name in (earlier.name for earlier in criteria[:index]):
            yield ("criteria", index), f"expected each criterion once, '{name}' is repeated"
        if law is not None and laws.setdefault(law.name, law) != law:
            yield ("criteria", index, "law"), f"expected another name, law '{law.name}' has other numbers above"


def numerics_issues(numerics: Numerics) -> Iterator[Issue]:
    """The first step is one of the steps."""
    first, most = numerics.initial_step_s, numerics.max_step_s
    if first > most:
        yield ("numerics", "initial_step_s"), f"expected at most max_step_s, {most:g} s, got {first:g}"


def limit_issues(limits: Mapping[str, StructureLimits], known: Sequence[str], anatomy: str) -> Iterator[Issue]:
    """Limits are those of structures that the anatomy has, and in order."""
    for name, limit in limits.items():
        yield from _limits(name, limit, known, anatomy)


def arm_issues(arms: Mapping[str, Arm], body_C: float, domain_radius_mm: float) -> Iterator[Issue]:
    """Each arm fits the body and the domain."""
    for name, arm in arms.items():
        for path, message in _arm(arm, body_C, domain_radius_mm):
            yield ("arms", name, *path), message


def _limits(name: str, limits: StructureLimits, known: Sequence[str], anatomy: str) -> Iterator[Issue]:
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
    probe, at = arm.chosen, arm.chosen_at
    yield from under("protocol", _phases(arm.protocol, probe, body_C))
    if arm.cooling is not None and not probe.is_cooled:
        yield ("cooling",), f"expected none, because probe '{probe.name}' is not cooled; did you mean a cooled probe?"
    if probe.protocol not in library.protocols():
        yield (*at, "protocol"), f"expected one of {', '.join(library.protocols())}, got '{probe.protocol}'"
    if probe.driving.control == "each" and arm.generator.controller != "ideal":
        expected = "expected 'ideal', because every needle has a generator of its own"
        yield ("generator", "controller"), f"{expected}, got '{arm.generator.controller}'"
    for path, message in probe.issues(domain_radius_mm):
        yield (*at, *path), message
    yield from under("placement", arm.placement.issues())
    yield from _of_needles_that_lie_by_themselves(arm)
    for index, lesion in enumerate(arm.sequence or ()):
        if lesion.placement is not None:
            for path, message in lesion.placement.issues():
                yield ("sequence", index, "placement", *path), message
        for path, message in _phases(lesion.protocol or (), probe, body_C):
            yield ("sequence", index, "protocol", *path), message
    if arm.fluid is not None:
        yield from under("fluid", arm.fluid.issues(domain_radius_mm))
    if arm.sequence and arm.sequence[0].pause_s > 0.0:
        yield ("sequence", 0, "pause_s"), "expected none before the first lesion; write it with the next"


def _phases(protocol: Sequence[PhaseBase], probe: ApplicatorBase, body_C: float) -> Iterator[Issue]:
    for index, phase in enumerate(protocol):
        for path, message in phase.issues(body_C):
            yield (index, phase.kind, *path), message
        if not probe.is_cooled and any(part.coolant is not None for part in phase.parts()):
            yield (index, phase.kind), f"expected no coolant, because probe '{probe.name}' is not cooled"


def _of_needles_that_lie_by_themselves(arm: Arm) -> Iterator[Issue]:
    if not arm.chosen.is_placed:
        return
    instead = f"expected none, because every needle of a {arm.chosen.kind} has its own"
    if "placement" in arm.model_fields_set:
        yield ("placement",), instead
    for index, lesion in enumerate(arm.sequence or ()):
        if lesion.placement is not None:
            yield ("sequence", index, "placement"), instead
