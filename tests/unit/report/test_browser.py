"""The page in a real browser, off the network: it draws, it answers to mouse and keyboard, it fits the screen."""

import io
import shutil
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, sync_playwright

from rfa_model.drawing import style
from rfa_model.drawing.canvas import SCALE_BAR_LENGTHS_MM, SCALE_BAR_SHARE
from rfa_model.pictures.draw import SCENE_HEIGHT_MM

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-gl=angle", "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]  # fmt: skip
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
PATIENCE_S = 60.0
SWITCHES = ("bone", "muscle", "needle", "nerve", "lesion", "isotherm_50C", "isotherm_60C")
# Columns between two points a length apart across the view and at a depth (mm), as plotly's own matrices project them.
PROJECTED = """([n, length, depth]) => {
  const div = document.getElementById(`scene-${n}`), scene = div._fullLayout.scene._scene;
  const { model, view, projection } = scene.glplot.cameraParams, [sx, sy, sz] = scene.dataScale;
  const times = (m, v) => [0, 1, 2, 3].map((i) => v.reduce((sum, x, j) => sum + m[i + 4 * j] * x, 0));
  const column = ([x, y, z]) => {
    const [a, , , w] = [model, view, projection].reduce((v, m) => times(m, v), [x * sx, y * sy, z * sz, 1]);
    return (a / w) * div.clientWidth / 2;
  };
  const { eye, center } = div._fullLayout.scene.camera;
  const t = [eye.x - center.x, eye.y - center.y, eye.z - center.z], flat = Math.hypot(t[0], t[1]);
  const from = t.map((x) => depth * x / Math.hypot(...t)), right = [-t[1] / flat, t[0] / flat, 0];
  return column(from.map((x, i) => x + length * right[i])) - column(from);
}"""
# Of each name in a scene how far (px) it stands from the nearest of its marks as plotly projects it.
NAMES = """(n) => {
  const div = document.getElementById(`scene-${n}`), scene = div._fullLayout.scene._scene;
  const { model, view, projection } = scene.glplot.cameraParams, [sx, sy, sz] = scene.dataScale;
  const times = (m, v) => [0, 1, 2, 3].map((i) => v.reduce((sum, x, j) => sum + m[i + 4 * j] * x, 0));
  const [width, height] = [div.clientWidth / 2, div.clientHeight / 2];
  const at = ([x, y, z]) => {
    const [a, b, , w] = [model, view, projection].reduce((v, m) => times(m, v), [x * sx, y * sy, z * sz, 1]);
    return [width * (1 + a / w), height * (1 - b / w)];
  };
  const arm = JSON.parse(document.getElementById("payload").textContent).arms[n];
  return [...div.parentElement.querySelectorAll(".bones span")].map((span) => {
    const apart = arm.bones.find(({ name }) => name === span.textContent).marks.map(at)
      .map(([x, y]) => [x - parseFloat(span.style.left), y - parseFloat(span.style.top)]);
    return [span.textContent, ...apart.sort((p, q) => Math.hypot(...p) - Math.hypot(...q))[0]];
  });
}"""
PAINTED = """(swatch) => "#" + getComputedStyle(swatch).backgroundColor.match(/\\d+/g)
  .map((part) => Number(part).toString(16).padStart(2, "0")).join("").toUpperCase()"""
PRESS = "((which) => document.querySelector(which).click())"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed (Debian: apt install chromium)")


class Visit:
    """The page opened once, with everything it asked for and complained about."""

    def __init__(self, browser_page: Page, url: str) -> None:
        self.page = browser_page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)
        # A button can be pressed before the first scene is drawn.
        self.page.add_init_script(f"addEventListener('DOMContentLoaded', () => {PRESS}('[data-act=start]'))")
        self.page.set_default_timeout(1e3 * PATIENCE_S)
        self.page.goto(url)
        self.settle()

    def _listen(self, message) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def settle(self) -> None:
        """Wait until the scenes hold what was asked for."""
        self.page.wait_for_selector("#scenes[aria-busy=false]", state="attached")

    def scene(self, number: int) -> np.ndarray:
        """Seen from the same place of the page every time, clear of what sticks to its edges."""
        self.page.evaluate(
            "(n) => document.querySelectorAll('.stage')[n].scrollIntoView({ block: 'center', behavior: 'instant' })",
            number,
        )
        return pixels(self.page.locator(f"#scene-{number}"))

    def trace(self, group: str, number: int = 0) -> dict:
        """Visibility, colour and corners of the first trace of a group."""
        return self.page.evaluate(
            "([n, group]) => { const t = document.getElementById(`scene-${n}`).data.find((t) => t.meta === group);"
            " return { visible: t.visible, color: t.color, x: t.x.bdata }; }",
            [number, group],
        )


def pixels(place: Locator) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(place.screenshot())).convert("RGB"), dtype=int)


def drawn(image: np.ndarray) -> float:
    """Share of pixels that are not paper."""
    return float(np.mean(image.min(axis=2) < 240))


def until_changed(look: Callable[[], np.ndarray], before: np.ndarray) -> float:
    """Share of pixels that differ from `before`, once some do; 0 if that never happens."""
    share, end = 0.0, time.monotonic() + PATIENCE_S
    while share < 1e-3 and time.monotonic() < end:
        share = float(np.mean(np.abs(look() - before).max(axis=2) > 12))
    return share


@pytest.fixture(scope="module")
def visit(page) -> Iterator[Visit]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, headless=True, args=QUIET)
        context = browser.new_context(viewport=NARROW, offline=True, reduced_motion="reduce")
        yield Visit(context.new_page(), page.as_uri())
        browser.close()


def test_it_draws_the_scenes_without_a_complaint_or_a_request(visit, page):
    assert all(drawn(visit.scene(n)) > 0.05 for n in (0, 1))
    assert visit.complaints == []
    assert [url for url in visit.requests if not url.startswith(("data:", "blob:"))] == [page.as_uri()]


def test_still_pictures_give_way_to_what_moves(visit):
    assert visit.page.locator(".scene-still").is_hidden()
    assert visit.page.locator("#scene-0 canvas").count() > 0
    visit.page.emulate_media(media="print")
    assert visit.page.locator(".scene-still img").is_visible()
    assert visit.page.locator("img.chart-still").is_visible()
    assert visit.page.locator("canvas:visible, #controls:visible, #time:visible").count() == 0
    visit.page.emulate_media(media="screen")


@pytest.mark.parametrize("key", ["ArrowRight", "+"])
def test_keys_turn_and_zoom_all_scenes_together_and_zero_goes_back(visit, key):
    stage = visit.page.locator(".stage").first
    before = [visit.scene(n) for n in (0, 1)]
    stage.focus()
    visit.page.keyboard.press(key)
    assert all(until_changed(lambda n=n: visit.scene(n), before[n]) > 0.01 for n in (0, 1))
    turned = visit.scene(0)
    visit.page.keyboard.press("0")
    assert until_changed(lambda: visit.scene(0), turned) > 0.01
    assert np.mean(np.abs(visit.scene(0) - before[0]).max(axis=2) > 12) < 1e-3


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["phone", "desktop"])
def test_the_scale_bar_is_true_at_every_depth_and_follows_the_zoom(visit, size):
    visit.page.set_viewport_size(size)
    visit.page.wait_for_function("document.querySelector('#nerve-0 .main-svg').clientWidth < window.innerWidth")
    said, fitting = [], []
    stage = visit.page.locator(".stage").nth(1).bounding_box()
    for act, zoom in (
        ("start", 1.0),
        ("in", 1.25),
        ("in", 1.25**2),
        ("in", 1.25**3),
        ("in", 1.25**4),
        ("out", 1.25**3),
    ):
        px_per_mm = stage["height"] * zoom / SCENE_HEIGHT_MM
        fitting.append(max(mm for mm in SCALE_BAR_LENGTHS_MM if mm * px_per_mm <= SCALE_BAR_SHARE * stage["width"]))
        visit.page.locator(f"[data-act={act}]").click()
        bar = visit.page.locator(".bar").nth(1)
        length = float(bar.inner_text().removesuffix(" mm"))
        for depth in (-20.0, 20.0):
            visit.page.wait_for_function(f"(of) => Math.abs(({PROJECTED})(of) - {bar.bounding_box()['width']}) < 1",
                                         arg=[1, length, depth])  # fmt: skip
        said.append(length)
    assert said == fitting
    assert len(set(said)) > 1
    visit.page.locator("[data-act=start]").click()
    visit.page.set_viewport_size(NARROW)


def test_bones_are_called_by_their_names_where_they_are_seen(visit):
    """A name stands where plotly's own matrices put its mark, and goes with bone."""
    visit.page.locator("[data-act=start]").click()
    visit.settle()
    found = visit.page.evaluate(NAMES, 0)
    assert {name for name, *_ in found} & {"L4", "L5"}
    assert all(np.hypot(x, y) < 1.5 for _, x, y in found)
    visit.page.locator("[data-group=bone]").press("Space")
    visit.settle()
    assert visit.page.evaluate(NAMES, 0) == []
    visit.page.locator("[data-group=bone]").press("Space")
    visit.settle()


def test_buttons_and_dragging_turn_all_scenes(visit):
    before = visit.scene(1)
    visit.page.get_by_role("button", name="from the left").click()
    assert until_changed(lambda: visit.scene(1), before) > 0.01
    before = visit.scene(1)
    visit.page.locator("#scene-0").scroll_into_view_if_needed()
    box = visit.page.locator("#scene-0").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    visit.page.mouse.move(*middle)
    visit.page.mouse.down()
    visit.page.mouse.move(middle[0] + 60, middle[1] + 20, steps=3)
    visit.page.mouse.up()
    assert until_changed(lambda: visit.scene(1), before) > 0.01
    visit.page.get_by_role("button", name="as drawn").click()


@pytest.mark.parametrize("group", SWITCHES)
def test_each_switch_changes_the_scene(visit, group):
    before, shown = visit.scene(0), visit.trace(group)["visible"]
    switch = visit.page.locator(f"[data-group={group}]")
    switch.press("Space")
    visit.settle()
    assert visit.trace(group)["visible"] != shown
    assert until_changed(lambda: visit.scene(0), before) > 1e-3
    switch.press("Space")
    visit.settle()


def test_the_criterion_changes_the_lesion_and_its_words(visit):
    before, words = visit.trace("lesion")["x"], visit.page.locator("#criterion-words")
    assert words.inner_text().startswith("Ω ≥ 1")  # what the nerves are judged by, though it is not listed first
    visit.page.select_option("#criterion", "isotherm_50C")
    visit.settle()
    assert visit.trace("lesion")["x"] != before
    assert words.inner_text().startswith("peak ≥ 50 °C")
    assert visit.trace("lesion")["color"] == style.CRITERION_COLOURS["isotherm_50C"]
    assert visit.page.locator("#lesion-swatch").evaluate(PAINTED) == style.CRITERION_COLOURS["isotherm_50C"]
    visit.page.select_option("#criterion", "arrhenius")
    visit.settle()
    assert visit.trace("lesion")["color"] == style.LESION
    assert visit.page.locator("#lesion-swatch").evaluate(PAINTED) == style.LESION
    assert visit.page.locator("#reading-0").inner_text().startswith("lesion (Ω ≥ 1) 268 mm³ · hottest tissue 82 °C")


def test_time_makes_the_lesion_grow(visit):
    slider, now = visit.page.locator("#time"), visit.page.locator("#now")
    assert now.inner_text() == "100 s"
    sizes = []
    for key in ("Home", "ArrowRight", "End"):
        slider.press(key)
        visit.settle()
        lesion = visit.trace("lesion")
        sizes.append(len(lesion["x"]) if lesion["visible"] else 0)
    assert sizes[0] == 0 < sizes[1] < sizes[2]
    slider.press("Home")
    visit.page.locator("#play").press("Enter")
    visit.page.wait_for_function("Number(document.getElementById('time').value) > 0")
    visit.page.locator("#play").press("Enter")
    assert visit.page.locator("#play").inner_text().endswith("play")
    slider.press("End")
    visit.settle()
    assert now.inner_text() == "100 s"


def test_play_pause_and_play_at_once_plays_once(visit):
    """The later presses come while the first is still being drawn."""
    page = visit.page
    page.emulate_media(reduced_motion="no-preference")
    page.evaluate(f"for (let n = 0; n < 3; n += 1) {PRESS}('#play')")
    page.wait_for_function("document.querySelector('#play .word').textContent === 'play'")
    visit.settle()
    page.emulate_media(reduced_motion="reduce")
    assert page.locator("#now").inner_text() == "100 s"
    assert visit.complaints == []


def test_the_first_stop_of_the_keyboard_is_a_link_past_the_head(visit):
    first = visit.page.locator("a, button, input, select, summary, [tabindex='0']").first
    assert first.bounding_box()["x"] < 0
    first.focus()
    assert first.inner_text() == "Skip to the report"
    assert first.bounding_box()["x"] >= 0
    assert first.evaluate("link => getComputedStyle(link).outlineStyle") == "solid"


def test_every_picture_and_canvas_has_words(visit):
    silent = visit.page.evaluate(
        "[...document.querySelectorAll('img, [role=img]')].filter((e) => !(e.alt || e.ariaLabel)).length"
    )
    assert silent == 0
    assert visit.page.locator("img, [role=img]").count() > 5
    nameless = visit.page.evaluate(
        "[...document.querySelectorAll('input, select, button')]"
        ".filter((e) => !(e.ariaLabel || e.innerText || e.labels?.length)).length"
    )
    assert nameless == 0


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["phone", "desktop"])
def test_nothing_sticks_out_of_the_screen(visit, size):
    visit.page.set_viewport_size(size)
    visit.page.wait_for_function("document.querySelector('#nerve-0 .main-svg').clientWidth < window.innerWidth")
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    boxes = [visit.page.locator(f"#scene-{n}").bounding_box() for n in (0, 1)]
    assert (boxes[0]["y"] == boxes[1]["y"]) == (size is WIDE)
    assert all(300 < box["width"] < size["width"] for box in boxes)
    assert drawn(visit.scene(1)) > 0.05
    assert visit.complaints == []


def box(visit, which, number=0):
    found = visit.page.locator(which).nth(number).bounding_box()
    return found["y"], found["y"] + found["height"]


def test_controls_scenes_and_their_axes_are_seen_together_on_a_laptop(visit):
    visit.page.set_viewport_size(WIDE)
    visit.page.evaluate("document.documentElement.style.scrollBehavior = 'auto'")
    visit.page.evaluate("document.getElementById('scene').scrollIntoView()")
    time_bar = box(visit, ".inspect .time")[0]
    assert box(visit, "nav")[1] <= box(visit, ".controls")[0]
    for number in (0, 1):
        for part in (".triad", ".bar", ".stage", ".reading"):
            top, bottom = box(visit, part, number)
            assert box(visit, ".controls")[1] <= top < bottom <= time_bar, part
    visit.page.set_viewport_size(NARROW)


@pytest.mark.parametrize("number", [0, 1])
def test_switches_stay_in_sight_over_each_scene_on_a_phone(visit, number):
    visit.page.set_viewport_size(NARROW)
    visit.page.evaluate("document.documentElement.style.scrollBehavior = 'auto'")
    visit.page.evaluate("(n) => document.querySelectorAll('.stage')[n].scrollIntoView({ block: 'center' })", number)
    switches = visit.page.locator(".show input")
    assert switches.count() == len(SWITCHES)
    for place in range(len(SWITCHES)):
        top, bottom = box(visit, ".show input", place)
        assert 0 <= top < bottom <= NARROW["height"]
    top, bottom = box(visit, ".stage", number)
    assert box(visit, ".show")[1] <= top < bottom <= box(visit, ".inspect .time")[0]


def test_bone_is_seen_from_the_right_too(visit):
    """The needles are on the left: the other half of the vertebra hides them."""
    bones = "[...document.getElementById('scene-0').data.keys()].filter"
    assert (
        visit.page.evaluate(f"{bones}((n) => document.getElementById('scene-0').data[n].meta === 'bone').length") >= 3
    )
    visit.page.get_by_role("button", name="from the right").click()
    visit.settle()
    assert drawn(visit.scene(0)) > 0.5
    visit.page.get_by_role("button", name="as drawn").click()


def test_the_key_hides_and_shows_an_arms_curves(visit):
    shown = "document.getElementById('nerve-0').data.map((curve) => curve.visible !== false)"
    assert visit.page.evaluate(shown) == [True, True, True, True]
    key = visit.page.locator(".key button").first
    key.click()
    assert visit.page.evaluate(shown) == [False, False, True, True]
    assert key.get_attribute("aria-pressed") == "false"
    key.click()
    assert visit.page.evaluate(shown) == [True, True, True, True]
