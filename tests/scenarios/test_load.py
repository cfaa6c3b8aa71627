"""Many runs in one process: nothing is lost, and equal runs give equal numbers."""

import pytest

from benchmarks.load import in_turn, lesion_mm3
from rfa_model import Workspace


@pytest.mark.slow
def test_a_dozen_runs_hold_no_more_than_the_first_few_and_agree_to_the_bit():
    found = in_turn(12, lambda n: lesion_mm3(n, duration_s=2.0), warm=4)
    assert found["lost"] == []
    assert found["same"]


def test_a_dozen_runs_that_share_a_workspace_hold_no_more_than_the_first_few_and_agree_to_the_bit():
    kept = Workspace(same_numbers=True)
    found = in_turn(12, lambda n: lesion_mm3(n, kept, 2.0), warm=4)
    assert found["lost"] == []
    assert found["same"]
