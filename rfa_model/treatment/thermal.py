"""A library probe's parts and coolant as the heat equation sees them."""

from rfa_model.applicators.materials import ShaftProperties, shaft_properties
from rfa_model.library import Probe
from rfa_model.solver.thermal_parts import PlainPart, PlainParts, PlainStream


def thermal_parts(probe: Probe) -> PlainParts:
    """Return the probe's parts and coolant as heat sees them."""
    metal, cooling = probe.metal, probe.cooling
    k, lumens = metal.thermal_conductivity_W_per_mK, {}
    tip = ShaftProperties(metal.density_kg_per_m3 * metal.specific_heat_J_per_kgK, k, k)
    if cooling:
        h = cooling.heat_transfer_coefficient_W_per_m2K
        lumens["lumen"] = PlainStream(h, cooling.coolant_temperature_C)
    return PlainParts((PlainPart("tip", tip), PlainPart("shaft", shaft_properties(probe))), lumens)
