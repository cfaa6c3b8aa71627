"""One file per surface: binary STL and VTP, both in mm and marked as LPS, the way 3D Slicer marks its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rfa_model.exports.parts import Part
from rfa_model.results.vtk_files import write_stl


def write_part_stl(part: Part, stem: Path) -> Path:
    """Write `<stem>.stl`."""
    path = stem.with_name(f"{stem.name}.stl")
    write_stl(path, part.points_mm.astype(np.float32)[part.triangles], part.name)
    return path


def write_part_vtp(part: Part, stem: Path) -> Path:
    """Write `<stem>.vtp` with the field arrays SPACE, name and colour."""
    path = stem.with_name(f"{stem.name}.vtp")
    mesh = part.mesh()
    for key, value in (("SPACE", "LPS"), ("name", part.name), ("colour", part.colour)):
        mesh.add_field_data([value], key)
    mesh.save(path)
    return path
