"""Needles and a private mesh cache for the meshing tests."""

from pathlib import Path

import pytest

from rfa_model.applicators import Applicator, Cooling, Probe


@pytest.fixture(autouse=True)
def private_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the user's cache out of the tests."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "rfa-model" / "meshes"


@pytest.fixture(scope="session")
def solid() -> Applicator:
    return Probe(
        name="solid",
        kind="conventional",
        outer_diameter_mm=1.3,
        tip_length_mm=5.0,
        tip_rounding_mm=0.65,
        sensor_offset_mm=-0.6,
    ).applicator()


@pytest.fixture(scope="session")
def hollow() -> Applicator:
    return Probe(
        name="hollow",
        kind="cooled",
        outer_diameter_mm=1.5,
        tip_length_mm=4.0,
        tip_rounding_mm=0.2,
        sensor_offset_mm=0.1,
        cooling=Cooling(
            lumen_diameter_mm=0.5,
            lumen_end_gap_mm=0.3,
            heat_transfer_coefficient_W_per_m2K=2000.0,
            coolant_temperature_C=20.0,
        ),
    ).applicator()
