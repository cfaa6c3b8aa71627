"""Every nerve once; building one takes a fraction of a second."""

import pytest

from rfa_model.anatomy.lumbar import LumbarLevel

NERVES = ("T12", "L1", "L2", "L3", "L4", "L5")


@pytest.fixture(params=NERVES)
def level(request: pytest.FixtureRequest) -> LumbarLevel:
    """Each nerve on its bone, left side."""
    return LumbarLevel(request.param)


@pytest.fixture(params=NERVES[:5])
def lumbar_level(request: pytest.FixtureRequest) -> LumbarLevel:
    """The nerves whose bone is a lumbar vertebra."""
    return LumbarLevel(request.param)
