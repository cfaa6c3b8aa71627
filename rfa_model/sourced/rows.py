"""The library's data files as they are written (``library/data/*.yaml``): rows, defaults, references."""

from functools import cache
from importlib import resources
from typing import Any

from rfa_model.sourced.models import Sourced


@cache
def table(name: str) -> Any:
    """Raw contents of ``data/<name>.yaml``."""
    from ruamel.yaml import YAML

    # By path: importing the library would import what stands on these rows.
    text = (resources.files("rfa_model") / "library" / "data" / f"{name}.yaml").read_text(encoding="utf-8")
    return YAML(typ="safe", pure=True).load(text)


def with_sources[S: Sourced](model: type[S], row: dict[str, object], **fixed: object) -> S:
    """A row whose numbers are ``[value, source, status]`` triples."""
    values = {key: entry[0] if isinstance(entry, list) else entry for key, entry in row.items()}
    sources = {key: (entry[1], entry[2]) for key, entry in row.items() if isinstance(entry, list)}
    return model.with_sources(values | fixed, sources)


def defaults(section: str) -> dict[str, float]:
    """Default values of one section of ``data/defaults.yaml`` (laws, generator, limits, nerve)."""
    return {name: float(entry[0]) for name, entry in table("defaults")[section].items()}


def default_sources(section: str) -> dict[str, tuple[str, str]]:
    """Name -> (reference key, status) of :func:`defaults`."""
    return {name: (entry[1], entry[2]) for name, entry in table("defaults")[section].items()}


def references() -> dict[str, str]:
    """Reference key -> citation."""
    return dict(table("references"))
