"""What the structures of a file are called here, and what each is made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from rfa_model._near import near_match
from rfa_model.errors import InputError

Role = Literal["bone", "canal", "cord", "body", "soft", "landmark"]
# Name (a pattern) -> (role, tissue). The first that fits counts.
KINDS: tuple[tuple[str, Role, str], ...] = (
    (r"vertebra_([TLS]\d+)", "bone", "cancellous_bone"),
    (r"sacrum|hip_(left|right)|bone\w*|rib\w*", "bone", "cancellous_bone"),
    (r"disc_\w+|cartilage\w*", "soft", "cartilage"),
    (r"spinal_canal", "canal", "csf"),
    (r"spinal_cord", "cord", "spinal_cord"),
    (r"body|skin", "body", "muscle"),
    (r"(aorta|inferior_vena_cava|iliac_(artery|vein)_(left|right)|vessel\w*)", "soft", "blood"),
    (r"kidney_(left|right)", "landmark", "muscle"),
)
CRANIAL = ("T11", "T12", "L1", "L2", "L3", "L4", "L5", "L6", "S1")


@dataclass(frozen=True)
class Structure:
    """A part of a file by its name here.

    Attributes
    ----------
    name : str
        ``vertebra_L4``, ``disc_L4L5``, ``sacrum``, ``spinal_canal``, or a tissue's name.
    role : {"bone", "canal", "cord", "body", "soft", "landmark"}
        A landmark only tells left from right; it is no tissue of its own.
    tissue : str
        What it is made of; a bone's inside its cortical shell.
    """

    name: str
    role: Role
    tissue: str

    @property
    def level(self) -> str | None:
        """Of a vertebra: ``L4``; the sacrum stands for ``S1``."""
        if self.name == "sacrum":
            return "S1"
        found = re.fullmatch(r"vertebra_([TLS]\d+)", self.name)
        return found.group(1) if found else None


def structure(name: str, tissues: Mapping[str, object]) -> Structure:
    """Return the structure of a name.

    Raises
    ------
    InputError
        If it is neither a known structure's name nor a tissue's.
    """
    for pattern, role, tissue in KINDS:
        if re.fullmatch(pattern, name):
            return Structure(name, role, tissue)
    if name in tissues:
        return Structure(name, "soft", name)
    known = ["vertebra_L4", "sacrum", "hip_left", "bone", "disc_L4L5", "spinal_canal", "spinal_cord", "body", *tissues]
    raise InputError(
        f"unknown structure '{name}', expected a name such as {', '.join(known[:8])}, or a tissue's: "
        f"{', '.join(tissues)}{near_match(name, known)}"
    )


@cache
def schemes() -> dict[str, dict[int, str]]:
    """Scheme -> label number -> structure name."""
    from ruamel.yaml import YAML

    text = resources.files(__package__).joinpath("schemes.yaml").read_text(encoding="utf-8")
    raw: dict[str, dict[int, str]] = YAML(typ="safe").load(text)
    return raw
