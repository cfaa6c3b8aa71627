"""Fields and surfaces on disk in VTK's XML formats (binary, compressed), readable by ParaView, and STL."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np

from rfa_model.errors import InputError
from rfa_model.metrics.data import FieldSeries
from rfa_model.metrics.isosurface import TriSurface

_CELL_TYPES = {4: 10, 10: 24}  # nodes per cell -> VTK_TETRA, VTK_QUADRATIC_TETRA
_FINAL_FIELDS = ("peak_temperature_C", "cem43_min", "damage_final", "unit_potential")


def write_fields(folder: Path, fields: FieldSeries) -> None:
    """Write ``fields.pvd`` and ``fields/*.vtu``, one file per snapshot, into ``folder``.

    Every file holds ``temperature_C``, ``damage`` and the cells' ``region`` and ``tissue``; the last one also the
    fields of the whole run (peak temperature, CEM43, final damage, unit potential), and the nodes in double precision
    (single in the others: it saves a third of the space).
    """
    import pyvista as pv

    (folder / "fields").mkdir()
    nodes = fields.cells.shape[1]
    connectivity = np.hstack([np.full((len(fields.cells), 1), nodes, dtype=np.int64), fields.cells])
    cell_types = np.full(len(fields.cells), _CELL_TYPES[nodes], dtype=np.uint8)
    grid = pv.UnstructuredGrid(connectivity.ravel(), cell_types, np.asarray(fields.points_mm, dtype=np.float32))
    grid.cell_data["region"] = np.asarray(fields.cell_region, dtype=np.int8)
    grid.cell_data["tissue"] = np.asarray(fields.cell_tissue, dtype=np.int16)
    grid.field_data["tissue_names"] = list(fields.tissue_names)
    names = []
    for k in range(len(fields.times_s)):
        grid.point_data["temperature_C"] = fields.temperature_C[k]
        grid.point_data["damage"] = fields.damage[k]
        if k == len(fields.times_s) - 1:
            grid.points = np.asarray(fields.points_mm, dtype=float)
            for name in _FINAL_FIELDS:
                grid.point_data[name] = getattr(fields, name)
        names.append(f"fields/{k:04d}.vtu")
        grid.save(folder / names[-1], binary=True)
    _write_pvd(folder / "fields.pvd", fields.times_s, names)


def _write_pvd(path: Path, times_s: Any, names: list[str]) -> None:
    root = ET.Element("VTKFile", type="Collection", version="0.1", byte_order="LittleEndian")
    collection = ET.SubElement(root, "Collection")
    for time, name in zip(times_s, names, strict=True):
        ET.SubElement(collection, "DataSet", timestep=repr(float(time)), group="", part="0", file=name)
    ET.indent(root)
    ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def read_fields(folder: Path) -> FieldSeries:
    """Read back what :func:`write_fields` wrote.

    Raises
    ------
    InputError
        If a file is missing or damaged.
    """
    import pyvista as pv

    path = folder / "fields.pvd"
    try:
        entries = [(float(e.attrib["timestep"]), folder / e.attrib["file"]) for e in ET.parse(path).iter("DataSet")]
    except (OSError, ET.ParseError, KeyError, ValueError) as error:
        raise InputError(f"{path}: not a readable list of snapshots: {error}") from error
    if missing := [file for _, file in entries if not file.is_file()]:
        raise InputError(f"{path} names {missing[0]}, which is not there; the results folder is damaged")
    if not entries:
        raise InputError(f"{path} lists no snapshots; the results folder is damaged")
    grids = [pv.UnstructuredGrid(str(file)) for _, file in entries]
    last = grids[-1]
    try:
        nodes = next(n for n, code in _CELL_TYPES.items() if code == last.celltypes[0])
        return FieldSeries(
            points_mm=np.array(last.points),
            cells=np.array(last.cell_connectivity).reshape(-1, nodes),
            cell_region=np.array(last.cell_data["region"]),
            cell_tissue=np.array(last.cell_data["tissue"]),
            tissue_names=tuple(str(name) for name in last.field_data["tissue_names"]),
            times_s=np.array([time for time, _ in entries]),
            temperature_C=np.array([grid.point_data["temperature_C"] for grid in grids]),
            damage=np.array([grid.point_data["damage"] for grid in grids]),
            **{name: np.array(last.point_data[name]) for name in _FINAL_FIELDS},
        )
    except (KeyError, ValueError, IndexError, StopIteration) as error:
        raise InputError(f"{folder / 'fields'}: the snapshots are damaged or not of this program: {error}") from error


def write_surface(stem: Path, surface: TriSurface) -> None:
    """Write ``<stem>.vtp`` (with the cell array ``is_cap``) and ``<stem>.stl``; the STL is watertight."""
    mesh = to_polydata(surface)
    mesh.save(stem.with_name(stem.name + ".vtp"), binary=True)
    if not surface.is_empty:
        mesh.save(stem.with_name(stem.name + ".stl"), binary=True)


def to_polydata(surface: TriSurface) -> Any:
    """The surface as ``pyvista.PolyData``."""
    import pyvista as pv

    if surface.is_empty:
        return pv.PolyData()
    mesh = pv.PolyData.from_regular_faces(surface.points_mm, surface.triangles)
    mesh.cell_data["is_cap"] = surface.is_cap.astype(np.uint8)
    return mesh


def read_surface(path: Path) -> TriSurface:
    """Read a ``.vtp`` that :func:`write_surface` wrote; InputError if it is missing or damaged."""
    import pyvista as pv

    if not path.is_file():
        raise InputError(f"{path} is not there; the results folder is damaged")
    mesh = pv.PolyData(str(path))
    if mesh.n_cells == 0:
        return TriSurface(np.empty((0, 3)), np.empty((0, 3), dtype=int), np.empty(0, dtype=bool))
    if "is_cap" not in mesh.cell_data:
        raise InputError(f"{path} has no cell array 'is_cap'; it is not a lesion surface of this program")
    return TriSurface(
        np.array(mesh.points, dtype=float), np.array(mesh.regular_faces), np.array(mesh.cell_data["is_cap"], dtype=bool)
    )
