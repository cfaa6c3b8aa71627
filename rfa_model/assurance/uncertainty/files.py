"""The study as data: JSON for programs (and as shipped evidence), CSV for spreadsheets."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from rfa_model.assurance.page import write_rows
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
    lines = [
        {"arm": arm, "path": one.headline.path, **_budget(one), **{f"value_{run}": one.values.get(run) for run in RUNS}}
        for arm, budgets in found.items()
        for one in budgets
    ]
    write_rows(folder / "numerics.csv", BUDGET_COLUMNS, _cells(lines, BUDGET_COLUMNS))
    return folder / "numerics.json"


def _budget(one: Budget) -> dict[str, object]:
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
    write_rows(folder / "sensitivity.csv", EFFECT_COLUMNS, _cells(rows, EFFECT_COLUMNS))
    return folder / "sensitivity.json"


def _effects(one: Sensitivity) -> list[dict[str, object]]:
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


def _cells(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> list[list[object]]:
    return [[row[name] for name in columns] for row in rows]
