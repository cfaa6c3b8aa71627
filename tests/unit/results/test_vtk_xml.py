"""Our VTK files as VTK itself reads them."""

import numpy as np
import pytest
import pyvista as pv
from vtkmodules.vtkIOXML import vtkXMLPolyDataWriter

from rfa_model.errors import InputError
from rfa_model.metrics.isosurface import TriSurface
from rfa_model.results.vtk_files import read_surface, rounded, single, write_fields, write_surface
from rfa_model.results.vtk_xml import pack, pack_strings, read_vtk, write_vtk
from tests.synthetic import synthetic_arm


def test_vtk_reads_the_snapshots(tmp_path):
    fields = synthetic_arm(n=6).fields
    write_fields(tmp_path, fields)
    reader = pv.PVDReader(tmp_path / "fields.pvd")
    assert reader.time_values == fields.times_s.tolist()
    reader.set_active_time_value(reader.time_values[-1])
    grid = reader.read()[0]
    assert set(grid.celltypes) == {pv.CellType.QUADRATIC_TETRA}
    np.testing.assert_array_equal(grid.cell_connectivity.reshape(-1, 10), fields.cells)
    np.testing.assert_array_equal(grid.points, fields.points_mm.astype(np.float32))
    np.testing.assert_array_equal(grid.cell_data["region"], fields.cell_region)
    np.testing.assert_array_equal(grid.cell_data["tissue"], fields.cell_tissue)
    assert list(grid.field_data["tissue_names"]) == list(fields.tissue_names)
    for name in ("peak_temperature_C", "cem43_min", "damage_final", "unit_potential"):
        np.testing.assert_array_equal(grid.point_data[name], getattr(fields, name).astype(np.float32))
    early = pv.read(tmp_path / "fields" / "0002.vtu")
    np.testing.assert_allclose(early.points, fields.points_mm, rtol=0, atol=0.002)
    np.testing.assert_allclose(early.point_data["temperature_C"], fields.temperature_C[2], rtol=0, atol=0.002)
    np.testing.assert_allclose(early.point_data["damage"], fields.damage[2], rtol=2.0**-13)
    volume = early.compute_cell_sizes(length=False, area=False)["Volume"].sum()
    assert volume == pytest.approx(24.0**3, rel=1e-4)


def test_vtk_reads_surfaces_even_empty_ones(tmp_path):
    corners = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])
    faces = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [0, 3, 2]])
    write_surface(tmp_path / "tet", TriSurface(corners, faces, np.array([True, False, False, True])))
    for end in ("vtp", "stl"):
        assert pv.read(tmp_path / f"tet.{end}").volume == pytest.approx(1 / 6)
    assert pv.read(tmp_path / "tet.vtp").cell_data["is_cap"].tolist() == [1, 0, 0, 1]
    write_surface(tmp_path / "none", TriSurface(np.empty((0, 3)), np.empty((0, 3), dtype=int), np.empty(0, bool)))
    assert read_surface(tmp_path / "none.vtp").is_empty
    assert not (tmp_path / "none.stl").exists()
    assert pv.read(tmp_path / "none.vtp").n_points == 0


@pytest.mark.parametrize("digits", [10, 14])
def test_rounding_is_to_the_nearest(digits):
    values = np.geomspace(1e-25, 1e12, 5000).astype(np.float32)
    found = rounded(values, digits)
    np.testing.assert_allclose(found, values, rtol=2.0 ** -(digits + 1))
    assert np.all(found.view(np.uint32) % (1 << (23 - digits)) == 0)
    assert rounded(np.zeros(3, np.float32), digits).tolist() == [0.0, 0.0, 0.0]


def test_what_single_precision_cannot_hold_stays_finite():
    doses = np.array([1e129, np.inf, 240.0])
    for found in (single(doses), rounded(doses, 12)):
        assert found == pytest.approx([1e38, 1e38, 240.0], rel=2.0**-13)


@pytest.mark.parametrize("compressor", ["vtkZLibDataCompressor", "vtkLZMADataCompressor"])
def test_what_vtk_packs_either_way_is_read(tmp_path, compressor):
    # LZMA is what earlier versions of this program wrote.
    path, points = tmp_path / "a.vtp", np.arange(12.0, dtype=np.float32).reshape(4, 3)
    writer = vtkXMLPolyDataWriter()
    writer.SetFileName(str(path))
    writer.SetInputData(pv.PolyData(points))
    writer.SetDataModeToAppended()
    writer.EncodeAppendedDataOff()
    writer.SetHeaderTypeToUInt64()
    writer.SetBlockSize(points.nbytes)  # an array is one block here
    getattr(writer, f"SetCompressorTypeTo{compressor[3:7]}")()
    writer.Write()
    found, _ = read_vtk(path, {"Points": ("Points",)})
    np.testing.assert_array_equal(found["Points"], points)


def test_what_is_packed_otherwise_is_refused(tmp_path):
    path = tmp_path / "a.vtp"
    write_vtk(path, "PolyData", {}, {"Points": {"Points": pack(np.zeros((4, 3), np.float32))}})
    path.write_bytes(path.read_bytes().replace(b"vtkZLib", b"vtkLZ4x"))
    with pytest.raises(InputError, match=r"array 'Points': it is packed by vtkLZ4xDataCompressor, expected zlib or LZMA"):
        read_vtk(path, {"Points": ("Points",)})


def test_what_is_asked_for_comes_back_and_what_is_missing_is_named(tmp_path):
    path = tmp_path / "a.vtu"
    arrays = {"x": pack(np.arange(6.0).reshape(2, 3)), "none": pack(np.empty(0, np.int32))}
    sections = {"FieldData": {"names": pack_strings(("one", "zwei ü"))}, "PointData": arrays}
    write_vtk(path, "UnstructuredGrid", {"NumberOfPoints": 2, "NumberOfCells": 0}, sections)
    found, words = read_vtk(path, {"FieldData": ("names",), "PointData": ("x", "none")})
    assert words["names"] == ("one", "zwei ü")
    assert found["x"].tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    assert found["none"].size == 0
    with pytest.raises(InputError, match=r"a\.vtu: damaged.* no array 'y'"):
        read_vtk(path, {"PointData": ("y",)})
    assert list(read_vtk(path, {"PointData": ("x",)}, optional={"PointData": ("y",)}).numbers) == ["x"]
