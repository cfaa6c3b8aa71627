"""Which arrays a surrogate's file has, of which shapes, and what is wrong with those of a file that was changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from rfa_model.studies.surrogate.inputs import POSE
from rfa_model.studies.surrogate.surroundings import PARTS, TISSUES

FloatArray = NDArray[np.float64]
Shapes = dict[str, tuple[int | str, ...]]
MOST_TRIALS, MOST_THETA = 20_000, 30.0
MODES_OF = "modes of "

SHAPES: Shapes = {
    "frame": (4, 3),
    "start_rotation": (3, 3),
    "start_mm": (3,),
    "contacts_mm": (3, 3),
    "mean": ("d",),
    "spread": ("d",),
    "shape": ("p", "p"),
    "x": ("n", "v"),
    "edge/mean": ("L",),
    "edge/modes": ("e", "L"),
    "edge/y": ("n", "e"),
    "edge/theta": ("e", "h"),
    "temperature/mean": ("N",),
    "temperature/modes": ("t", "N"),
    "temperature/y": ("n", "t"),
    "temperature/theta": ("t", "h"),
    "damage/mean": ("N",),
    "damage/modes": ("w", "N"),
    "damage/y": ("n", "w"),
    "damage/theta": ("w", "h"),
    "nodes_mm": ("N", 3),
    "warm": ("t+1", "L"),
    "volume/y": ("n", 1),
    "volume/theta": (1, "h"),
    "lattice_mm": (3,),
    "target_mm": ("P", 3),
}
RESTING: Shapes = {
    "bone/low_mm": (3,), "bone/values": ("X", "Y", "Z"), "bone/needle_mm": ("S", 3), "bone/away": (3,)
}  # fmt: skip
CANAL: Shapes = {
    "canal/low_mm": (3,), "canal/values": ("I", "J", "K"), "canal/needle_mm": ("Q", 3)
}  # fmt: skip
NERVES: Shapes = {"nerves/low_mm": (3,), "nerves/values": ("U", "V", "W")}
"""Arrays of a probe by name; a letter is a size that all arrays with it share."""


def shapes_of(spared: Iterable[str], *, bone: bool, canal: bool, nerves: bool) -> Shapes:
    """Shapes of a probe's arrays, by the names of the structures to be spared and what there is beside."""
    found = SHAPES | {f"spared/{name}": (f"R {name}", 3) for name in spared}
    found |= (RESTING if bone else {}) | (CANAL if canal else {}) | (NERVES if nerves else {})
    for name in (name for name, there in (("bone", bone), ("nerves", nerves)) if there):
        size = PARTS * len(TISSUES[name].shells_mm)
        found |= {f"{name}/about/mean": (size,), f"{name}/about/modes": (MODES_OF + name, size)}
    return found


def checked_array(values: NDArray[np.generic], shape: tuple[int | str, ...], sizes: dict[str, int]) -> FloatArray:
    """An array of the shape told, finite, in double precision; its letters' sizes are those of every other's."""
    if values.dtype.kind != "f" or values.ndim != len(shape):
        raise ValueError("shape")
    for size, wanted in zip(values.shape, shape, strict=True):
        if isinstance(wanted, str) and "+" in wanted:
            wanted = sizes[wanted.split("+")[0]] + 1
        if size != (sizes.setdefault(wanted, size) if isinstance(wanted, str) else wanted):
            raise ValueError("shape")
    if not np.isfinite(values).all():
        raise ValueError("not finite")
    return np.asarray(values, dtype=float)


def check_sizes(arrays: Mapping[str, FloatArray], sizes: Mapping[str, int], further: int) -> None:
    """Raise ValueError where arrays do not belong together; ``further`` is the number of inputs beside the pose."""
    thetas = [values for name, values in arrays.items() if name.endswith("/theta")]
    sound = 0 < sizes["n"] <= MOST_TRIALS and sizes["h"] == sizes["v"] + 2
    sound &= int((arrays["spread"] > 0).sum()) == sizes["v"] and sizes["P"] > 0
    sound &= sizes["d"] == len(POSE) + further + sum(size for name, size in sizes.items() if name.startswith(MODES_OF))
    if not sound or max(float(np.abs(values).max(initial=0.0)) for values in thetas) > MOST_THETA:
        raise ValueError("sizes")
