"""An independent axisymmetric solver finds what rfa_model finds (benchmarks/peer_axisymmetric.py)."""

import ast
import math
from pathlib import Path

import numpy as np
import pytest
from skfem import Basis, ElementTriP2

import benchmarks
from benchmarks.meridian import Needle, meridian_mesh
from benchmarks.peer_axisymmetric import compare, report
from benchmarks.peer_comparison import Row, cells, rows, verdict
from benchmarks.peer_runs import Protocol, run_ours, run_peer
from benchmarks.revolution import volume_of_revolution_m3
from benchmarks.timeplan import time_plan

# The promise, at the resolution that makes it.
PROMISE = 0.01
SHORT = Protocol(heating_s=32.0, cooling_s=0.0, times_s=(8.0, 20.0, 32.0))


@pytest.mark.slow
def test_peer_agrees_within_one_per_cent_and_is_converged() -> None:
    found = compare(workers=1)
    assert found.passed, report(found)


def test_a_short_run_at_standard_agrees_with_the_peer() -> None:
    found = rows(run_ours(SHORT, "standard"), run_peer(SHORT, fineness=2.0, longest_step_s=2.0), SHORT)
    apart = [cells(row, PROMISE) for row in found if verdict(row, PROMISE) != "ok"]
    assert len(found) == 17
    assert apart == []


def test_volume_of_revolution_of_a_ball() -> None:
    mesh = meridian_mesh(Needle(0.635, 10.0, 0.635), 40.0, fineness=2.0)
    basis = Basis(mesh, ElementTriP2(), intorder=5)
    r, z = basis.doflocs
    ball = 4.0 / 3.0 * math.pi * 0.008**3
    # The field is quadratic, so only the chords between contour points are off.
    found = volume_of_revolution_m3(basis, -(r**2 + (z - 0.005) ** 2), -(0.008**2))
    assert found == pytest.approx(ball, rel=2e-4)


def test_meridian_encloses_the_tip() -> None:
    mesh = meridian_mesh(Needle(0.635, 10.0, 0.635), 40.0)
    r, z = mesh.p[:, mesh.t[:, mesh.subdomains["tip"]]]
    area = 0.5 * np.abs((r[1] - r[0]) * (z[2] - z[0]) - (r[2] - r[0]) * (z[1] - z[0]))
    exact = 2.0 / 3.0 * math.pi * 0.635**3 + math.pi * 0.635**2 * (10.0 - 0.635)
    assert 1e9 * float(2.0 * math.pi * area @ r.mean(axis=0)) == pytest.approx(exact, rel=1e-4)


def test_time_plan_fills_every_phase() -> None:
    plan = time_plan([(15.0, 60.0), (0.0, 20.0)], 0.5)
    assert sum(step.length_s for step in plan if step.voltage_V_rms > 0.0) == pytest.approx(60.0, abs=1e-9)
    assert sum(step.length_s for step in plan) == pytest.approx(80.0, abs=1e-9)
    assert [step.voltage_V_rms for step in plan if step.restart] == [15.0, 0.0]


def test_a_difference_above_the_tolerance_or_no_number_fails() -> None:
    assert verdict(Row("impedance", "Ω", 101.1, 100.0, 100.0), 0.01) == "FAILED"
    assert verdict(Row("impedance", "Ω", math.nan, 100.0, 100.0), 0.01) == "FAILED"
    assert verdict(Row("impedance", "Ω", 100.9, 100.0, 100.0), 0.01) == "ok"


def test_solver_shares_no_code_with_the_package() -> None:
    folder = Path(benchmarks.__file__).parent
    imported = set()
    for name in ("axisymmetric", "equations", "meridian", "revolution", "timeplan"):
        for node in ast.walk(ast.parse((folder / f"{name}.py").read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module)
            elif isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
    # gmsh's session only opens and closes gmsh.
    assert {name for name in imported if name.startswith(("rfa_model", "dolfinx"))} == {
        "rfa_model.meshing.gmsh_session"
    }
