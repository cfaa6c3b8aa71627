"""Meshes of bevelled needles: volume and area of what they stand for, good cells, where the face lies."""

import numpy as np
import pytest

from rfa_model.applicators import Applicator, Bore, Rod
from rfa_model.applicators.needle import GAUGES_MM
from rfa_model.meshing.cache import mesh_hash
from rfa_model.meshing.checks import check_groups
from rfa_model.meshing.generate import MIN_QUALITY, generate_mesh
from rfa_model.meshing.sizes import RESOLUTIONS
from tests.rods import bevelled

USUAL = [("draft", 16, 20.0), ("draft", 18, 45.0), ("draft", 20, 30.0), ("draft", 22, 20.0)]
FINER = [("standard", gauge, angle_deg) for gauge in (16, 18, 20, 22) for angle_deg in (20.0, 30.0, 45.0)]


def meshed(needle: Applicator, resolution: str) -> None:
    """Mesh it and hold every size against the exact one."""
    rod = needle.bodies[0].body
    assert isinstance(rod, Rod)
    assert rod.bevel is not None
    mesh = generate_mesh(needle, RESOLUTIONS[resolution], 30.0)
    check_groups(mesh, mesh.groups)
    assert mesh.qualities().min() >= MIN_QUALITY
    volume = float(np.abs(mesh.volumes_mm3()[mesh.tet_tags == mesh.groups.cells["tip"]]).sum())
    area = float(mesh.areas_mm2()[mesh.triangle_tags == mesh.groups.facets["tip_surface"]].sum())
    # A bore matched by wall area encloses too little.
    bored = rod.filled_volume_mm3("tip") - rod.volume_mm3("tip")
    assert volume == pytest.approx(rod.volume_mm3("tip"), rel=1e-6, abs=0.15 * bored)
    assert area == pytest.approx(rod.surface_area_mm2("tip"), rel=0.02)
    surface = mesh.points_mm[np.unique(mesh.marked("tip_surface"))]
    assert surface[:, 2].min() == pytest.approx(0.0, abs=1e-9)
    # The radius grows by some per cent to make up for the facets, and takes the face along.
    assert np.abs(rod.distance_mm(surface)).max() < 0.06 * rod.radius_mm
    middles = mesh.points_mm[mesh.tets].mean(axis=1)
    assert rod.distance_mm(middles[mesh.tet_tags == mesh.groups.cells["tip"]]).max() < 0.02


@pytest.mark.parametrize(("resolution", "gauge", "angle_deg"), USUAL)
def test_bevelled_needles_have_their_sizes(resolution: str, gauge: int, angle_deg: float) -> None:
    meshed(bevelled(GAUGES_MM[gauge], angle_deg), resolution)


@pytest.mark.slow
@pytest.mark.parametrize(("resolution", "gauge", "angle_deg"), FINER)
def test_finer_meshes_have_them_too(resolution: str, gauge: int, angle_deg: float) -> None:
    meshed(bevelled(GAUGES_MM[gauge], angle_deg), resolution)


def test_a_bore_ends_behind_the_face() -> None:
    meshed(bevelled(1.5, 45.0, Bore(0.6, 1.6)), "draft")


def test_each_angle_has_a_mesh_of_its_own() -> None:
    keys = {mesh_hash(bevelled(1.2, angle_deg), RESOLUTIONS["draft"], 40.0) for angle_deg in (20.0, 30.0, 45.0)}
    assert len(keys) == 3
