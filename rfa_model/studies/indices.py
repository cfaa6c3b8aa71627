"""What matters: Sobol' indices with bootstrap intervals, Morris' elementary effects, one value at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rfa_model.studies.designs import Morris, OneAtATime, SobolIndices
from rfa_model.studies.designs.screening import problem
from rfa_model.studies.estimators import LEVEL
from rfa_model.studies.needs import needed
from rfa_model.studies.results import StudyResults

FloatArray = NDArray[np.float64]
RESAMPLES = 500
SEED = 1
QUANTITIES = (
    "margin_best_mm", "margin_worst_mm", "lesion_volume_mm3", "lesion_width_mm", "capture", "capture_whole", "harm",
)  # fmt: skip


def indices_of(results: StudyResults) -> dict[str, object]:
    """By arm and quantity, what every value contributes; empty for designs that cannot tell.

    A group of trials of which one failed is left out; ``groups`` says how many were used.
    """
    design = results.planned.study.design
    found: dict[str, object] = {}
    for arm in results.arms:
        spared = [name for name in results.columns if name.endswith(("_max_C", "_clearance_mm"))]
        of_arm = {
            name: one
            for name in (*QUANTITIES, *spared)
            if name in results.columns or name in results.recorder.events()
            if (one := _index(results, arm, name, design)) is not None
        }
        if of_arm:
            found[arm] = of_arm
    return found


def _index(results: StudyResults, arm: str, name: str, design: object) -> dict[str, object] | None:
    known = results.values(arm, name)
    if isinstance(design, SobolIndices):
        return _sobol(results, known, design)
    if isinstance(design, Morris):
        return _morris(results, known, design)
    return _ends(results, known) if isinstance(design, OneAtATime) else None


def _groups(known: dict[int, float], size: int) -> tuple[list[int], FloatArray]:
    """Whole groups of trials, and the values of those."""
    count = 1 + max(known, default=-1) // size
    whole = [g for g in range(count) if all(g * size + k in known for k in range(size))]
    return whole, np.array([known[g * size + k] for g in whole for k in range(size)])


def _sobol(results: StudyResults, known: dict[int, float], design: SobolIndices) -> dict[str, object] | None:
    names = list(results.planned.study.vary)
    groups, values = _groups(known, len(names) + 2)
    if len(groups) < 8 or float(values.std()) == 0.0:
        return None
    # A generator given here keeps the global one alone.
    said = needed("SALib.analyze.sobol").analyze(
        problem(names), values, calc_second_order=False, num_resamples=RESAMPLES, conf_level=LEVEL, seed=SEED
    )
    return {
        "groups": len(groups),
        "first": {n: _with(said["S1"][k], said["S1_conf"][k]) for k, n in enumerate(names)},
        "total": {n: _with(said["ST"][k], said["ST_conf"][k]) for k, n in enumerate(names)},
    }


def _morris(results: StudyResults, known: dict[int, float], design: Morris) -> dict[str, object] | None:
    names = list(results.planned.study.vary)
    size = len(names) + 1
    groups, values = _groups(known, size)
    if len(groups) < 2:
        return None
    every = design.points(names)
    points = np.concatenate([every[g * size : (g + 1) * size] for g in groups])
    said = needed("SALib.analyze.morris").analyze(
        problem(names), points, values, num_levels=design.levels, num_resamples=RESAMPLES, conf_level=LEVEL, seed=SEED
    )
    return {
        "groups": len(groups),
        "effect": {n: _with(said["mu_star"][k], said["mu_star_conf"][k]) for k, n in enumerate(names)},
        "scatter": {n: float(said["sigma"][k]) for k, n in enumerate(names)},
    }


def _ends(results: StudyResults, known: dict[int, float]) -> dict[str, object] | None:
    """The value of the scenario itself, and the range over which each input moves it."""
    if 0 not in known:
        return None
    draws, moved = results.planned.draws, {}
    for name in results.planned.study.vary:
        those = [known[i] for i, draw in enumerate(draws) if name in draw and i in known]
        if those:
            moved[name] = {"low": min(*those, known[0]), "high": max(*those, known[0])}
    return {"own": known[0], "moved": moved}


def _with(value: float, half: float) -> dict[str, float]:
    return {"value": float(value), "low": float(value - half), "high": float(value + half)}
