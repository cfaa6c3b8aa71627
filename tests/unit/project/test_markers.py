"""Markers come from folders."""

import pytest

from tests.conftest import FOLDERS, TESTS, folder_marker
from tests.unit.project.project_files import PYPROJECT


def test_this_test_is_a_unit_test(request):
    assert request.node.get_closest_marker("unit") is not None


def test_a_test_elsewhere_is_refused():
    with pytest.raises(pytest.UsageError, match=r"tests/elsewhere/test_x\.py"):
        folder_marker(TESTS / "elsewhere" / "test_x.py")


def test_every_folder_is_a_registered_marker():
    registered = {line.split(":")[0] for line in PYPROJECT["tool"]["pytest"]["ini_options"]["markers"]}
    assert registered == FOLDERS | {"slow"}
