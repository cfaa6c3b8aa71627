"""A glTF 2.0 scene in one binary file (.glb): every part a named node with its own coloured material.

glTF has y up and counts metres; the parts keep their millimetres (LPS) and hang below one node that turns and scales
them: x to the patient's left, y to the head, z to the front. VTK's exporter gives neither names nor .glb,
and takes ten times as long (1.1 s for the flagship's 13 parts, in a render window).
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.colors import to_rgb
from numpy.typing import NDArray

from rfa_model.exports.parts import Part

FLOAT, UNSIGNED_INT = 5126, 5125
VERTICES, INDICES = 34962, 34963
M_PER_MM = 1e-3
LPS_MM_TO_GLTF_M = M_PER_MM * np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])


def write_glb(title: str, parts: Sequence[Part], path: Path) -> Path:
    """Write the parts as one scene."""
    document, binary = _scene(title, parts)
    text = json.dumps(document, ensure_ascii=False).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(binary), b"BIN\0") + binary
    path.write_bytes(struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks)
    return path


def _scene(title: str, parts: Sequence[Part]) -> tuple[dict[str, object], bytes]:
    binary = bytearray()
    views: list[dict[str, int]] = []
    accessors: list[dict[str, object]] = []

    def stored(values: NDArray[np.generic], kind: str, component: int, target: int, **more: object) -> int:
        data = np.ascontiguousarray(values).tobytes()
        views.append({"buffer": 0, "byteOffset": len(binary), "byteLength": len(data), "target": target})
        accessors.append(
            {"bufferView": len(views) - 1, "componentType": component, "count": len(values), "type": kind, **more}
        )
        binary.extend(data)
        return len(accessors) - 1

    meshes = []
    for index, part in enumerate(parts):
        points = part.points_mm.astype(np.float32)
        normals = part.mesh().compute_normals(auto_orient_normals=False, split_vertices=False, cell_normals=False)
        bounds = {"min": points.min(axis=0).tolist(), "max": points.max(axis=0).tolist()}
        attributes = {
            "POSITION": stored(points, "VEC3", FLOAT, VERTICES, **bounds),
            "NORMAL": stored(normals.point_data["Normals"].astype(np.float32), "VEC3", FLOAT, VERTICES),
        }
        corners = stored(part.triangles.astype(np.uint32).ravel(), "SCALAR", UNSIGNED_INT, INDICES)
        meshes.append(
            {"name": part.name, "primitives": [{"attributes": attributes, "indices": corners, "material": index}]}
        )
    turn = np.eye(4)
    turn[:3, :3] = LPS_MM_TO_GLTF_M
    nodes: list[dict[str, object]] = [{"name": part.name, "mesh": index} for index, part in enumerate(parts)]
    nodes.append({"name": title, "matrix": turn.T.ravel().tolist(), "children": list(range(len(parts)))})
    return {
        "asset": {"version": "2.0", "generator": "rfa-model"},
        "scene": 0,
        "scenes": [{"name": title, "nodes": [len(parts)]}],
        "nodes": nodes,
        "meshes": meshes,
        "materials": [_material(part) for part in parts],
        "accessors": accessors,
        "bufferViews": views,
        "buffers": [{"byteLength": len(binary)}],
    }, bytes(binary)


def _material(part: Part) -> dict[str, object]:
    """Matt paint of the part's colour, which glTF wants in linear light."""
    shade = [
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in to_rgb(part.colour)
    ]
    surface = {"baseColorFactor": [*shade, part.opacity], "metallicFactor": 0.0, "roughnessFactor": 0.6}
    look: dict[str, object] = {"name": part.name, "pbrMetallicRoughness": surface, "doubleSided": True}
    return look | {"alphaMode": "BLEND"} if part.opacity < 1.0 else look
