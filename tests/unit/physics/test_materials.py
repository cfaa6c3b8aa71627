"""Tissue by volume fraction in each cell."""

from types import SimpleNamespace

import numpy as np
import pytest

from rfa_model import library
from rfa_model.errors import InputError
from rfa_model.physics.materials import SAMPLES, cut_shares, mix, volume_fractions

UNIT = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])


def cells(count: int) -> np.ndarray:
    """Random tetrahedra about 2 mm large round the origin, (count, 4, 3) mm."""
    return np.random.default_rng(3).uniform(-1.0, 1.0, (count, 4, 3))


def below(height_mm: float):
    return lambda q: (q[:, 2] < height_mm).astype(np.int64)


def test_samples_are_twenty_inner_points_with_the_centroid_as_mean() -> None:
    assert SAMPLES.shape == (20, 4)
    assert (SAMPLES > 0).all()
    assert SAMPLES.sum(axis=1) == pytest.approx(1.0)
    assert SAMPLES.mean(axis=0) == pytest.approx(0.25)


def test_fractions_sum_to_one() -> None:
    def three(q: np.ndarray) -> np.ndarray:
        return np.digitize(q[:, 0], [-0.2, 0.3])

    fractions = volume_fractions(cells(200), three, 3)
    assert fractions.shape == (200, 3)
    assert (fractions >= 0).all()
    assert fractions.sum(axis=1) == pytest.approx(1.0)
    assert (fractions.max(axis=1) < 1.0).any()


def test_half_space_through_a_tetrahedron() -> None:
    # Below z = h lies 1 − (1 − h)³ of the unit tetrahedron, ¾ on the mean over h. The points' mean is the centroid, so
    # their mean share is exact; one cut along a face can be off by most of the ten points that lie along it.
    heights = (np.arange(2000) + 0.5) / 2000
    shares = np.array([volume_fractions(UNIT[None], below(h), 2)[0, 1] for h in heights])
    errors = shares - (1.0 - (1.0 - heights) ** 3)
    assert errors.mean() == pytest.approx(0.0, abs=1e-3)
    assert np.abs(errors).max() < 1.0 / 3.0
    assert np.sqrt((errors**2).mean()) < 0.12


def test_half_space_over_many_cells_has_its_volume() -> None:
    # Cells cut anywhere: errors average out, exact shares by the fine sampling of the same cells.
    corners = cells(400)
    barycentric = np.random.default_rng(5).dirichlet(np.ones(4), 4000)
    points = np.einsum("sa,cax->csx", barycentric, corners)
    exact = (points[:, :, 2] < 0.13).mean(axis=1)
    shares = volume_fractions(corners, below(0.13), 2)[:, 1]
    assert np.abs(shares - exact).max() < 0.2
    assert (shares - exact).mean() == pytest.approx(0.0, abs=0.02)


def test_whole_cells_keep_their_tissue() -> None:
    assert volume_fractions(cells(20), below(5.0), 2) == pytest.approx(np.tile([0.0, 1.0], (20, 1)))


def test_tissue_out_of_range_is_refused() -> None:
    with pytest.raises(InputError, match="tissue number 2, but only 2"):
        volume_fractions(cells(3), lambda q: np.full(len(q), 2), 2)


def test_mix_is_the_volume_weighted_mean() -> None:
    tissues = library.tissues()
    names = ("muscle", "cortical_bone")
    fractions = np.array([[1.0, 0.0], [0.25, 0.75], [0.0, 1.0]])
    mixed = mix(fractions, names, tissues, 2.26e6)
    a, b = (tissues[name] for name in names)
    middle = 0.25 * np.array([1.0, 0.0]) + 0.75 * np.array([0.0, 1.0])

    def expected(value) -> list[float]:
        return [value(a), float(middle @ [value(a), value(b)]), value(b)]

    assert mixed.electric_conductivity_S_per_m == pytest.approx(expected(lambda t: t.electric_conductivity_S_per_m))
    assert mixed.thermal_conductivity_W_per_mK == pytest.approx(expected(lambda t: t.thermal_conductivity_W_per_mK))
    assert mixed.perfusion_W_per_m3K == pytest.approx(expected(lambda t: t.perfusion_W_per_m3K))
    assert mixed.heat_capacity_J_per_m3K == pytest.approx(
        expected(lambda t: t.density_kg_per_m3 * t.specific_heat_J_per_kgK)
    )
    assert mixed.latent_J_per_m3 == pytest.approx(expected(lambda t: t.density_kg_per_m3 * t.water_fraction * 2.26e6))
    assert mixed.metabolic_heat_W_per_m3 == pytest.approx(
        expected(lambda t: t.density_kg_per_m3 * t.metabolic_heat_W_per_kg)
    )
    assert mixed.tissue.tolist() == [0, 1, 1]


def test_latent_heat_of_muscle_uses_the_wet_density() -> None:
    # 1090 kg/m³ × water share × 2.26 MJ/kg: GJ/m³, not MJ/m³.
    muscle = library.tissues()["muscle"]
    mixed = mix(np.ones((1, 1)), ("muscle",), {"muscle": muscle}, 2.26e6)
    assert 1.5e9 < mixed.latent_J_per_m3[0] < 2.3e9


def test_missing_tissue_is_named() -> None:
    with pytest.raises(InputError, match="'marrow'"):
        mix(np.ones((1, 2)) / 2, ("muscle", "marrow"), {"muscle": SimpleNamespace()}, 0.0)


def ten_nodes(corners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Nodes of quadratic cells with these corners, (10·cells, 3), and their numbers in VTK's order, (cells, 10)."""
    middles = [0.5 * (corners[:, i] + corners[:, j]) for i, j in ((0, 1), (1, 2), (0, 2), (0, 3), (1, 3), (2, 3))]
    points = np.concatenate([corners, np.stack(middles, axis=1)], axis=1).reshape(-1, 3)
    return points, np.arange(len(points)).reshape(-1, 10)


NORMAL = np.array([1.0, 2.0, 2.0]) / 3.0


def test_a_plane_cuts_cells_exactly() -> None:
    # Below z = h lies 1 − (1 − h)³ of the unit tetrahedron.
    points, nodes = ten_nodes(UNIT[None])
    for h in np.linspace(0.05, 0.95, 19):
        above = points[:, 2] - h
        shares = cut_shares(above[:, None], (0, 1), 2, nodes, points)
        assert shares.fractions[0] == pytest.approx([(1.0 - h) ** 3, 1.0 - (1.0 - h) ** 3], abs=1e-12)
        assert shares.parts.mean(axis=1) == pytest.approx(shares.fractions)
        assert shares.normals[0] == pytest.approx(np.diag([0.0, 0.0, 1.0]), abs=1e-12)


def test_linear_cells_are_cut_as_they_are() -> None:
    above = UNIT[:, 2] - 0.3
    shares = cut_shares(above[:, None], (0, 1), 2, np.arange(4)[None], UNIT)
    assert shares.parts.shape == (1, 1, 2)
    assert shares.fractions[0, 1] == pytest.approx(1.0 - 0.7**3)


def test_a_flat_cell_that_is_cut_is_refused() -> None:
    points, nodes = ten_nodes(UNIT[None] * (1.0, 1.0, 0.0))
    with pytest.raises(InputError, match="flat cells"):
        cut_shares((points[:, 0] - 0.3)[:, None], (0, 1), 2, nodes, points)


def test_layers_that_share_a_boundary_have_the_shares_of_one() -> None:
    # What lies wholly under other tissue moves nothing, and its boundary counts once more for the same direction.
    points, nodes = ten_nodes(cells(300))
    above = points @ NORMAL
    one = cut_shares(above[:, None], (0, 1), 2, nodes, points)
    three = cut_shares(np.column_stack([above + 0.2, above, above]), (0, 1, 1, 1), 2, nodes, points)
    assert cut_shares(np.column_stack([above, above]), (0, 1, 1), 2, nodes, points).fractions == pytest.approx(
        one.fractions, abs=1e-15
    )
    alone = cut_shares(np.column_stack([above + 0.2, above]), (0, 1, 1), 2, nodes, points)
    assert three.fractions == pytest.approx(alone.fractions, abs=1e-15)
    assert three.normals == pytest.approx(alone.normals, abs=1e-12)


def test_a_layer_thinner_than_a_cell_is_seen_with_its_normal() -> None:
    # A shell between two parallel planes: outside, in it, behind it, as muscle, cortex and marrow lie.
    points, nodes = ten_nodes(cells(300))
    outer = points @ NORMAL - 0.1
    shares = cut_shares(np.column_stack([outer, outer + 0.5]), (0, 1, 2), 3, nodes, points)
    barycentric = np.random.default_rng(5).dirichlet(np.ones(4), 4000)
    depth = np.einsum("sa,cax->csx", barycentric, cells(300)) @ NORMAL - 0.1
    exact = np.stack([depth > 0.0, (depth <= 0.0) & (depth > -0.5), depth <= -0.5], axis=-1).mean(axis=1)
    assert shares.fractions == pytest.approx(exact, abs=0.03)  # what 4000 points leave open
    assert shares.normals == pytest.approx(np.tile(np.outer(NORMAL, NORMAL), (len(shares.mixed), 1, 1)), abs=1e-9)


def test_what_lies_under_other_tissue_is_not_seen() -> None:
    # Muscle, fat, fat again beyond it, and bone over half of both: shares are of what is seen, by tissue.
    points, nodes = ten_nodes(cells(300))
    x, y = points[:, 0], points[:, 1]
    shares = cut_shares(np.column_stack([x, x + 0.6, y]), (0, 1, 1, 2), 3, nodes, points)
    barycentric = np.random.default_rng(5).dirichlet(np.ones(4), 4000)
    q = np.einsum("sa,cax->csx", barycentric, cells(300))
    bone = q[:, :, 1] < 0.0
    exact = np.stack([~bone & (q[:, :, 0] >= 0.0), ~bone & (q[:, :, 0] < 0.0), bone], axis=-1).mean(axis=1)
    assert shares.fractions.sum(axis=1) == pytest.approx(1.0)
    assert shares.fractions[:, 2] == pytest.approx(exact[:, 2], abs=0.03)
    # Where both boundaries cross one part, as in a third of these cells, the corner between them is rounded off.
    error = shares.fractions - exact
    assert np.abs(error.mean(axis=0)).max() < 0.06
    assert np.sqrt((error**2).mean(axis=0)).max() < 0.1


def test_no_direction_stands_out_around_a_rod() -> None:
    # Cells half filled by a rod along z: S has hardly anything of z, and is shared by the directions across.
    corners = 1.2 * cells(400)
    points, nodes = ten_nodes(corners)
    shares = cut_shares((np.hypot(points[:, 0], points[:, 1]) - 0.9)[:, None], (0, 1), 2, nodes, points)
    assert np.trace(shares.normals, axis1=1, axis2=2) == pytest.approx(1.0)
    along, first, second = shares.normals[:, 2, 2], shares.normals[:, 0, 0], shares.normals[:, 1, 1]
    assert np.median(along) < 0.05
    assert first.mean() == pytest.approx(second.mean(), abs=0.1)
    assert np.linalg.eigvalsh(shares.normals).min() > -1e-12


def test_whole_cells_have_no_layers() -> None:
    points, nodes = ten_nodes(cells(20))
    shares = cut_shares(np.full((len(points), 1), -3.0), (0, 1), 2, nodes, points)
    assert shares.fractions == pytest.approx(np.tile([0.0, 1.0], (20, 1)))
    assert len(shares.mixed) == 0
    assert mix(shares, ("muscle", "cortical_bone"), library.tissues(), 0.0).laminate is None


def test_a_laminate_conducts_along_and_across_as_its_layers_do() -> None:
    points, nodes = ten_nodes(cells(50))
    above = points @ NORMAL
    tissues = library.tissues()
    laminate = mix(cut_shares(above[:, None], (0, 1), 2, nodes, points), ("muscle", "fat"), tissues, 0.0).laminate
    assert laminate is not None
    weight, coupling, square = laminate.current()
    f = laminate.parts.mean(axis=1)
    sigma = np.array([tissues[name].electric_conductivity_S_per_m for name in ("muscle", "fat")])
    assert weight.mean(axis=0) == pytest.approx(1.0)
    # The energy of a constant gradient across the layers: the harmonic mean, in shares of the arithmetic one.
    assert (weight + 2.0 * coupling + square).mean(axis=0) == pytest.approx(1.0 / (f @ (1.0 / sigma)) / (f @ sigma))


def test_shares_follow_a_plane_without_a_jump() -> None:
    points, nodes = ten_nodes(cells(200))
    past = None
    for offset in np.linspace(-0.02, 0.02, 9):
        above = points @ NORMAL - offset
        shares = cut_shares(above[:, None], (0, 1), 2, nodes, points)
        if past is not None:
            assert np.abs(shares.fractions - past).max() < 0.1
        past = shares.fractions
