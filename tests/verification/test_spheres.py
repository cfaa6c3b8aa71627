"""The perfused sphere's exact solution; the case of the same name compares solutions with it."""

import numpy as np
import pytest

from rfa_model.assurance.verification.tools import perfused_sphere as exact


@pytest.mark.parametrize("wall", exact.TABLE)
def test_exact_solution_gives_the_design_paper_table(wall: str) -> None:
    assert exact.rise(wall)(np.array(exact.RADII_MM) * 1e-3) == pytest.approx(np.array(exact.TABLE[wall]), abs=6e-5)
