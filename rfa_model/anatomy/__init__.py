"""Where each tissue is and where the nerves run.

Other packages add anatomies by entry points of the group ``rfa_model.anatomies``.
"""

from rfa_model.anatomy.base import Anatomy, Curve, Surface, Target
from rfa_model.anatomy.choice import ANATOMIES, AnatomyBase, AnatomyChoice
from rfa_model.anatomy.from_labels import LabelAnatomy
from rfa_model.anatomy.from_surfaces import SurfaceAnatomy
from rfa_model.anatomy.from_volume_mesh import VolumeMeshAnatomy
from rfa_model.anatomy.ganglion import GanglionAnatomy
from rfa_model.anatomy.homogeneous import HomogeneousAnatomy
from rfa_model.anatomy.medial_branch import LumbarAnatomy

__all__ = [
    "ANATOMIES",
    "Anatomy",
    "AnatomyBase",
    "AnatomyChoice",
    "Curve",
    "GanglionAnatomy",
    "HomogeneousAnatomy",
    "LabelAnatomy",
    "LumbarAnatomy",
    "Surface",
    "SurfaceAnatomy",
    "Target",
    "VolumeMeshAnatomy",
]
