"""The homogenised shaft against limits that can be worked out by hand."""

import math
from types import SimpleNamespace
from typing import Any

import pytest

from rfa_model.applicators.materials import shaft_properties
from rfa_model.errors import InputError

STEEL = SimpleNamespace(density_kg_per_m3=8000.0, specific_heat_J_per_kgK=500.0, thermal_conductivity_W_per_mK=15.0)
POLYMER = SimpleNamespace(density_kg_per_m3=1400.0, specific_heat_J_per_kgK=1100.0, thermal_conductivity_W_per_mK=0.25)
WATER = SimpleNamespace(lumen_diameter_mm=0.5, lumen_end_gap_mm=0.3)


def probe(sleeve_mm: float, cooling: Any = None, sleeve: Any = POLYMER) -> SimpleNamespace:
    return SimpleNamespace(
        name="p", outer_diameter_mm=1.2, tip_length_mm=5.0, tip_rounding_mm=0.2, sleeve_thickness_mm=sleeve_mm,
        metal=STEEL, sleeve=sleeve, cooling=cooling,
    )  # fmt: skip


@pytest.mark.parametrize("cooling", [None, WATER])
@pytest.mark.parametrize(("sleeve_mm", "sleeve"), [(0.0, POLYMER), (0.1, STEEL)])
def test_all_steel_is_steel(sleeve_mm: float, sleeve: Any, cooling: Any) -> None:
    shaft = shaft_properties(probe(sleeve_mm, cooling, sleeve))
    assert shaft.volumetric_heat_capacity_J_per_m3K == pytest.approx(4e6)
    assert shaft.axial_conductivity_W_per_mK == pytest.approx(15.0)
    assert shaft.radial_conductivity_W_per_mK == pytest.approx(15.0)


def test_layers_by_area_and_by_resistance() -> None:
    shaft = shaft_properties(probe(0.1))
    core = 0.25 / 0.36
    assert shaft.volumetric_heat_capacity_J_per_m3K == pytest.approx(core * 4e6 + (1 - core) * 1.54e6)
    assert shaft.axial_conductivity_W_per_mK == pytest.approx(core * 15 + (1 - core) * 0.25)
    middle = 0.5 / math.sqrt(2)
    series = math.log(0.5 / middle) / 15 + math.log(0.6 / 0.5) / 0.25
    assert math.log(0.6 / middle) / shaft.radial_conductivity_W_per_mK == pytest.approx(series)


def test_tube_resistance_counts_from_the_coolant() -> None:
    shaft = shaft_properties(probe(0.1, WATER))
    series = math.log(0.5 / 0.25) / 15 + math.log(0.6 / 0.5) / 0.25
    assert math.log(0.6 / 0.25) / shaft.radial_conductivity_W_per_mK == pytest.approx(series)


@pytest.mark.parametrize("sleeve_mm", [-0.1, 0.35, 0.7])
def test_a_sleeve_without_a_core_is_refused(sleeve_mm: float) -> None:
    with pytest.raises(InputError, match="sleeve_thickness_mm"):
        shaft_properties(probe(sleeve_mm, WATER))
