"""Lesions of real runs: short and coarse here, the whole grid when slow tests are asked for."""

import numpy as np
import pytest

from rfa_model.applicators.pose import Pose
from rfa_model.assurance.validation import measure
from rfa_model.assurance.validation.bands import bench
from rfa_model.assurance.validation.compare import compare
from rfa_model.assurance.validation.run import solve_grid
from rfa_model.assurance.validation.trials import CRITERIA, RAMP_S, Trial
from rfa_model.metrics.isosurface import TriSurface
from rfa_model.metrics.lesion import ApplicatorFrame
from rfa_model.simulation import simulate

COARSE = {"resolution": "draft", "element_order": 1}
TRIAL = Trial("conventional", 18, 5, 80, 37, 90)
CERTAIN = ("still_growing", "distal_end", "proximal_end", "cooled_tip_length", "water_off_energy", "water_off_length")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """What was read of a run, and the run itself."""
    kept = []

    def keep(scenario, **rest):
        kept.append(simulate(scenario, **rest))
        return kept[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setattr(measure, "simulate", keep)
        yield measure.solve(TRIAL, COARSE), kept[0].arms["bench"]


@pytest.fixture(scope="module")
def solved(run):
    return run[0]


def lesion(solved, hold_s, criterion, after_cooling=False):
    (row,) = (r for r in solved.rows if (r.hold_s, r.criterion, r.after_cooling) == (hold_s, criterion, after_cooling))
    return row.sizes


def test_lesions_grow_and_colder_criteria_enclose_hotter_ones(solved):
    assert not solved.failure
    for criterion in CRITERIA:
        early, late, after = (lesion(solved, *at) for at in ((60, criterion), (90, criterion), (90, criterion, True)))
        for size in ("volume_mm3", "width_mm", "length_mm"):
            assert 0.0 < early[size] < late[size] <= after[size] * (1 + 1e-6)  # snapshots are single precision
    widths = [lesion(solved, 90, f"isotherm_{level}C")["width_mm"] for level in (60, 50, 45)]
    assert widths == sorted(widths)
    assert solved.energy_J[60] < solved.energy_J[90]
    assert abs(solved.energy_residual) < 1e-4


def test_a_reading_is_the_solvers_own_volume_at_that_time(run):
    """Snapshots and history are two ways to the same lesion; the hold's end is a step of both."""
    solved, arm = run
    at = int(abs(arm.history["time_s"] - (RAMP_S + 90.0)).argmin())
    assert arm.history["time_s"][at] == pytest.approx(RAMP_S + 90.0)
    for criterion in CRITERIA:
        expected = arm.history[f"lesion_{criterion}_mm3"][at]
        assert lesion(solved, 90, criterion)["volume_mm3"] == pytest.approx(expected, rel=1e-4), criterion


def test_the_outline_is_as_wide_and_as_long_as_the_lesion(solved):
    segments = solved.outlines[90.0]
    x = [v for s in segments for v in (s[0], s[2])]
    z = [v for s in segments for v in (s[1], s[3])]
    judged = lesion(solved, 90, bench().conditions.judged.criterion)
    assert max(x) - min(x) == pytest.approx(judged["width_mm"], rel=0.1)
    assert max(z) - min(z) == pytest.approx(judged["length_mm"], rel=0.05)


def test_an_empty_surface_has_no_outline():
    nothing = TriSurface(np.empty((0, 3)), np.empty((0, 3), dtype=int), np.empty(0, dtype=bool))
    assert measure.outline(nothing, ApplicatorFrame(Pose.identity(), (0.0, 5.0))) == []


@pytest.mark.slow
def test_the_full_grid_is_solved_and_holds_what_no_choice_of_criterion_could_change():
    run = solve_grid(quick=False, numerics={"resolution": "draft"})
    assert run.failures == []
    found = {one.band.key: one for one in compare(run.solved)}
    certain = (
        "still_growing",
        "distal_end",
        "proximal_end",
        "cooled_tip_length",
        "water_off_energy",
        "water_off_length",
    )
    for key in certain:
        assert not found[key].missed, found[key].judged
