"""Curves and points drawn by hand: 3D Slicer markups (.mrk.json, .fcsv), CSV and VTP, as points in LPS, mm."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np

from rfa_model.anatomy.base import FloatArray
from rfa_model.anatomy.readers.frames import Units, to_lps
from rfa_model.anatomy.readers.volumes import check_readable
from rfa_model.anatomy.readers.vtp import read_vtp
from rfa_model.errors import InputError

MOST_BYTES = 20_000_000
LEAST_POINTS = 2
SYSTEMS = {"LPS": "LPS", "RAS": "RAS", "0": "RAS", "1": "LPS"}


def read_points(path: Path, axes: str, units: Units = "mm") -> FloatArray:
    """Read a curve's points, in order, shape (n, 3).

    Parameters
    ----------
    path : Path
    axes, units
        Of a CSV or a VTP that says nothing; a markups file names its own.

    Raises
    ------
    InputError
        If it cannot be read, or holds fewer than two points.
    """
    check_readable(path)
    if path.stat().st_size > MOST_BYTES:
        raise InputError(f"{path}: is larger than {MOST_BYTES / 1e6:g} MB, expected a curve of some points")
    name = path.name.lower()
    try:
        if name.endswith(".json"):
            points = _markups(path)
        elif name.endswith(".fcsv"):
            points = _fcsv(path)
        elif name.endswith((".csv", ".txt")):
            points = _csv(path) @ to_lps(axes, units).T
        elif name.endswith(".vtp"):
            points = _vtp(path, axes, units)
        else:
            raise InputError(f"{path}: expected a curve: .mrk.json, .fcsv, .csv or .vtp")
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError, RecursionError) as error:
        raise InputError(f"{path}: cannot be read as a curve ({type(error).__name__}: {error})") from None
    if points.ndim != 2 or points.shape[1] != 3 or len(points) < LEAST_POINTS or not np.isfinite(points).all():
        raise InputError(f"{path}: expected at least {LEAST_POINTS} points of three numbers each")
    return points


def _system(path: Path, word: str) -> FloatArray:
    if word not in SYSTEMS:
        raise InputError(f"{path}: says coordinate system '{word}', expected LPS or RAS; save it again in 3D Slicer")
    return to_lps(SYSTEMS[word])


def _markups(path: Path) -> FloatArray:
    data = json.loads(path.read_text(encoding="utf-8"))
    markups = data["markups"]
    if len(markups) != 1:
        raise InputError(f"{path}: holds {len(markups)} markups, expected one curve; save it by itself")
    (one,) = markups
    unit = one.get("coordinateUnits", "mm")
    if "mm" not in str(unit):
        raise InputError(f"{path}: counts in '{unit}', expected mm")
    points = [p["position"] for p in one["controlPoints"] if p.get("positionStatus", "defined") == "defined"]
    matrix = _system(path, str(one.get("coordinateSystem", "LPS")))
    return np.array(points, dtype=float).reshape(-1, 3) @ matrix.T


def _fcsv(path: Path) -> FloatArray:
    lines = path.read_text(encoding="utf-8").splitlines()
    said = [line.partition("=")[2].strip() for line in lines if line.startswith("#") and "CoordinateSystem" in line]
    if not said:
        raise InputError(f"{path}: names no CoordinateSystem; save it again in 3D Slicer")
    rows = csv.reader(line for line in lines if line.strip() and not line.startswith("#"))
    points = np.array([[float(value) for value in row[1:4]] for row in rows]).reshape(-1, 3)
    return points @ _system(path, said[0]).T


def _csv(path: Path) -> FloatArray:
    rows = [row for row in csv.reader(path.read_text(encoding="utf-8").splitlines()) if row]
    if rows and not _is_number(rows[0][0]):
        rows = rows[1:]
    return np.array([[float(value) for value in row[:3]] for row in rows]).reshape(-1, 3)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _vtp(path: Path, axes: str, units: Units) -> FloatArray:
    found = read_vtp(path)
    return found.points[found.line()] @ to_lps(found.space or axes, units).T
