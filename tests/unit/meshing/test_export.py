"""Exported meshes read back with the same cells, points and groups."""

import sys
from pathlib import Path

import meshio
import numpy as np
import pytest

from rfa_model.applicators import Applicator
from rfa_model.errors import InputError
from rfa_model.meshing import export_mesh, groups_of, make_mesh
from rfa_model.meshing.arrays import MeshArrays
from rfa_model.meshing.msh_file import read_msh


@pytest.fixture
def msh(solid: Applicator) -> Path:
    return make_mesh(solid, "draft", 12.0).path


@pytest.fixture
def arrays(msh: Path) -> MeshArrays:
    return read_msh(msh)


@pytest.mark.parametrize("ending", [".vtk", ".vtu", ".msh"])
def test_round_trip_with_groups(solid: Applicator, msh: Path, arrays: MeshArrays, tmp_path: Path, ending: str) -> None:
    mesh = meshio.read(export_mesh(msh, tmp_path / f"probe{ending}"))
    needle = groups_of(solid)
    group = "gmsh:physical" if ending == ".msh" else "group"
    assert np.allclose(mesh.points, arrays.points_mm)
    for kind, cells, tags in (
        ("tetra", arrays.tets, arrays.tet_tags),
        ("triangle", arrays.triangles, arrays.triangle_tags),
    ):
        assert np.array_equal(mesh.cells_dict[kind], cells)
        assert np.array_equal(np.asarray(mesh.cell_data_dict[group][kind]).ravel(), tags)
    if ending == ".msh":
        assert {name: data[0] for name, data in mesh.field_data.items()} == {
            name: tag for name, tag in (dict(needle.cells) | dict(needle.facets)).items()
        }


@pytest.mark.parametrize("ending", [".inp", ".mesh", ".bdf"])
def test_round_trip_of_cells(msh: Path, arrays: MeshArrays, tmp_path: Path, ending: str) -> None:
    mesh = meshio.read(export_mesh(msh, tmp_path / f"probe{ending}"))
    assert np.allclose(mesh.points, arrays.points_mm, atol=1e-5)
    assert np.array_equal(mesh.cells_dict["tetra"], arrays.tets)
    assert np.array_equal(mesh.cells_dict["triangle"], arrays.triangles)


def test_surface_format_gets_the_triangles(msh: Path, arrays: MeshArrays, tmp_path: Path) -> None:
    file = export_mesh(msh, tmp_path / "probe.stl")
    with np.errstate(over="ignore"):  # meshio first tries a text file's bytes as a binary header
        mesh = meshio.read(file)
    assert len(mesh.cells_dict["triangle"]) == len(arrays.triangles)


def test_missing_package_is_named(msh: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(InputError, match=r"probe\.xdmf: this format needs the package h5py"):
        export_mesh(msh, tmp_path / "probe.xdmf")


def test_format_that_cannot_hold_it_is_refused(msh: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"probe\.svg: this format cannot hold the mesh"):
        export_mesh(msh, tmp_path / "probe.svg")


def test_unknown_ending_lists_the_known(msh: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"'\.docx' is unknown; known are .*\.vtu"):
        export_mesh(msh, tmp_path / "probe.docx")


def test_missing_folder_is_named(msh: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere does not exist"):
        export_mesh(msh, tmp_path / "nowhere" / "probe.vtu")


def test_source_that_is_no_mesh_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.msh").write_text("nothing")
    with pytest.raises(InputError, match=r"bad\.msh is not a readable mesh"):
        export_mesh(tmp_path / "bad.msh", tmp_path / "probe.vtu")
