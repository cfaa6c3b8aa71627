"""From the scenario's words to an anatomy."""

from __future__ import annotations

from typing import Any

from rfa_model.anatomy.base import Anatomy
from rfa_model.errors import InputError


def build_anatomy(model: Any) -> Anatomy:
    """Build the anatomy a scenario asks for.

    Parameters
    ----------
    model : object
        With `kind` "homogeneous" (and `tissue`) or "lumbar_medial_branch" (and `level`, `side`,
        `nerve_diameter_mm`, `nerve_bone_gap_mm`).

    Raises
    ------
    InputError
        If the kind is unknown or a parameter is out of range.
    """
    if model.kind not in _BUILDERS:
        raise InputError(f"anatomy.kind: no anatomy {model.kind!r}; choose one of {', '.join(_BUILDERS)}")
    return _BUILDERS[model.kind](model)


def _homogeneous(model: Any) -> Anatomy:
    from rfa_model.anatomy.homogeneous import HomogeneousAnatomy

    return HomogeneousAnatomy(model.tissue)


def _lumbar(model: Any) -> Anatomy:
    from rfa_model.anatomy.lumbar import LumbarLevel

    return LumbarLevel(model.level, model.side, model.nerve_diameter_mm, model.nerve_bone_gap_mm)


_BUILDERS = {"homogeneous": _homogeneous, "lumbar_medial_branch": _lumbar}
