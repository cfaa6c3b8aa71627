"""What a scenario says of a fluid injected about the tip."""

import math
from collections.abc import Iterator
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from rfa_model.anatomy.fluid import Spread
from rfa_model.applicators.pose import Pose
from rfa_model.sourced import Issue, Model, Number, bounds, table

FluidName = Literal["water", "saline_0_7", "saline_0_9", "saline_3", "saline_23_4", "lidocaine_1", "lidocaine_2"]


class Fluid(Model):
    """A bolus about the needle's distal end; it fills ``porosity`` of the soft tissue it spreads in.

    ``sphere``; ``along_needle``, ``elongation`` times as long as wide; ``along_bone``, so many times as wide as thick.
    """

    fluid: FluidName | None = None
    electric_conductivity_S_per_m: bounds.ElectricConductivity | None = None
    volume_mL: Annotated[Number, Field(ge=0.01, le=50)]
    porosity: Annotated[Number, Field(ge=0.02, le=0.9)] = 0.2
    shape: Literal["sphere", "along_needle", "along_bone"] = "sphere"
    elongation: Annotated[Number, Field(ge=1, le=6)] = 2.0

    @property
    def half_axes_mm(self) -> tuple[float, float, float]:
        """Along the needle or off the bone first, then across."""
        radius = (3.0 * 1e3 * self.volume_mL / (4.0 * math.pi * self.porosity)) ** (1.0 / 3.0)
        ratio = {"sphere": 1.0, "along_needle": self.elongation, "along_bone": 1.0 / self.elongation}[self.shape]
        across = radius * ratio ** (-1.0 / 3.0)
        return ratio * across, across, across

    @property
    def conductivity_S_per_m(self) -> float:
        """Of the fluid at body temperature."""
        if self.electric_conductivity_S_per_m is not None:
            return self.electric_conductivity_S_per_m
        return float(table("fluids")[self.fluid]["electric_conductivity_S_per_m"][0])

    def spread(self, pose: Pose, away_from_bone: NDArray[np.float64]) -> Spread:
        """Return the wet ellipsoid about an applicator's distal end."""
        first = np.asarray(away_from_bone if self.shape == "along_bone" else pose.axis, dtype=float)
        first = first / np.linalg.norm(first)
        across = np.linalg.svd(first[None])[2][1:]
        axes = np.vstack([first, across])
        return Spread(pose.translation_mm, axes, np.array(self.half_axes_mm), self.porosity, self.conductivity_S_per_m)

    def issues(self, domain_radius_mm: float) -> Iterator[Issue]:
        """The fluid is known, and what it wets lies within the domain."""
        if (self.fluid is None) == (self.electric_conductivity_S_per_m is None):
            yield ("fluid",), "expected a fluid's name, or 'electric_conductivity_S_per_m' in its place"
        reach = max(self.half_axes_mm)
        if reach > 0.9 * domain_radius_mm:
            wets = f"it wets tissue as far as {reach:.0f} mm"
            yield ("volume_mL",), f"expected a bolus within the domain of {domain_radius_mm:g} mm, {wets}"
