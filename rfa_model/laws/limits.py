"""Limits of what has to be spared."""

from collections.abc import Iterable

from rfa_model.sourced import Model, bounds, defaults


class Threshold(Model):
    """Verdict of a structure: ok, then ``warning``, then ``error`` (either may be left out)."""

    warning: bounds.Limit | None = None
    error: bounds.Limit | None = None


class StructureLimits(Model):
    """Limits of a protected structure; temperature and damage from above, clearance from below."""

    max_temperature_C: Threshold | None = None
    min_clearance_mm: Threshold | None = None
    max_damage: Threshold | None = None


SPINAL_NERVE_LIMITS = StructureLimits(max_temperature_C=Threshold(**defaults("spinal_nerve_temperature_C")))


def usual_limits(structures: Iterable[str]) -> dict[str, StructureLimits]:
    """Return the limits that hold where none are given: the spinal nerve's temperature, in an anatomy that has one."""
    return {"spinal_nerve": SPINAL_NERVE_LIMITS} if "spinal_nerve" in structures else {}
