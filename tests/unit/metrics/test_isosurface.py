"""The surface of a lesion in quadratic cells is that in the small tetrahedra they are split into."""

import numpy as np
import pytest

from rfa_model.metrics.isosurface import isosurface
from rfa_model.metrics.mesh import TetMesh
from tests.synthetic import cube_tets, to_quadratic


@pytest.mark.parametrize("mirrored", [False, True], ids=["right-handed", "left-handed"])
def test_caps_are_found_by_whole_cells_as_by_their_parts(mirrored):
    points, cells = to_quadratic(*cube_tets(-1.0, 1.0, 4))
    points = points * ([-1.0, 1.0, 1.0] if mirrored else 1.0)
    values = 1.1 - np.linalg.norm(points - [0.3, 0.1, -0.2], axis=1)  # cut off by several sides of the cube
    mesh = TetMesh.of_cells(points, cells)
    by_cells, by_parts = isosurface(mesh, values, 0.0), isosurface(TetMesh(points, mesh.tets), values, 0.0)
    assert by_cells.is_cap.any()
    assert np.array_equal(by_cells.points_mm, by_parts.points_mm)
    assert np.array_equal(by_cells.triangles, by_parts.triangles)
    assert by_cells.enclosed_mm3 > 0.0
