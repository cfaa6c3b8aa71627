"""One size of the growth benchmark, alone in its process: its size and how many steps."""

import contextlib
import dataclasses
import json
import sys
import time
from typing import Any

import numpy as np

from benchmarks.performance.peers.problem import peak_rss_MiB
from rfa_model import library
from rfa_model._fenics import MPI
from rfa_model.applicators.cell_sizes import MeshSizes
from rfa_model.generator import Generator, PhaseRun
from rfa_model.generator.controllers import ConstantVoltage, IdealControl, SetPoint
from rfa_model.meshing.applicator_mesh import ApplicatorMesh
from rfa_model.meshing.arrays import MeshArrays
from rfa_model.meshing.cache import cached_path, mesh_hash
from rfa_model.meshing.distribute import distribute
from rfa_model.meshing.generate import generate_mesh
from rfa_model.meshing.groups import groups_of
from rfa_model.meshing.msh_file import read_msh, write_msh
from rfa_model.meshing.sizes import RESOLUTIONS
from rfa_model.physics.laws import TissueLaws
from rfa_model.physics.materials import mix
from rfa_model.scenario import Body
from rfa_model.solver.build import build_current, build_heat
from rfa_model.solver.domain import Domain
from rfa_model.solver.linear_systems import LinearSystems
from rfa_model.solver.sensor import PointSensor
from rfa_model.solver.state import State
from rfa_model.solver.stepping import StepSize
from rfa_model.solver.transient import Transient

PROBE, RADIUS_MM, LIMITS = "conventional_18g_10mm", 40.0, Generator()
LENGTHS = ("edge_mm", "tip_mm", "near_mm", "far_mm", "shaft_radii", "bore_radii", "edge_growth", "growth", "far_growth")


class Enough(Exception):
    """As many steps as were wanted."""


def sizes(name: str) -> MeshSizes:
    """A resolution by name, or ``fine`` with every cell scaled by a factor."""
    if name in RESOLUTIONS:
        return RESOLUTIONS[name]
    fine = RESOLUTIONS["fine"]
    return dataclasses.replace(fine, **{length: float(name) * getattr(fine, length) for length in LENGTHS})


def mesh(name: str) -> MeshArrays:
    """The mesh from the cache, or a new one."""
    applicator, wanted = library.probes()[PROBE].applicator(), sizes(name)
    path = cached_path(mesh_hash(applicator, wanted, RADIUS_MM))
    if not path.is_file():
        write_msh(generate_mesh(applicator, wanted, RADIUS_MM), path)
    return dataclasses.replace(read_msh(path), groups=groups_of(applicator))


def transient(domain: Domain, observer: Any) -> Transient:
    """The needle in perfused muscle with every law on."""
    applicator, laws = library.probes()[PROBE].applicator(), TissueLaws()
    materials = mix(np.ones((len(domain.cells["tissue"]), 1)), ("muscle",), library.tissues(), 2.26e6)
    systems = LinearSystems.of(domain, 1e-3 * RADIUS_MM)
    heat = build_heat(systems, materials, applicator, laws, Body())
    current = build_current(systems, materials, laws.electric_conductivity)
    sensor = PointSensor(domain.tables.V, applicator.control_sensors[0].position_m)
    step = StepSize(0.1, 0.05, 10.0)
    return Transient("growth", heat, current, sensor, laws.damage, np.inf, step, [observer], systems.heat_solver)


def measure(name: str, steps: int) -> dict[str, Any]:
    """Seconds, iterations and memory."""
    arrays = mesh(name)
    groups = distribute(arrays, MPI.COMM_WORLD)
    before_MiB, times = peak_rss_MiB(), []
    domain = Domain.of(ApplicatorMesh(*groups, arrays.groups, 1.0, True, cached_path("")), 2)

    def observe(report: Any, before: State | None, curve: Any) -> None:
        times.append((time.perf_counter(), time.process_time()))
        if len(times) == steps + 2:  # one for the start, one for the first step
            raise Enough

    made = transient(domain, observe)
    ramp = PhaseRun("ramp", 15.0, lambda reading, _: IdealControl(SetPoint(reading, 80.0, 15.0), LIMITS))
    rest = State.at_rest(np.full(domain.tables.local_size, 37.0))
    with contextlib.suppress(Enough):
        made.run(rest, [ramp], lambda: ConstantVoltage(0.0, LIMITS))
    electric, heat = made.current.solver, made.stages.linear
    return {
        "size": name,
        "dofs": domain.dofs,
        "cells": domain.cell_count,
        "steps": steps,
        "step_s": (times[-1][0] - times[1][0]) / steps,
        "step_cpu_s": (times[-1][1] - times[1][1]) / steps,
        "rejected": made.step.rejected,
        "electric_iterations": electric.iterations / electric.solves,
        "heat_iterations": heat.iterations / heat.solves,
        "peak_MiB": peak_rss_MiB(),
        "bytes_per_dof": (peak_rss_MiB() - before_MiB) * 1024.0**2 / domain.dofs,
    }


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
