"""The lesion growing round the nerve: all arms side by side on one clock, frame by frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from rfa_model.drawing import canvas, render, style
from rfa_model.drawing.arm_picture import ArmPicture
from rfa_model.drawing.at_time import ArmInTime, Instruments
from rfa_model.drawing.captions import number
from rfa_model.drawing.orthographic import View
from rfa_model.pictures import comparison, scene

HEADER_PX, NAME_PX, READING_PX, FOOTER_PX, GAP_PX, INDENT_PX = 64, 52, 52, 48, 16, 18
OBVIOUS = (style.METAL, style.INSULATION, style.BONE, style.DISC)  # not in the legend
BLOCK_PX = 16  # video codecs want whole blocks


@dataclass(frozen=True)
class Layout:
    """Sizes of a film: `panel_px` for each arm's scene, `height_mm` of the patient seen in it."""

    panel_px: tuple[int, int] = (472, 416)
    height_mm: float = 28.0

    def page_px(self, arms: int) -> tuple[int, int]:
        """Width and height of a frame, whole blocks."""
        across = comparison.columns(arms)
        rows = -(-arms // across)
        size = (
            across * (self.panel_px[0] + GAP_PX) - GAP_PX,
            HEADER_PX + rows * (NAME_PX + self.panel_px[1] + READING_PX) + FOOTER_PX,
        )
        width, height = (-(-side // BLOCK_PX) * BLOCK_PX for side in size)
        return width, height


def frame_times(end_s: float, count: int) -> NDArray[np.float64]:
    """Times of the frames, s: evenly from the start to the end of the longest arm."""
    return np.linspace(0.0, end_s, count)


def clock_text(time_s: float) -> str:
    """The time stamp of a frame."""
    return f"t = {time_s:.0f} s"


def reading_text(reading: Instruments) -> str:
    """Sensor temperature and lesion volume of one arm at one moment."""
    return f"sensor {number(reading.sensor_C, '°C', 0)}   ·   lesion {number(reading.lesion_mm3, 'mm³', 0)}"


def frames(
    title: str, moments: Mapping[str, ArmInTime], view: View, count: int, layout: Layout | None = None
) -> Iterator[NDArray[np.uint8]]:
    """Draw the film frame by frame.

    Parameters
    ----------
    title : heading.
    moments : every arm's, by its name.
    view : the side to look from; only its directions and centre count.
    count : number of frames.
    layout : sizes.

    Yields
    ------
    (height, width, 3) arrays of uint8.
    """
    layout = layout or Layout()
    seen = View(view.focal_mm, view.towards_viewer, view.up, layout.height_mm, layout.panel_px)
    times = frame_times(max(arm.end_s for arm in moments.values()), count)
    stages = iter(render.render((arm.at(time) for time in times for arm in moments.values()), seen))
    final = [arm.at(arm.end_s) for arm in moments.values()]
    for time in times:
        images = [next(stages) for _ in moments]
        readings = {name: arm.reading(time) for name, arm in moments.items()}
        yield _page(title, float(time), float(times[-1]), readings, images, final, seen, layout)


def _page(
    title: str,
    time_s: float,
    end_s: float,
    readings: Mapping[str, Instruments],
    images: Sequence[NDArray[np.uint8]],
    final: Sequence[ArmPicture],
    view: View,
    layout: Layout,
) -> NDArray[np.uint8]:
    width, height = layout.page_px(len(images))
    across = comparison.columns(len(images))
    with canvas.typography({"font.size": style.FONT_SIZES["small"]}):
        figure = canvas.page((width, height))
        words = canvas.pixel_axes(figure, 0, 0, (width, height))
        words.text(INDENT_PX, 34, title, va="center", weight="bold", parse_math=False)
        words.text(width - INDENT_PX, 34, clock_text(time_s), va="center", ha="right", weight="bold")
        _progress(words, time_s / end_s if end_s > 0.0 else 1.0)
        for index, (name, image) in enumerate(zip(readings, images, strict=True)):
            left = (index % across) * (layout.panel_px[0] + GAP_PX)
            top = HEADER_PX + (index // across) * (NAME_PX + layout.panel_px[1] + READING_PX)
            words.text(left + INDENT_PX, top + 30, name, va="center", weight="bold")
            words.text(left + layout.panel_px[0] - INDENT_PX, top + 30, readings[name].phase, va="center", ha="right",
                       color=style.FAINT_INK)  # fmt: skip
            _stage(canvas.pixel_axes(figure, left, top + NAME_PX, layout.panel_px), image, view)
            words.text(
                left + INDENT_PX, top + NAME_PX + layout.panel_px[1] + 28, reading_text(readings[name]), va="center"
            )
        entries = [entry for entry in scene.common_legend(final) if entry[0] not in OBVIOUS]
        canvas.legend_row(words, entries, INDENT_PX, height - FOOTER_PX / 2, width - INDENT_PX)
        return canvas.pixels(figure)


def _stage(stage: Axes, image: NDArray[np.uint8], view: View) -> None:
    width, height = view.size_px
    canvas.place_image(stage, image)
    canvas.frame(stage)
    canvas.scale_bar(stage, view.px_per_mm, width - INDENT_PX, height - 14, 5.0)


def _progress(words: Axes, share: float) -> None:
    (left, right), y = words.get_xlim(), HEADER_PX - 4
    for length, colour in ((1.0, "#E3E7EC"), (share, style.LESION)):
        words.add_patch(Rectangle((left, y), length * (right - left), 5, facecolor=colour, edgecolor="none"))
