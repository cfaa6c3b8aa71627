"""Every verification case holds: the quick form in ordinary runs, the full one among the slow tests."""

import pytest

from rfa_model.assurance.verification.case import Found
from rfa_model.assurance.verification.cases import all_cases
from rfa_model.assurance.verification.run import run_cases
from rfa_model.assurance.verification.tables import tables

CASES = all_cases()
QUICK = [name for name, case in CASES.items() if case.quick]


@pytest.fixture(scope="module")
def quick() -> dict[str, Found]:
    return {found.case.name: found for found in run_cases(quick=True)}


@pytest.mark.parametrize("name", QUICK)
def test_quick_case_holds(name: str, quick: dict[str, Found]) -> None:
    assert quick[name].passed, tables([quick[name]])


def test_quick_cases_take_less_than_three_minutes_on_two_cores(quick: dict[str, Found]) -> None:
    assert sum(found.cpu_s for found in quick.values()) < 2 * 180.0


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_full_case_holds(name: str) -> None:
    (found,) = run_cases(quick=False, patterns=(name,), workers=1)
    assert found.passed, tables([found])
