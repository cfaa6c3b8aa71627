"""What holds of tissue, each law one object with its coefficients and its formula; what is lesion, what is spared.

Other packages add laws by entry points of the groups named at each registry; another object with the same methods can
be handed to the solver without any registration (see ``rfa_model.physics.laws``).
"""

from rfa_model.laws.criterion import CRITERIA, Criterion
from rfa_model.laws.damage import DAMAGE_LAWS, ArrheniusLaw, DamageBase
from rfa_model.laws.electric_conductivity import (
    ELECTRIC_CONDUCTIVITY_LAWS,
    ElectricConductivity,
    ElectricConductivityBase,
)
from rfa_model.laws.enthalpy import Enthalpy
from rfa_model.laws.hyperaemia import Hyperaemia
from rfa_model.laws.law import REFERENCE_TEMPERATURE_C, Law
from rfa_model.laws.limits import StructureLimits, Threshold
from rfa_model.laws.perfusion import PERFUSION_LAWS, Perfusion, PerfusionBase
from rfa_model.laws.spinal_muscle import SpinalMuscleConductivity
from rfa_model.laws.thermal_conductivity import THERMAL_CONDUCTIVITY_LAWS, ThermalConductivity, ThermalConductivityBase
from rfa_model.laws.three_state import ThreeStateLaw
from rfa_model.laws.vaporisation import VAPORISATION_LAWS, Vaporisation, VaporisationBase
from rfa_model.registry import Kinds

# By their keys under ``laws`` in a scenario.
LAWS: dict[str, Kinds] = {
    "electric_conductivity": ELECTRIC_CONDUCTIVITY_LAWS,
    "thermal_conductivity": THERMAL_CONDUCTIVITY_LAWS,
    "perfusion": PERFUSION_LAWS,
    "vaporisation": VAPORISATION_LAWS,
    "damage": DAMAGE_LAWS,
}

__all__ = [
    "CRITERIA",
    "DAMAGE_LAWS",
    "ELECTRIC_CONDUCTIVITY_LAWS",
    "LAWS",
    "PERFUSION_LAWS",
    "REFERENCE_TEMPERATURE_C",
    "THERMAL_CONDUCTIVITY_LAWS",
    "VAPORISATION_LAWS",
    "ArrheniusLaw",
    "Criterion",
    "DamageBase",
    "ElectricConductivity",
    "ElectricConductivityBase",
    "Enthalpy",
    "Hyperaemia",
    "Law",
    "Perfusion",
    "PerfusionBase",
    "SpinalMuscleConductivity",
    "StructureLimits",
    "ThermalConductivity",
    "ThermalConductivityBase",
    "ThreeStateLaw",
    "Threshold",
    "Vaporisation",
    "VaporisationBase",
]
