"""Where is half of the tissue dead?

Of cells that die by chance at the rate dΩ/dt a share 1 − exp(−Ω) is dead, 63 % at the usual Ω = 1. A criterion of one's
own says what is compared with its level, here that share with one half. It has to find what the library's criterion
finds at Ω = ln 2, up to how each is interpolated between nodes: one by the share, the other by ln Ω.
"""

import math
from typing import ClassVar

import numpy as np

from rfa_model import library
from rfa_model.anatomy import HomogeneousAnatomy
from rfa_model.applicators.pose import Pose
from rfa_model.generator import Hold, Ramp
from rfa_model.laws import Criterion
from rfa_model.laws.criterion import Exposure, Quantity
from rfa_model.scenario import Numerics
from rfa_model.treatment import Treatment


class HalfDead(Criterion):
    """Half of the tissue is dead."""

    kind: ClassVar[str] = "half_dead"

    name: str = "half_dead"
    quantity: Quantity = "damage"
    level: float = 0.5
    logarithmic: bool = False
    label: str = "half of the tissue dead"

    def values(self, exposure: Exposure) -> np.ndarray:
        """Return the share that is dead."""
        return 1.0 - np.exp(-np.asarray(exposure.damage))


def volumes_mm3() -> dict[str, float]:
    """Return the lesion's volume by our criterion and by the library's at ln 2."""
    usual = Criterion(name="usual", quantity="damage", level=math.log(2.0), logarithmic=True, label="Ω = ln 2")
    solution = Treatment(
        anatomy=HomogeneousAnatomy(tissue="muscle").build(),
        applicator=library.probes()["conventional_20g_5mm"].applicator(),
        pose=Pose(np.eye(3), np.zeros(3)),
        protocol=[Ramp(to_C=80, duration_s=4), Hold(temperature_C=80, duration_s=6)],
        criteria={"half_dead": HalfDead(), "usual": usual},
        numerics=Numerics(resolution="draft", element_order=2),
    ).solve()
    assert solution is not None, "run on one process"
    return {name: lesion.volume_mm3 for name, lesion in solution.metrics.lesions.items()}


def result() -> float:
    """Return our volume over the library's, which is nearly 1."""
    found = volumes_mm3()
    return found["half_dead"] / found["usual"]


if __name__ == "__main__":
    print(volumes_mm3())
