"""Perfusion that rises with temperature before it stops. Form: Lang, Erdmann & Seebass, IEEE TBME 1999;46:1129."""

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from rfa_model.laws.law import REFERENCE_TEMPERATURE_C, Array
from rfa_model.laws.perfusion import PERFUSION_LAWS, PerfusionBase, flowing_share
from rfa_model.sourced import Flag, Number, bounds, defaults

_DEFAULT = defaults("hyperaemia")


@PERFUSION_LAWS.register
class Hyperaemia(PerfusionBase):
    """Rises with temperature up to ``full_C`` as in heated muscle, and stops where tissue is coagulated.

    The flow is ``resting + rise · exp(−((T − full) / width)²)``, the same above ``full_C``, as a share of that at
    37 degC; times the share that coagulation leaves (``shutdown``). It follows temperature at once, where vessels take
    minutes to open: the other end from a flow that never rises.
    """

    kind: ClassVar[str] = "hyperaemia"
    section: ClassVar[str] = "hyperaemia"

    resting_kg_per_m3s: bounds.Flow = _DEFAULT["resting_kg_per_m3s"]
    rise_kg_per_m3s: bounds.FlowRise = _DEFAULT["rise_kg_per_m3s"]
    full_C: Annotated[Number, Field(ge=38, le=60)] = _DEFAULT["full_C"]
    width_C: Annotated[Number, Field(gt=0, le=20)] = _DEFAULT["width_C"]
    shutdown: Flag = True

    @property
    def depends_on_damage(self) -> bool:
        return self.shutdown

    @property
    def greatest(self) -> float:
        """β at ``full_C``."""
        return float(self._rise(np.array(self.full_C)))

    def factor(self, damage: Array, temperature_C: Array) -> Array:
        """Return β for the damage Ω and the temperature."""
        rise = self._rise(temperature_C)
        return rise * flowing_share(damage) if self.shutdown else rise

    def _rise(self, temperature_C: Array) -> Array:
        return self._flow(temperature_C) / self._flow(np.array(REFERENCE_TEMPERATURE_C))

    def _flow(self, temperature_C: Array) -> Array:
        below = np.minimum(temperature_C - self.full_C, 0.0) / self.width_C
        return self.resting_kg_per_m3s + self.rise_kg_per_m3s * np.exp(-(below**2))
