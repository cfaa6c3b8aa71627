"""Base of the laws of tissue, and what they share."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from rfa_model.registry import Registered
from rfa_model.sourced import default_sources, defaults

Array = NDArray[np.float64]
REFERENCE_TEMPERATURE_C = 37.0
"""At which the values of tissues hold."""


class Law(Registered):
    """A law of tissue, value by value: arrays of any one shape go in and come out.

    Attributes
    ----------
    section : str
        Of ``library/data/defaults.yaml``, where its default coefficients stand with their sources; empty: nowhere.
    """

    section: ClassVar[str] = ""

    @property
    def sources(self) -> dict[str, tuple[str, str]]:
        """Field name -> (reference key, status); ``given`` where it is not the default."""
        if not self.section:
            return super().sources
        usual = defaults(self.section)
        known = default_sources(self.section)
        return {
            name: known[name] if getattr(self, name) == value else ("scenario", "given")
            for name, value in usual.items()
        }


def smooth_fall(x: Array) -> Array:
    """Cubic from 1 at ``x <= 0`` to 0 at ``x >= 1``, with zero slope at both ends."""
    s = np.clip(x, 0.0, 1.0)
    return 1.0 - s * s * (3.0 - 2.0 * s)
