"""β(Ω): the share of its perfusion that damaged tissue keeps."""

from abc import abstractmethod
from typing import ClassVar

import numpy as np

from rfa_model.laws.law import Array, Law, smooth_fall
from rfa_model.registry import Registry
from rfa_model.sourced import Flag


class PerfusionBase(Law):
    """How perfusion depends on damage."""

    @property
    def depends_on_damage(self) -> bool:
        """Whether β is anything but 1."""
        return True

    @abstractmethod
    def factor(self, damage: Array) -> Array:
        """Return β, from 0 to 1, for the damage Ω."""


PERFUSION_LAWS = Registry("law of perfusion", PerfusionBase, "rfa_model.laws.perfusion")


@PERFUSION_LAWS.register
class Perfusion(PerfusionBase):
    """Whether perfusion stops where tissue is coagulated.

    β is 1 while tissue lives and 0 once coagulated, smooth in ln Ω: the fall spans ``width`` about Ω = 1. Ω never
    decreases, so a vessel never revives.
    """

    kind: ClassVar[str] = "coagulation"
    is_default: ClassVar[bool] = True
    width: ClassVar[float] = 2.0

    shutdown: Flag = True

    @property
    def depends_on_damage(self) -> bool:
        return self.shutdown

    def factor(self, damage: Array) -> Array:
        """Return β for the damage Ω."""
        if not self.shutdown:
            return np.ones_like(damage)
        return smooth_fall(np.log(np.maximum(damage, 1e-300)) / self.width + 0.5)
