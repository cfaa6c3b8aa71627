"""The sensor's tube in the bore of a hollow needle: a fin, exactly."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from rfa_model._fenics import dolfinx
from rfa_model.applicators.needle import FILLINGS, STEEL
from rfa_model.applicators.sensor_tube import SensorTube
from rfa_model.assurance.verification.case import Case
from rfa_model.assurance.verification.outcome import CaseOutcome, Check
from rfa_model.assurance.verification.tools.boxes import box
from rfa_model.solver.tube_sensor import TubeSensor

# A needle in a box of metal: along z, its sensor where the tube's closed end is.
SIZE_M, CELLS = (2e-3, 2e-3, 40e-3), (3, 3, 20)
END_M = np.array([1e-3, 1e-3, 2e-3])
TUBE_MM = 0.4
BORES_MM = {"16G": 1.193, "18G": 0.838, "20G": 0.604, "22G": 0.414}
HOT_C, COLD_C, STEP_LAYERS = 80.0, 40.0, 6
# Linear elements of 0.2 mm along the tube: (m h)²/24 of what decays, m below 1/mm with air.
TOLERANCE_C = 0.05

MATHS = r"""
The tube conducts $K=k_s\pi r_s^2$ along itself and takes $G=2\pi k_f/\ln(a/r_s)$ per length and kelvin from the bore's
wall, so that $KT''+G(T_w-T)=0$, with $T'=0$ at its closed end; $m^2=G/K$.

* A wall that climbs evenly, $T_w=T_0+sz$, over a tube of length $L$: $T(0)=T_0+(s/m)\tanh(mL/2)$.
* A wall at $T_h$ up to $z_1$, at $T_c$ from $z_2$ on and straight between: the closed end is low by
  $(T_h-T_c)(e^{-mz_1}-e^{-mz_2})/m(z_2-z_1)$ where $mL\gg1$; a tube held at the cold wall's temperature at $z_1$ would
  be low by $(T_h-T_c)/\cosh mz_1$, about twice as much.

A steel tube of 0.4 mm in the bores of regular tubing with air, $z_1=10$ and $z_2=12$ mm.
""".strip()


def _fin(quick: bool) -> CaseOutcome:
    V = dolfinx.fem.functionspace(box(SIZE_M, CELLS), ("Lagrange", 1))
    z = V.tabulate_dof_coordinates()[:, 2] - END_M[2]
    layer_m = SIZE_M[2] / CELLS[2]
    # The sensor lies on a layer's face, so that the step begins and ends on faces too.
    begins, ends = (STEP_LAYERS - 1) * layer_m, STEP_LAYERS * layer_m
    step = np.where(z < begins + 0.5 * layer_m, HOT_C, COLD_C)
    outcome = CaseOutcome()
    for gauge, bore_mm in BORES_MM.items():
        # Closed end insulated: what is ahead of it is left out.
        tube = replace(
            SensorTube.concentric(STEEL, FILLINGS["air"], TUBE_MM, bore_mm, 1.0, 0.5), end_coupling_W_per_K=0.0
        )
        sensor, m = TubeSensor(V, END_M, tube), tube.decay_per_m
        length = float(sensor.heights_m[-1])
        climbing = 1e3 / m * math.tanh(0.5 * m * length)
        low = (HOT_C - COLD_C) * (math.exp(-m * begins) - math.exp(-m * ends)) / (m * (ends - begins))
        outcome.checks += [
            Check(f"{gauge}, wall climbing by 1 °C/mm", climbing, sensor.read(1e3 * z), TOLERANCE_C, "°C", "absolute"),
            Check(f"{gauge}, hot wall, cold shaft", HOT_C - low, sensor.read(step), TOLERANCE_C, "°C", "absolute"),
        ]
    return outcome


CASES = (Case("sensor-tube", "Needles as built", "A sensor's tube is a fin in the needle's bore", MATHS, _fin),)
