"""Radiofrequency ablation of nerves: conventional and internally cooled probes, from scenario to lesion.

>>> import rfa_model
>>> scenario = rfa_model.load_scenario("scenarios/l4_medial_branch.yaml")
>>> results = rfa_model.simulate(scenario)                     # doctest: +SKIP

Nothing heavy is imported until it is used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rfa_model.plan import Plan
    from rfa_model.results import read_results
    from rfa_model.scenario import load_scenario
    from rfa_model.simulation import simulate
    from rfa_model.treatment import Treatment, Workspace

__all__ = ["Plan", "Treatment", "Workspace", "__version__", "load_scenario", "read_results", "simulate"]

_LAZY = {
    "Plan": "rfa_model.plan",
    "Treatment": "rfa_model.treatment",
    "Workspace": "rfa_model.treatment",
    "load_scenario": "rfa_model.scenario",
    "read_results": "rfa_model.results",
    "simulate": "rfa_model.simulation",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("rfa-model")
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'rfa_model' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
