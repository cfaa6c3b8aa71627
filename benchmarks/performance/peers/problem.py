"""What every solver is handed, what it hands back, and the process in which it does so.

Current in tissue, heat in tissue, tip and shaft, with θ = T − 37 °C:

    ∇·(σ(θ)∇φ) = 0,  φ = 1 on the tip's metal,  φ = 0 on the outer sphere,  no current through the shaft
    ρc ∂θ/∂t = ∇·(k∇θ) + V²σ|∇φ|²,  θ = 0 on the outer sphere,  σ = σ37 (1 + slope·θ)
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

TISSUE, TIP, SHAFT = 1, 2, 3
OUTER, SHAFT_END, TIP_SURFACE = 11, 12, 14
RTOL = 1e-6
"""Every peer's linear systems, of the residual relative to the right-hand side."""
REUSE = 10
"""Steps for which a multigrid hierarchy of the slowly changing electric matrix is kept."""
LONG_S = 60.0
"""A run longer than this is not repeated."""


@dataclass(frozen=True)
class Values:
    """The numbers of the case, SI."""

    electric_conductivity_S_per_m: float
    conductivity_slope_per_C: float
    conductivity_W_per_mK: dict[str, float]
    heat_capacity_J_per_m3K: dict[str, float]
    voltage_V_rms: float = 14.0
    body_C: float = 37.0
    duration_s: float = 60.0
    domain_radius_m: float = 0.04


@dataclass(frozen=True)
class Mesh:
    """Linear tetrahedra in metres with the tags above; ``edges`` (E, 2) are pairs of vertices."""

    points: np.ndarray
    tets: np.ndarray
    tet_tags: np.ndarray
    triangles: np.ndarray
    triangle_tags: np.ndarray
    edges: np.ndarray

    def samples(self, order: int) -> np.ndarray:
        """Where temperatures are handed back: the vertices and, above order 1, the middles of the edges."""
        return self.points if order == 1 else np.vstack([self.points, self.points[self.edges].mean(axis=1)])


@dataclass(frozen=True)
class Choice:
    """What a user may choose: element order and the (largest) step."""

    order: int
    step_s: float
    tolerance_C: float | None = None

    @property
    def name(self) -> str:
        step = f"Δt {self.step_s:g} s" if self.tolerance_C is None else f"error ≤ {self.tolerance_C:g} °C a step"
        return f"order {self.order}, {step}"


@dataclass(frozen=True)
class Answer:
    """Temperature (°C) at the samples at the end, and what it took."""

    temperature_C: np.ndarray
    dofs: int
    steps: int
    iterations: dict[str, int]


def write(path: Path, mesh: Mesh, values: Values) -> None:
    """Hand a case over."""
    np.savez(path, values=json.dumps(asdict(values)), **asdict(mesh))


def read(path: Path) -> tuple[Mesh, Values]:
    """Take it up."""
    with np.load(path) as stored:
        arrays = dict(stored)
    return Mesh(**{k: v for k, v in arrays.items() if k != "values"}), Values(**json.loads(str(arrays["values"])))


def match(coordinates: np.ndarray, points: np.ndarray) -> np.ndarray:
    """For every one of ``points`` the row of ``coordinates`` that lies there."""
    from scipy.spatial import cKDTree

    distance, row = cKDTree(coordinates).query(points)
    if distance.max() > 1e-9:
        raise RuntimeError(f"a node is {distance.max():.2g} m away from its sample")
    return row


def serve(read_mesh: Callable[[Mesh], Any], solve: Callable[[Any, Mesh, Values, Choice], Answer]) -> None:
    """The process: solve once to warm up, then repeatedly; leave the answer as npz with timings.

    ``read_mesh`` is not timed; ``solve`` goes from the tool's mesh to the temperature, spaces and forms included.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("case", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("choice", type=json.loads)
    parser.add_argument("--repeats", type=int, default=5)
    args = parser.parse_args()
    mesh, values = read(args.case)
    choice, native, walls, cpus = Choice(**args.choice), read_mesh(mesh), [], []
    answer = _timed(lambda: solve(native, mesh, values, choice), walls, cpus)
    if walls[0] <= LONG_S and args.repeats > 0:
        walls.clear(), cpus.clear()
        for _ in range(args.repeats):
            answer = _timed(lambda: solve(native, mesh, values, choice), walls, cpus)
    facts = {
        "wall_s": statistics.median(walls),
        "cpu_s": statistics.median(cpus),
        "repeats": len(walls),
        "peak_rss_MiB": peak_rss_MiB(),
        "dofs": answer.dofs,
        "steps": answer.steps,
        "iterations": answer.iterations,
    }
    np.savez(args.out, temperature_C=answer.temperature_C, facts=json.dumps(facts))


def peak_rss_MiB() -> float:
    """This process's largest resident set; ``ru_maxrss`` would begin with that of the process that started it."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024.0


def _timed(work: Callable[[], Answer], walls: list[float], cpus: list[float]) -> Answer:
    wall, cpu = time.perf_counter(), time.process_time()
    answer = work()
    walls.append(time.perf_counter() - wall)
    cpus.append(time.process_time() - cpu)
    print(f"{walls[-1]:.1f} s", file=sys.stderr, flush=True)
    return answer
