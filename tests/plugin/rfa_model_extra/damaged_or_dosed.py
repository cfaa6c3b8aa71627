"""A criterion: lesion by damage or by thermal dose, whichever says so first."""

from typing import ClassVar

import numpy as np

from rfa_model.laws import Criterion
from rfa_model.laws.criterion import Array, Exposure, Quantity


class DamagedOrDosed(Criterion):
    """Ω of 1 or 240 equivalent minutes, whichever comes first."""

    kind: ClassVar[str] = "damaged_or_dosed"

    name: str = "damaged_or_dosed"
    quantity: Quantity = "damage"
    level: float = 1.0
    logarithmic: bool = True
    label: str = "damage >= 1 or thermal dose >= 240 min"

    def values(self, exposure: Exposure) -> Array | None:
        return None if exposure.cem43_min is None else np.maximum(exposure.damage, exposure.cem43_min / 240.0)
