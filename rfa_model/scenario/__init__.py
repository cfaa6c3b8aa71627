"""What the user writes: typed, checked models and their YAML form."""

from rfa_model.scenario.arm import Arm, CoolingOverride
from rfa_model.scenario.dump import dump_yaml
from rfa_model.scenario.placed import Placement
from rfa_model.scenario.read import json_schema, load_scenario, parse_resolved, parse_scenario
from rfa_model.scenario.scenario import Scenario, usual_criteria
from rfa_model.scenario.settings import (
    Body,
    Laws,
    Numerics,
    TissueOverride,
)

__all__ = [
    "Arm",
    "Body",
    "CoolingOverride",
    "Laws",
    "Numerics",
    "Placement",
    "Scenario",
    "TissueOverride",
    "dump_yaml",
    "json_schema",
    "load_scenario",
    "parse_resolved",
    "parse_scenario",
    "usual_criteria",
]
