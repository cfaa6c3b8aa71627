"""Probes and a private mesh cache for the meshing tests."""

from pathlib import Path
from types import SimpleNamespace

import pytest


@pytest.fixture(autouse=True)
def private_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the user's cache out of the tests."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "rfa-model" / "meshes"


@pytest.fixture(scope="session")
def solid_probe() -> SimpleNamespace:
    return SimpleNamespace(
        name="solid",
        outer_diameter_mm=1.3,
        tip_length_mm=5.0,
        tip_rounding_mm=0.65,
        sensor_offset_mm=-0.6,
        cooling=None,
    )


@pytest.fixture(scope="session")
def hollow_probe() -> SimpleNamespace:
    return SimpleNamespace(
        name="hollow",
        outer_diameter_mm=1.5,
        tip_length_mm=4.0,
        tip_rounding_mm=0.2,
        sensor_offset_mm=0.1,
        cooling=SimpleNamespace(lumen_diameter_mm=0.5, lumen_end_gap_mm=0.3),
    )
