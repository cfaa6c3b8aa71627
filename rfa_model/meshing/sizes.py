"""The resolutions: how large cells are, by name."""

from __future__ import annotations

from rfa_model.applicators.cell_sizes import MeshSizes
from rfa_model.errors import InputError

RESOLUTIONS: dict[str, MeshSizes] = {
    "draft": MeshSizes(0.14, 0.55, 0.40, 0.50, 1.6, 4.0, 0.75, 12.0, 1.4, 1.3),
    "standard": MeshSizes(0.07, 0.45, 0.26, 0.32, 1.1, 5.0, 0.6, 8.0, 1.2, 1.2),
    "fine": MeshSizes(0.03, 0.35, 0.16, 0.22, 0.65, 6.0, 0.4, 5.0, 0.9, 0.8),
}


def mesh_sizes(resolution: str) -> MeshSizes:
    """Look a resolution up by name; InputError names the known ones."""
    if resolution not in RESOLUTIONS:
        raise InputError(f"resolution {resolution!r} is unknown; choose one of {', '.join(RESOLUTIONS)}")
    return RESOLUTIONS[resolution]
