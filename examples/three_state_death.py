"""Cells that die in three states, alive ⇌ vulnerable → dead: how much of the lesion does recovery save?

In the model of O'Neill et al. (Ann Biomed Eng 2011;39:570) hurt cells hurt their neighbours, and may recover:

    dA/dt = −f(T)(1 − A)A + r(1 − A − D),    dD/dt = f(T)(1 − A)(1 − A − D),    f(T) = f̄ exp(T/40.5 °C).

It is the library's law `three_state`. A criterion may bring a law of its own, so that one run tells the lesions by
several laws: here with recovery and, r = 0, without.
"""

import numpy as np

from rfa_model import library
from rfa_model.anatomy import HomogeneousAnatomy
from rfa_model.applicators.pose import Pose
from rfa_model.generator import Hold, Ramp
from rfa_model.laws import Criterion
from rfa_model.scenario import Numerics
from rfa_model.treatment import Treatment


def criteria() -> dict[str, Criterion]:
    """Return the library's criterion, D ≥ 0.2, and the same for cells that never recover."""
    usual = library.criteria()["three_state_dead"]
    assert usual.law is not None
    law = usual.law.model_copy(update={"name": "without_recovery", "recovery_rate_per_s": 0.0})
    return {
        usual.name: usual,
        "without": Criterion(
            name="without", quantity="damage", level=usual.level, logarithmic=True, label=usual.label, law=law
        ),
    }


def result() -> float:
    """Return the volume that is dead with recovery over that without, after five minutes at 90 °C."""
    solution = Treatment(
        anatomy=HomogeneousAnatomy(tissue="muscle").build(),
        applicator=library.probes()["conventional_18g_5mm"].applicator(),
        pose=Pose(np.eye(3), np.zeros(3)),
        protocol=[Ramp(to_C=90, duration_s=10), Hold(temperature_C=90, duration_s=290)],
        criteria=criteria(),
        numerics=Numerics(resolution="draft", element_order=1),
    ).solve()
    assert solution is not None, "run on one process"
    lesions = {name: lesion.volume_mm3 for name, lesion in solution.metrics.lesions.items()}
    return lesions["three_state_dead"] / lesions["without"]


if __name__ == "__main__":
    print(f"recovery leaves {100.0 * result():.0f} % of the lesion")
