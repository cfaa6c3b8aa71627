"""Probe meshes of this session only: a mesh left in the user's cache by another version proves nothing."""

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="session")
def private_mesh_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield
