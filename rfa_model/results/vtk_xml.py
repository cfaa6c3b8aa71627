"""VTK's XML files with their arrays as raw appended data, compressed with zlib; ParaView and VTK read them as they are.

An array that many files share is compressed once: a flagship arm's 23 snapshots and surfaces take 0.2 s, where LZMA at
its quickest took 0.7 s for a fifth less. Results of earlier versions, with LZMA, are read too. VTK's reader takes three
times as long as this one, and loading it would cost every run and ``compare`` 50 MiB.
"""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rfa_model.errors import InputError
from rfa_model._small_files import contents
from rfa_model._vtk_blocks import unpacked

_TYPES = {"i1": "Int8", "u1": "UInt8", "i2": "Int16", "i4": "Int32", "i8": "Int64", "f4": "Float32", "f8": "Float64"}
_DTYPES = {name: np.dtype("<" + code) for code, name in _TYPES.items()}
_COMPRESSOR = "vtkZLibDataCompressor"
_APPENDED = re.compile(rb"<AppendedData encoding=\"raw\">\s*_")
THOROUGH, QUICK = 6, 1
LARGEST_BYTES = 128 * 2**20
"""Of one array: ten times what the finest mesh takes, and small enough that a bomb does not go off."""
_UNPACKING_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Packed:
    """An array ready to be written: its VTK type, components per tuple (0 for strings), tuples and bytes."""

    type: str
    components: int
    tuples: int
    data: bytes


class Arrays(NamedTuple):
    """What a file holds, by name."""

    numbers: dict[str, NDArray[np.number]]
    strings: dict[str, tuple[str, ...]]


def pack(values: NDArray[np.number], effort: int = QUICK) -> Packed:
    """Compress numbers (n,) or (n, c); `effort` is :data:`QUICK` or, for what many files share, :data:`THOROUGH`."""
    array = np.ascontiguousarray(values)
    components = array.shape[1] if array.ndim == 2 else 1
    little = array.astype(array.dtype.newbyteorder("<"), copy=False)
    return Packed(_TYPES[little.dtype.str[1:]], components, len(array), _compressed(little.tobytes(), effort))


def pack_strings(values: tuple[str, ...]) -> Packed:
    """Compress strings."""
    text = "".join(value + "\0" for value in values)
    return Packed("String", 0, len(values), _compressed(text.encode("utf-8"), QUICK))


def _compressed(raw: bytes, effort: int) -> bytes:
    """VTK's header (blocks, block size, size of a last partial block, compressed sizes) and one block."""
    if not raw:
        return struct.pack("<3Q", 0, 0, 0)
    block = zlib.compress(raw, effort)
    return struct.pack("<4Q", 1, len(raw), 0, len(block)) + block


def write_vtk(path: Path, kind: str, counts: Mapping[str, int], sections: Mapping[str, Mapping[str, Packed]]) -> None:
    """Write one piece.

    Parameters
    ----------
    path : where to.
    kind : `UnstructuredGrid` or `PolyData`.
    counts : attributes of the piece, for example `NumberOfPoints`.
    sections : arrays by name of each section of the piece (`Points`, `Cells`, `PointData` …); `FieldData` stands
        before the piece.
    """
    root = ET.Element("VTKFile", type=kind, version="1.0", byte_order="LittleEndian", header_type="UInt64")
    root.set("compressor", _COMPRESSOR)
    dataset = ET.SubElement(root, kind)
    field = ET.SubElement(dataset, "FieldData") if "FieldData" in sections else None
    piece = ET.SubElement(dataset, "Piece", {name: str(count) for name, count in counts.items()})
    offset, payload = 0, []
    for section, arrays in sections.items():
        parent = field if section == "FieldData" and field is not None else ET.SubElement(piece, section)
        for name, array in arrays.items():
            attributes = {"type": array.type, "Name": name, "format": "appended", "offset": str(offset)}
            if array.components > 1:
                attributes["NumberOfComponents"] = str(array.components)
            if section == "FieldData":
                attributes["NumberOfTuples"] = str(array.tuples)
            ET.SubElement(parent, "DataArray" if array.components else "Array", attributes)
            payload.append(array.data)
            offset += len(array.data)
    ET.indent(root)
    head = ET.tostring(root, encoding="unicode").removesuffix("</VTKFile>")
    with path.open("wb") as stream:
        stream.write(f'<?xml version="1.0"?>\n{head}  <AppendedData encoding="raw">\n_'.encode())
        stream.writelines(payload)
        stream.write(b"\n  </AppendedData>\n</VTKFile>\n")


def read_vtk(
    path: Path, wanted: Mapping[str, tuple[str, ...]], optional: Mapping[str, tuple[str, ...]] | None = None
) -> Arrays:
    """Read the arrays `wanted` (names by section) of a file of :func:`write_vtk`.

    What is optional is left out where the file does not have it.

    Raises
    ------
    InputError
        If the file is missing, is not one of this program, lacks an array or is damaged.
    """
    try:
        content = contents(path)
        start = _APPENDED.search(content)
        if start is None:
            raise ValueError("it holds no appended raw data")
        root = xml_root(content[: start.start()] + b"</VTKFile>")
        if root.get("header_type") != "UInt64":
            raise ValueError("it is packed differently")
        numbers: dict[str, NDArray[np.number]] = {}
        strings: dict[str, tuple[str, ...]] = {}
        for needed, sections in ((True, wanted), (False, optional or {})):
            for section, name in ((section, name) for section, names in sections.items() for name in names):
                element = root.find(f".//{section}/*[@Name='{name}']")
                if element is None:
                    if needed:
                        raise ValueError(f"it has no array '{name}'")
                    continue
                raw = _unpacked(content, start.end() + int(element.attrib["offset"]), name, root.get("compressor"))
                if element.attrib["type"] == "String":
                    strings[name] = tuple(raw.decode("utf-8").split("\0")[:-1])
                else:
                    numbers[name] = _array(raw, element.attrib)
    except (OSError, ValueError, KeyError, OverflowError, ET.ParseError, struct.error) as error:
        raise InputError(f"{path}: damaged, or not written by this program: {error}") from error
    return Arrays(numbers, strings)


def xml_root(content: bytes) -> ET.Element:
    """The root of an XML document; ValueError where it brings a document type, whose entities may grow without end."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise ValueError("it brings a document type")
    return ET.fromstring(content)


def _unpacked(content: bytes, at: int, name: str, compressor: str | None) -> bytes:
    blocks, size = struct.unpack_from("<2Q", content, at)
    raw = b""
    if blocks:
        (packed,) = struct.unpack_from("<Q", content, at + 24)
        if size > LARGEST_BYTES:
            raise ValueError(f"array '{name}' is larger than {LARGEST_BYTES / 2**20:.0f} MiB")
        if blocks != 1:
            raise ValueError(f"array '{name}' is in {blocks} blocks")
        try:
            raw = unpacked(content[at + 32 : at + 32 + packed], size, compressor, _UNPACKING_BYTES)
        except ValueError as error:
            raise ValueError(f"array '{name}': {error}") from None
    return raw


def _array(raw: bytes, attributes: Mapping[str, str]) -> NDArray[np.number]:
    array = np.frombuffer(raw, dtype=_DTYPES[attributes["type"]]).copy()
    components = int(attributes.get("NumberOfComponents", "1"))
    return array.reshape(-1, components) if components > 1 else array
