"""comparison.png: every arm side by side, from the same side and at the same scale, with its numbers below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from rfa_model.drawing import bone_names, canvas, style
from rfa_model.drawing.arm_picture import ArmPicture
from rfa_model.drawing.orthographic import View
from rfa_model.pictures import scene

MOST_COLUMNS = 3
HEADER_PX = 80
NAME_PX = 84
STAGE_PX = 750
ROW_PX, LINE_PX = 36, 30
CAPTIONS_PX, ROW_GAP_PX = 34, 28
NAME_SIZE = style.FONT_SIZES["text"] + 2
FOOTER_PX = 76
GAP_PX = 16
INDENT_PX = 36
LABEL_SHARE = 0.62
"""Of a column: the most that labels take of it."""
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
    across, width = columns(len(pictures)), style.PICTURE_SIZE_PX[0]
    with canvas.typography():
        texts = [_Texts.of(picture, view.size_px[0]) for picture in pictures]
        rows = [texts[first : first + across] for first in range(0, len(texts), across)]
        heads_px = [NAME_PX + LINE_PX * max(len(text.probe) + len(text.name) - 2 for text in row) for row in rows]
        row_px = [
            head + STAGE_PX + CAPTIONS_PX + max(text.height_px for text in row) + ROW_GAP_PX * (row is not rows[-1])
            for head, row in zip(heads_px, rows, strict=True)
        ]
        tops = np.cumsum([HEADER_PX, *row_px])
        height = int(tops[-1]) + FOOTER_PX
        figure = canvas.page((width, height))
        words = canvas.pixel_axes(figure, 0, 0, (width, height))
        heading = canvas.fitted(words, title, width - 2 * INDENT_PX, style.FONT_SIZES["title"], bold=True)
        heading.set(x=INDENT_PX, y=HEADER_PX / 2 + 4, va="center")
        for index, (picture, text, image) in enumerate(zip(pictures, texts, images, strict=True)):
            left = (index % across) * (view.size_px[0] + GAP_PX)
            row = index // across
            _heading(words, text, left, float(tops[row]))
            top = float(tops[row]) + heads_px[row]
            stage = canvas.pixel_axes(figure, left, top, view.size_px)
            _stage(stage, whole.crop(image, view.size_px), view, with_triad=index == 0)
            bone_names.write(stage, picture, view, "surface")
            _captions(words, text, left, top + STAGE_PX + CAPTIONS_PX)
        canvas.legend_row(words, scene.common_legend(pictures), INDENT_PX, height - FOOTER_PX / 2, width - INDENT_PX)
        return canvas.save(figure, path)


@dataclass(frozen=True)
class _Texts:
    """Words of one arm, broken into lines that fit its column; captions as (label, lines of the value)."""

    name: list[str]
    probe: list[str]
    captions: list[tuple[str, list[str]]]
    value_px: float

    @classmethod
    def of(cls, picture: ArmPicture, width_px: float) -> _Texts:
        free, size = width_px - INDENT_PX - GAP_PX, style.FONT_SIZES["text"]
        widest = max((canvas.text_width_px(label, size) for label, _ in picture.captions), default=0.0)
        value_px = min(max(VALUE_SHARE * width_px, widest + GAP_PX), LABEL_SHARE * free)
        return cls(
            canvas.wrapped(picture.name, free, NAME_SIZE, bold=True),
            canvas.wrapped(picture.probe_label, free, size),
            [(label, canvas.wrapped(value, free - value_px, size, bold=True)) for label, value in picture.captions],
            value_px,
        )

    @property
    def height_px(self) -> float:
        """Of the captions."""
        return sum(ROW_PX + LINE_PX * (len(lines) - 1) for _, lines in self.captions)


def _heading(words: Axes, text: _Texts, left: float, top: float) -> None:
    y = top + 20
    for line in text.name:
        words.text(left + INDENT_PX, y, line, va="center", weight="bold", fontsize=NAME_SIZE, parse_math=False)
        y += LINE_PX
    y += ROW_PX - LINE_PX
    for line in text.probe:
        words.text(left + INDENT_PX, y, line, va="center", color=style.FAINT_INK, parse_math=False)
        y += LINE_PX


def _stage(stage: Axes, image: NDArray[np.uint8], view: View, with_triad: bool) -> None:
    width, height = view.size_px
    canvas.place_image(stage, image)
    canvas.frame(stage)
    length = canvas.scale_bar_length_mm(view.px_per_mm, width)
    canvas.scale_bar(stage, view.px_per_mm, width - INDENT_PX, height - 22, length)
    if with_triad:
        canvas.triad(stage, view, (INDENT_PX + 80.0, height - 110.0))


def _captions(words: Axes, text: _Texts, left: float, top: float) -> None:
    y = top
    for label, lines in text.captions:
        words.text(left + INDENT_PX, y, label, va="center", color=style.FAINT_INK, parse_math=False)
        for line in lines:
            words.text(left + INDENT_PX + text.value_px, y, line, va="center", weight="bold", parse_math=False)
            y += LINE_PX
        y += ROW_PX - LINE_PX
