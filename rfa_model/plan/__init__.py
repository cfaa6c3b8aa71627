"""What a scenario resolves to before anything is solved; what can be planned, runs."""

from rfa_model.plan.plan import InputFile, Plan, PlannedArm, at_resolution

__all__ = ["InputFile", "Plan", "PlannedArm", "at_resolution"]
