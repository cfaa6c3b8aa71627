"""What a scenario says of its applicator; each kind is one class with its words and what they describe."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field

from rfa_model.applicators.driving import Driving
from rfa_model.registry import Registered, Registry
from rfa_model.sourced import Issue, Sourced

if TYPE_CHECKING:
    from rfa_model.applicators.applicator import Applicator

USUAL_PROTOCOL = "conventional_80C_90s"


class ApplicatorBase(Registered):
    """The words of one kind of applicator; ``protocol`` names the library's usual one for it."""

    name: Annotated[str, Field(min_length=1, max_length=64)] = Field("inline", description="for tables and pictures")
    protocol: str = Field(USUAL_PROTOCOL, description="of the library, for arms that give none")

    @property
    def is_cooled(self) -> bool:
        """Whether a coolant runs through it."""
        return False

    @property
    def is_placed(self) -> bool:
        """Whether its own words say where in the anatomy its needles lie; the arm has no placement then."""
        return False

    def cooled_otherwise(self, changes: Mapping[str, float]) -> Self:
        """Return it with other values of its coolant; itself where it has none."""
        return self

    def looked_up(self) -> Self:
        """Return it with nothing left to look up in the library."""
        return self

    @property
    def driving(self) -> Driving:
        """How its contacts are driven: all against the pad, unless said otherwise."""
        return Driving()

    def issues(self, domain_radius_mm: float) -> Iterator[Issue]:
        """What is wrong with it in a sphere of that radius: (path of the key from it on, what was expected)."""
        yield from ()

    def shown(self) -> Iterator[tuple[str, Sourced, Mapping[str, str]]]:
        """What is printed of it: a heading, a model, and the words for some of its numbers."""
        numbers = {name: name for name in type(self).model_fields if isinstance(getattr(self, name), float)}
        yield "probe", self, numbers

    @abstractmethod
    def applicator(self) -> Applicator:
        """Return the applicator itself.

        Raises
        ------
        InputError
            If it cannot be made.
        """


APPLICATORS = Registry("applicator", ApplicatorBase, "rfa_model.applicators")
"""Kinds by their word."""
