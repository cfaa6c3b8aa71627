"""A made-up solved arm with known answers: quadratic tetrahedra round a probe, fields known functions.

The lesion Omega >= 1 is everything within ``lesion_radius_mm`` of the active tip's middle (a ball), minus the probe.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from rfa_model import library
from rfa_model.applicators.pose import Pose
from rfa_model.metrics.data import ArmData, FieldSeries, History

# Kuhn's six tetrahedra of the unit cube: conforming from cube to cube. Corner i has x, y, z bits i & 1, i & 2, i & 4.
_KUHN = np.array([[0, 1, 3, 7], [0, 1, 7, 5], [0, 5, 7, 4], [0, 3, 2, 7], [0, 6, 4, 7], [0, 2, 6, 7]])
_MIDPOINTS = np.array([[0, 1], [1, 2], [0, 2], [0, 3], [1, 3], [2, 3]])


def cube_tets(low: float, high: float, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Points (N, 3) and tetrahedra (6n³, 4) of the cube [low, high]³, n cubes per side."""
    line = np.linspace(low, high, n + 1)
    z, y, x = np.meshgrid(line, line, line, indexing="ij")
    points = np.column_stack([x.ravel(), y.ravel(), z.ravel()])
    k, j, i = (index.ravel() for index in np.meshgrid(*[np.arange(n)] * 3, indexing="ij"))
    row = n + 1
    corners = np.stack([i + (b & 1) + row * (j + (b >> 1 & 1) + row * (k + (b >> 2))) for b in range(8)], axis=1)
    return points, corners[:, _KUHN].reshape(-1, 4)


def to_quadratic(points: np.ndarray, tets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Add edge midpoints: points (N', 3) and cells (M, 10) in VTK quadratic-tetra order."""
    edges = np.sort(tets[:, _MIDPOINTS].reshape(-1, 2), axis=1)
    unique, inverse = np.unique(edges, axis=0, return_inverse=True)
    middle = points[unique].mean(axis=1)
    return np.vstack([points, middle]), np.hstack([tets, len(points) + inverse.reshape(-1, 6)])


def synthetic_arm(
    name: str = "conventional",
    probe: Any = None,
    pose: Pose | None = None,
    *,
    lesion_radius_mm: float = 4.0,
    half_width_mm: float = 12.0,
    n: int = 16,
    snapshots: int = 6,
    duration_s: float = 100.0,
    log_damage: Callable[[np.ndarray], np.ndarray] | None = None,
) -> ArmData:
    """An arm whose temperature falls off from the tip's middle and whose ln Omega is linear in the distance from it.

    ln Omega(r, t) = 2 (lesion_radius_mm - r) + ln(t / duration_s); T = 37 + 45 exp(-r / 5) t / duration_s.
    ``log_damage`` (points in the probe frame -> final ln Omega) takes the place of the ball.
    """
    probe = probe if probe is not None else library.probes()["conventional_18g_10mm"]
    pose = pose if pose is not None else Pose(np.eye(3), np.zeros(3))
    centre = np.array([0.0, 0.0, 0.5 * probe.tip_length_mm])
    corner_points, tets = cube_tets(-half_width_mm, half_width_mm, n)
    q, cells = to_quadratic(corner_points + centre, tets)

    middle = q[cells[:, :4]].mean(axis=1)
    in_probe = probe.applicator().distance_mm(middle) < 0
    region = np.where(in_probe, np.where(middle[:, 2] < probe.tip_length_mm, 1, 2), 0).astype(np.int8)
    tissue = np.where(in_probe, -1, middle[:, 0] > 6.0).astype(np.int16)

    r = np.linalg.norm(q - centre, axis=1)
    times = np.linspace(0.0, duration_s, snapshots)
    share = times / duration_s
    rise = 45.0 * np.exp(-r / 5.0)
    damage_final = np.exp(2.0 * (lesion_radius_mm - r) if log_damage is None else log_damage(q))
    fields = FieldSeries(
        points_mm=pose.to_patient(q),
        cells=cells,
        cell_region=region,
        cell_tissue=tissue,
        tissue_names=("muscle", "fat"),
        times_s=times,
        temperature_C=(37.0 + share[:, None] * rise).astype(np.float32),
        damage=(share[:, None] * damage_final).astype(np.float32),
        peak_temperature_C=37.0 + rise,
        cem43_min=240.0 * damage_final,
        damage_final=damage_final,
        unit_potential=1.0 / np.maximum(r, 1.0),
        further_damage={"three_state": (share[:, None] * damage_final).astype(np.float32)},
        further_damage_final={"three_state": damage_final},
    )
    steps = np.linspace(0.0, duration_s, 51)
    history = History(
        {
            "time_s": steps,
            "voltage_V_rms": np.full(51, 20.0),
            "current_A_rms": np.full(51, 0.2),
            "power_W": np.full(51, 4.0),
            "impedance_ohm": 100.0 - 0.1 * steps,
            "sensor_C": 37.0 + 43.0 * steps / duration_s,
            "set_point_C": np.full(51, 80.0),
            "max_C": 37.0 + 45.0 * steps / duration_s,
            "lesion_arrhenius_mm3": 268.0 * steps / duration_s,
        }
    )
    return ArmData(
        name=name,
        probe=probe,
        pose=pose,
        placement={"approach": "parallel", "offset_mm": [0.0, 0.0, 0.0]},
        fields=fields,
        history=history,
        mesh_info={"dofs": len(q), "cells": len(cells), "min_quality": 0.3, "from_cache": False},
        solver_info={
            "steps": 50,
            "rejected_steps": 1,
            "electric_solves": 20,
            "preconditioner_fallbacks": 0,
            "wall_s": 1.5,
        },
        balance={
            "power_residual": 1e-4,
            "energy_residual": 2e-4,
            "conductivity_lag": 1e-3,
            "conductivity_lag_at_s": 4.0,
            "pad_current": None,
        },
        cutoff=None,
    )
