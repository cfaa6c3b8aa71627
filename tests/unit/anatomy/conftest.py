"""Every level once; building one takes a fraction of a second."""

import pytest

from rfa_model.anatomy.lumbar import LumbarLevel

LEVELS = ("L1", "L2", "L3", "L4", "L5")


@pytest.fixture(params=LEVELS)
def level(request: pytest.FixtureRequest) -> LumbarLevel:
    """Each level, left side, default nerve."""
    return LumbarLevel(request.param)


@pytest.fixture(params=LEVELS[:4])
def lumbar_level(request: pytest.FixtureRequest) -> LumbarLevel:
    """The levels whose bone is a lumbar vertebra."""
    return LumbarLevel(request.param)
