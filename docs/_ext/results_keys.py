"""Keys of ``summary.json`` and columns of the tables, from the dataclasses that write them."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from _ext.markdown import split_unit
from _ext.meanings import meaning, meanings

from rfa_model._markdown import table

HEAD = ("key", "unit", "meaning")


def summary_keys() -> str:
    """One table for every part of ``summary.json``."""
    parts = [f"**`{part}`**\n\n{table(HEAD, rows)}" for part, rows in _parts()]
    return "\n\n".join(parts)


def _parts() -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    for part, keys in parts_of_summary().items():
        shown = part.removesuffix(".set_up")
        yield shown, [(f"`{key}`", _unit(key), meaning(group_of(part), key)) for key in keys]


def group_of(part: str) -> str:
    """Group of meanings of a part: ``arms.<arm>.lesions.<criterion>`` -> ``summary.lesions``."""
    return "summary." + part.split(".")[2 if part.startswith("arms") else 0]


def parts_of_summary() -> dict[str, list[str]]:
    """Keys by part of ``summary.json``."""
    from rfa_model.metrics import summary
    from rfa_model.results.provenance import provenance
    from rfa_model.results.writer import SCENARIO_KEYS

    nothing = summary.ElectricalMetrics(*[None] * len(fields(summary.ElectricalMetrics)))
    return {
        "scenario": list(SCENARIO_KEYS),
        "provenance": list(provenance(datetime.now(UTC), 0.0)),
        "arms.<arm>.set_up": ["probe", "placement", "uncertainty"],
        "arms.<arm>.mesh": list(summary.MESH_KEYS),
        "arms.<arm>.solver": list(summary.SOLVER_KEYS),
        "arms.<arm>.electrical": list(_flat(nothing.to_summary())),
        "arms.<arm>.temperature": [f.name for f in fields(summary.TemperatureMetrics)],
        "arms.<arm>.lesions.<criterion>": [f.name for f in fields(summary.LesionMetrics)],
        "arms.<arm>.nerves.<nerve>": [f.name for f in fields(summary.NerveMetrics)],
        "arms.<arm>.structures.<structure>": [f.name for f in fields(summary.StructureMetrics)],
        "arms.<arm>.balance": list(summary.BALANCE_KEYS),
    }


def history_columns() -> str:
    """Columns of ``history.csv``."""
    return _columns("history", list(meanings()["history"]))


def nerve_columns() -> str:
    """Columns of ``nerve_<name>.csv``."""
    from rfa_model.metrics.summary import NERVE_COLUMNS

    return _columns("nerve_table", list(NERVE_COLUMNS))


def _columns(group: str, names: list[str]) -> str:
    return table(("column", "unit", "meaning"), [(f"`{n}`", _unit(n), meaning(group, n)) for n in names])


def _unit(key: str) -> str:
    return next((unit for part in reversed(key.split(".")) if (unit := split_unit(part)[1])), "–")


def _flat(values: dict[str, Any], before: str = "") -> Iterator[str]:
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}"
