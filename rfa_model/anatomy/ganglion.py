"""What a scenario says of a lumbar dorsal root ganglion."""

from typing import ClassVar, Literal

from rfa_model.anatomy.base import Anatomy
from rfa_model.anatomy.choice import ANATOMIES, AnatomyBase


@ANATOMIES.register
class GanglionAnatomy(AnatomyBase):
    """The dorsal root ganglion of a lumbar root, in its foramen; the spinal nerve beyond it is to be spared."""

    kind: ClassVar[str] = "dorsal_root_ganglion"

    root: Literal["L1", "L2", "L3", "L4", "L5"]
    side: Literal["left", "right"]

    @property
    def structures(self) -> tuple[str, ...]:
        return ("spinal_nerve", "skin")

    def build(self) -> Anatomy:
        """Return the bone with its nerves."""
        from rfa_model.anatomy.lumbar.ganglion import LumbarGanglion

        return LumbarGanglion(self.root, self.side)
