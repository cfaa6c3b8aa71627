"""One applicator out of several: a bipolar pair, two leads, a needle with a thermometer beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rfa_model.applicators.applicator import Applicator
from rfa_model.applicators.placed import Contact


def side_by_side(name: str, members: Mapping[str, Applicator]) -> Applicator:
    """One applicator of several, each member's name before the names of its bodies, contacts and sensors.

    ``side_by_side("pair", {"left": needle.at(a), "right": needle.at(b)})`` has the contacts ``left_tip`` and
    ``right_tip``. The frame is the members'.
    """
    named = [prefixed(member, prefix) for prefix, member in members.items()]
    return Applicator(
        bodies=tuple(body for member in named for body in member.bodies),
        contacts=tuple(contact for member in named for contact in member.contacts),
        sensors=tuple(sensor for member in named for sensor in member.sensors),
        name=name,
    )


def prefixed(applicator: Applicator, prefix: str) -> Applicator:
    """Return the same applicator with ``prefix_`` before the names of its bodies, contacts and sensors."""
    return Applicator(
        bodies=tuple(
            replace(placed, name=f"{prefix}_{placed.name}" if placed.name else prefix) for placed in applicator.bodies
        ),
        contacts=tuple(
            Contact(f"{prefix}_{contact.name}", tuple(f"{prefix}_{part}" for part in contact.parts))
            for contact in applicator.contacts
        ),
        sensors=tuple(replace(sensor, name=f"{prefix}_{sensor.name}") for sensor in applicator.sensors),
        name=applicator.name,
    )
