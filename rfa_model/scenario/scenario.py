"""The scenario: what the user asks for, checked, with every default filled in."""

import re
from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import BaseModel, Field, StringConstraints, ValidationInfo, field_validator, model_validator

from rfa_model import library
from rfa_model._near import near_match
from rfa_model.anatomy import AnatomyChoice
from rfa_model.applicators.choice import ApplicatorBase
from rfa_model.errors import InputError
from rfa_model.laws import Criterion, DamageBase, StructureLimits
from rfa_model.laws.limits import usual_limits
from rfa_model.library import Tissue
from rfa_model.library.names import TissueName
from rfa_model.placement import APPROACHES
from rfa_model.scenario import checks
from rfa_model.scenario.arm import Arm
from rfa_model.scenario.own_criterion import CriterionChoice, OwnCriterion
from rfa_model.scenario.settings import (
    Body,
    Laws,
    Numerics,
    TissueOverride,
)
from rfa_model.sourced import Issue, Model, issues_error

DEFAULT_CRITERIA = ("visible_edge", "arrhenius", "arrhenius_99", "isotherm_50C", "isotherm_60C", "cem43_240min")
Limits = dict[str, StructureLimits]


def usual_criteria() -> dict[str, Criterion]:
    """Return the criteria that are reported where none are asked for, by name."""
    known = library.criteria()
    return {name: known[name] for name in DEFAULT_CRITERIA}


ARM_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class Scenario(Model):
    """A comparison of one or more arms in one anatomy.

    Built from a file by :func:`rfa_model.scenario.load_scenario` or directly in Python; a wrong value raises
    ``pydantic.ValidationError`` here and :class:`rfa_model.errors.InputError` there.
    """

    title: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    anatomy: AnatomyChoice
    body: Body = Body()
    tissues: dict[TissueName, TissueOverride] = Field(default_factory=dict)
    criteria: list[CriterionChoice] = Field(default=list(DEFAULT_CRITERIA))
    limits: Limits = Field(default_factory=dict, validate_default=True)
    laws: Laws = Laws()
    arms: Annotated[dict[str, Arm], Field(min_length=1, max_length=50)]
    numerics: Numerics = Numerics()

    @field_validator("limits")
    @classmethod
    def _spinal_nerve_is_watched(cls, limits: Limits, info: ValidationInfo) -> Limits:
        structures = info.data["anatomy"].structures if "anatomy" in info.data else ()
        return usual_limits(structures) | limits

    @field_validator("arms", mode="before")
    @classmethod
    def _arms_name_folders(cls, arms: object) -> object:
        names = arms if isinstance(arms, dict) else ()
        text = "expected an arm's name of letters, digits, - and _ (it names a folder)"
        found: list[Issue] = [((str(name),), text) for name in names if not ARM_NAME.fullmatch(str(name))]
        if found:
            raise issues_error(found)
        return arms

    @model_validator(mode="after")
    def _rules(self) -> Self:
        anatomy, numerics, body_C = self.anatomy, self.numerics, self.body.temperature_C
        found = [
            *checks.under("anatomy", anatomy.issues()),
            *checks.criteria_issues([criterion_of(choice) for choice in self.criteria]),
            *checks.limit_issues(self.limits, anatomy.structures, anatomy.kind),
            *checks.numerics_issues(numerics),
            *checks.arm_issues(self.arms, body_C, numerics.domain_radius_mm),
        ]
        if found:
            raise issues_error(found)
        return self

    def resolved_tissues(self) -> dict[str, Tissue]:
        """Every library tissue, with this scenario's overrides applied."""
        return {name: tissue.overridden(self._changes(name)) for name, tissue in library.tissues().items()}

    def limit_values(self) -> dict[str, dict[str, dict[str, float]]]:
        """Structure -> limit -> ``warning`` and ``error``, as far as they are set."""
        return {name: found.model_dump(exclude_none=True) for name, found in self.limits.items()}

    def _changes(self, name: str) -> dict[str, float]:
        override = self.tissues.get(name)
        return override.model_dump(exclude_none=True) if override else {}

    def resolved_probe(self, arm_name: str) -> ApplicatorBase:
        """The arm's probe, from the library or inline, with the arm's cooling override applied."""
        arm = self.arm(arm_name)
        probe = arm.chosen
        return probe.cooled_otherwise(arm.cooling.model_dump(exclude_none=True)) if arm.cooling else probe

    def resolved_damage_law(self) -> DamageBase:
        """The damage law, looked up where a name is given."""
        law = self.laws.damage
        return library.damage_laws()[law] if isinstance(law, str) else law

    def resolved_criteria(self) -> dict[str, Criterion]:
        """The criteria asked for, by name, those of the user's own among them."""
        return {found.name: found for found in map(criterion_of, self.criteria)}

    def references(self, tissue_names: Iterable[str] | None = None, more: Iterable[str] = ()) -> dict[str, str]:
        """Reference key -> citation of every number this scenario takes from the library.

        ``tissue_names``: the tissues the anatomy really uses (default: all of the library). ``more``: keys of further
        references, such as the anatomy's own.
        """
        tissues = self.resolved_tissues()
        used = [tissues[name] for name in (tissue_names if tissue_names is not None else tissues)]
        probes = [self.resolved_probe(name) for name in self.arms]
        protocols = [library.protocol_sources()[probe.protocol][0] for probe in probes]
        laws = [*self.laws.without_damage(), self.resolved_damage_law()]
        ways = [key for arm in self.arms.values() for key in APPROACHES[arm.placement.approach].sources]
        return library.references_used(used, (*more, *ways), probes, protocols, laws, self.resolved_criteria().values())

    def arm(self, name: str) -> Arm:
        """The arm called ``name``; InputError with the near match if there is none."""
        if name not in self.arms:
            near = near_match(name, self.arms)
            raise InputError(f"unknown arm '{name}', expected one of {', '.join(self.arms)}{near}")
        return self.arms[name]

    def resolved(self) -> "Scenario":
        """The same scenario with nothing left to look up: probes, criteria, damage law, tissues inline."""
        known = self.resolved_tissues()
        tissues = {name: TissueOverride(**tissue.model_dump(exclude={"name"})) for name, tissue in known.items()}
        arms = {name: arm.with_chosen(unsourced(self.resolved_probe(name))) for name, arm in self.arms.items()}
        damage = unsourced(self.resolved_damage_law())
        laws = self.laws.model_copy(update={"damage": damage})
        criteria = [written_out(choice) for choice in self.criteria]
        inline = {"tissues": tissues, "arms": arms, "laws": laws, "criteria": criteria}
        return self.model_copy(update={"anatomy": self.anatomy.pinned(), **inline})


def criterion_of(choice: str | OwnCriterion) -> Criterion:
    """Return the criterion, looked up where a name is given."""
    return library.criteria()[choice] if isinstance(choice, str) else choice.criterion()


def written_out(choice: str | OwnCriterion) -> str | OwnCriterion:
    """Return a criterion with its numbers; one of another package, which is code, by its name."""
    found = criterion_of(choice)
    return unsourced(OwnCriterion.of(found)) if type(found) is Criterion else found.name


def unsourced[S: BaseModel](model: S) -> S:
    """Return the same values as if they had been written in the scenario."""
    return type(model).model_validate(model.model_dump())
