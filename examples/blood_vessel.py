"""How much of its lesion does a needle lose to a blood vessel beside it?

An anatomy is any object that names its tissues and says which lies at a point. Here muscle with a vessel of radius a,
parallel to the needle at distance d: the cylinder |(x, y) − (d, 0)| < a. Blood that flows keeps its temperature, in
Pennes' equation a perfusion w so strong that heat gets no further into the vessel than

    sqrt(k/w)  ≪  a,

and the vessel's wall stays near 37 °C: a sink that the lesion cannot cross, and that shields what lies behind it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from rfa_model import Treatment, library
from rfa_model.anatomy import Curve, HomogeneousAnatomy, Surface
from rfa_model.applicators.pose import Pose
from rfa_model.generator import Hold, Ramp
from rfa_model.scenario import Numerics

RADIUS_MM, DISTANCE_MM = 1.0, 3.0
FLOW_W_PER_M3K = 2e7  # sqrt(0.5/2e7) = 0.16 mm


@dataclass(frozen=True)
class MuscleWithVessel:
    """Muscle, and a straight vessel along z beside the origin."""

    tissue_names: tuple[str, ...] = ("muscle", "blood")
    reference_keys: tuple[str, ...] = ()
    nerves: Mapping[str, Curve] = field(default_factory=dict)
    structures: Mapping[str, Curve | Surface] = field(default_factory=dict)

    def tissue_at(self, points_mm: np.ndarray) -> np.ndarray:
        """Index of the tissue at each of (N, 3) points, shape (N,)."""
        return (np.hypot(points_mm[:, 0] - DISTANCE_MM, points_mm[:, 1]) < RADIUS_MM).astype(np.int64)


def volumes_mm3() -> tuple[float, float]:
    """Return the lesion's volume without and with the vessel."""
    flowing = library.tissues()["blood"].overridden({"perfusion_W_per_m3K": FLOW_W_PER_M3K})
    alone = Treatment(
        anatomy=HomogeneousAnatomy(tissue="muscle").build(),
        applicator=library.probes()["conventional_20g_5mm"].applicator(),
        pose=Pose.identity(),
        protocol=[Ramp(to_C=80, duration_s=5), Hold(temperature_C=80, duration_s=25)],
        tissues=library.tissues() | {"blood": flowing},
        numerics=Numerics(resolution="draft", element_order=1),
    )
    beside = replace(alone, anatomy=MuscleWithVessel())
    small, large = (each.solve().metrics.lesions["arrhenius"].volume_mm3 for each in (beside, alone))
    return large, small


def result() -> float:
    """Return the share of the lesion that is left beside the vessel."""
    alone, beside = volumes_mm3()
    return beside / alone


if __name__ == "__main__":
    print(f"{result():.0%} of the lesion is left with a vessel {DISTANCE_MM:g} mm from the needle's axis")
