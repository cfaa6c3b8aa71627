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
from typing import Any

from rfa_model._shipped import shipped
from rfa_model.errors import InputError
from rfa_model.results.provenance import versions

Rows = Mapping[str, Mapping[str, Any]]
Evidence = dict[str, Rows]
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
            found: Evidence = content["arms"]
            return found
    return {}


def uncertainty_of(rows: Rows, entry: Mapping[str, Any]) -> dict[str, Any] | None:
    """Uncertainties of an arm's numbers, nested as in its entry of ``summary.json``; None if none is known.

    A number that now differs from the one the evidence was made for by more than its uncertainty gets none: the model
    has changed since.
    """
    found: dict[str, Any] = {}
    for path, row in rows.items():
        now, then, uncertainty = look_up(entry, path.split(".")), row["value"], row["uncertainty"]
        if now is not None and abs(now - then) <= max(uncertainty, SAME * abs(then)):
            _put(found, path.split("."), uncertainty)
    return found or None


def look_up(entry: Mapping[str, Any] | None, path: list[str] | tuple[str, ...]) -> Any:
    """The value at a path of nested mappings, None where there is none."""
    value: Any = entry
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def read_evidence(path: Path) -> dict[str, Any]:
    """Contents of one file of evidence; InputError if it is not one."""
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        rows = [row for arm in content["arms"].values() for row in arm.values()]
        sound = content["schema"] == SCHEMA and all({"value", "uncertainty"} <= set(row) for row in rows)
        if not (sound and set(content["key"]) == {"resolved_sha256", "version"}):
            raise ValueError("keys are missing")
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise InputError(f"{path}: not evidence of this program ({error}); make it anew with rfa-model study") from None
    return content


@cache
def _shipped_evidence(folder: Path) -> tuple[dict[str, Any], ...]:
    return tuple(read_evidence(path) for path in sorted(folder.glob("*.json")))


def _put(nested: dict[str, Any], path: list[str], value: float) -> None:
    *parents, last = path
    for key in parents:
        nested = nested.setdefault(key, {})
    nested[last] = value
