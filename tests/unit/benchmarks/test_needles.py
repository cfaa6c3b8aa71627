"""The benchmarks of a needle's build: what the half plane of a hollow needle holds, and words about the numbers."""

import numpy as np
import pytest

from benchmarks.hollow import Hollow
from benchmarks.needles import bevel_section
from rfa_model import library


def test_a_hollow_half_plane_holds_wall_bore_and_tube_of_their_sizes() -> None:
    needle = library.probes()["conventional_16g_5mm"]
    plane = Hollow.of(needle)
    mesh = plane.mesh(4.0)

    def volume_mm3(name: str, high_mm: float) -> float:
        r, z = 1e3 * mesh.p[:, mesh.t[:, mesh.subdomains[name]]]
        area = 0.5 * np.abs((r[1] - r[0]) * (z[2] - z[0]) - (r[2] - r[0]) * (z[1] - z[0]))
        below = z.max(axis=0) < high_mm
        return float((2.0 * np.pi * area * r.mean(axis=0))[below].sum())

    whole = np.pi * (0.8255**2 * (5.0 - 0.8255) + 2.0 / 3.0 * 0.8255**3)
    inside = sum(volume_mm3(name, 5.001) for name in ("tip", "filling", "tube"))
    assert inside == pytest.approx(whole, rel=0.02)
    top = plane.centre_mm + 40.0 - 0.2
    assert volume_mm3("tube", 99.0) == pytest.approx(np.pi * 0.2**2 * (top - 0.8255), rel=1e-3)
    assert volume_mm3("sleeve", 99.0) == pytest.approx(np.pi * (0.9255**2 - 0.8255**2) * (top - 5.0), rel=1e-3)


def test_the_bevels_words_follow_from_the_numbers() -> None:
    usual = {"width_mm": 10.0, "length_mm": 15.0, "distal_mm": 3.0, "volume_mm3": 900.0}
    usual |= {"hottest_C": 90.0, "cannula_C": 80.0, "impedance_ohm": 90.0}
    cut = usual | {"width_mm": 9.9, "volume_mm3": 855.0}
    text, gains, words = bevel_section({16: {"round": usual, "bevel 30°": cut}, 22: {"round": cut, "bevel 30°": cut}})
    assert "| 16G | bevel 30° | 9.9 | 15.0 | 3.0 | 855 | -5 % | 90 | 90 |" in text
    assert gains == "1 % (round), 0 % (bevel 30°)"
    assert "the width by -1 to +0 %" in words
    assert "the volume by -5 to +0 %" in words
