"""What a scenario says of its anatomy; each kind is one class with its words and what they build."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Self

from rfa_model.anatomy.base import Anatomy
from rfa_model.registry import Registered, Registry
from rfa_model.sourced import Issue


class AnatomyBase(Registered):
    """The words of one kind of anatomy."""

    @property
    def structures(self) -> tuple[str, ...]:
        """Names of what is to be spared; limits may be set for them."""
        return ()

    @property
    def tissues(self) -> tuple[str, ...] | None:
        """Names of the tissues it is made of; None where only building it can tell."""
        return None

    @classmethod
    def earlier(cls, data: Mapping[str, object]) -> Mapping[str, object]:
        """Words that a version of before wrote into a results folder, as those of today."""
        return data

    @classmethod
    def located(cls, data: Mapping[str, object], folder: Path) -> Mapping[str, object]:
        """Words as written in a file of this folder, from which paths are taken; as words that hold anywhere."""
        return data

    @property
    def input_files(self) -> tuple[Path, ...]:
        """Files it is made from."""
        return ()

    def pinned(self) -> Self:
        """The same, knowing what its files hold, so that one that has changed is noticed."""
        return self

    def issues(self) -> Iterator[Issue]:
        """What is wrong with it: (path of the key from the anatomy on, what was expected)."""
        yield from ()

    @abstractmethod
    def build(self) -> Anatomy:
        """Return the anatomy itself.

        Raises
        ------
        InputError
            If it cannot be made.
        """


ANATOMIES = Registry("anatomy", AnatomyBase, "rfa_model.anatomies")
AnatomyChoice = Annotated[AnatomyBase, ANATOMIES]
