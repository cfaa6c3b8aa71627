"""What of an arm's summary can be recorded: every quantity of the catalogue by its path."""

from __future__ import annotations

from collections.abc import Iterator

from rfa_model._near import near_match
from rfa_model.errors import InputError
from rfa_model.metrics.capture import CaptureMetrics
from rfa_model.metrics.catalogue import Measured
from rfa_model.metrics.electrical import ElectricalMetrics
from rfa_model.metrics.field import FieldMetrics
from rfa_model.metrics.lesion import LesionMetrics
from rfa_model.metrics.nerve_metrics import NerveMetrics
from rfa_model.metrics.run import BalanceMetrics, MeshMetrics, SolverMetrics, TemperatureMetrics
from rfa_model.metrics.several import UnionMetrics
from rfa_model.metrics.structures import StructureMetrics
from rfa_model.scenario import Scenario

GROUPS: dict[str, type[Measured]] = {
    "electrical": ElectricalMetrics,
    "temperature": TemperatureMetrics,
    "field": FieldMetrics,
    "union": UnionMetrics,
    "mesh": MeshMetrics,
    "solver": SolverMetrics,
    "balance": BalanceMetrics,
}


def recordable(scenario: Scenario) -> list[str]:
    """Every path, ``electrical.impedance_ohm.end``."""
    return list(_paths(scenario))


def refuse_unknown(path: str, known: list[str]) -> None:
    """Raise InputError with the near match if there is no such path."""
    if path not in known:
        near = near_match(path, known)
        raise InputError(
            f"an arm's summary holds no '{path}', expected a path such as electrical.impedance_ohm.end{near}"
        )


def _paths(scenario: Scenario) -> Iterator[str]:
    anatomy, criteria = scenario.anatomy.build(), scenario.resolved_criteria()
    groups: list[tuple[str, type[Measured]]] = list(GROUPS.items())
    groups += [(f"lesions.{name}", LesionMetrics) for name in criteria]
    groups += [(f"nerves.{name}", NerveMetrics) for name in anatomy.nerves]
    groups += [(f"nerves.{nerve}.by_criterion.{name}", CaptureMetrics) for nerve in anatomy.nerves for name in criteria]
    groups += [(f"structures.{name}", StructureMetrics) for name in anatomy.structures]
    for prefix, measured in groups:
        yield from (f"{prefix}.{entry.key}" for entry in measured.quantities())
