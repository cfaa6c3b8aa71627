from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from rfa_model import library
from rfa_model.animation import film
from rfa_model.animation.frames import (
    HEADER_PX,
    NAME_PX,
    Instruments,
    Layout,
    clock_text,
    frame_times,
    frames,
    reading_text,
)
from rfa_model.cli import main
from rfa_model.drawing.arm_picture import Field
from rfa_model.drawing.at_time import ArmInTime
from rfa_model.drawing.lesion import DrawnLesion, excess
from rfa_model.drawing.orthographic import look_from
from rfa_model.errors import InputError
from tests.synthetic import synthetic_arm
from tests.unit.pictures.made import made_picture

TINY = Layout(panel_px=(120, 100), height_mm=24.0)
VIEW = look_from(np.array([0.1, -1.0, 0.2]), np.array([0.0, 0.0, 5.0]), 24.0, (120, 100))


def made_moments(lesion_radius_mm=4.0, duration_s=100.0, criterion="arrhenius"):
    """An arm whose Ω grows in proportion to time: Ω = 1 lies at radius 4 + ln(t / 100) / 2 about (0, 0, 5)."""
    arm = synthetic_arm(lesion_radius_mm=lesion_radius_mm, n=12, snapshots=6, duration_s=duration_s)
    fields = arm.fields
    tissue = fields.cell_region == 0
    drawn = DrawnLesion(library.criteria()[criterion], criterion)
    beyond = excess(fields, drawn.criterion)
    field = Field(fields.points_mm, fields.cells, tissue, fields.temperature_C[-1], beyond, float(duration_s))
    picture = replace(made_picture(), field=field, surfaces={}, lesions=(drawn,))
    return ArmInTime(SimpleNamespace(fields=fields), picture)


def orange(image):
    image = image.astype(int)
    return int(np.sum((image[..., 0] - image[..., 2] > 60) & (image[..., 0] > 150)))


def test_frames_run_evenly_over_the_longest_arm():
    assert frame_times(195.0, 4).tolist() == [0.0, 65.0, 130.0, 195.0]
    assert clock_text(64.6) == "t = 65 s"
    assert reading_text(Instruments(5.0, 79.6, 351.7, "hold")) == "sensor 80 °C   ·   lesion 352 mm³"
    assert reading_text(Instruments(5.0, None, None, "")) == "sensor –   ·   lesion –"


def test_between_snapshots_the_lesion_lies_between_theirs():
    moments = made_moments()
    radius = [np.linalg.norm(moments.at(t).field.points_mm - [0, 0, 5], axis=1) for t in (40.0, 50.0, 60.0)]
    volume = [np.sum(moments.at(t).field.excess >= 0.0) for t in (40.0, 50.0, 60.0)]
    assert volume[0] <= volume[1] <= volume[2]
    outside = moments.at(50.0).field.excess[radius[1] > 4.2]
    assert outside.max() < 0.0
    ratio = np.exp(moments.at(50.0).field.excess - moments.at(60.0).field.excess)
    # The logarithm is linear between 40 and 60 s: the geometric mean of 0.4 and 0.6, against 0.6.
    assert np.median(ratio) == pytest.approx(np.sqrt(0.4 / 0.6), rel=1e-3)


def test_a_lesion_by_peak_temperature_stays_when_tissue_cools():
    """T = 37 + 45 exp(-r / 5) t / 100 s, then the same backwards; 51.4 °C at 100 s lies at the radius computed."""
    moments = made_moments(criterion="visible_edge")
    level_C = library.criteria()["visible_edge"].level
    volume = [np.sum(moments.at(t).field.excess >= 0.0) for t in (0.0, 40.0, 70.0, 100.0)]
    assert volume[0] == 0 < volume[1] < volume[2] < volume[3]
    here = moments.at(100.0).field
    radius = np.linalg.norm(here.points_mm - [0, 0, 5], axis=1)
    assert np.array_equal(here.excess >= 0.0, radius <= 5.0 * np.log(45.0 / (level_C - 37.0)))
    arm = synthetic_arm(n=12)
    arm.fields.temperature_C = arm.fields.temperature_C[::-1].copy()
    cooling = ArmInTime(SimpleNamespace(fields=arm.fields), moments.at(0.0))
    assert np.allclose(cooling.at(10.0).field.excess, cooling.at(90.0).field.excess, atol=1e-4)


def test_a_thermal_dose_is_known_at_the_end_alone():
    moments = made_moments(criterion="cem43_240min")
    held = [int((moments.at(t).field.excess >= 0.0).sum()) for t in (50.0, 99.0, 100.0)]
    assert held[0] == held[1] == 0 < held[2]


def test_an_arm_that_is_over_stays_as_it_was():
    moments = made_moments(duration_s=80.0)
    assert np.array_equal(moments.at(80.0).field.excess, moments.at(500.0).field.excess)
    assert moments.reading(500.0).time_s == 80.0


def test_the_instruments_are_read_at_the_frames_time():
    reading = made_moments().reading(10.0)
    assert reading.sensor_C == pytest.approx(67.0)  # 37 + 3 t of the made-up history
    assert reading.lesion_mm3 == pytest.approx(268.0 * 10 / 105)
    assert reading.phase == "ramp to 80 °C"


def test_after_the_cut_off_no_phase_is_claimed():
    moments = made_moments()
    cut = ArmInTime(SimpleNamespace(fields=synthetic_arm(n=12).fields), replace(moments.at(0.0), cutoff_s=20.0))
    assert [cut.reading(time).phase for time in (19.0, 20.0, 60.0)] == ["hold 80 °C", "cut off", "cut off"]


def test_nerves_turn_as_the_lesion_reaches_them():
    moments = made_moments(lesion_radius_mm=7.5)
    held = [int(moments.at(t).nerves[0].inside.sum()) for t in (0.0, 20.0, 100.0)]
    assert held[0] == 0
    assert held[0] < held[1] < held[2]


@pytest.fixture(scope="module")
def film_frames():
    return list(frames("film", {"one": made_moments(), "two": made_moments(-30.0, 50.0)}, VIEW, 4, TINY))


def test_every_frame_has_whole_blocks_and_none_is_like_another(film_frames):
    assert len(film_frames) == 4
    height, width = film_frames[0].shape[:2]
    assert (width, height) == TINY.page_px(2)
    assert width % 16 == height % 16 == 0
    assert all((a != b).any() for a, b in pairwise(film_frames))


def test_lesion_pixels_grow_in_the_arm_that_has_one(film_frames):
    top = HEADER_PX + NAME_PX
    panels = [image[top : top + 100] for image in film_frames]
    left, right = ([orange(panel[:, part]) for panel in panels] for part in (slice(0, 120), slice(136, 256)))
    assert left[0] == 0
    assert left[0] < left[1] < left[2] < left[3]
    assert right == [0, 0, 0, 0]


def test_gif_and_mp4_hold_the_frames(film_frames, tmp_path):
    from imageio_ffmpeg import count_frames_and_secs

    film.write_gif(film_frames, tmp_path / "film.gif")
    with Image.open(tmp_path / "film.gif") as gif:
        assert (gif.n_frames, gif.size) == (4, TINY.page_px(2))
        gif.seek(3)
        assert gif.info["duration"] == 1000 * film.LAST_FRAME_S
        last = np.asarray(gif.convert("RGB")).astype(int)
    assert np.abs(last - film_frames[3]).mean() < 6.0
    film.write_mp4(film_frames, tmp_path / "film.mp4")
    count, _ = count_frames_and_secs(str(tmp_path / "film.mp4"))
    assert count == 4 + film.LAST_FRAME_S * film.FRAMES_PER_S


def test_the_verb_animates_a_results_folder(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(film, "FRAMES", 2)
    monkeypatch.setattr(film, "Layout", lambda: TINY)
    out = tmp_path / "new" / "short.gif"
    assert main(["animate", str(folder), "--out", str(out)]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    with Image.open(out) as gif:
        assert (gif.n_frames, gif.size) == (2, TINY.page_px(2))


def test_a_film_that_cannot_be_written_is_refused_before_drawing(tmp_path, capsys, monkeypatch):
    assert main(["animate", "nowhere", "--out", str(tmp_path)]) == 2
    assert f"--out {tmp_path}: is a folder" in capsys.readouterr().err
    monkeypatch.setattr("rfa_model._paths.os.access", lambda *_: False)
    assert main(["animate", str(tmp_path)]) == 2
    assert "is not writable" in capsys.readouterr().err


def test_the_format_follows_the_name(tmp_path):
    assert film.film_format(None, None) == "gif"
    assert film.film_format(tmp_path / "a.MP4", None) == "mp4"
    assert film.film_format(None, "mp4") == "mp4"
    with pytest.raises(InputError, match=r"ends in .avi; expected .gif or .mp4"):
        film.film_format(tmp_path / "a.avi", None)
    with pytest.raises(InputError, match="the name says gif, --format says mp4"):
        film.film_format(tmp_path / "a.gif", "mp4")


def test_without_the_encoder_the_extra_is_named(film_frames, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "imageio_ffmpeg", None)
    with pytest.raises(InputError, match="extra 'video'"):
        film.write_mp4(film_frames, tmp_path / "film.mp4")
