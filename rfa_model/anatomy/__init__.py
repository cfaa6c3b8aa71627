"""Where each tissue is and where the nerves run."""

from rfa_model.anatomy.base import Anatomy, Curve, Surface, Target
from rfa_model.anatomy.build import build_anatomy

__all__ = ["Anatomy", "Curve", "Surface", "Target", "build_anatomy"]
