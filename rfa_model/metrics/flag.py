"""What of an arm's numbers is to be distrusted, said beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rfa_model.metrics.catalogue import readable
from rfa_model.metrics.entry import ArmEntry, look_up


@dataclass(frozen=True)
class Flag:
    """One thing to know before believing an arm's numbers.

    Attributes
    ----------
    kind : which check found it.
    text : what is the matter, and how much.
    cure : what to do about it.
    at_s : from when on, or when, s; None where it holds of the whole run.
    """

    kind: str
    text: str
    cure: str
    at_s: float | None = None

    def sentence(self, arm: str) -> str:
        """With the arm's name in front: one line for the terminal and the report."""
        when = "" if self.at_s is None else f", t = {self.at_s:.1f} s"
        return f"{readable(arm)}{when}: {self.text}. {self.cure[:1].upper()}{self.cure[1:]}."


def flags_in(entry: Mapping[str, object] | ArmEntry) -> list[Flag]:
    """The flags of an arm's entry of ``summary.json``; none in runs from before there were any."""
    found = look_up(entry, ("flags",))
    held = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    return [
        Flag(str(one.get("kind")), str(one.get("text")), str(one.get("cure")), _number(one.get("at_s"))) for one in held
    ]


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
