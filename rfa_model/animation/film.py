"""The verb `animate`: frames into one GIF or MP4."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rfa_model._files import check_file, whole_file
from rfa_model._progress import SILENT, Pieces
from rfa_model.animation.frames import Layout, frames
from rfa_model.drawing.at_time import ArmInTime
from rfa_model.errors import InputError
from rfa_model.pictures.draw import Gallery
from rfa_model.results import read_results

Frames = Iterable[NDArray[np.uint8]]

FRAMES, FRAMES_PER_S = 48, 8
LAST_FRAME_S = 2.0
COLOURS = 200


def write_gif(images: Frames, path: Path) -> None:
    """Write an endless GIF that rests on its last frame; every frame has the colours of the last, the fullest one."""
    pictures = [Image.fromarray(image) for image in images]
    palette = pictures[-1].quantize(COLOURS, method=Image.Quantize.FASTOCTREE)
    indexed = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    durations = [round(1000 / FRAMES_PER_S)] * (len(indexed) - 1) + [round(1000 * LAST_FRAME_S)]
    indexed[0].save(
        path, format="GIF", save_all=True, append_images=indexed[1:], duration=durations, loop=0, optimize=False
    )


def write_mp4(images: Frames, path: Path) -> None:
    """Write H.264 video.

    Raises
    ------
    InputError
        If imageio-ffmpeg, which brings the encoder, is not installed.
    """
    try:
        from imageio_ffmpeg import write_frames
    except ImportError:
        raise InputError(
            "MP4 needs the extra 'video' (in a checkout: uv sync --extra video, or pip install '.[video]'); "
            "--format gif works without"
        ) from None
    pictures = list(images)
    pictures += [pictures[-1]] * round(LAST_FRAME_S * FRAMES_PER_S)
    height, width = pictures[0].shape[:2]
    writer = write_frames(str(path), (width, height), fps=FRAMES_PER_S, quality=8)
    writer.send(None)
    for picture in pictures:
        writer.send(np.ascontiguousarray(picture))
    writer.close()


WRITERS: dict[str, Callable[[Frames, Path], None]] = {"gif": write_gif, "mp4": write_mp4}


def film_format(out: Path | None, chosen: str | None) -> str:
    """The format asked for, by name or by the file's ending; GIF where neither says.

    Raises
    ------
    InputError
        If the ending is that of no known format, or of another than the one chosen.
    """
    ending = out.suffix.removeprefix(".").lower() if out is not None else ""
    if ending and ending not in WRITERS:
        raise InputError(f"--out {out}: the film's name ends in .{ending}; expected .gif or .mp4")
    if chosen and ending and chosen != ending:
        raise InputError(f"--out {out}: the name says {ending}, --format says {chosen}; drop one of them")
    return chosen or ending or "gif"


def animate(
    folder: Path,
    out: Path | None = None,
    chosen: str | None = None,
    count: int | None = None,
    layout: Layout | None = None,
    progress: Pieces = SILENT,
) -> Path:
    """Write the film of a run.

    Parameters
    ----------
    folder : results folder.
    out : file to write; `lesion.gif` or `lesion.mp4` in the results folder by default.
    chosen : "gif" or "mp4".
    count, layout : number of frames, and their sizes; `FRAMES` and a page that fits a screen by default.
    progress : told of every frame.

    Raises
    ------
    InputError
        If the folder is not a results folder, the format is not to be had, there is no OpenGL, or the file cannot be
        written.
    """
    kind = film_format(out, chosen)
    path = out or folder / f"lesion.{kind}"
    check_file(path, "--out")
    results = read_results(folder)
    gallery = Gallery(results)
    moments = {name: ArmInTime(results.arms[name], picture) for name, picture in gallery.pictures.items()}
    with whole_file(path) as partial:
        drawn = frames(gallery.title, moments, gallery.view, count or FRAMES, layout or Layout())
        WRITERS[kind](_telling(drawn, count or FRAMES, progress), partial)
    return path


def _telling(images: Frames, count: int, progress: Pieces) -> Frames:
    progress.expect(count)
    for image in images:
        progress.done("frame")
        yield image
