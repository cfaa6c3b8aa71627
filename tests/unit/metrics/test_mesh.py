import numpy as np
import pytest

from rfa_model.metrics.mesh import TetMesh, split_quadratic
from tests.synthetic import cube_tets, to_quadratic


def test_the_eight_pieces_fill_their_parent_and_keep_its_orientation():
    points, cells = to_quadratic(*cube_tets(-1.0, 2.0, 3))
    parent = TetMesh(points, cells[:, :4])
    pieces = TetMesh(points, split_quadratic(cells))
    assert len(pieces.tets) == 8 * len(cells)
    np.testing.assert_allclose(pieces.signed_volumes_mm3, np.repeat(parent.signed_volumes_mm3 / 8, 8), rtol=1e-12)
    assert pieces.volumes_mm3.sum() == pytest.approx(27.0, rel=1e-12)


def test_left_handed_tetrahedra_are_turned():
    points = np.vstack([np.zeros(3), np.eye(3)])
    mesh = TetMesh(points, np.array([[0, 2, 1, 3]]))
    assert mesh.signed_volumes_mm3[0] == pytest.approx(-1 / 6)
    assert TetMesh(points, mesh.oriented_tets).signed_volumes_mm3[0] == pytest.approx(1 / 6)


@pytest.mark.parametrize(("points", "tets"), [((4, 2), (1, 4)), ((4, 3), (1, 10))])
def test_wrong_shapes_are_refused(points, tets):
    with pytest.raises(ValueError, match="shape"):
        TetMesh(np.zeros(points), np.zeros(tets, dtype=int))
    with pytest.raises(ValueError, match="expected \\(M, 10\\)"):
        split_quadratic(np.zeros((1, 4), dtype=int))
