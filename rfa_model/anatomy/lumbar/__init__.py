"""The parametric lumbar level."""

from rfa_model.anatomy.lumbar.level import LumbarLevel

__all__ = ["LumbarLevel"]
