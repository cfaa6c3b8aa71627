"""What the user writes: typed, checked models and their YAML form."""

from rfa_model.scenario.arm import Arm, CoolingOverride, Generator, Placement
from rfa_model.scenario.dump import dump_yaml
from rfa_model.scenario.read import json_schema, load_scenario, parse_scenario
from rfa_model.scenario.scenario import Scenario, usual_criteria
from rfa_model.scenario.settings import (
    Body,
    HomogeneousAnatomy,
    Laws,
    LumbarAnatomy,
    Numerics,
    StructureLimits,
    Threshold,
    TissueOverride,
    usual_limits,
)

__all__ = [
    "Arm",
    "Body",
    "CoolingOverride",
    "Generator",
    "HomogeneousAnatomy",
    "Laws",
    "LumbarAnatomy",
    "Numerics",
    "Placement",
    "Scenario",
    "StructureLimits",
    "Threshold",
    "TissueOverride",
    "dump_yaml",
    "json_schema",
    "load_scenario",
    "parse_scenario",
    "usual_criteria",
    "usual_limits",
]
