"""Everything that is reported of one arm; ``to_summary`` gives exactly its entry of ``summary.json``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as made_by

import numpy as np
from numpy.typing import NDArray

from rfa_model.metrics.catalogue import Measured, value_at
from rfa_model.metrics.contacts import ContactMetrics
from rfa_model.metrics.electrical import ElectricalMetrics
from rfa_model.metrics.entry import JSON, ArmEntry, Numbers, look_up, plain_mapping
from rfa_model.metrics.field import FieldMetrics
from rfa_model.metrics.flag import Flag
from rfa_model.metrics.isosurface import TriSurface
from rfa_model.metrics.lesion import LesionMetrics
from rfa_model.metrics.nerve_metrics import NerveMetrics
from rfa_model.metrics.run import BalanceMetrics, MeshMetrics, SolverMetrics, TemperatureMetrics
from rfa_model.metrics.several import UnionMetrics
from rfa_model.metrics.structures import StructureMetrics
from rfa_model.metrics.way import WayMetrics

OF_ARM: tuple[type[Measured], ...] = (
    WayMetrics, MeshMetrics, SolverMetrics, ElectricalMetrics, TemperatureMetrics, BalanceMetrics
)  # fmt: skip
OF_SOME: tuple[type[Measured], ...] = (FieldMetrics, UnionMetrics)
"""Parts of some arms' entries, null in others."""
OF_EACH: dict[type[Measured], str] = {LesionMetrics: "criterion", NerveMetrics: "nerve", StructureMetrics: "structure"}
CONTACTS = "contacts"
"""Parts of an arm's entry: those there is one of, and those there is one of for each criterion, nerve, structure."""


@dataclass(frozen=True)
class ArmMetrics:
    """Every metric of one arm, with the lesion surfaces and nerve tables the results folder stores beside them.

    ``contacts`` are those of several; None where there is one. ``uncertainty`` holds the numerical uncertainty of some
    of the numbers, nested as in the summary; None if unknown.
    ``flags`` say what of all this is to be distrusted.
    """

    name: str
    probe: Numbers
    placement: Numbers
    way: WayMetrics
    mesh: MeshMetrics
    solver: SolverMetrics
    electrical: ElectricalMetrics
    temperature: TemperatureMetrics
    lesions: dict[str, LesionMetrics]
    nerves: dict[str, NerveMetrics]
    structures: dict[str, StructureMetrics]
    balance: BalanceMetrics
    field: FieldMetrics | None = None
    union: UnionMetrics | None = None
    sequence: list[Numbers] | None = None
    surfaces: dict[str, TriSurface] = made_by(default_factory=dict)
    nerve_tables: dict[str, dict[str, NDArray[np.generic]]] = made_by(default_factory=dict)
    contacts: dict[str, ContactMetrics] | None = None
    uncertainty: Numbers | None = None
    flags: tuple[Flag, ...] = ()

    def to_summary(self) -> ArmEntry:
        """The arm's entry of ``summary.json``: plain JSON types, every key present, None for what does not apply."""
        return {
            "probe": self.probe,
            "placement": self.placement,
            "way": self.way.to_summary(),
            "mesh": self.mesh.to_summary(),
            "solver": self.solver.to_summary(),
            "electrical": {**self.electrical.to_summary(), CONTACTS: self._contacts()},
            "temperature": self.temperature.to_summary(),
            "lesions": {name: lesion.to_summary() for name, lesion in self.lesions.items()},
            "nerves": {name: nerve.to_summary() for name, nerve in self.nerves.items()},
            "structures": {name: structure.to_summary() for name, structure in self.structures.items()},
            "balance": self.balance.to_summary(),
            "field": self.field.to_summary() if self.field else None,
            "union": self.union.to_summary() if self.union else None,
            "sequence": list(self.sequence) if self.sequence else None,
            "uncertainty": self.uncertainty,
            "flags": [plain_mapping(flag) for flag in self.flags],
        }

    def at(self, path: Sequence[str]) -> JSON:
        """What :meth:`to_summary` has at a path, None where that is nothing; what it does not take is not computed."""
        if len(path) < 2:
            return look_up(self.to_summary(), path)
        part, *rest = path
        if (part, rest[:1]) == (ElectricalMetrics.group, [CONTACTS]):
            return value_at(self.contacts, rest[1:])
        return value_at(getattr(self, part), rest) if part in ArmEntry.__annotations__ else None

    def _contacts(self) -> Numbers | None:
        return None if self.contacts is None else {name: one.to_summary() for name, one in self.contacts.items()}
