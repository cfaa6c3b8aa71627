"""How an applicator's contacts are joined to generators, and which of its sensors these act on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Control = Literal["first", "hotter", "mean", "each"]
"""Of the sensors that control: the first alone, the hottest, their mean, or each its own generator."""


@dataclass(frozen=True)
class Driving:
    """Contacts by their names.

    Attributes
    ----------
    source, sink : tuple of str
        What is at the generator's one pole and at the other; both empty: every contact against the pad.
    control : Control
    """

    source: tuple[str, ...] = ()
    sink: tuple[str, ...] = ()
    control: Control = "first"
