"""scene.png: bone, applicator, nerve and lesion of one arm in three dimensions."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rfa_model.applicators.labels import Labels, common_labels
from rfa_model.drawing import bone_names, canvas, style
from rfa_model.drawing.arm_picture import ArmPicture
from rfa_model.drawing.orthographic import View

HEADER_PX = 120
FOOTER_PX = 80
MARGIN_PX = 36


def scene_size_px() -> tuple[int, int]:
    """Size of the rendered part, between header and legend."""
    width, height = style.PICTURE_SIZE_PX
    return width, height - HEADER_PX - FOOTER_PX


def draw_scene(picture: ArmPicture, view: View, image: NDArray[np.uint8], path: Path) -> Path:
    """Write the rendered `image` of `picture` with title, legend, scale bar and directions to `path`."""
    width, height = style.PICTURE_SIZE_PX
    with canvas.typography():
        figure = canvas.page((width, height))
        stage = canvas.pixel_axes(figure, 0, HEADER_PX, view.size_px)
        canvas.place_image(stage, image)
        right, bottom = view.size_px[0] - MARGIN_PX, view.size_px[1] - 24
        length = canvas.scale_bar_length_mm(view.px_per_mm, view.size_px[0])
        canvas.scale_bar(stage, view.px_per_mm, right, bottom, length)
        canvas.triad(stage, view, (MARGIN_PX + 90.0, bottom - 90.0))
        bone_names.write(stage, picture, view, "surface")

        words = canvas.pixel_axes(figure, 0, 0, (width, height))
        canvas.title(words, f"{picture.name}: {picture.probe_label}", picture.headline)
        canvas.legend_row(words, legend(picture), MARGIN_PX, height - FOOTER_PX / 2, width - MARGIN_PX)
        return canvas.save(figure, path)


def common_legend(pictures: Iterable[ArmPicture]) -> list[tuple[str, str]]:
    """(colour, words) of what these pictures show together, each once."""
    shown = list(pictures)
    labels = common_labels(picture.applicator.labels for picture in shown)
    return list(dict.fromkeys(entry for picture in shown for entry in legend(picture, labels)))


def legend(picture: ArmPicture, labels: Labels | None = None) -> list[tuple[str, str]]:
    """(colour, words) of what this picture shows, and of nothing it does not."""
    labels = labels or picture.applicator.labels
    entries = [(style.METAL, labels.contacts), (style.INSULATION, labels.insulation)]
    if picture.applicator.earlier:
        entries.append((style.GHOST, f"{labels.whole} of the lesions before"))
    if picture.lesion and picture.field.has_lesion:
        entries.append((picture.lesion.colour, picture.lesion.label))
    targets = [nerve for nerve in picture.nerves if not nerve.protected]
    for nerve in targets:
        name = nerve.words
        if nerve.inside.any():
            entries.append((style.NERVE_INSIDE, f"{name} inside"))
        if not nerve.inside.all():
            entries.append((style.NERVE_OUTSIDE, f"{name} outside" if nerve.inside.any() else name))
    entries += [(style.PROTECTED_NERVE, nerve.words) for nerve in picture.nerves if nerve.protected]
    if "bone" in picture.surfaces:
        entries.append((style.BONE, "bone"))
    if "disc" in picture.surfaces:
        entries.append((style.DISC, "cartilage, disc"))
    return entries
