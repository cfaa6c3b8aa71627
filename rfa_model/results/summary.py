"""What ``summary.json`` holds, as types."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from rfa_model.metrics.entry import ArmEntry

SCHEMA = "rfa-model/summary/1"


class ScenarioInfo(TypedDict, total=False):
    """Which scenario it was; ``sha256`` is its file's."""

    title: str | None
    file: str | None
    sha256: str | None


class Provenance(TypedDict):
    """Where a result comes from; ``references`` are keys, or key -> citation."""

    versions: dict[str, str | None]
    git: str | None
    started: str
    wall_s: float
    peak_rss_MiB: float
    processes: int
    references: dict[str, str] | list[str]


class Summary(TypedDict):
    """The whole file; what is in memory alone has neither schema nor provenance."""

    schema: NotRequired[str]
    scenario: ScenarioInfo
    provenance: NotRequired[Provenance]
    arms: dict[str, ArmEntry]
