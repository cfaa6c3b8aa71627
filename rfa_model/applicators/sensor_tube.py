"""The closed tube that a sensor sits in, inside the bore of a hollow needle: what a fin in the bore depends on."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rfa_model.applicators.materials import SolidLike, heat_capacity_J_per_m3K

if TYPE_CHECKING:
    from rfa_model.applicators.pose import Pose

MM2 = 1e-6


@dataclass(frozen=True)
class SensorTube:
    """A thin tube from the sensor up the needle, its closed end at the sensor; one temperature at each height.

    0 = K ∂²T/∂z² + G (T_wall − T), and at the closed end −K ∂T/∂z = E (T_wall − T). Its lag C/G is left out.

    Attributes
    ----------
    conductance_along_Wm_per_K, heat_capacity_J_per_mK
        K and C: conductivity and heat capacity times the tube's section.
    coupling_W_per_mK
        G: through what fills the bore, per length.
    end_coupling_W_per_K
        E: through what fills the bore ahead of the closed end.
    wall_radius_mm
        Distance from the axis at which the needle's own temperature is read.
    axis
        Unit vector up the needle, in the frame of the sensor's position.
    """

    conductance_along_Wm_per_K: float
    heat_capacity_J_per_mK: float
    coupling_W_per_mK: float
    end_coupling_W_per_K: float
    wall_radius_mm: float
    axis: tuple[float, float, float] = (0.0, 0.0, 1.0)

    @property
    def decay_per_m(self) -> float:
        """M = √(G/K): a difference between wall and tube falls by e over 1/m."""
        return math.sqrt(self.coupling_W_per_mK / self.conductance_along_Wm_per_K)

    @property
    def lag_s(self) -> float:
        """C/G: how far the tube is behind its wall, and the reading ahead of what a display would show."""
        return self.heat_capacity_J_per_mK / self.coupling_W_per_mK

    def moved(self, pose: Pose) -> SensorTube:
        """Return the same tube, turned."""
        x, y, z = (pose.rotation @ list(self.axis)).tolist()
        return replace(self, axis=(x, y, z))

    @classmethod
    def concentric(
        cls,
        metal: SolidLike,
        filling: SolidLike,
        diameter_mm: float,
        bore_diameter_mm: float,
        end_gap_mm: float,
        wall_radius_mm: float,
    ) -> SensorTube:
        """Return a tube in the middle of a round bore.

        The annulus between the radii r and a conducts 2πk/ln(a/r) per length; what is ahead of the end, k·πr² over its
        length. A tube that lies against the wall reads more of it.
        """
        r, a = 0.5 * diameter_mm, 0.5 * bore_diameter_mm
        section_m2, k = math.pi * r**2 * MM2, filling.thermal_conductivity_W_per_mK
        return cls(
            conductance_along_Wm_per_K=metal.thermal_conductivity_W_per_mK * section_m2,
            heat_capacity_J_per_mK=heat_capacity_J_per_m3K(metal) * section_m2,
            coupling_W_per_mK=2.0 * math.pi * k / math.log(a / r),
            end_coupling_W_per_K=k * section_m2 / (end_gap_mm * 1e-3),
            wall_radius_mm=wall_radius_mm,
        )
