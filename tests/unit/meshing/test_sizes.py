"""Target sizes: finest where the current density is singular, never shrinking away from the needle."""

import math

import numpy as np
import pytest

from rfa_model.applicators import Applicator, Bore, Rod
from rfa_model.errors import InputError
from rfa_model.meshing.sizes import RESOLUTIONS, mesh_sizes
from tests.rods import ball, lead, needle, pair

REFERENCE = Rod(1.27, (("tip", 10.0), ("shaft", math.inf)), 0.635)
COOLED = Rod(1.473, (("tip", 4.0), ("shaft", math.inf)), 0.2, bore=Bore(0.5, 0.3))
TIP = frozenset({"tip"})


@pytest.mark.parametrize("resolution", sorted(RESOLUTIONS))
@pytest.mark.parametrize("rod", [REFERENCE, COOLED])
def test_junction_is_finest_and_size_grows_outwards(resolution: str, rod: Rod) -> None:
    sizes = RESOLUTIONS[resolution]
    size = rod.size_function(sizes, TIP)
    r, length = rod.radius_mm, rod.span_mm("tip")[1]
    assert size(r, 0.0, length) == pytest.approx(sizes.edge_mm)
    for direction, z in (((1, 0, 0), length), ((1, 0, 0), length / 2), ((0.6, 0, 0.8), length), ((0, 0, -1), 0.0)):
        start = np.array([r if direction[2] >= 0 else 0.0, 0.0, z])
        along = [size(*(start + s * np.array(direction))) for s in np.linspace(0, 35, 200)]
        assert np.all(np.diff(along) >= -1e-12)
        assert along[-1] <= sizes.far_mm


def test_resolutions_refine() -> None:
    point = (2.0, 0.0, 3.0)
    draft, standard, fine = (
        REFERENCE.size_function(RESOLUTIONS[r], TIP)(*point) for r in ("draft", "standard", "fine")
    )
    assert draft > standard > fine


def test_thinner_needle_gets_smaller_cells() -> None:
    thin = Rod(0.635, (("tip", 10.0), ("shaft", math.inf)), 0.3175)
    assert thin.size_function(RESOLUTIONS["standard"], TIP)(0.3175, 0, 10) == pytest.approx(0.5 * 0.07)


def test_unknown_resolution_names_the_known_ones() -> None:
    with pytest.raises(InputError, match="'coarse' is unknown; choose one of draft, standard, fine"):
        mesh_sizes("coarse")


def test_a_gap_between_two_needles_is_meshed_finer_than_it_is_wide() -> None:
    sizes = RESOLUTIONS["draft"]
    wide, narrow = (pair(apart).size_function(sizes) for apart in (20.0, 1.2))
    gap = 1.2 - 0.9
    assert narrow(0.0, 0.0, 2.0) == pytest.approx(0.7 * gap)
    assert narrow(0.0, 0.0, 2.0) < 0.8 * wide(10.0 - 0.6, 0.0, 2.0)
    one = needle().size_function(sizes)
    assert wide(10.0, 0.3, 5.0) == pytest.approx(one(0.0, 0.3, 5.0))


def test_sizes_turn_with_the_body() -> None:
    one, two = needle(), pair(30.0, 40.0)
    sizes, pose = RESOLUTIONS["draft"], two.bodies[1].pose
    points = np.random.default_rng(2).uniform(-4, 4, (50, 3))
    own, placed = one.size_function(sizes), two.size_function(sizes)
    assert [placed(*p) for p in pose.to_patient(points).tolist()] == pytest.approx([own(*p) for p in points.tolist()])


@pytest.mark.parametrize("applicator", [ball(), lead()], ids=lambda a: a.name)
def test_every_contacts_edge_is_fine(applicator: Applicator) -> None:
    sizes = RESOLUTIONS["standard"]
    size, rod = applicator.size_function(sizes), applicator.bodies[0].body
    for contact in applicator.contacts:
        for height in rod.ends_mm(contact.parts[0])[:, 2]:
            assert size(rod.radius_mm, 0.0, height) <= max(sizes.edge_mm, 0.5 * rod.radius_mm)
            assert size(rod.radius_mm + 4.0, 0.0, height) > 0.5
