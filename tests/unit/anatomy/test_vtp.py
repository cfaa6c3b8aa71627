"""Surfaces and curves of VTK's own writer, in every way it writes them, are read as VTK reads them."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest
import pyvista as pv
import vtk

from rfa_model.anatomy.readers.vtp import read_vtp

MODES = ("ascii", "binary", "appended raw", "appended base64")
PACKED = {"plain": "None", "zlib": "ZLib", "lzma": "LZMA"}
WAYS = [*product(MODES[1:], PACKED, ("32", "64"), ("Little", "Big")), ("ascii", "plain", "32", "Little")]


def saved(mesh: pv.PolyData, path: Path, way: tuple[str, str, str, str]) -> Path:
    mode, packed, bits, order = way
    writer = vtk.vtkXMLPolyDataWriter()
    writer.SetInputData(mesh)
    writer.SetFileName(str(path))
    getattr(writer, f"SetDataModeTo{mode.split()[0].capitalize()}")()
    writer.SetEncodeAppendedData("base64" in mode)
    getattr(writer, f"SetCompressorTypeTo{PACKED[packed]}")()
    getattr(writer, f"SetHeaderTypeToUInt{bits}")()
    getattr(writer, f"SetByteOrderTo{order}Endian")()
    writer.SetBlockSize(1024)  # several blocks to an array
    assert writer.Write() == 1
    return path


@pytest.mark.parametrize("way", WAYS, ids="-".join)
def test_a_surface_is_read_as_vtk_reads_it(tmp_path, way):
    ball = pv.Icosphere(radius=20.0, nsub=2)
    ball.field_data["SPACE"] = ["RAS"]
    read = read_vtp(saved(ball, tmp_path / "ball.vtp", way))
    theirs = pv.read(tmp_path / "ball.vtp")
    assert np.array_equal(read.points, np.asarray(theirs.points, dtype=float))
    assert np.array_equal(read.triangles(), theirs.regular_faces)
    assert read.space == "RAS"


def test_polygons_become_triangles_and_a_line_keeps_its_order(tmp_path):
    box = pv.Cube()
    read = read_vtp(saved(box, tmp_path / "box.vtp", WAYS[0]))
    assert read.triangles().shape == (12, 3)
    corners = read.points[read.triangles()]
    volume = np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6.0
    assert volume == pytest.approx(1.0)
    points = np.array([[3.0, 0.0, 0.0], [1.0, 0.0, 0.0], [2.0, 5.0, 0.0]])
    line = pv.PolyData(points, lines=[3, 2, 0, 1])
    read = read_vtp(saved(line, tmp_path / "line.vtp", WAYS[0]))
    assert read.line().tolist() == [2, 0, 1]
