"""β(Ω, T): perfusion as a share of that at rest."""

from abc import abstractmethod
from typing import ClassVar

import numpy as np

from rfa_model.laws.law import Array, Law, smooth_fall
from rfa_model.registry import Registry
from rfa_model.sourced import Flag


class PerfusionBase(Law):
    """How perfusion depends on damage and temperature."""

    @property
    def depends_on_damage(self) -> bool:
        """Whether β depends on Ω."""
        return True

    @property
    def greatest(self) -> float:
        """The largest β there can be."""
        return 1.0

    @abstractmethod
    def factor(self, damage: Array, temperature_C: Array) -> Array:
        """Return β, from 0 to :attr:`greatest`, for the damage Ω and the temperature."""


SHUTDOWN_WIDTH = 2.0
"""In ln Ω."""


def flowing_share(damage: Array) -> Array:
    """Return 1 while tissue lives and 0 once coagulated: a smooth fall in ln Ω over ``SHUTDOWN_WIDTH`` about Ω = 1.

    Ω never decreases, so a vessel never revives.
    """
    return smooth_fall(np.log(np.maximum(damage, 1e-300)) / SHUTDOWN_WIDTH + 0.5)


PERFUSION_LAWS = Registry("law of perfusion", PerfusionBase, "rfa_model.laws.perfusion")


@PERFUSION_LAWS.register
class Perfusion(PerfusionBase):
    """Whether perfusion stops where tissue is coagulated.

    β is :func:`flowing_share`, or 1 throughout.
    """

    kind: ClassVar[str] = "coagulation"
    is_default: ClassVar[bool] = True
    shutdown: Flag = True

    @property
    def depends_on_damage(self) -> bool:
        return self.shutdown

    def factor(self, damage: Array, temperature_C: Array) -> Array:
        """Return β for the damage Ω, whatever the temperature."""
        return flowing_share(damage) if self.shutdown else np.ones_like(damage)
