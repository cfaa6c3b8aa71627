"""Tissue by volume fraction in each cell."""

from types import SimpleNamespace

import numpy as np
import pytest

from rfa_model import library
from rfa_model.errors import InputError
from rfa_model.physics.materials import SAMPLES, mix, volume_fractions

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
