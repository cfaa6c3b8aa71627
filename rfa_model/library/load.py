"""Cached readers of the library's tables (``data/*.yaml``)."""

from collections.abc import Iterable
from functools import cache

from pydantic import TypeAdapter

from rfa_model.applicators.known_probes import known_probes
from rfa_model.applicators.needle import Probe
from rfa_model.generator import Phase, PhaseBase
from rfa_model.laws import CRITERIA, DAMAGE_LAWS, ArrheniusLaw, Criterion, DamageBase
from rfa_model.library.models import Tissue
from rfa_model.sourced import Model, Sourced, references, table, with_sources


@cache
def _tissues() -> dict[str, Tissue]:
    return {name: with_sources(Tissue, row, name=name) for name, row in table("tissues").items()}


@cache
def _laws() -> dict[str, DamageBase]:
    rows = {name: dict(row) for name, row in table("damage_laws").items()}
    return {
        name: with_sources(DAMAGE_LAWS[row.pop("kind", ArrheniusLaw.kind)], row, name=name)
        for name, row in rows.items()
    }


@cache
def _criteria() -> dict[str, Criterion]:
    rows = {name: dict(row) for name, row in table("criteria").items()}
    edge = table("visible_edge")
    ends = [edge[key][0] for key in ("low_C", "high_C")]
    rows["visible_edge"] |= {"level": edge["median_C"], "interval": [ends, *edge["low_C"][1:]]}
    laws = {name: {"law": _laws()[row.pop("law")]} for name, row in rows.items() if "law" in row}
    ours = {name: with_sources(Criterion, row, name=name, **laws.get(name, {})) for name, row in rows.items()}
    return ours | {name: cls.model_validate({}) for name, cls in CRITERIA.items()}


@cache
def _protocols() -> dict[str, list[PhaseBase]]:
    adapter: TypeAdapter[list[PhaseBase]] = TypeAdapter(list[Phase])
    return {name: adapter.validate_python(row["phases"]) for name, row in table("protocols").items()}


def tissues() -> dict[str, Tissue]:
    """Tissues by name."""
    return dict(_tissues())


def probes() -> dict[str, Probe]:
    """Probes by name."""
    return dict(known_probes())


def damage_laws() -> dict[str, DamageBase]:
    """Damage laws by name."""
    return dict(_laws())


def criteria() -> dict[str, Criterion]:
    """Lesion criteria by name, those of other packages last."""
    return dict(_criteria())


def protocols() -> dict[str, list[PhaseBase]]:
    """Phases of each named protocol."""
    return {name: list(phases) for name, phases in _protocols().items()}


def protocol_sources() -> dict[str, tuple[str, str]]:
    """Protocol name -> (reference key, status)."""
    return {name: (row["source"][0], row["source"][1]) for name, row in table("protocols").items()}


def references_used(*used: Sourced | Iterable[Sourced | str] | None) -> dict[str, str]:
    """Citations of every number in the given tissues, probes, laws and criteria, nested parts included.

    Parameters
    ----------
    used
        Library models, or iterables of them or of reference keys (for example ``tissues.values()``).

    Returns
    -------
    dict
        Reference key -> citation, in the order of the library's list. Values given in the scenario cite nothing.
    """
    keys: set[str] = set()
    for item in used:
        for entry in [item] if isinstance(item, Sourced) else list(item or ()):
            keys.update({entry} if isinstance(entry, str) else _keys(entry))
    return {key: citation for key, citation in references().items() if key in keys}


def _keys(model: Model) -> set[str]:
    own = {key for key, _ in model.sources.values()} if isinstance(model, Sourced) else set()
    parts = [value for name in type(model).model_fields if isinstance(value := getattr(model, name), Model)]
    return own.union(*(_keys(part) for part in parts))
