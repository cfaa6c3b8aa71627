"""Probe meshes: made with gmsh in the probe's own frame, cached, checked, exported. One mesh serves every pose."""

from rfa_model.meshing.export import export_probe_mesh
from rfa_model.meshing.groups import MeshGroups
from rfa_model.meshing.probe_mesh import ProbeMesh, ProbeMeshFile, load_probe_mesh, make_probe_mesh
from rfa_model.meshing.sizes import RESOLUTIONS, MeshSizes

__all__ = [
    "RESOLUTIONS",
    "MeshGroups",
    "MeshSizes",
    "ProbeMesh",
    "ProbeMeshFile",
    "export_probe_mesh",
    "load_probe_mesh",
    "make_probe_mesh",
]
