"""A law: electric conductivity that does not change."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from rfa_model.laws import ElectricConductivityBase
from rfa_model.laws.law import Array
from rfa_model.sourced import Positive


class Unchanging(ElectricConductivityBase):
    """Stays as it is at 37 degC, times ``share``."""

    kind: ClassVar[str] = "unchanging"

    share: Positive = Field(1.0, description="of the tissue's own conductivity")

    def factor(self, temperature_C: Array) -> Array:
        return np.full_like(temperature_C, self.share)
