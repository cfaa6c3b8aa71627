"""What a scenario says of a lumbar level."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from rfa_model.anatomy.base import Anatomy
from rfa_model.anatomy.choice import ANATOMIES, AnatomyBase
from rfa_model.sourced import Number, defaults

_NERVE = defaults("medial_branch")


@ANATOMIES.register
class LumbarAnatomy(AnatomyBase):
    """Parametric lumbar level with the medial branch (L5: dorsal ramus) at its target."""

    kind: ClassVar[str] = "lumbar_medial_branch"

    level: Literal["L1", "L2", "L3", "L4", "L5"]
    side: Literal["left", "right"]
    nerve_diameter_mm: Annotated[Number, Field(ge=0.2, le=2)] = _NERVE["nerve_diameter_mm"]
    nerve_bone_gap_mm: Annotated[Number, Field(ge=0.2, le=2)] = _NERVE["nerve_bone_gap_mm"]

    @property
    def structures(self) -> tuple[str, ...]:
        return ("spinal_nerve", "skin")

    def build(self) -> Anatomy:
        """Return the level with its nerves."""
        from rfa_model.anatomy.lumbar import LumbarLevel

        return LumbarLevel(self.level, self.side, self.nerve_diameter_mm, self.nerve_bone_gap_mm)
