"""What the library holds, as frozen models: tissues.

Units are in the field names. ``sources`` says for each number where it comes from and how far it is trusted.
"""

from rfa_model.sourced import Fraction, Sourced, bounds


class Tissue(Sourced):
    """A tissue at body temperature (electric conductivity at 500 kHz)."""

    name: str
    density_kg_per_m3: bounds.Density
    specific_heat_J_per_kgK: bounds.SpecificHeat
    thermal_conductivity_W_per_mK: bounds.ThermalConductivity
    electric_conductivity_S_per_m: bounds.ElectricConductivity
    perfusion_W_per_m3K: bounds.Perfusion
    metabolic_heat_W_per_kg: bounds.MetabolicHeat
    water_fraction: Fraction
