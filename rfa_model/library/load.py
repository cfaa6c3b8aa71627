"""Cached readers of the library's tables (``data/*.yaml``)."""

from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any

from pydantic import TypeAdapter

from rfa_model.library.models import ArrheniusLaw, Cooling, Criterion, Model, Probe, Solid, Sourced, Tissue
from rfa_model.library.protocols import Phase


@cache
def table(name: str) -> Any:
    """Raw contents of ``data/<name>.yaml``."""
    from ruamel.yaml import YAML

    text = (resources.files("rfa_model.library") / "data" / f"{name}.yaml").read_text(encoding="utf-8")
    return YAML(typ="safe", pure=True).load(text)


def _sourced[S: Sourced](model: type[S], row: dict[str, Any], **fixed: Any) -> S:
    """A row whose numbers are ``[value, source, status]`` triples."""
    values = {key: entry[0] if isinstance(entry, list) else entry for key, entry in row.items()}
    sources = {key: (entry[1], entry[2]) for key, entry in row.items() if isinstance(entry, list)}
    return model.with_sources(values | fixed, sources)


@cache
def _tissues() -> dict[str, Tissue]:
    return {name: _sourced(Tissue, row, name=name) for name, row in table("tissues").items()}


@cache
def _probes() -> dict[str, Probe]:
    data = table("probes")
    solids = {name: _sourced(Solid, row) for name, row in data["materials"].items()}
    coolings = {name: _sourced(Cooling, row) for name, row in data["cooling"].items()}
    found = {}
    for name, row in data["probes"].items():
        cooling = coolings[row["cooling"]] if "cooling" in row else None
        parts = {"metal": solids[row["metal"]], "sleeve": solids[row["sleeve"]], "cooling": cooling}
        found[name] = _sourced(Probe, row, name=name, **parts)
    return found


@cache
def _laws() -> dict[str, ArrheniusLaw]:
    return {name: _sourced(ArrheniusLaw, row, name=name) for name, row in table("damage_laws").items()}


@cache
def _criteria() -> dict[str, Criterion]:
    return {name: _sourced(Criterion, row, name=name) for name, row in table("criteria").items()}


@cache
def _protocols() -> dict[str, list[Phase]]:
    adapter: TypeAdapter[list[Phase]] = TypeAdapter(list[Phase])
    return {name: adapter.validate_python(row["phases"]) for name, row in table("protocols").items()}


def tissues() -> dict[str, Tissue]:
    """Tissues by name."""
    return dict(_tissues())


def probes() -> dict[str, Probe]:
    """Probes by name."""
    return dict(_probes())


def damage_laws() -> dict[str, ArrheniusLaw]:
    """Arrhenius sets by name."""
    return dict(_laws())


def criteria() -> dict[str, Criterion]:
    """Lesion criteria by name."""
    return dict(_criteria())


def protocols() -> dict[str, list[Phase]]:
    """Phases of each named protocol."""
    return {name: list(phases) for name, phases in _protocols().items()}


def protocol_sources() -> dict[str, tuple[str, str]]:
    """Protocol name -> (reference key, status)."""
    return {name: (row["source"][0], row["source"][1]) for name, row in table("protocols").items()}


def defaults(section: str) -> dict[str, float]:
    """Default values of one section of ``data/defaults.yaml`` (laws, generator, limits, nerve)."""
    return {name: float(entry[0]) for name, entry in table("defaults")[section].items()}


def default_sources(section: str) -> dict[str, tuple[str, str]]:
    """Name -> (reference key, status) of :func:`defaults`."""
    return {name: (entry[1], entry[2]) for name, entry in table("defaults")[section].items()}


def references() -> dict[str, str]:
    """Reference key -> citation."""
    return dict(table("references"))


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
