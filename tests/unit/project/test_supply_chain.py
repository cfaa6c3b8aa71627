"""Whatever an installation brings has a licence that somebody has looked at, and no tool of development."""

import importlib.util
from types import ModuleType

import pytest
from packaging.utils import canonicalize_name

from tests.unit.project.project_files import PYPROJECT, ROOT, development, locked, runtime


@pytest.fixture(scope="module")
def supply_chain() -> ModuleType:
    spec = importlib.util.spec_from_file_location("supply_chain", ROOT / ".ci/supply_chain.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_licence_is_known_to_be_compatible(supply_chain):
    assert supply_chain.strangers() == {}


def test_a_strange_licence_is_seen(supply_chain, monkeypatch):
    monkeypatch.setattr(supply_chain, "COPYLEFT", [])
    assert list(supply_chain.strangers()) == ["gmsh"]


def test_the_list_is_of_everything_declared_and_pinned(supply_chain):
    names = set(supply_chain.installed())
    assert {canonicalize_name(one.name) for one in runtime()} < names
    assert names - {"rfa-model"} <= set(locked())


def test_who_only_runs_the_program_gets_no_tools(supply_chain):
    assert PYPROJECT["tool"]["uv"]["default-groups"] == []
    tools = {canonicalize_name(one.name) for one in development()}
    assert tools.isdisjoint(supply_chain.installed())
