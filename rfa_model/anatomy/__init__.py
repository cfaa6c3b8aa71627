"""Where each tissue is and where the nerves run.

Other packages add anatomies by entry points of the group ``rfa_model.anatomies``.
"""

from rfa_model.anatomy.base import Anatomy, Curve, Surface, Target
from rfa_model.anatomy.choice import ANATOMIES, AnatomyBase, AnatomyChoice
from rfa_model.anatomy.homogeneous import HomogeneousAnatomy
from rfa_model.anatomy.medial_branch import LumbarAnatomy

__all__ = [
    "ANATOMIES",
    "Anatomy",
    "AnatomyBase",
    "AnatomyChoice",
    "Curve",
    "HomogeneousAnatomy",
    "LumbarAnatomy",
    "Surface",
    "Target",
]
