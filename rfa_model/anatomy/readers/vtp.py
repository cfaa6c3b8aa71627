"""VTK PolyData files (.vtp), taken apart by NumPy: VTK's own reader ends the process where a file counts in billions.

The format is VTK's (https://docs.vtk.org/en/latest/vtk_file_formats/vtkxml_file_format.html): arrays as text, or in
binary, in place or appended, plain or in blocks packed by zlib or LZMA.
"""

from __future__ import annotations

import base64
import binascii
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rfa_model._vtk_blocks import unpacked
from rfa_model.anatomy.base import FloatArray
from rfa_model.errors import InputError

IntArray = NDArray[np.int64]
_TYPES = {"Int8": "i1", "UInt8": "u1", "Int16": "i2", "UInt16": "u2", "Int32": "i4", "UInt32": "u4", "Int64": "i8"}
_TYPES |= {"UInt64": "u8", "Float32": "f4", "Float64": "f8"}
_ORDERS = {"LittleEndian": "<", "BigEndian": ">"}
_APPENDED = re.compile(rb"<AppendedData[^>]*?encoding\s*=\s*[\"'](raw|base64)[\"'][^>]*>\s*_")
LARGEST_BYTES = 200_000_000
"""Of one array, unpacked: a surface of 2 million triangles takes half."""


@dataclass(frozen=True)
class PolyData:
    """Points (n, 3), corners of polygons and of lines as (connectivity, offsets), and what the file calls its space."""

    points: FloatArray
    polygons: tuple[IntArray, IntArray]
    lines: tuple[IntArray, IntArray]
    space: str | None

    def triangles(self) -> IntArray:
        """Polygons as fans of triangles, shape (m, 3).

        Raises
        ------
        ValueError
            If a polygon has points that are none.
        """
        corners, ends = self.polygons
        starts = np.concatenate([[0], ends[:-1]]).astype(np.int64)
        _check_cells(corners, starts, ends, len(self.points), 3)
        count = ends - starts
        first = np.repeat(starts, count - 2)
        step = np.arange(len(first)) - np.repeat(np.cumsum(count - 2) - (count - 2), count - 2)
        return np.column_stack([corners[first], corners[first + step + 1], corners[first + step + 2]])

    def line(self) -> IntArray:
        """The first line's points in order; all points, where there is no line."""
        corners, ends = self.lines
        if not len(ends):
            return np.arange(len(self.points))
        _check_cells(corners, np.zeros(1, dtype=np.int64), ends[:1], len(self.points), 2)
        return corners[: ends[0]]


def _check_cells(corners: IntArray, starts: IntArray, ends: IntArray, points: int, least: int) -> None:
    if len(ends) and (np.any(ends - starts < least) or not 0 <= ends[-1] <= len(corners)):
        raise ValueError(f"its cells do not end where their corners do, or have fewer than {least}")
    if len(corners) and not 0 <= corners.min() <= corners.max() < points:
        raise ValueError("a cell names a point that is not there")


def read_vtp(path: Path) -> PolyData:
    """Read a file that has been found to be one of a sane size.

    Raises
    ------
    InputError
        If it is damaged, of another kind, or holds what is no surface or curve.
    """
    try:
        return _File(path.read_bytes()).poly_data()
    except (ValueError, KeyError, OverflowError, TypeError, ET.ParseError) as error:
        raise InputError(f"{path}: is no whole VTK PolyData file ({error}); save it again") from None
    except MemoryError:
        raise InputError(f"{path}: does not fit into memory") from None


class _File:
    """A file taken apart into its XML and what is appended to it."""

    def __init__(self, content: bytes) -> None:
        found = _APPENDED.search(content)
        head = content[: found.start()] + b"</VTKFile>" if found else content
        if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
            raise ValueError("it brings a document type")
        self._appended = content[found.end() :] if found else b""
        self._is_raw = bool(found and found[1] == b"raw")
        self._root = ET.fromstring(head)
        if self._root.tag != "VTKFile" or self._root.get("type") != "PolyData":
            raise ValueError("it is of another kind")
        self._order = _ORDERS[self._root.get("byte_order", "LittleEndian")]
        self._count = np.dtype(self._order + _TYPES[self._root.get("header_type", "UInt32")])
        self._compressor = self._root.get("compressor")

    def poly_data(self) -> PolyData:
        pieces = self._root.findall("PolyData/Piece")
        if len(pieces) != 1:
            raise ValueError(f"it holds {len(pieces)} pieces, expected one")
        (piece,) = pieces
        if int(piece.get("NumberOfStrips", "0")):
            raise ValueError("it holds strips of triangles; save it with triangles")
        element = piece.find("Points/DataArray")
        points = np.zeros((0, 3)) if element is None else self._numbers(element).astype(float).reshape(-1, 3)
        space = self._root.find("PolyData/FieldData/*[@Name='SPACE']")
        return PolyData(points, self._cells(piece, "Polys"), self._cells(piece, "Lines"), self._text(space))

    def _cells(self, piece: ET.Element, kind: str) -> tuple[IntArray, IntArray]:
        found = {e.get("Name"): e for e in piece.findall(f"{kind}/DataArray")}
        if not int(piece.get(f"NumberOf{kind}", "0")) or not found:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        return self._whole(found["connectivity"]), self._whole(found["offsets"])

    def _whole(self, element: ET.Element) -> IntArray:
        values = self._numbers(element)
        if values.dtype.kind not in "iu":
            raise ValueError("its cells are not of whole numbers")
        return values.astype(np.int64)

    def _text(self, element: ET.Element | None) -> str | None:
        if element is None:
            return None
        if element.get("format", "ascii") == "ascii":
            return "".join(chr(int(code)) for code in (element.text or "").split() if int(code)).strip()
        return self._bytes(element).decode("utf-8").strip("\0 ")

    def _numbers(self, element: ET.Element) -> NDArray[np.generic]:
        kind = np.dtype(self._order + _TYPES[element.attrib["type"]])
        if element.get("format", "ascii") == "ascii":
            words = (element.text or "").split()
            return np.array(words, dtype=kind.newbyteorder("=")) if words else np.zeros(0, kind)
        return np.frombuffer(self._bytes(element), kind)

    def _bytes(self, element: ET.Element) -> bytes:
        """An array's bytes, unpacked."""
        if element.attrib["format"] == "appended":
            at = int(element.attrib["offset"])
            if not 0 <= at <= len(self._appended):
                raise ValueError("an array lies beyond the file")
            stream = _Stream(self._appended[at:], self._is_raw)
        else:
            stream = _Stream("".join((element.text or "").split()).encode("ascii"), False)
        if self._compressor is None:
            size = self._count.itemsize
            return stream.behind(size, self._counts(stream.first(size))[0])
        return self._unpacked(stream)

    def _counts(self, raw: bytes) -> list[int]:
        return [int(count) for count in np.frombuffer(raw, self._count)]

    def _unpacked(self, stream: _Stream) -> bytes:
        """Blocks behind a head: how many, how long each and the last, and how long each is packed."""
        size = self._count.itemsize
        blocks, whole, last = self._counts(stream.first(3 * size))
        if blocks * whole > LARGEST_BYTES or max(blocks, whole, last) > LARGEST_BYTES:
            raise ValueError(f"an array is larger than {LARGEST_BYTES / 1e6:g} MB")
        packed = self._counts(stream.first((3 + blocks) * size))[3:]
        content, at, found = stream.behind((3 + blocks) * size, sum(packed)), 0, []
        for number, length in enumerate(packed):
            expected = last if last and number == blocks - 1 else whole
            found.append(unpacked(content[at : at + length], expected, self._compressor, LARGEST_BYTES))
            at += length
        return b"".join(found)


class _Stream:
    """Bytes of an array: a head, then what it is of; in base64 where the file is not raw."""

    def __init__(self, content: bytes, is_raw: bool) -> None:
        self._content, self._is_raw = content, is_raw

    def first(self, count: int) -> bytes:
        """Return the first bytes."""
        return self._all(self._content, count)

    def behind(self, head: int, count: int) -> bytes:
        """Return so many bytes behind a head, which may be in base64 by itself or together with them."""
        letters = _letters(head)
        if not self._is_raw and (head % 3 == 0 or self._content[:letters].endswith(b"=")):
            return self._all(self._content[letters:], count)
        return self._all(self._content, head + count)[head:]

    def _all(self, content: bytes, count: int) -> bytes:
        raw = content[:count] if self._is_raw else _decoded(content[: _letters(count)])[:count]
        if len(raw) != count:
            raise ValueError(f"an array ends after {len(raw)} of {count} bytes")
        return raw


def _letters(count: int) -> int:
    """Of base64 for so many bytes."""
    return -(-count // 3) * 4


def _decoded(letters: bytes) -> bytes:
    try:
        return base64.b64decode(letters, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
