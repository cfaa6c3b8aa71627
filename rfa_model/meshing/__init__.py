"""Meshes of applicators: made with gmsh in their own frame, cached, checked, exported. One mesh serves every pose."""

from rfa_model.applicators.cell_sizes import MeshSizes
from rfa_model.meshing.applicator_mesh import ApplicatorMesh, MeshFile, check_domain, load_mesh, make_mesh
from rfa_model.meshing.export import export_mesh
from rfa_model.meshing.groups import MeshGroups, groups_of
from rfa_model.meshing.sizes import RESOLUTIONS

__all__ = [
    "RESOLUTIONS",
    "ApplicatorMesh",
    "MeshFile",
    "MeshGroups",
    "MeshSizes",
    "check_domain",
    "export_mesh",
    "groups_of",
    "load_mesh",
    "make_mesh",
]
