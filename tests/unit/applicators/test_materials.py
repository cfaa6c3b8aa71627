"""The homogenised shaft against limits that can be worked out by hand."""

import math
from types import SimpleNamespace
from typing import Any

import pytest

from rfa_model.applicators.materials import ThermalSolid, sleeved

STEEL = SimpleNamespace(density_kg_per_m3=8000.0, specific_heat_J_per_kgK=500.0, thermal_conductivity_W_per_mK=15.0)
POLYMER = SimpleNamespace(density_kg_per_m3=1400.0, specific_heat_J_per_kgK=1100.0, thermal_conductivity_W_per_mK=0.25)
RADIUS_MM, LUMEN_MM = 0.6, 0.25


@pytest.mark.parametrize("lumen_mm", [0.0, LUMEN_MM])
@pytest.mark.parametrize(("sleeve_mm", "sleeve"), [(0.0, POLYMER), (0.1, STEEL)])
def test_all_steel_is_steel(sleeve_mm: float, sleeve: Any, lumen_mm: float) -> None:
    shaft = sleeved(STEEL, sleeve, RADIUS_MM, sleeve_mm, lumen_mm)
    assert shaft.volumetric_heat_capacity_J_per_m3K == pytest.approx(4e6)
    assert shaft.axial_conductivity_W_per_mK == pytest.approx(15.0)
    assert shaft.radial_conductivity_W_per_mK == pytest.approx(15.0)


def test_layers_by_area_and_by_resistance() -> None:
    shaft = sleeved(STEEL, POLYMER, RADIUS_MM, 0.1)
    core = 0.25 / 0.36
    assert shaft.volumetric_heat_capacity_J_per_m3K == pytest.approx(core * 4e6 + (1 - core) * 1.54e6)
    assert shaft.axial_conductivity_W_per_mK == pytest.approx(core * 15 + (1 - core) * 0.25)
    middle = 0.5 / math.sqrt(2)
    series = math.log(0.5 / middle) / 15 + math.log(0.6 / 0.5) / 0.25
    assert math.log(0.6 / middle) / shaft.radial_conductivity_W_per_mK == pytest.approx(series)


def test_tube_resistance_counts_from_the_coolant() -> None:
    shaft = sleeved(STEEL, POLYMER, RADIUS_MM, 0.1, LUMEN_MM)
    series = math.log(0.5 / 0.25) / 15 + math.log(0.6 / 0.5) / 0.25
    assert math.log(0.6 / 0.25) / shaft.radial_conductivity_W_per_mK == pytest.approx(series)


@pytest.mark.parametrize("sleeve_mm", [-0.1, 0.35, 0.7])
def test_a_sleeve_without_a_core_is_refused(sleeve_mm: float) -> None:
    with pytest.raises(ValueError, match=r"leave metal between radii 0\.25 and 0\.6"):
        sleeved(STEEL, POLYMER, RADIUS_MM, sleeve_mm, LUMEN_MM)


def test_a_plain_solid_is_alike_in_all_directions() -> None:
    assert ThermalSolid.of(STEEL) == ThermalSolid(4e6, 15.0, 15.0)
