import numpy as np
import pytest

from rfa_model.assurance.uncertainty.tornado import HIGH, LOW, Bar, draw_tornado

BARS = [
    Bar("nerve conductivity, S/m", "0.11", "0.35", 1210.0, 1216.0),
    Bar("perfusion, W/m³K", "0", "13000", 1500.0, 830.0),
    Bar("damage law", "skin", "coagulation", 900.0, 1213.0),
    Bar("both ends larger", "a", "b", 1300.0, 1400.0),
    Bar("needle, mm", "-1", "+1", None, 1100.0),
]


def colour_share(picture, colour):
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255.0
    return np.isclose(picture[..., :3], rgb, atol=0.02).all(axis=-1)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    path = tmp_path_factory.mktemp("tornado") / "conventional-lesion-volume"
    return draw_tornado(BARS, 1213.0, "conventional: lesion volume", "lesion volume, mm³", path)


def test_the_longest_bar_is_on_top(drawn):
    import matplotlib.image as image

    picture = image.imread(drawn[0])
    low, high = colour_share(picture, LOW), colour_share(picture, HIGH)
    rows = np.flatnonzero((low | high).sum(axis=1) > 40)
    heights = [group for group in np.split(rows, np.flatnonzero(np.diff(rows) > 8) + 1) if len(group) > 10]
    bars = heights[: len(BARS)]
    lengths = [int((low | high)[group[len(group) // 4]].sum()) for group in bars]
    assert lengths[0] > 1.5 * lengths[1]
    top = bars[0]
    # More perfusion, smaller lesion: the high end lies left of the low end.
    assert np.flatnonzero(high[top[5]]).max() <= np.flatnonzero(low[top[5]]).min()


def test_every_word_is_in_the_svg(drawn):
    text = drawn[1].read_text(encoding="utf-8")
    for bar in BARS:
        assert bar.label in text
        assert bar.high_text in text
    assert "as in the scenario: 1213" in text
    assert "lesion volume, mm³" in text


def test_the_same_data_gives_the_same_svg(drawn, tmp_path):
    path = tmp_path / drawn[1].stem
    again = draw_tornado(BARS, 1213.0, "conventional: lesion volume", "lesion volume, mm³", path, (".svg",))
    assert [file.name for file in again] == [drawn[1].name]
    assert again[0].read_text(encoding="utf-8") == drawn[1].read_text(encoding="utf-8")
