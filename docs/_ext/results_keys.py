"""Keys of ``summary.json`` and columns of the tables: from the catalogue of quantities, and what stands beside them."""

from datetime import UTC, datetime

from _ext.markdown import split_unit
from _ext.meanings import meaning

from rfa_model._markdown import table
from rfa_model.metrics.catalogue import UNIT_SYMBOLS, Measured

HEAD = ("key", "unit", "meaning")
Row = tuple[str, str, str]


def summary_keys() -> str:
    """One table for every part of ``summary.json``."""
    parts = [f"**`{part}`**\n\n{table(HEAD, rows)}" for part, rows in parts_of_summary().items()]
    return "\n\n".join(parts)


def parts_of_summary() -> dict[str, list[Row]]:
    """Keys with unit and meaning, by part of ``summary.json``."""
    from rfa_model.metrics.capture import CaptureMetrics
    from rfa_model.metrics.contacts import ContactMetrics
    from rfa_model.metrics.structures import ClearanceMetrics
    from rfa_model.metrics.summary import CONTACTS, OF_ARM, OF_EACH, OF_SOME

    arm = "arms.<arm>"
    of_arm = {f"{arm}.{measured.group}": _rows(measured) for measured in (*OF_ARM, *OF_SOME)}
    of_each = {f"{arm}.{measured.group}.<{name}>": _rows(measured) for measured, name in OF_EACH.items()}
    beside = {part: [_beside(part, key) for key in keys] for part, keys in keys_beside().items()}
    by_contact = {f"{arm}.{ContactMetrics.group}.{CONTACTS}.<contact>": _rows(ContactMetrics)}
    by_criterion = {
        f"{arm}.nerves.<nerve>.{CaptureMetrics.group}.<criterion>": _rows(CaptureMetrics),
        f"{arm}.structures.<structure>.{ClearanceMetrics.group}.<criterion>": _rows(ClearanceMetrics),
    }
    return {**beside, **of_arm, **by_contact, **of_each, **by_criterion}


def keys_beside() -> dict[str, list[str]]:
    """Keys of the summary that are no quantities, by part; ``summary_meanings.yaml`` says what they mean."""
    from rfa_model.results.provenance import provenance
    from rfa_model.results.writer import NOTHING_KNOWN

    return {
        "scenario": list(NOTHING_KNOWN),
        "provenance": list(provenance(datetime.now(UTC), 0.0)),
        "arms.<arm>": ["probe", "placement", "uncertainty", "flags", "sequence"],
    }


def group_of(part: str) -> str:
    """Group of meanings of a part that is not of the catalogue."""
    return part.replace("arms.<arm>", "set_up")


def history_columns() -> str:
    """Columns of ``history.csv``."""
    from rfa_model.metrics.history import Step

    return table(("column", *HEAD[1:]), _rows(Step))


def nerve_columns() -> str:
    """Columns of ``nerve_<name>.csv``."""
    from rfa_model.metrics.nerve import NerveTable

    return table(("column", *HEAD[1:]), _rows(NerveTable))


def _rows(measured: type[Measured]) -> list[Row]:
    return [(f"`{q.key}`", UNIT_SYMBOLS.get(q.unit, q.unit) or "–", q.meaning) for q in measured.quantities()]


def _beside(part: str, key: str) -> Row:
    return f"`{key}`", split_unit(key)[1] or "–", meaning(group_of(part), key)
