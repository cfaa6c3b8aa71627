"""The study as data: JSON for programs (and as shipped evidence), CSV for spreadsheets."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rfa_model.assurance.uncertainty.factors import SIDES
from rfa_model.assurance.uncertainty.numerics import Budget
from rfa_model.assurance.uncertainty.sensitivity import RESOLUTION, Sensitivity
from rfa_model.results.evidence import SCHEMA, evidence_key
from rfa_model.results.provenance import versions
from rfa_model.results.writer import write_json
from rfa_model.scenario import Scenario, dump_yaml

RUNS = ("draft", "standard", "fine", "time", "domain")
BUDGET_COLUMNS = (
    "arm", "path", "quantity", "unit", "value", "uncertainty", "mesh", "time", "domain", "order", "rule",
    *(f"value_{name}" for name in RUNS),
)  # fmt: skip
EFFECT_COLUMNS = (
    "arm", "path", "quantity", "unit", "value_base", "input", "input_path", "input_unit", "input_base", "input_low",
    "input_high", "input_shift", "value_low", "value_high",
)  # fmt: skip
SENSITIVITY_SCHEMA = "rfa-model/sensitivity/1"


def write_budgets(
    folder: Path, scenario: Scenario, found: Mapping[str, Sequence[Budget]], domain_mm: Mapping[str, float]
) -> Path:
    """Write ``numerics.json``, which can be shipped as evidence, and ``numerics.csv``; return the former's path."""
    rows = {arm: {one.headline.path: _budget(one) for one in budgets} for arm, budgets in found.items()}
    numerics = scenario.numerics
    content = {
        "schema": SCHEMA,
        "key": evidence_key(dump_yaml(scenario.resolved())),
        "scenario": {"title": scenario.title, "resolution": numerics.resolution, "larger_domain_mm": dict(domain_mm)},
        "versions": versions(),
        "arms": rows,
    }
    write_json(folder / "numerics.json", content)
    lines = [{"arm": arm, "path": path, **row} for arm, entry in rows.items() for path, row in entry.items()]
    for line in lines:
        line |= {f"value_{name}": value for name, value in line.pop("values").items()}
    _write_csv(folder / "numerics.csv", BUDGET_COLUMNS, lines)
    return folder / "numerics.json"


def _budget(one: Budget) -> dict[str, Any]:
    return {
        "quantity": one.headline.label,
        "unit": one.headline.unit,
        "value": one.value,
        "uncertainty": one.uncertainty,
        "mesh": one.grid.uncertainty,
        "time": one.time,
        "domain": one.domain,
        "order": one.grid.order,
        "rule": one.grid.rule,
        "values": one.values,
    }


def write_sensitivity(folder: Path, scenario: Scenario, found: Sequence[Sensitivity]) -> Path:
    """Write ``sensitivity.json`` and ``sensitivity.csv``; return the former's path."""
    rows = [row for one in found for row in _effects(one)]
    content = {
        "schema": SENSITIVITY_SCHEMA,
        "scenario": {"title": scenario.title, "resolution": RESOLUTION},
        "key": evidence_key(dump_yaml(scenario.resolved())),
        "versions": versions(),
        "rows": rows,
    }
    write_json(folder / "sensitivity.json", content)
    _write_csv(folder / "sensitivity.csv", EFFECT_COLUMNS, rows)
    return folder / "sensitivity.json"


def _effects(one: Sensitivity) -> list[dict[str, Any]]:
    return [
        {
            "arm": one.arm,
            "path": headline.path,
            "quantity": headline.label,
            "unit": headline.unit,
            "value_base": headline.of(one.base),
            "input": effect.factor.label,
            "input_path": effect.factor.path,
            "input_unit": effect.factor.unit,
            "input_base": effect.base,
            **{f"input_{side}": getattr(effect.factor, side) for side in SIDES},
            "input_shift": effect.factor.shift,
            **{f"value_{side}": value for side, value in effect.values(headline).items()},
        }
        for headline in one.headlines
        for effect in one.effects
    ]


def _write_csv(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
