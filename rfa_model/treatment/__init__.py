"""One treatment composed of its parts - anatomy, applicator, pose, laws, protocol, generator - and solved."""

from rfa_model.treatment.checkpoint import Checkpoint
from rfa_model.treatment.treatment import Solution, Treatment
from rfa_model.treatment.workspace import Workspace

__all__ = ["Checkpoint", "Solution", "Treatment", "Workspace"]
