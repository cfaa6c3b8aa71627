"""Fields and surfaces on disk: `.vtu` snapshots listed by a `.pvd`, `.vtp` surfaces, STL."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rfa_model.parallel.workers import available_cores
from rfa_model.errors import InputError, SolveError
from rfa_model.metrics.data import NEEDLE_REGIONS, FieldSeries, PulseFields
from rfa_model.metrics.isosurface import TriSurface
from rfa_model.results.inventory import SNAPSHOT
from rfa_model._small_files import contents
from rfa_model.results.vtk_xml import QUICK, THOROUGH, Packed, pack, pack_strings, read_vtk, write_vtk, xml_root

_CELL_TYPES = {4: 10, 10: 24}  # nodes per cell -> VTK_TETRA, VTK_QUADRATIC_TETRA
_FINAL_FIELDS = ("peak_temperature_C", "cem43_min", "damage_final", "unit_potential")
_PULSE_POTENTIAL, _PULSE_HEATING = "pulse_potential_V", "pulse_heating_K_m2_per_V2"
_SERIES = {"temperature_C": 14, "damage": 12}
"""Fields of every snapshot, and the binary digits kept of their mantissa: 0.002 °C, and Omega to 1 part in 8000."""
_LARGEST = 1e38
"""What is larger is written as this, within the range of single precision."""
_LARGEST_LIST = 4 * 2**20
_NODE_STEP_MM = 1.0 / 256.0


def write_fields(folder: Path, fields: FieldSeries) -> None:
    """Write ``fields.pvd`` and ``fields/*.vtu``, one file per snapshot, into ``folder``.

    Every file holds ``temperature_C``, ``damage`` and the cells' ``region`` and ``tissue``; the last one also the
    fields of the whole run (peak temperature, CEM43, final damage, unit potential, and where there are pulses the
    amplitude of the highest one's potential). What is worth its space is kept:
    the snapshots' fields are rounded as in ``_SERIES``, their nodes to 1/256 mm; the fields of the whole run and the
    last file's nodes have full single precision.
    """
    (folder / "fields").mkdir()
    count, nodes = fields.cells.shape
    points = np.asarray(fields.points_mm, dtype=np.float32)
    coarse = np.round(points / _NODE_STEP_MM) * np.float32(_NODE_STEP_MM)
    shared: dict[str, tuple[NDArray[np.number], int]] = {
        "connectivity": (np.asarray(fields.cells, dtype=np.int32).ravel(), THOROUGH),
        "coarse": (coarse, THOROUGH),
        "points": (points, THOROUGH),
        "offsets": (nodes * np.arange(1, count + 1, dtype=np.int32), THOROUGH),
        "types": (np.full(count, _CELL_TYPES[nodes], dtype=np.uint8), QUICK),
        "region": (np.asarray(fields.cell_region, dtype=np.int8), QUICK),
        "tissue": (np.asarray(fields.cell_tissue, dtype=np.int16), QUICK),
    }
    names = [f"fields/{k:04d}.vtu" for k in range(len(fields.times_s))]
    with ThreadPoolExecutor(available_cores()) as pool:  # zlib works outside the interpreter's lock
        packed = dict(zip(shared, pool.map(pack, *zip(*shared.values(), strict=True)), strict=True))

        def write(k: int) -> None:
            last = k == len(names) - 1
            values = {field: pack(rounded(getattr(fields, field)[k], digits)) for field, digits in _SERIES.items()}
            values |= {
                f"damage_{law}": pack(rounded(series[k], _SERIES["damage"]))
                for law, series in fields.further_damage.items()
            }
            if last:
                values |= {
                    f"damage_{law}_final": pack(single(omega)) for law, omega in fields.further_damage_final.items()
                }
                values |= {field: pack(single(getattr(fields, field))) for field in _FINAL_FIELDS}
            of_cells = {name: packed[name] for name in ("region", "tissue")}
            if last and fields.pulse is not None:
                values[_PULSE_POTENTIAL] = pack(single(fields.pulse.potential_V))
                of_cells[_PULSE_HEATING] = pack(single(fields.pulse.heating_K_m2_per_V2))
            write_vtk(
                folder / names[k],
                "UnstructuredGrid",
                {"NumberOfPoints": len(points), "NumberOfCells": count},
                {
                    "FieldData": {
                        "tissue_names": pack_strings(fields.tissue_names),
                        "region_names": pack_strings(fields.region_names),
                        **({"damage_laws": pack_strings(tuple(fields.further_damage))} if fields.further_damage else {}),
                    },
                    "PointData": values,
                    "CellData": of_cells,
                    "Points": {"Points": packed["points" if last else "coarse"]},
                    "Cells": {name: packed[name] for name in ("connectivity", "offsets", "types")},
                },
            )

        list(pool.map(write, range(len(names))))
    _write_pvd(folder / "fields.pvd", fields.times_s, names)


def single(values: NDArray[np.floating]) -> NDArray[np.float32]:
    """Single precision, up to ``_LARGEST``: CEM43 of tissue that has been dry and hot is beyond."""
    return np.clip(values, -_LARGEST, _LARGEST).astype(np.float32)


def rounded(values: NDArray[np.floating], digits: int) -> NDArray[np.float32]:
    """Single precision with `digits` binary digits after the leading one; the zeros left behind compress to nothing."""
    bits = single(values).view(np.uint32)
    spare = 23 - digits
    half, kept = np.uint32(1 << (spare - 1)), np.uint32(0xFFFFFFFF << spare & 0xFFFFFFFF)
    return ((bits + half) & kept).view(np.float32)


def _write_pvd(path: Path, times_s: NDArray[np.floating], names: list[str]) -> None:
    root = ET.Element("VTKFile", type="Collection", version="0.1", byte_order="LittleEndian")
    collection = ET.SubElement(root, "Collection")
    for time, name in zip(times_s, names, strict=True):
        ET.SubElement(collection, "DataSet", timestep=repr(float(time)), group="", part="0", file=name)
    ET.indent(root)
    ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def read_snapshots(folder: Path) -> list[tuple[float, Path]]:
    """Time (s) and file of every snapshot; InputError if the list or a file is missing or damaged."""
    path = folder / "fields.pvd"
    try:
        listed = xml_root(contents(path, _LARGEST_LIST)).iter("DataSet")
        entries = [(float(e.attrib["timestep"]), folder / _snapshot(e.attrib["file"])) for e in listed]
        times_s = np.array([time for time, _ in entries])
        if not (np.isfinite(times_s).all() and (np.diff(times_s) >= 0.0).all()):
            raise ValueError("its times do not rise")
    except (OSError, ET.ParseError, KeyError, ValueError) as error:
        raise InputError(f"{path}: not a readable list of snapshots: {error}") from error
    if missing := [file for _, file in entries if not file.is_file()]:
        raise InputError(f"{path} names {missing[0]}, which is not there; the results folder is damaged")
    if not entries:
        raise InputError(f"{path} lists no snapshots; the results folder is damaged")
    return entries


def _snapshot(name: str) -> str:
    folder, _, file = name.rpartition("/")
    if folder != "fields" or not SNAPSHOT.fullmatch(file):
        raise ValueError(f"'{name}' cannot be a snapshot")
    return name


def read_fields(folder: Path, snapshots: Sequence[int] | None = None) -> FieldSeries:
    """Read back what :func:`write_fields` wrote; of the snapshots only those at the given places where they are given.

    Raises
    ------
    InputError
        If a file is missing or damaged.
    """
    entries = read_snapshots(folder)
    chosen = entries if snapshots is None else [entries[index] for index in snapshots]
    final = entries[-1][1]
    last, words = read_vtk(
        final,
        {
            "FieldData": ("tissue_names",),
            "PointData": _FINAL_FIELDS,
            "CellData": ("region", "tissue"),
            "Points": ("Points",),
            "Cells": ("connectivity", "types"),
        },
        optional={
            "FieldData": ("region_names", "damage_laws"),
            "PointData": (_PULSE_POTENTIAL,),
            "CellData": (_PULSE_HEATING,),
        },
    )
    laws = words.get("damage_laws", ())
    further = tuple(f"damage_{law}" for law in laws)
    finals = read_vtk(final, {"PointData": tuple(f"{name}_final" for name in further)}).numbers if laws else {}
    series = [read_vtk(file, {"PointData": (*_SERIES, *further)}).numbers for _, file in chosen]
    try:
        nodes = next(n for n, code in _CELL_TYPES.items() if code == last["types"][0])
        _check_indices(last["connectivity"], len(last["Points"]))
        _check_indices(last["region"], len(words.get("region_names", NEEDLE_REGIONS)))
        _check_indices(last["tissue"] + 1, len(words["tissue_names"]) + 1)  # of metal it is -1
        return FieldSeries(
            points_mm=last["Points"].astype(float),
            cells=last["connectivity"].astype(np.int32, copy=False).reshape(-1, nodes),
            cell_region=last["region"].astype(np.int8, copy=False),
            cell_tissue=last["tissue"].astype(np.int16, copy=False),
            tissue_names=words["tissue_names"],
            times_s=np.array([time for time, _ in chosen]),
            region_names=words.get("region_names", NEEDLE_REGIONS),
            further_damage={law: np.array([found[f"damage_{law}"] for found in series]) for law in laws},
            further_damage_final={law: finals[f"damage_{law}_final"].astype(float) for law in laws},
            temperature_C=np.array([found["temperature_C"] for found in series]),
            damage=np.array([found["damage"] for found in series]),
            peak_temperature_C=last["peak_temperature_C"].astype(float),
            cem43_min=last["cem43_min"].astype(float),
            damage_final=last["damage_final"].astype(float),
            unit_potential=last["unit_potential"].astype(float),
            pulse=_pulse(last),
        )
    except (ValueError, IndexError, StopIteration, SolveError) as error:
        raise InputError(f"{folder / 'fields'}: the snapshots are damaged or not of this program: {error}") from error


def _pulse(last: Mapping[str, NDArray[np.number]]) -> PulseFields | None:
    if _PULSE_POTENTIAL not in last or _PULSE_HEATING not in last:
        return None
    potential, heating = (last[name].astype(float) for name in (_PULSE_POTENTIAL, _PULSE_HEATING))
    if potential.shape != last["peak_temperature_C"].shape or heating.shape != last["region"].shape:
        raise ValueError("the pulse's fields are not of this mesh")
    return PulseFields(potential, heating)


def _check_indices(found: NDArray[np.number], count: int) -> None:
    """Raise ValueError where one leads to nothing; in C that would be a crash."""
    if found.dtype.kind not in "iu":
        raise ValueError("an index is no whole number")
    if found.size and not 0 <= found.min() <= found.max() < count:
        raise ValueError(f"an index leads beyond {count}")


def write_surface(stem: Path, surface: TriSurface) -> None:
    """Write ``<stem>.vtp`` (with the cell array ``is_cap``) and, unless empty, ``<stem>.stl``; both are watertight."""
    points, triangles = surface.points_mm.astype(np.float32), surface.triangles.astype(np.int32)
    polygons: dict[str, Packed] = {
        "connectivity": pack(triangles.ravel()),
        "offsets": pack(3 * np.arange(1, len(triangles) + 1, dtype=np.int32)),
    }
    write_vtk(
        stem.with_name(stem.name + ".vtp"),
        "PolyData",
        {"NumberOfPoints": len(points), "NumberOfPolys": len(triangles)},
        {
            "FieldData": {"SPACE": pack_strings(("LPS",))},
            "CellData": {"is_cap": pack(surface.is_cap.astype(np.uint8))},
            "Points": {"Points": pack(points.reshape(-1, 3))},
            "Polys": polygons,
        },
    )
    if not surface.is_empty:
        write_stl(stem.with_name(stem.name + ".stl"), points[triangles], stem.name)


def write_stl(path: Path, corners: NDArray[np.float32], name: str) -> None:
    """Write triangles (T, 3, 3) in mm, patient frame, as binary STL; the header says SPACE=LPS, as 3D Slicer reads it.

    Eighty bytes of text, the count, then normal, corners and two spare bytes for each triangle: what VTK's writer makes,
    without VTK's 50 MiB in every run.
    """
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(normal, axis=1, keepdims=True)
    record = np.zeros(len(corners), dtype=[("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("spare", "<u2")])
    record["normal"] = np.divide(normal, length, out=np.zeros_like(normal), where=length > 0)
    record["corners"] = corners
    with path.open("wb") as stream:
        stream.write(f"rfa-model, mm, SPACE=LPS, {name}".encode("ascii", "replace")[:80].ljust(80))
        stream.write(np.uint32(len(corners)).astype("<u4").tobytes())
        stream.write(record.tobytes())


def read_surface(path: Path) -> TriSurface:
    """Read a ``.vtp`` that :func:`write_surface` wrote; InputError if it is missing or damaged."""
    found = read_vtk(path, {"CellData": ("is_cap",), "Points": ("Points",), "Polys": ("connectivity",)}).numbers
    try:
        _check_indices(found["connectivity"], len(found["Points"]))
        if not np.isfinite(found["Points"]).all():
            raise ValueError("a point is nowhere")
        if 3 * len(found["is_cap"]) != found["connectivity"].size:
            raise ValueError("triangles and marks differ in number")
        return TriSurface(
            found["Points"].reshape(-1, 3).astype(float),
            found["connectivity"].reshape(-1, 3).astype(np.int64),
            found["is_cap"].astype(bool),
        )
    except ValueError as error:
        raise InputError(f"{path}: the lesion surface is damaged: {error}") from error
