"""A plan carried out: its arms solved, measured and handed to memory or to a results folder."""

from rfa_model.simulation.run import run_scenario, simulate

__all__ = ["run_scenario", "simulate"]
