"""The homogenised shaft against limits that can be worked out by hand."""

import math
from types import SimpleNamespace
from typing import Any

import pytest

from rfa_model.applicators.materials import Section, ThermalSolid, sleeved

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


AIR = SimpleNamespace(density_kg_per_m3=1.0, specific_heat_J_per_kgK=1000.0, thermal_conductivity_W_per_mK=0.03)


@pytest.mark.parametrize("sleeve", [None, STEEL])
def test_a_hollow_needle_filled_with_steel_is_steel(sleeve: Any) -> None:
    hollow = Section(STEEL, STEEL, RADIUS_MM, 0.4, 0.2).solid(sleeve, 0.0)
    assert hollow.volumetric_heat_capacity_J_per_m3K == pytest.approx(4e6)
    assert hollow.axial_conductivity_W_per_mK == pytest.approx(15.0)
    assert hollow.radial_conductivity_W_per_mK == pytest.approx(15.0)


def test_a_hollow_needle_conducts_by_its_metal() -> None:
    hollow = Section(STEEL, AIR, RADIUS_MM, 0.4, 0.2).solid()
    metal = (0.36 - 0.16 + 0.04) / 0.36
    assert hollow.axial_conductivity_W_per_mK == pytest.approx(metal * 15 + (1 - metal) * 0.03)
    assert hollow.volumetric_heat_capacity_J_per_m3K == pytest.approx(metal * 4e6 + (1 - metal) * 1e3)
    # A thin tube around nothing: wall over radius times k.
    thin = Section(STEEL, SimpleNamespace(**(vars(AIR) | {"thermal_conductivity_W_per_mK": 0.0})), 1.0, 0.99, 0.1)
    assert thin.solid().radial_conductivity_W_per_mK == pytest.approx(0.01 * 15, rel=0.01)


def test_a_sleeve_stands_in_the_way_of_heat_into_a_hollow_shaft() -> None:
    section = Section(STEEL, AIR, RADIUS_MM, 0.4, 0.2)
    bare, sleeved_shaft = section.solid(), section.solid(POLYMER, 0.1)
    shell = math.log(math.sqrt(2.0))
    series = shell / bare.radial_conductivity_W_per_mK + math.log(0.7 / 0.6) / 0.25
    assert shell / sleeved_shaft.radial_conductivity_W_per_mK == pytest.approx(series)
    assert sleeved_shaft.axial_conductivity_W_per_mK == bare.axial_conductivity_W_per_mK
