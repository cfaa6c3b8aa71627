"""Target sizes: finest where the current density is singular, never shrinking away from the needle."""

import numpy as np
import pytest

from rfa_model.applicators.geometry import ProbeGeometry
from rfa_model.errors import InputError
from rfa_model.meshing.sizes import RESOLUTIONS, mesh_sizes, size_function

REFERENCE = ProbeGeometry(1.27, 10.0, 0.635)
COOLED = ProbeGeometry(1.473, 4.0, 0.2, 0.5, 0.3)


@pytest.mark.parametrize("resolution", sorted(RESOLUTIONS))
@pytest.mark.parametrize("geometry", [REFERENCE, COOLED])
def test_junction_is_finest_and_size_grows_outwards(resolution: str, geometry: ProbeGeometry) -> None:
    sizes = RESOLUTIONS[resolution]
    size = size_function(geometry, sizes)
    r, length = geometry.radius_mm, geometry.tip_length_mm
    assert size(r, 0.0, length) == pytest.approx(sizes.edge_mm)
    for direction, z in (((1, 0, 0), length), ((1, 0, 0), length / 2), ((0.6, 0, 0.8), length), ((0, 0, -1), 0.0)):
        start = np.array([r if direction[2] >= 0 else 0.0, 0.0, z])
        along = [size(*(start + s * np.array(direction))) for s in np.linspace(0, 35, 200)]
        assert np.all(np.diff(along) >= -1e-12)
        assert along[-1] <= sizes.far_mm


def test_resolutions_refine() -> None:
    point = (2.0, 0.0, 3.0)
    draft, standard, fine = (size_function(REFERENCE, RESOLUTIONS[r])(*point) for r in ("draft", "standard", "fine"))
    assert draft > standard > fine


def test_thinner_needle_gets_smaller_cells() -> None:
    thin = ProbeGeometry(0.635, 10.0, 0.3175)
    assert size_function(thin, RESOLUTIONS["standard"])(0.3175, 0, 10) == pytest.approx(0.5 * 0.07)


def test_unknown_resolution_names_the_known_ones() -> None:
    with pytest.raises(InputError, match="'coarse' is unknown; choose one of draft, standard, fine"):
        mesh_sizes("coarse")
