"""What the library holds, as frozen models: tissues.

Units are in the field names. ``sources`` says for each number where it comes from and how far it is trusted.
"""

from rfa_model.sourced import Fraction, NonNegative, Positive, Sourced


class Tissue(Sourced):
    """A tissue at body temperature (electric conductivity at 500 kHz)."""

    name: str
    density_kg_per_m3: Positive
    specific_heat_J_per_kgK: Positive
    thermal_conductivity_W_per_mK: Positive
    electric_conductivity_S_per_m: Positive
    perfusion_W_per_m3K: NonNegative
    metabolic_heat_W_per_kg: NonNegative
    water_fraction: Fraction
