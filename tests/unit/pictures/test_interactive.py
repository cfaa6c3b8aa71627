import re
import signal
import socket
import subprocess
import sys
import urllib.request
from dataclasses import replace

import numpy as np
import pytest
import pyvista as pv
from matplotlib.colors import to_rgb

from rfa_model.cli import main
from rfa_model.drawing import opengl, style
from rfa_model.drawing.orthographic import look_from
from rfa_model.errors import InputError
from rfa_model.viewer import layers, web
from rfa_model.viewer.layers import SLICED_MM, build_layers
from tests.unit.pictures.made import made_picture
from tests.unit.pictures.test_pictures import pixels

VIEW = look_from(np.array([0.1, -1.0, 0.2]), np.array([0.0, 0.0, 2.0]), 30.0, (300, 240))


@pytest.fixture(scope="module")
def built():
    with opengl.quiet():
        plotter = pv.Plotter(off_screen=True, window_size=[300, 240], lighting="none")
        yield build_layers(plotter, made_picture(), VIEW, movable=False)
        plotter.close()


def test_there_is_a_layer_for_everything_shown(built):
    assert list(built.actors) == ["bone", "needle", "nerves", "lesion", "50 °C now", "60 °C now", "temperature plane"]
    assert built.listing().splitlines()[0] == "F1  bone"


@pytest.mark.parametrize("name", ["bone", "needle", "nerves", "lesion", "60 °C now", "temperature plane"])
def test_a_layer_is_in_the_picture_until_it_is_switched_off(built, name):
    before = built.plotter.screenshot(None, return_img=True).astype(int)
    built.toggle(name)
    without = built.plotter.screenshot(None, return_img=True).astype(int)
    built.toggle(name)
    again = built.plotter.screenshot(None, return_img=True).astype(int)
    assert np.sum(np.abs(before - without).max(axis=2) > 8) > 20
    assert np.array_equal(before, again)


def test_isotherms_lie_where_the_temperature_says(built):
    (actor,) = built.actors["50 °C now"]
    radius = np.linalg.norm(np.asarray(actor.mapper.dataset.points) - [0.0, 0.0, 2.0], axis=1)
    assert radius == pytest.approx(5.0 * np.log(45.0 / 13.0), abs=0.35)  # 37 + 45 exp(-r / 5) = 50


def test_the_plane_shows_temperature_near_the_tip_on_the_scale_of_all_pictures(built):
    (actor,) = built.actors["temperature plane"]
    points = np.asarray(actor.mapper.dataset.points)
    assert np.linalg.norm(points - [0.0, 0.0, 2.0], axis=1).max() <= SLICED_MM + 0.1
    assert tuple(actor.mapper.scalar_range) == style.TEMPERATURE_RANGE_C


def test_the_plane_is_switched_with_the_handle_it_is_dragged_by():
    with opengl.quiet():
        plotter = pv.Plotter(off_screen=True, window_size=[300, 240], lighting="none")
        movable = build_layers(plotter, made_picture(), VIEW, movable=True)
        (handle,) = layers._handles(plotter)
        seen = []
        for name in ("lesion", "temperature plane", "temperature plane"):
            movable.toggle(name)
            seen.append(bool(handle.GetEnabled()))
        plotter.close()
    assert seen == [True, False, True]


def across_the_window(plotter, from_mm, to_mm):
    """Distance in pixels along a row, as VTK projects it."""
    columns = []
    for point in (from_mm, to_mm):
        plotter.renderer.SetWorldPoint(*point, 1.0)
        plotter.renderer.WorldToDisplay()
        columns.append(plotter.renderer.GetDisplayPoint()[0])
    return columns[1] - columns[0]


@pytest.mark.parametrize(("zoom", "size", "length_mm"), [(1, (300, 240), 5), (4, (300, 240), 2), (0.5, (500, 200), 20)])
def test_the_scale_bar_follows_zoom_and_window_and_is_true_at_every_depth(zoom, size, length_mm):
    with opengl.quiet():
        plotter = pv.Plotter(off_screen=True, window_size=[300, 240], lighting="none")
        bar = build_layers(plotter, made_picture(), VIEW, movable=False).bar
        plotter.window_size = list(size)
        plotter.camera.zoom(zoom)
        image = plotter.screenshot(None, return_img=True)
        assert bar.length_mm == length_mm
        for depth in (-20.0, 0.0, 20.0):
            start = VIEW.focal_mm + depth * VIEW.towards_viewer
            wanted = across_the_window(plotter, start, start + length_mm * VIEW.right)
            assert (bar.ends[1] - bar.ends[0]) * size[0] == pytest.approx(wanted, rel=1e-6)
        plotter.close()
    bottom = image[-round(0.05 * size[1]) :, : round(0.82 * size[0])]
    dark = np.abs(bottom.astype(int) - np.round(np.array(to_rgb(style.INK)) * 255)).max(axis=2) < 12
    assert dark.sum(axis=1).max() == pytest.approx(wanted, abs=2.0)


def test_cool_tissue_begins_the_scale_where_slices_begin_theirs():
    with opengl.quiet():
        plotter = pv.Plotter(off_screen=True, window_size=[300, 240], lighting="none")
        cool = build_layers(plotter, replace(made_picture(), body_temperature_C=21.5), VIEW, movable=False)
        (actor,) = cool.actors["temperature plane"]
        plotter.close()
    assert tuple(actor.mapper.scalar_range) == (21.0, 95.0)


def test_a_screenshot_shows_the_lesion(folder, tmp_path):
    out = tmp_path / "new" / "shot.png"
    assert main(["view", str(folder), "--arm", "conventional", "--time", "100", "--screenshot", str(out)]) == 0
    image = pixels(out)
    assert image.shape == (900, 1200, 3)
    r, g, b = image[..., 0], image[..., 1], image[..., 2]
    assert np.sum((r - b > 60) & (r > 150) & (g > 60)) > 2000


def test_what_is_not_there_is_refused(folder, capsys):
    assert main(["view", str(folder), "--arm", "warm"]) == 2
    assert "--arm warm: no such arm; choose one of conventional, cooled" in capsys.readouterr().err
    assert main(["view", str(folder), "--time", "100.5"]) == 2
    assert "outside the run of arm 'conventional', which goes from 0 to 100 s" in capsys.readouterr().err
    assert main(["view", str(folder), "--time", "nan"]) == 2


def test_a_screenshot_that_cannot_be_written_is_refused_before_drawing(tmp_path, capsys):
    assert main(["view", str(tmp_path), "--screenshot", "shot.pdf"]) == 2
    assert "--screenshot shot.pdf: the name has to end in one of .png, .jpg" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert main(["view", str(tmp_path), "--screenshot", str(tmp_path / "file" / "shot.png")]) == 2
    assert "error: --screenshot" in capsys.readouterr().err


def test_without_trame_the_extra_is_named(monkeypatch):
    monkeypatch.setattr(web, "find_spec", lambda name: None)
    with pytest.raises(InputError, match="extra 'web'"):
        web.require()


def test_keys_follow_the_layers(built, monkeypatch):
    bound = {}
    monkeypatch.setattr(built.plotter, "add_key_event", bound.__setitem__)
    layers.bind_keys(built)
    assert list(bound) == ["F1", "F2", "F3", "F4", "F5", "F6", "F7"]
    bound["F4"]()
    assert not built.actors["lesion"][0].GetVisibility()
    bound["F4"]()


def test_words_of_the_page_are_shown_not_run(built):
    title = "a < b {{ 1 + 1 }} <img src=x onerror=alert(1)>"
    server = web.page(built, title)
    template = server.state.trame__template_main
    assert "v-text" in template
    assert "<img" not in template
    assert "{{" not in template
    assert server.state.heading == title
    assert list(server.state.names.values()) == list(built.actors)


def test_the_server_waits_for_ever_and_on_loopback_whatever_the_environment_says(built, monkeypatch):
    given = {}
    monkeypatch.setenv("TRAME_ARGS", "--host 0.0.0.0 --timeout 1")
    server = web.page(built, "loopback")
    core = "trame_server.core.CoreServer"
    monkeypatch.setattr(f"{core}.server_start", lambda options, **_: given.update(vars(options)))
    monkeypatch.setattr(f"{core}.bind_server", lambda _: None)
    monkeypatch.setattr(f"{core}.configure", lambda _: None)
    monkeypatch.setattr(web, "page", lambda *_: server)
    web.serve(built, "loopback")
    assert (given["host"], given["timeout"]) == ("127.0.0.1", 0)


@pytest.mark.slow
def test_the_web_server_answers_on_loopback_only(folder):
    command = [sys.executable, "-m", "rfa_model", "view", str(folder), "--web"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            address = re.match(r"http://127\.0\.0\.1:(\d+)/", process.stdout.readline())
            assert address
            with urllib.request.urlopen(address[0]) as page:
                assert b"<html" in page.read().lower()
            own = socket.gethostbyname(socket.gethostname())
            for elsewhere in {own, "127.0.0.2"} - {"127.0.0.1"}:
                with (
                    pytest.raises(ConnectionRefusedError),
                    socket.create_connection((elsewhere, int(address[1])), timeout=2),
                ):
                    pass
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=240)
