"""Numbers and pictures as text inside one file: typed arrays for plotly.js, images as data URIs, JSON in a script."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, UnidentifiedImageError

from rfa_model.errors import InputError

Typed = dict[str, str]
Triangles = dict[str, Typed]
PICTURE_QUALITY = 90  # of WebP: text stays crisp at a third of the PNG's size


def typed(values: ArrayLike, dtype: str = "f4") -> Typed:
    """A one-dimensional array in the form plotly.js decodes: little-endian bytes in base64 with their type."""
    array = np.ascontiguousarray(np.asarray(values).ravel(), dtype=np.dtype(dtype).newbyteorder("<"))
    return {"dtype": dtype, "bdata": base64.b64encode(array.tobytes()).decode("ascii")}


def triangles(points_mm: ArrayLike, faces: NDArray[np.integer]) -> Triangles:
    """Coordinates and corners of a triangle mesh, points (N, 3) and faces (M, 3), as plotly's Mesh3d takes them."""
    kind = "u2" if np.max(faces, initial=0) < 2**16 else "u4"
    x, y, z = (typed(column) for column in np.asarray(points_mm).T)
    i, j, k = (typed(column, kind) for column in np.asarray(faces).T)
    return {"x": x, "y": y, "z": z, "i": i, "j": j, "k": k}


def script_json(content: Mapping[str, object]) -> str:
    """JSON that may stand inside a script element."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("</", "<\\/").replace("<!--", "<\\u0021--")


def image_uri(path: Path) -> tuple[str, tuple[int, int]]:
    """A picture as data URI, with its width and height in pixels; InputError if it is damaged."""
    try:
        with Image.open(path) as image:
            stream = io.BytesIO()
            image.convert("RGB").save(stream, format="WEBP", quality=PICTURE_QUALITY)
            return data_uri(stream.getvalue(), "image/webp"), image.size
    except (OSError, UnidentifiedImageError) as error:
        raise InputError(f"{path}: not a readable picture ({error}); run the scenario again") from None


def data_uri(content: bytes, media_type: str) -> str:
    """Bytes as a data URI."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"
