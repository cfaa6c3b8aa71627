"""Short cuts of the heat equation that must never hide water that boils."""

import numpy as np
import pytest

from rfa_model.assurance.verification.tools.bioheat import bioheat, muscle_tables
from rfa_model.assurance.verification.tools.boxes import box


@pytest.fixture(params=[1, 2], ids=["P1", "P2"])
def heat(request):
    tables = muscle_tables(box((2e-3, 1e-3, 1.5e-3), (3, 2, 2), shake=0.2), request.param)
    return bioheat(tables, latent_J_per_m3=1.6e9)


def test_no_field_with_a_boiling_cell_passes_for_cold(heat):
    rng = np.random.default_rng(3)
    boiling = cold = 0
    for top in np.linspace(80.0, 102.0, 200):
        T = rng.uniform(37.0, top, heat.tables.local_size)
        middles = heat.tables.dofs[:, 4:] if heat.tables.dofs.shape[1] == 10 else heat.tables.dofs[:1]
        T[middles[0]] = top  # a quadratic cell of hot edges, whose mean is above all its values
        boils = bool((heat.tables.mean(T) > heat.enthalpy.start_C).any())
        assert heat.boils(T) == boils
        assert not (boils and heat._below_band(T))
        boiling, cold = boiling + boils, cold + heat._below_band(T)
    assert boiling > 0
    assert cold > 0


def test_without_water_nothing_boils(heat):
    dry = bioheat(heat.tables)
    hot = np.full(heat.tables.local_size, 150.0)
    assert heat.boils(hot)
    assert not dry.boils(hot)
