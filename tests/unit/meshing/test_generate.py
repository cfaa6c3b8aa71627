"""Meshes against the round shapes they stand for, group by group."""

import math
from dataclasses import replace

import numpy as np
import pytest

from rfa_model import library
from rfa_model.applicators import Applicator, Rod
from rfa_model.applicators.rod_rounding import enclosed_volume_mm3
from rfa_model.errors import SolveError
from rfa_model.meshing.arrays import MeshArrays
from rfa_model.meshing.checks import check_groups
from rfa_model.meshing.generate import GOOD_QUALITY, MIN_QUALITY, generate_mesh
from rfa_model.meshing.groups import groups_of
from rfa_model.meshing.sizes import RESOLUTIONS
from tests.rods import flat_needle

Meshes = dict[str, tuple[Rod, MeshArrays]]
RADIUS_MM = 25.0
DRAFT = RESOLUTIONS["draft"]


@pytest.fixture(scope="module")
def meshes(solid: Applicator, hollow: Applicator) -> Meshes:
    needles = {"solid": solid, "hollow": hollow, "flat": flat_needle()}
    return {name: (rod_of(needle), generate_mesh(needle, DRAFT, RADIUS_MM)) for name, needle in needles.items()}


def rod_of(needle: Applicator) -> Rod:
    rod = needle.bodies[0].body
    assert isinstance(rod, Rod)
    return rod


def volume(mesh: MeshArrays, group: str) -> float:
    return float(np.abs(mesh.volumes_mm3()[mesh.tet_tags == mesh.groups.cells[group]]).sum())


def area(mesh: MeshArrays, group: str) -> float:
    return float(mesh.areas_mm2()[mesh.triangle_tags == mesh.groups.facets[group]].sum())


def nodes(mesh: MeshArrays, group: str) -> np.ndarray:
    return mesh.points_mm[np.unique(mesh.marked(group))]


@pytest.mark.parametrize("name", ["solid", "hollow", "flat"])
def test_tip_has_its_volume_and_area(meshes: Meshes, name: str) -> None:
    rod, mesh = meshes[name]
    # the outer volume is matched exactly; a bore matched by wall area encloses too little
    tolerance = 2e-2 if rod.bore else 1e-6
    assert volume(mesh, "tip") == pytest.approx(rod.volume_mm3("tip"), rel=tolerance)
    assert area(mesh, "tip_surface") == pytest.approx(rod.surface_area_mm2("tip"), rel=0.02)


@pytest.mark.parametrize("name", ["solid", "hollow", "flat"])
def test_sphere_shaft_and_junction_have_their_sizes(meshes: Meshes, name: str) -> None:
    rod, mesh = meshes[name]
    r, lumen, length = rod.radius_mm, rod.bore.radius_mm if rod.bore else 0.0, rod.span_mm("tip")[1]
    section = math.pi * (r**2 - lumen**2)
    shaft_length = RADIUS_MM - length / 2
    total = sum(volume(mesh, group) for group in mesh.groups.cells)
    assert total == pytest.approx(4 / 3 * math.pi * RADIUS_MM**3, rel=0.10)
    assert area(mesh, "outer") == pytest.approx(4 * math.pi * RADIUS_MM**2, rel=0.06)
    assert volume(mesh, "shaft") == pytest.approx(section * shaft_length, rel=0.05 if lumen else 0.01)
    assert area(mesh, "shaft_surface") == pytest.approx(2 * math.pi * r * shaft_length, rel=0.15)
    assert area(mesh, "tip_shaft") == pytest.approx(section, rel=0.06)
    assert area(mesh, "shaft_end") == pytest.approx(section, rel=0.25)


def test_hemispherical_end_has_its_own_volume(meshes: Meshes) -> None:
    rod, mesh = meshes["solid"]
    r = rod.radius_mm
    assert rod.distal_rounding_mm == r
    surface = mesh.marked("tip_surface")
    cap = surface[(mesh.points_mm[surface, 2] <= r + 1e-6).all(axis=1)]
    cap_mm3 = enclosed_volume_mm3(mesh.points_mm, cap)
    assert cap_mm3 == pytest.approx(2.0 / 3.0 * math.pi * r**3, rel=1e-6)
    assert enclosed_volume_mm3(mesh.points_mm, surface) == pytest.approx(rod.volume_mm3("tip"), rel=1e-6)


@pytest.mark.parametrize("name", ["solid", "hollow", "flat"])
def test_surfaces_lie_where_they_should(meshes: Meshes, name: str) -> None:
    rod, mesh = meshes[name]
    centre = np.array([0, 0, rod.span_mm("tip")[1] / 2])
    assert np.allclose(np.linalg.norm(nodes(mesh, "outer") - centre, axis=1), RADIUS_MM, rtol=1e-3)
    assert np.allclose(nodes(mesh, "tip_shaft")[:, 2], rod.span_mm("tip")[1], atol=1e-9)
    tip = nodes(mesh, "tip_surface")
    # A hemisphere's inscribed facets are stretched to its volume: its pole comes to lie ahead of the distal point.
    hemisphere = rod.distal_rounding_mm == rod.radius_mm
    assert -0.1 * rod.radius_mm < tip[:, 2].min() < (0.0 if hemisphere else 1e-9)
    assert hemisphere or tip[:, 2].min() == pytest.approx(0.0, abs=1e-9)
    assert tip[:, 2].max() == pytest.approx(rod.span_mm("tip")[1])
    assert np.hypot(tip[:, 0], tip[:, 1]).max() == pytest.approx(rod.radius_mm, rel=0.03)
    assert nodes(mesh, "shaft_surface")[:, 2].min() == pytest.approx(rod.span_mm("tip")[1])


def test_lumen_has_its_wall_area_and_its_closed_end(meshes: Meshes) -> None:
    rod, mesh = meshes["hollow"]
    wall = nodes(mesh, "lumen")
    assert wall[:, 2].min() == pytest.approx(rod.bore.start_mm, abs=1e-9)
    assert wall[:, 2].max() > RADIUS_MM + 0.9 * rod.span_mm("tip")[1] / 2
    is_tip = mesh.triangle_tags == mesh.groups.facets["lumen"]
    is_tip &= mesh.points_mm[mesh.triangles][:, :, 2].max(axis=1) <= rod.span_mm("tip")[1] + 1e-6
    is_tip &= np.ptp(mesh.points_mm[mesh.triangles][:, :, 2], axis=1) > 1e-6
    exact = math.pi * rod.bore.diameter_mm * (rod.span_mm("tip")[1] - rod.bore.start_mm)
    assert mesh.areas_mm2()[is_tip].sum() == pytest.approx(exact, rel=1e-4)


@pytest.mark.parametrize("name", ["solid", "hollow", "flat"])
def test_groups_are_complete_and_cells_are_good(meshes: Meshes, name: str) -> None:
    rod, mesh = meshes[name]
    groups = mesh.groups
    check_groups(mesh, groups)
    assert (groups.lumens == ("lumen",)) == (rod.bore is not None)
    present = set(np.unique(mesh.triangle_tags))
    assert present == set(groups.facets.values())
    assert mesh.qualities().min() >= MIN_QUALITY
    assert len(np.unique(mesh.tets)) == len(mesh.points_mm)


def test_checks_notice_what_is_wrong(meshes: Meshes) -> None:
    _, mesh = meshes["solid"]
    solid, hollow = mesh.groups, meshes["hollow"][1].groups
    with pytest.raises(ValueError, match="boundary and interfaces"):
        check_groups(replace(mesh, triangles=mesh.triangles[1:], triangle_tags=mesh.triangle_tags[1:]), solid)
    twice = np.concatenate([mesh.triangles, mesh.triangles[:1]])
    with pytest.raises(ValueError, match="two groups"):
        check_groups(replace(mesh, triangles=twice, triangle_tags=np.append(mesh.triangle_tags, 14)), solid)
    with pytest.raises(ValueError, match="lumen"):
        check_groups(mesh, hollow)
    outer_as_tip = np.where(mesh.triangle_tags == mesh.groups.facets["outer"], 14, mesh.triangle_tags)
    outer_as_tip[np.flatnonzero(mesh.triangle_tags == mesh.groups.facets["outer"])[0]] = 11
    with pytest.raises(ValueError, match="marked tip_surface"):
        check_groups(replace(mesh, triangle_tags=outer_as_tip), solid)


def test_quality_of_known_tetrahedra() -> None:
    regular = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1.0]])
    corner = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1.0]])
    flat = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 1e-9]])
    points = np.concatenate([regular, corner, flat])
    cells = np.arange(12).reshape(3, 4)
    nothing = np.zeros((0, 3), dtype=np.int64)
    mesh = MeshArrays(points, cells, np.ones(3, dtype=np.int64), nothing, nothing[:, 0], groups_of(flat_needle()))
    # corner tetrahedron: inscribed radius 1/(3 + √3), circumscribed √3/2
    exact = 3 / (3 + math.sqrt(3)) / (math.sqrt(3) / 2)
    assert np.abs(mesh.qualities()) == pytest.approx([1.0, exact, 0.0], abs=1e-6)
    assert mesh.quadratic_dofs() == 12 + 18


def test_same_input_gives_the_same_mesh(meshes: Meshes, solid: Applicator) -> None:
    again = generate_mesh(solid, DRAFT, RADIUS_MM)
    assert np.array_equal(again.points_mm, meshes["solid"][1].points_mm)
    assert np.array_equal(again.tets, meshes["solid"][1].tets)


def test_impossible_quality_is_refused(solid: Applicator) -> None:
    with pytest.raises(SolveError, match=r"applicator solid: no mesh .* ≥ 0\.99 .*finer resolution"):
        generate_mesh(solid, DRAFT, 12.0, min_quality=0.99)


@pytest.mark.parametrize("name", sorted(library.probes()))
def test_every_probe_of_the_library_meshes_at_draft(name: str) -> None:
    mesh = generate_mesh(library.probes()[name].applicator(), DRAFT, 40.0)
    assert mesh.qualities().min() >= MIN_QUALITY
    assert mesh.quadratic_dofs() < 20_000


# Facets of the shaft far up, as coarse as they may be, would run into a wide bore.
@pytest.mark.parametrize("lumen_mm", [0.85, 1.0])
def test_a_wide_lumen_in_a_17_gauge_probe_meshes(lumen_mm: float) -> None:
    cooled = library.probes()["cooled_17g_4mm"].cooled_otherwise({"lumen_diameter_mm": lumen_mm})
    mesh = generate_mesh(cooled.applicator(), DRAFT, 40.0)
    assert mesh.qualities().min() >= GOOD_QUALITY
    assert mesh.quadratic_dofs() < 20_000


@pytest.mark.slow
@pytest.mark.parametrize("resolution", ["standard", "fine"])
@pytest.mark.parametrize("name", sorted(library.probes()))
def test_every_probe_of_the_library_meshes_finely(name: str, resolution: str) -> None:
    mesh = generate_mesh(library.probes()[name].applicator(), RESOLUTIONS[resolution], 40.0)
    assert mesh.qualities().min() >= MIN_QUALITY
    low, high = {"standard": (25_000, 50_000), "fine": (90_000, 200_000)}[resolution]
    assert low < mesh.quadratic_dofs() < high
