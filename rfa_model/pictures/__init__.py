"""Pictures from a results folder alone. Importing this is cheap; pyvista and matplotlib load at the first picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rfa_model.pictures.draw import draw_all, draw_arm, draw_comparison

__all__ = ["draw_all", "draw_arm", "draw_comparison"]


def __getattr__(name: str) -> object:
    if name in __all__:
        from rfa_model.pictures import draw

        return getattr(draw, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
