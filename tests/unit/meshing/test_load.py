"""The distributed mesh: metres, all groups, errors on every rank."""

import numpy as np
import pytest

from rfa_model._fenics import MPI
from rfa_model.applicators import Applicator
from rfa_model.errors import InputError
from rfa_model.meshing import load_mesh
from rfa_model.meshing.msh_file import read_msh


def test_mesh_is_in_metres_with_every_group(hollow: Applicator) -> None:
    loaded = load_mesh(hollow, "draft", 15.0, MPI.COMM_SELF)
    arrays = read_msh(loaded.path)
    assert loaded.mesh.geometry.x.shape == arrays.points_mm.shape
    assert np.ptp(loaded.mesh.geometry.x, axis=0) == pytest.approx(np.ptp(arrays.points_mm, axis=0) * 1e-3)
    for groups, tags, expected in (
        (loaded.groups.cells, loaded.cell_tags, arrays.tet_tags),
        (loaded.groups.facets, loaded.facet_tags, arrays.triangle_tags),
    ):
        for name, tag in groups.items():
            assert len(tags.find(tag)) == np.count_nonzero(expected == tag) > 0, name
    assert len(loaded.cell_tags.indices) == loaded.mesh.topology.index_map(3).size_local
    assert loaded.min_quality == pytest.approx(arrays.qualities().min())


def test_facets_lie_on_their_surfaces(hollow: Applicator) -> None:
    from dolfinx.mesh import compute_midpoints

    loaded = load_mesh(hollow, "draft", 15.0, MPI.COMM_SELF)
    middle = compute_midpoints(loaded.mesh, 2, loaded.facet_tags.find(loaded.groups.facets["tip_shaft"])) * 1e3
    assert np.allclose(middle[:, 2], 4.0, atol=1e-6)
    inside = compute_midpoints(loaded.mesh, 3, loaded.cell_tags.find(loaded.groups.cells["tip"])) * 1e3
    assert np.hypot(inside[:, 0], inside[:, 1]).max() < 1.03 * 0.75
    assert inside[:, 2].max() < 4.0


def test_errors_reach_the_caller(hollow: Applicator) -> None:
    with pytest.raises(InputError, match="unknown"):
        load_mesh(hollow, "tiny", 15.0, MPI.COMM_SELF)
