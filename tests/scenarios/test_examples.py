"""Every program in examples/ answers its own question with the number that its mathematics expects."""

from collections.abc import Iterator
from importlib import import_module

import pytest

from rfa_model.metrics.lesion import LesionMetrics
from tests.unit.project.project_files import ROOT

LONGEST_LINES = 80
# Name: expected, how far off, why.
EXPECTED: dict[str, tuple[float, float, str]] = {
    "smallest_arm": (1.0, 1e-9, "the whole target: the lesion is longer than it and reaches past the nerve"),
    "blood_vessel": (0.79, 0.05, "a cold plane in the vessel's place would leave half of it, and more"),
    "own_law": (0.956, 0.01, "where σ is a sixth higher at most, and cold further out, a twentieth less resistance"),
    "three_state_death": (0.19, 0.02, "hurt cells recover within minutes, about as long as they are heated"),
    "square_wave": (1.0, 0.01, "a share of each period, in steps short beside it"),
    "custom_criterion": (1.0, 0.08, "the same set, but between nodes of a draft mesh"),
    "ring_electrode": (1.0, 1e-8, "reciprocity"),
    "potential_theorem": (1.0, 0.01, "exact; the current is singular along the electrode's edge"),
    "grid_convergence": (3.0, 0.05, "degree 2 in the mean square"),
    "tip_length_sweep": (1.0, 0.05, "a rod twenty-five times as long as thick"),
    "in_pyvista": (1.0, 1e-6, "both are exact for the same piecewise linear field"),
    "two_probes": (1.35, 0.1, "a cooled needle's heat comes from further out"),
    "batch_from_table": (0.07, 0.02, "a fraction of its size per degree: the front goes where heat does"),
    "custom_quantity": (1.1, 0.1, "a lesion is rounder than a cylinder, 1.5, and fuller than a spheroid, 1"),
    "line_and_plane": (1.0, 0.02, "Pappus; on a draft mesh the lesion is not quite round"),
}


@pytest.fixture(scope="module", autouse=True)
def unregistered_afterwards() -> Iterator[None]:
    """Leave no quantity of an example to the tests that come after."""
    before = {entry.name for entry in LesionMetrics.quantities()}
    yield
    for name in {entry.name for entry in LesionMetrics.quantities()} - before:
        delattr(LesionMetrics, name)


@pytest.mark.parametrize("name", EXPECTED)
def test_result(name: str) -> None:
    expected, off, _ = EXPECTED[name]
    assert import_module(f"examples.{name}").result() == pytest.approx(expected, abs=off)


def test_every_example_is_tested_short_and_says_what_it_asks() -> None:
    programs = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "examples").glob("*.py")}
    assert set(programs) == set(EXPECTED)
    for name, text in programs.items():
        assert len(text.splitlines()) <= LONGEST_LINES, name
        assert text.startswith('"""'), name
        assert "?" in text.split('"""')[1].split("\n\n")[0], f"{name}: the question comes first"


def test_every_example_is_in_the_docs() -> None:
    page = (ROOT / "docs" / "examples.md").read_text(encoding="utf-8")
    assert [name for name in EXPECTED if f"../examples/{name}.py" not in page] == []
