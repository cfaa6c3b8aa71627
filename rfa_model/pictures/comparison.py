"""comparison.png: every arm side by side, from the same side and at the same scale, with its numbers below."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from rfa_model.drawing import canvas, style
from rfa_model.drawing.arm_picture import ArmPicture
from rfa_model.drawing.orthographic import View
from rfa_model.pictures import scene

MOST_COLUMNS = 3
HEADER_PX = 80
NAME_PX = 84
STAGE_PX = 750
ROW_PX = 36
FOOTER_PX = 76
GAP_PX = 16
INDENT_PX = 36
VALUE_SHARE = 0.36


def columns(arms: int) -> int:
    """How many arms stand in one row: two by two rather than three and one."""
    return arms if arms <= MOST_COLUMNS else (2 if arms == 4 else MOST_COLUMNS)


def panel_size_px(arms: int) -> tuple[int, int]:
    """Size of one arm's rendered part."""
    across = columns(arms)
    return (style.PICTURE_SIZE_PX[0] - GAP_PX * (across - 1)) // across, STAGE_PX


def draw_comparison_picture(
    title: str, pictures: Sequence[ArmPicture], images: Sequence[NDArray[np.uint8]], view: View, path: Path
) -> Path:
    """Write the middle of the arms' `images`, all rendered in `view`, side by side with their captions.

    The picture is as wide as the others and as high as its rows need.
    """
    whole, view = view, view.cropped(panel_size_px(len(pictures)))
    across = columns(len(pictures))
    rows = -(-len(pictures) // across)
    captions_px = ROW_PX * max(len(picture.captions) for picture in pictures) + 34
    row_px = NAME_PX + STAGE_PX + captions_px
    width, height = style.PICTURE_SIZE_PX[0], HEADER_PX + rows * row_px + FOOTER_PX
    with canvas.typography():
        figure = canvas.page((width, height))
        words = canvas.pixel_axes(figure, 0, 0, (width, height))
        words.text(
            INDENT_PX, HEADER_PX / 2 + 4, title, fontsize=style.FONT_SIZES["title"], va="center", weight="bold",
            parse_math=False,
        )  # fmt: skip
        for index, (picture, image) in enumerate(zip(pictures, images, strict=True)):
            left = (index % across) * (view.size_px[0] + GAP_PX)
            top = HEADER_PX + (index // across) * row_px
            _heading(words, picture, left, top)
            stage = canvas.pixel_axes(figure, left, top + NAME_PX, view.size_px)
            _stage(stage, whole.crop(image, view.size_px), view, with_triad=index == 0)
            _captions(words, picture, left, top + NAME_PX + STAGE_PX + 34, view.size_px[0])
        canvas.legend_row(words, scene.common_legend(pictures), INDENT_PX, height - FOOTER_PX / 2, width - INDENT_PX)
        return canvas.save(figure, path)


def _heading(words: Axes, picture: ArmPicture, left: float, top: float) -> None:
    words.text(
        left + INDENT_PX, top + 20, picture.name, va="center", weight="bold", fontsize=style.FONT_SIZES["text"] + 2
    )
    words.text(left + INDENT_PX, top + 56, picture.probe_label, va="center", color=style.FAINT_INK)


def _stage(stage: Axes, image: NDArray[np.uint8], view: View, with_triad: bool) -> None:
    width, height = view.size_px
    canvas.place_image(stage, image)
    canvas.frame(stage)
    length = canvas.scale_bar_length_mm(view.px_per_mm, width)
    canvas.scale_bar(stage, view.px_per_mm, width - INDENT_PX, height - 22, length)
    if with_triad:
        canvas.triad(stage, view, (INDENT_PX + 80.0, height - 110.0))


def _captions(words: Axes, picture: ArmPicture, left: float, top: float, width: float) -> None:
    for row, (label, value) in enumerate(picture.captions):
        y = top + row * ROW_PX
        words.text(left + INDENT_PX, y, label, va="center", color=style.FAINT_INK)
        words.text(left + INDENT_PX + VALUE_SHARE * width, y, value, va="center", weight="bold")
