"""Hashes, cache hits, damaged files, and the meshes that ship."""

import json
import math
import tracemalloc
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from rfa_model import library
from rfa_model._fenics import MPI
from rfa_model._shipped import shipped
from rfa_model.applicators import Applicator, Bore, Contact, PlacedBody, Pose, Rod, side_by_side
from rfa_model.errors import InputError
from rfa_model.meshing import applicator_mesh, cache
from rfa_model.meshing.applicator_mesh import load_mesh, make_mesh
from rfa_model.meshing.cache import cached_path, mesh_hash
from rfa_model.meshing.gmsh_session import gmsh_session
from rfa_model.meshing.msh_file import extract_arrays, read_msh
from rfa_model.meshing.seal import holds
from rfa_model.meshing.sizes import RESOLUTIONS
from tests.rods import METAL, needle, pair

TIP = (Contact("tip", ("tip",)),)
SIZES = RESOLUTIONS["standard"]
RADIUS_MM = 15.0


def test_hash_depends_on_everything_a_mesh_does(monkeypatch: pytest.MonkeyPatch) -> None:
    rod = Rod(1.5, (("tip", 4.0), ("shaft", math.inf)), 0.2, bore=Bore(0.5, 0.3))
    longer = (("tip", 4.01), ("shaft", math.inf))
    changes = [{"diameter_mm": 1.51}, {"segments": longer}, {"distal_rounding_mm": 0.21}]
    changes += [{"bore": Bore(0.51, 0.3)}, {"bore": Bore(0.5, 0.31)}, {"bore": None}]

    def applicator(rod: Rod) -> Applicator:
        return Applicator((PlacedBody(rod, (METAL, METAL), (None,) * len(rod.lumen_names)),), TIP)

    base = mesh_hash(applicator(rod), SIZES, 40.0)
    keys = [base, mesh_hash(applicator(rod), SIZES, 41.0)]
    keys += [mesh_hash(applicator(replace(rod, **change)), SIZES, 40.0) for change in changes]
    for field in fields(SIZES):
        finer = replace(SIZES, **{field.name: getattr(SIZES, field.name) + 0.01})
        keys.append(mesh_hash(applicator(rod), finer, 40.0))
    monkeypatch.setattr(cache, "MESHER_VERSION", -1)
    keys.append(mesh_hash(applicator(rod), SIZES, 40.0))
    assert len(set(keys)) == len(keys)
    monkeypatch.undo()
    assert mesh_hash(applicator(rod), SIZES, 40) == base


def test_a_moved_second_body_is_another_mesh_and_other_names_are_the_same(private_cache: Path) -> None:
    made = make_mesh(pair(6.0), "draft", RADIUS_MM)
    named = side_by_side("ab", {"a": needle().at(shift(-3.0)), "b": needle().at(shift(3.0))})
    found = make_mesh(named, "draft", RADIUS_MM)
    assert (found.from_cache, found.path) == (True, made.path)
    assert load_mesh(named, "draft", RADIUS_MM, MPI.COMM_SELF).groups.contacts == {
        "a_tip": ("a_tip",),
        "b_tip": ("b_tip",),
    }
    assert mesh_hash(pair(6.01), RESOLUTIONS["draft"], RADIUS_MM) not in made.path.name
    assert mesh_hash(pair(6.0), RESOLUTIONS["draft"], RADIUS_MM) in made.path.name


def shift(x_mm: float) -> Pose:
    return Pose(np.eye(3), np.array([x_mm, 0.0, 0.0]))


def test_second_time_comes_from_the_cache(solid: Applicator, private_cache: Path) -> None:
    first = make_mesh(solid, "draft", RADIUS_MM)
    second = make_mesh(solid, "draft", RADIUS_MM)
    assert (first.from_cache, second.from_cache) == (False, True)
    assert first.path == second.path
    assert [p.parent for p in (first.path,)] == [private_cache]
    assert list(private_cache.iterdir()) == [first.path]  # no temporary file left
    assert (first.cells, first.nodes, first.min_quality) == (second.cells, second.nodes, second.min_quality)
    assert "solid at draft resolution (found)" in second.summary()
    assert not make_mesh(solid, "draft", RADIUS_MM, refresh=True).from_cache


@pytest.mark.parametrize("damage", ["truncated", "empty", "text", "other"])
def test_damaged_cache_file_is_made_again(solid: Applicator, hollow: Applicator, damage: str) -> None:
    good = make_mesh(solid, "draft", RADIUS_MM)
    content = good.path.read_bytes()
    spoiled = {"truncated": content[: len(content) // 2], "empty": b"", "text": b"$MeshFormat\nnonsense\n"}
    if damage == "other":
        spoiled["other"] = make_mesh(hollow, "draft", RADIUS_MM).path.read_bytes()
    good.path.write_bytes(spoiled[damage])
    again = make_mesh(solid, "draft", RADIUS_MM)
    assert not again.from_cache
    assert again.path.read_bytes() == content


def test_a_single_bit_and_another_applicators_file_are_seen(solid: Applicator, hollow: Applicator) -> None:
    rng = np.random.default_rng(1)
    good, other = (make_mesh(applicator, "draft", RADIUS_MM).path for applicator in (solid, hollow))
    content = good.read_bytes()
    key = good.name.split("-")[0]
    for bit in rng.integers(0, 8 * len(content), 300):
        spoiled = bytearray(content)
        spoiled[bit // 8] ^= 1 << bit % 8
        good.write_bytes(bytes(spoiled))
        assert not holds(good, key), bit
    good.write_bytes(other.read_bytes())
    assert holds(good, other.name.split("-")[0])
    assert not holds(good, key)


@pytest.mark.parametrize("broken", ["a file where the folder belongs", "nothing may be written"])
def test_a_cache_that_takes_nothing_is_a_warning(
    solid: Applicator,
    private_cache: Path,
    broken: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    if broken == "a file where the folder belongs":
        private_cache.parent.mkdir(parents=True)
        private_cache.touch()
    else:
        monkeypatch.setattr("tempfile.mkstemp", raises(PermissionError(13, "Permission denied")))
    file = make_mesh(solid, "draft", RADIUS_MM)
    assert (file.from_cache, file.cells > 100) == (False, True)
    assert "mesh not kept, it is made again next time" in caplog.text


def raises(error: Exception) -> Callable[..., None]:
    def action(*_: object, **__: object) -> None:
        raise error

    return action


def test_file_gives_back_what_was_written(hollow: Applicator) -> None:
    file = make_mesh(hollow, "draft", RADIUS_MM)
    made = applicator_mesh.generate_mesh(hollow, RESOLUTIONS["draft"], RADIUS_MM)
    read = read_msh(file.path)
    # blocks are written group by group, so cells are compared by their group and corners
    for tags, ours, theirs in (
        (made.tet_tags, made.tets, read.tets),
        (made.triangle_tags, made.triangles, read.triangles),
    ):
        assert np.allclose(made.points_mm[ours[np.argsort(tags, kind="stable")]], read.points_mm[theirs])


def test_a_mesh_reads_as_gmsh_itself_reads_it() -> None:
    path = shipped("meshes") / "conventional_18g_10mm-standard.msh"
    with gmsh_session("read") as gmsh:
        gmsh.merge(str(path))  # type: ignore[attr-defined]  # nothing but this test asks gmsh to read
        theirs = extract_arrays(gmsh)
    ours = read_msh(path)
    for name in ("points_mm", "tets", "tet_tags", "triangles", "triangle_tags"):
        assert np.array_equal(getattr(ours, name), getattr(theirs, name)), name
    assert ours.groups == theirs.groups


@pytest.mark.parametrize("count", [2**16, 2**31, 2**63 - 1, 2**64 - 1])
def test_a_forged_count_is_refused_and_nothing_made_of_that_size(tmp_path: Path, count: int) -> None:
    content = (shipped("meshes") / "conventional_18g_10mm-standard.msh").read_bytes()
    starts = [content.index(section) + len(section) for section in (b"$Entities\n", b"$Nodes\n", b"$Elements\n")]
    # blocks of each section, the first block's length of nodes and of elements, an entity's groups and what bounds it
    places = [starts[0] + 16, *starts[1:], starts[1] + 44, starts[2] + 44, starts[0] + 84, starts[0] + 96]
    tracemalloc.start()
    for place in places:
        forged = bytearray(content)
        forged[place : place + 8] = count.to_bytes(8, "little")
        (tmp_path / "forged.msh").write_bytes(forged)
        with pytest.raises(ValueError, match="is not a readable mesh"):
            read_msh(tmp_path / "forged.msh")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * len(content)


def test_cache_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert cached_path("abc").parent == Path("/somewhere/rfa-model/meshes")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")  # to be ignored, says the specification
    assert cached_path("abc").parent == Path.home() / ".cache" / "rfa-model" / "meshes"


@pytest.mark.parametrize("name", ["conventional_18g_10mm", "cooled_17g_4mm"])
def test_flagship_meshes_ship_and_are_not_stale(name: str, private_cache: Path) -> None:
    file = make_mesh(library.probes()[name].applicator())
    assert file.path.parent == shipped("meshes")
    assert file.from_cache
    assert not private_cache.exists()


def test_shipped_index_is_true() -> None:
    folder = shipped("meshes")
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    assert {entry["file"] for entry in index.values()} == {path.name for path in folder.glob("*.msh")}
    for key, entry in index.items():
        applicator = library.probes()[entry["probe"]].applicator()
        assert key == mesh_hash(applicator, RESOLUTIONS[entry["resolution"]], entry["domain_radius_mm"])
        mesh = read_msh(folder / entry["file"])
        assert (len(mesh.tets), len(mesh.points_mm)) == (entry["cells"], entry["nodes"])
        assert float(mesh.qualities().min()) == pytest.approx(entry["min_quality"], abs=1e-4)
    assert sum(path.stat().st_size for path in folder.iterdir()) < 5e6


@pytest.mark.parametrize("radius_mm", [6.0, -1.0, float("nan")])
def test_domain_too_small_is_refused(solid: Applicator, radius_mm: float) -> None:
    with pytest.raises(InputError, match=r"domain_radius_mm .* use at least 10\.2 mm"):
        make_mesh(solid, "draft", radius_mm)
