"""An arm of several lesions that was stopped, in a lesion or between two, goes on and ends as one that was not."""

import json

import numpy as np
import pytest

from rfa_model.errors import InputError
from rfa_model.plan import Plan
from rfa_model.scenario import parse_scenario
from rfa_model.solver import state_file
from rfa_model.solver.state_file import read_stamp
from rfa_model.treatment import Checkpoint
from rfa_model.treatment.checkpoint import OutOfTime

STRIP = """\
title: strip
anatomy: {kind: homogeneous, tissue: muscle}
numerics: {resolution: draft, element_order: 1, snapshot_interval_s: 1}
criteria: [arrhenius, three_state_dead, isotherm_50C]
arms:
  strip:
    probe: conventional_22g_5mm
    pull_back: {step_mm: 4, count: 3}
    protocol: [{hold: {temperature_C: 80, duration_s: 1}}]
"""


class Stopping(Checkpoint):
    """A wall time that is over after so many looks at the clock."""

    looks = 0

    def is_over(self) -> bool:
        type(self).looks -= 1
        return self.looks < 0


def attempt(path, looks: int):
    """One attempt: the solution, or None once the time is over."""
    Stopping.looks = looks
    treatment = Plan.of(parse_scenario(STRIP)).treatment("strip")
    try:
        return treatment.solve(checkpoint=Stopping(path, {}, resume=True, every_s=0.0))
    except OutOfTime as stopped:
        ((_, time_s, duration_s),) = stopped.reached
        assert duration_s == 3.0
        assert time_s == read_stamp(path, 1)["time_s"] > 0.0
        return None


def bits(solution) -> dict[str, object]:
    """All numbers of an arm but wall times."""
    arm = solution.arm
    summary = solution.metrics.to_summary()
    summary["solver"].pop("wall_s")
    found = {"summary": json.dumps(summary), **arm.history.columns, "temperature": arm.fields.temperature_C}
    for n, one in enumerate(arm.increments):
        found |= {f"{n}/{name}": getattr(one, name) for name in ("damage", "peak_temperature_C", "cem43_min", "cells")}
        found |= {f"{n}/{name}": omega for name, omega in one.further_damage.items()}
    return found


@pytest.fixture(scope="module")
def whole():
    return bits(Plan.of(parse_scenario(STRIP)).treatment("strip").solve())


def test_every_attempt_comes_further_and_the_end_is_the_same_to_the_bit(whole, tmp_path):
    path, reached = tmp_path / "strip.npz", []
    while (solution := attempt(path, 3)) is None:
        stamp = read_stamp(path, 1)
        reached.append((stamp["lesion"], stamp["time_s"]))
        assert len(reached) < 60
    assert reached == sorted(set(reached), key=lambda one: one[1])
    assert {1, 2} <= {lesion for lesion, _ in reached}
    found = bits(solution)
    assert found.keys() == whole.keys()
    assert [name for name in whole if not np.array_equal(found[name], whole[name], equal_nan=name != "summary")] == []


def test_between_two_lesions_the_first_is_written_before_the_second_is_begun(whole, tmp_path):
    path = tmp_path / "strip.npz"
    steps = int(np.searchsorted(whole["time_s"], 1.0)) - 1
    assert attempt(path, steps) is None
    assert read_stamp(path, 1)["lesion"] == 1
    assert read_stamp(path, 1)["time_s"] == 1.0
    # A wall time that is over at once: one step of the second.
    assert attempt(path, 0) is None
    assert read_stamp(path, 1)["lesion"] == 2
    assert 1.0 < read_stamp(path, 1)["time_s"] < 1.5


def test_what_an_older_version_left_is_refused_with_the_cure(tmp_path, monkeypatch):
    path = tmp_path / "strip.npz"
    monkeypatch.setattr(state_file, "VERSION", 3)
    assert attempt(path, 0) is None
    monkeypatch.undo()
    with pytest.raises(InputError, match="is of version 3, this program reads 8; without --resume the arm begins anew"):
        attempt(path, 6)


def test_what_another_run_has_made_is_no_part_of_this_one(tmp_path):
    path = tmp_path / "strip.npz"
    other = STRIP.replace("temperature_C: 80, duration_s: 1", "temperature_C: 70, duration_s: 0.2")
    first = Plan.of(parse_scenario(other)).treatment("strip")
    while not path.exists() or read_stamp(path, 1)["lesion"] < 2:
        Stopping.looks = 0
        with pytest.raises(OutOfTime):
            first.solve(checkpoint=Stopping(path, {}, resume=True, every_s=0.0))
    with pytest.raises(InputError, match="holds lesions of another run than arm 'strip'; without --resume the arm"):
        attempt(path, 6)
