"""An arm's fields at points of the patient frame, with an honest answer about where each point lies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rfa_model.metrics.data import ArmData
from rfa_model.metrics.isosurface import TriSurface
from rfa_model.metrics.lesion import transform
from rfa_model.metrics.sampling import Sampler, locate

FloatArray = NDArray[np.floating]

_FACET_TOLERANCE_MM = 0.02  # a meshed probe is a polyhedron


@dataclass(frozen=True)
class Probing:
    """Points (P, 3) placed in an arm's mesh: in tissue, in the probe (where there is no tissue), or outside both."""

    sampler: Sampler
    in_probe: NDArray[np.bool_]

    @property
    def in_tissue(self) -> NDArray[np.bool_]:
        """(P,) points with tissue."""
        return self.sampler.found

    @property
    def in_domain(self) -> NDArray[np.bool_]:
        """(P,) points inside the computed domain, probe included."""
        return self.in_tissue | self.in_probe

    def __call__(self, values: FloatArray, *, logarithmic: bool = False) -> FloatArray:
        """Tissue's value at the points (..., P), NaN elsewhere; of a logarithmic quantity its logarithm."""
        return self.sampler(transform(values, logarithmic))


def place_points(arm: ArmData, points_mm: FloatArray) -> Probing:
    """Find where ``points_mm`` (P, 3), patient frame, lie."""
    points = np.asarray(points_mm, dtype=float)
    sampler = locate(arm.fields.tissue_mesh, points)
    in_probe = np.zeros(len(points), dtype=bool)
    missing = np.flatnonzero(~sampler.found)
    if len(missing):
        analytic = arm.applicator.distance_mm(arm.pose.to_probe(points[missing])) <= _FACET_TOLERANCE_MM
        # A shaft has no end: it must also be within reach of the mesh to count as part of the domain.
        used = np.asarray(arm.fields.points_mm)[arm.fields.tissue_mesh.used_nodes]
        within = np.all((points[missing] >= used.min(axis=0)) & (points[missing] <= used.max(axis=0)), axis=1)
        in_probe[missing] = (analytic & within) | locate(arm.fields.probe_mesh, points[missing]).found
    return Probing(sampler, in_probe)


def distance_to_surface_mm(surface: TriSurface, points_mm: FloatArray, *, caps: bool) -> FloatArray:
    """(P,) unsigned distance from points to a lesion's surface, with or without the caps; infinite if it is empty."""
    # VTK as it is: pyvista would take each process that solves another fifth of a second to load.
    from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray
    from vtkmodules.vtkCommonCore import reference, vtkPoints
    from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkCellLocator, vtkPolyData

    triangles = surface.triangles if caps else surface.isosurface
    points = np.asarray(points_mm, dtype=float)
    if len(triangles) == 0:
        return np.full(len(points), np.inf)
    corners, cells, mesh, locator = vtkPoints(), vtkCellArray(), vtkPolyData(), vtkCellLocator()
    corners.SetData(numpy_to_vtk(np.ascontiguousarray(surface.points_mm, dtype=float)))
    cells.SetData(3, numpy_to_vtkIdTypeArray(np.ascontiguousarray(triangles, dtype=np.int64).ravel()))
    mesh.SetPoints(corners)
    mesh.SetPolys(cells)
    locator.SetDataSet(mesh)
    locator.BuildLocator()
    closest, cell, part, squared = [0.0, 0.0, 0.0], reference(0), reference(0), reference(0.0)
    distance = np.empty(len(points))
    for index, point in enumerate(points):
        locator.FindClosestPoint(point, closest, cell, part, squared)
        distance[index] = np.sqrt(squared.get())
    return distance
