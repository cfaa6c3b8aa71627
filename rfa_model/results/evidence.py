"""Numerical uncertainty of shipped scenarios: worked out beforehand by ``study``, looked up when the same is run.

A file of ``scenarios/evidence`` belongs to one resolved scenario, mesh resolution included, and one version of the
package. Whatever else is run finds nothing, and its numbers carry no uncertainty.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypedDict, cast

from rfa_model._shipped import shipped
from rfa_model.errors import InputError
from rfa_model.metrics.entry import ArmEntry, Numbers, number_at, put
from rfa_model.results.provenance import versions


class Row(TypedDict):
    """What is known of one number; a file holds the parts of the uncertainty beside it."""

    value: float
    uncertainty: float


class Content(TypedDict):
    """One file of evidence; ``arms``: arm -> dotted path -> number."""

    schema: str
    key: dict[str, str | None]
    arms: dict[str, dict[str, Row]]


Rows = Mapping[str, Row]
Evidence = Mapping[str, Rows]
SCHEMA = "rfa-model/uncertainty/1"
# Two machines agree on an unchanged model to far better than this, relative.
SAME = 1e-3


def evidence_key(resolved_yaml: str) -> dict[str, str | None]:
    """What evidence is looked up by: hash of the resolved scenario's text, version of the package."""
    digest = hashlib.sha256(resolved_yaml.encode("utf-8")).hexdigest()
    return {"resolved_sha256": digest, "version": versions()["rfa-model"]}


def find_evidence(resolved_yaml: str) -> Evidence:
    """Shipped evidence for the text of a resolved scenario: arm -> dotted path -> value, uncertainty and their parts.

    Empty where there is none for this scenario and version.

    Raises
    ------
    InputError
        If a file of evidence is damaged.
    """
    key = evidence_key(resolved_yaml)
    for content in _shipped_evidence(shipped("scenarios") / "evidence"):
        if content["key"] == key:
            return content["arms"]
    return {}


def uncertainty_of(rows: Rows, entry: Mapping[str, object] | ArmEntry) -> Numbers | None:
    """Uncertainties of an arm's numbers, nested as in its entry of ``summary.json``; None if none is known.

    A number that now differs from the one the evidence was made for by more than its uncertainty gets none: the model
    has changed since.
    """
    found: Numbers = {}
    for path, row in rows.items():
        now, then, uncertainty = number_at(entry, path.split(".")), row["value"], row["uncertainty"]
        if now is not None and abs(now - then) <= max(uncertainty, SAME * abs(then)):
            put(found, path.split("."), uncertainty)
    return found or None


def read_evidence(path: Path) -> Content:
    """Contents of one file of evidence; InputError if it is not one."""
    try:
        content = cast(Content, json.loads(path.read_text(encoding="utf-8")))
        rows = [row for arm in content["arms"].values() for row in arm.values()]
        sound = content["schema"] == SCHEMA and all({"value", "uncertainty"} <= set(row) for row in rows)
        if not (sound and set(content["key"]) == {"resolved_sha256", "version"}):
            raise ValueError("keys are missing")
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise InputError(f"{path}: not evidence of this program ({error}); make it anew with rfa-model study") from None
    return content


@cache
def _shipped_evidence(folder: Path) -> tuple[Content, ...]:
    return tuple(read_evidence(path) for path in sorted(folder.glob("*.json")))

