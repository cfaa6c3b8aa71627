"""What a reader calls an applicator and its parts: a needle by a clinician's words, anything else by its names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from rfa_model.applicators.applicator import Applicator
from rfa_model.applicators.needle import SHAFT, TIP
from rfa_model.applicators.side_exposed import END
from rfa_model.applicators.tine_words import ELECTRODE, TINES
from rfa_model.applicators.windowed_rod import BACK, WINDOW

PART_WORDS = {TIP: "active tip", END: "insulated end", BACK: "insulation beside the window"}


@dataclass(frozen=True)
class Labels:
    """Words for the whole, its contacts and its insulation.

    ``edges`` says where contacts end, ``end`` and ``origin`` what heights count from, ``plane`` what a slice holds.
    """

    whole: str
    contacts: str
    insulation: str
    edges: str
    end: str
    origin: str
    plane: str


NEEDLE = Labels(
    "needle", "active tip", "shaft", "the active tip begins", "its end", "its distal end", "needle and nerve"
)
NEEDLES = Labels(
    "needles", "active tips", "shafts", "the active tips begin", "their ends", "their distal ends", "the needles"
)
TINED = replace(NEEDLE, contacts="active tip and tines", plane="needle and tine")
PROTRUDING = replace(NEEDLE, contacts="active tip and electrode")
SIDE_EXPOSED = replace(NEEDLE, contacts="window", insulation="insulation", edges="the window begins or ends")
OF_PARTS: dict[tuple[str, ...], Labels] = {
    (TIP, SHAFT, TINES): TINED,
    (TIP, SHAFT, ELECTRODE): PROTRUDING,
    (END, WINDOW, SHAFT): SIDE_EXPOSED,
    (END, WINDOW, BACK, SHAFT): SIDE_EXPOSED,
}
OTHER = Labels(
    "applicator", "contacts", "insulation", "a contact begins or ends", "its end", "its origin", "the applicator"
)


def labels_of(applicator: Applicator) -> Labels:
    """Return the words for an applicator: those of needles where every body is a tip and a shaft, or has tines."""
    if len(applicator.bodies) == 1 and (parts := applicator.bodies[0].body.part_names) in OF_PARTS:
        return OF_PARTS[parts]
    if any(placed.body.part_names != (TIP, SHAFT) for placed in applicator.bodies):
        return OTHER
    return NEEDLE if len(applicator.bodies) == 1 else NEEDLES


def common_labels(several: Iterable[Labels]) -> Labels:
    """Words for several applicators together, as beside one legend."""
    kinds = set(several)
    if len(kinds) == 1:
        return kinds.pop()
    return OTHER if kinds & {OTHER, SIDE_EXPOSED} else NEEDLES


def part_label(body: str, part: str) -> str:
    """Words for one part: ``active tip``, ``left active tip``, ``ring 2``."""
    words = PART_WORDS.get(part, part)
    return f"{body} {words}".replace("_", " ").strip()
