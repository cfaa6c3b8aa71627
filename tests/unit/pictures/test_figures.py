import xml.etree.ElementTree as ET

import numpy as np
import pytest

from rfa_model.cli import main
from rfa_model.drawing import style
from rfa_model.errors import InputError
from rfa_model.pictures.figures import draw_figures
from rfa_model.pictures.history import draw_history
from rfa_model.pictures.slice import draw_slice
from rfa_model.results import read_results
from rfa_model.results.csv_files import read_csv
from tests.unit.pictures.made import made_picture


@pytest.fixture(scope="module")
def drawn(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("figures") / "new"
    assert main(["figures", str(folder), "--out", str(out)]) == 0
    return out


def test_the_verb_writes_vectors_and_numbers(drawn):
    arms, kinds = ("conventional", "cooled"), ("history.svg", "history.csv", "slice.svg", "slice.csv")
    assert {path.name for path in drawn.iterdir()} == {f"{arm}_{kind}" for arm in arms for kind in kinds}
    for path in drawn.glob("*.svg"):
        root = ET.parse(path).getroot()
        # Curves, ticks and letters are paths; the slice's field is the one raster.
        assert len(list(root.iterfind(".//{*}path"))) > 50
        assert bool(list(root.iterfind(".//{*}image"))) == ("slice" in path.name)
        assert path.stat().st_size < 3_000_000


def test_numbers_are_those_of_the_run(drawn, folder):
    history = read_csv(drawn / "conventional_history.csv")
    assert history["sensor_C"] == pytest.approx(read_results(folder).arms["conventional"].history["sensor_C"])
    cut = read_csv(drawn / "conventional_slice.csv")
    # T = 37 + 45 exp(-r / 5) at the end of heating, about the middle of a tip 10 mm long.
    radius = np.hypot(cut["across_mm"], cut["along_mm"] - 5.0)
    assert cut["temperature_C"] == pytest.approx(37.0 + 45.0 * np.exp(-radius / 5.0), abs=1.5)
    assert np.all(radius[cut["damage"] >= 1.5] < 4.2)


def test_pdf_and_the_same_file_twice(tmp_path):
    once, again = (draw_history(made_picture(), tmp_path / "history.svg").read_bytes() for _ in range(2))
    assert once == again
    assert draw_history(made_picture(), tmp_path / "history.pdf").read_bytes().startswith(b"%PDF")
    with pytest.raises(InputError, match="no figure format 'eps'; choose one of svg, pdf"):
        draw_figures(tmp_path, tmp_path, "eps")


def test_a_slice_as_vector_shows_what_the_picture_shows(tmp_path):
    text = draw_slice(made_picture(), 10.0, tmp_path / "slice.svg").read_text(encoding="utf-8").lower()
    for colour in (style.LESION, style.NERVE_OUTSIDE, style.NERVE_INSIDE, style.BONE, style.METAL):
        assert colour.lower() in text, colour
