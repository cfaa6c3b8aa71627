"""What a scenario says of a lumbar medial branch."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from rfa_model.anatomy.base import Anatomy
from rfa_model.anatomy.choice import ANATOMIES, AnatomyBase
from rfa_model.sourced import Number, defaults, issues_error

_NERVE = defaults("medial_branch")
# `level` named the vertebra under the needle; the nerve on it is that of the root above.
NERVE_ON_LEVEL = {"L1": "T12", "L2": "L1", "L3": "L2", "L4": "L3", "L5": "L5"}


@ANATOMIES.register
class LumbarAnatomy(AnatomyBase):
    """A medial branch, called by its root, on the transverse process below it; of L5 the dorsal ramus on the ala."""

    kind: ClassVar[str] = "lumbar_medial_branch"

    nerve: Literal["T12", "L1", "L2", "L3", "L4", "L5"]
    side: Literal["left", "right"]
    nerve_diameter_mm: Annotated[Number, Field(ge=0.2, le=2)] = _NERVE["nerve_diameter_mm"]
    nerve_bone_gap_mm: Annotated[Number, Field(ge=0.2, le=2)] = _NERVE["nerve_bone_gap_mm"]

    @model_validator(mode="before")
    @classmethod
    def _level_was_the_bones(cls, data: object) -> object:
        if isinstance(data, Mapping) and "level" in data:
            raise issues_error([(("level",), _instead_of_level(str(data["level"])))])
        return data

    @classmethod
    def earlier(cls, data: Mapping[str, object]) -> Mapping[str, object]:
        """Return words of before as those of today."""
        nerve = NERVE_ON_LEVEL.get(str(data.get("level")))
        return {"nerve": nerve} | {key: data[key] for key in data if key != "level"} if nerve else data

    @property
    def structures(self) -> tuple[str, ...]:
        return ("spinal_nerve", "skin")

    def build(self) -> Anatomy:
        """Return the bone with its nerves."""
        from rfa_model.anatomy.lumbar import LumbarLevel

        return LumbarLevel(self.nerve, self.side, self.nerve_diameter_mm, self.nerve_bone_gap_mm)


def _instead_of_level(level: str) -> str:
    if level not in NERVE_ON_LEVEL:
        return "a nerve is now named, not a level: write 'nerve: L4' for the L4 medial branch, on the L5 vertebra"
    if level == "L5":
        return "a nerve is now named, not a level: for the same place write 'nerve: L5', the L5 dorsal ramus on the ala"
    nerve = NERVE_ON_LEVEL[level]
    return (
        f"it named the vertebra under the needle, and so did titles that said '{level} medial branch': for the same "
        f"place write 'nerve: {nerve}', the {nerve} medial branch on {level}; for the {level} medial branch, one "
        f"vertebra further down, write 'nerve: {level}'"
    )
