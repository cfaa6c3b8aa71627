"""Hashes, cache hits, damaged files, and the meshes that ship."""

import json
from dataclasses import fields, replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from rfa_model import library
from rfa_model._shipped import shipped
from rfa_model.applicators.geometry import ProbeGeometry
from rfa_model.errors import InputError
from rfa_model.meshing import cache, probe_mesh
from rfa_model.meshing.cache import cached_path, mesh_hash
from rfa_model.meshing.msh_file import read_msh
from rfa_model.meshing.probe_mesh import make_probe_mesh
from rfa_model.meshing.sizes import RESOLUTIONS

GEOMETRY = ProbeGeometry(1.5, 4.0, 0.2, 0.5, 0.3)
SIZES = RESOLUTIONS["standard"]
RADIUS_MM = 15.0


def test_hash_depends_on_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    base = mesh_hash(GEOMETRY, SIZES, 40.0)
    keys = {base, mesh_hash(GEOMETRY, SIZES, 41.0)}
    for field in fields(GEOMETRY):
        keys.add(mesh_hash(replace(GEOMETRY, **{field.name: getattr(GEOMETRY, field.name) + 0.01}), SIZES, 40.0))
    for field in fields(SIZES):
        keys.add(mesh_hash(GEOMETRY, replace(SIZES, **{field.name: getattr(SIZES, field.name) + 0.01}), 40.0))
    monkeypatch.setattr(cache, "MESHER_VERSION", -1)
    keys.add(mesh_hash(GEOMETRY, SIZES, 40.0))
    assert len(keys) == 2 + len(fields(GEOMETRY)) + len(fields(SIZES)) + 1
    assert mesh_hash(GEOMETRY, SIZES, 40) != base  # another version
    monkeypatch.undo()
    assert mesh_hash(GEOMETRY, SIZES, 40) == base


def test_second_time_comes_from_the_cache(solid_probe: SimpleNamespace, private_cache: Path) -> None:
    first = make_probe_mesh(solid_probe, "draft", RADIUS_MM)
    second = make_probe_mesh(solid_probe, "draft", RADIUS_MM)
    assert (first.from_cache, second.from_cache) == (False, True)
    assert first.path == second.path
    assert [p.parent for p in (first.path,)] == [private_cache]
    assert list(private_cache.iterdir()) == [first.path]  # no temporary file left
    assert (first.cells, first.nodes, first.min_quality) == (second.cells, second.nodes, second.min_quality)
    assert "solid at draft resolution (found)" in second.summary()
    assert not make_probe_mesh(solid_probe, "draft", RADIUS_MM, refresh=True).from_cache


@pytest.mark.parametrize("damage", ["truncated", "empty", "text", "other"])
def test_damaged_cache_file_is_made_again(
    solid_probe: SimpleNamespace, hollow_probe: SimpleNamespace, damage: str
) -> None:
    good = make_probe_mesh(solid_probe, "draft", RADIUS_MM)
    content = good.path.read_bytes()
    spoiled = {"truncated": content[: len(content) // 2], "empty": b"", "text": b"$MeshFormat\nnonsense\n"}
    if damage == "other":
        spoiled["other"] = make_probe_mesh(hollow_probe, "draft", RADIUS_MM).path.read_bytes()
    good.path.write_bytes(spoiled[damage])
    again = make_probe_mesh(solid_probe, "draft", RADIUS_MM)
    assert not again.from_cache
    assert again.path.read_bytes() == content


def test_file_gives_back_what_was_written(hollow_probe: SimpleNamespace) -> None:
    file = make_probe_mesh(hollow_probe, "draft", RADIUS_MM)
    geometry = ProbeGeometry.of(hollow_probe)
    made = probe_mesh.generate_mesh(geometry, RESOLUTIONS["draft"], RADIUS_MM)
    read = read_msh(file.path)
    # blocks are written group by group, so cells are compared by their group and corners
    for tags, ours, theirs in (
        (made.tet_tags, made.tets, read.tets),
        (made.triangle_tags, made.triangles, read.triangles),
    ):
        assert np.allclose(made.points_mm[ours[np.argsort(tags, kind="stable")]], read.points_mm[theirs])


def test_cache_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert cached_path("abc").parent == Path("/somewhere/rfa-model/meshes")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")  # to be ignored, says the specification
    assert cached_path("abc").parent == Path.home() / ".cache" / "rfa-model" / "meshes"


@pytest.mark.parametrize("name", ["conventional_18g_10mm", "cooled_17g_4mm"])
def test_flagship_meshes_ship_and_are_not_stale(name: str, private_cache: Path) -> None:
    file = make_probe_mesh(library.probes()[name])
    assert file.path.parent == shipped("meshes")
    assert file.from_cache
    assert not private_cache.exists()


def test_shipped_index_is_true() -> None:
    folder = shipped("meshes")
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    assert {entry["file"] for entry in index.values()} == {path.name for path in folder.glob("*.msh")}
    for key, entry in index.items():
        geometry = ProbeGeometry.of(library.probes()[entry["probe"]])
        assert key == mesh_hash(geometry, RESOLUTIONS[entry["resolution"]], entry["domain_radius_mm"])
        mesh = read_msh(folder / entry["file"])
        assert (len(mesh.tets), len(mesh.points_mm)) == (entry["cells"], entry["nodes"])
        assert float(mesh.qualities().min()) == pytest.approx(entry["min_quality"], abs=1e-4)
    assert sum(path.stat().st_size for path in folder.iterdir()) < 5e6


@pytest.mark.parametrize("radius_mm", [6.0, -1.0, float("nan")])
def test_domain_too_small_is_refused(solid_probe: SimpleNamespace, radius_mm: float) -> None:
    with pytest.raises(InputError, match=r"domain_radius_mm .* use at least 10\.2 mm"):
        make_probe_mesh(solid_probe, "draft", radius_mm)
