"""The verb `figures`: the pictures that are plots, as vectors for a paper, and the numbers they were drawn from."""

from __future__ import annotations

from pathlib import Path

from rfa_model._files import writing
from rfa_model._progress import SILENT, Pieces
from rfa_model.drawing.arm_picture import ArmPicture
from rfa_model.errors import InputError
from rfa_model.pictures.draw import Gallery, slice_half_height
from rfa_model.pictures.history import draw_history
from rfa_model.pictures.slice import draw_slice, visible_section
from rfa_model.results import read_results
from rfa_model.results.csv_files import write_csv

FORMATS = ("svg", "pdf")


def draw_figures(folder: Path, out: Path, kind: str = "svg", progress: Pieces = SILENT) -> list[Path]:
    """Draw each arm's history and slice, and write their numbers beside them.

    Parameters
    ----------
    folder : results folder.
    out : folder to write into.
    kind : of `FORMATS`.
    progress : told of every arm.

    Raises
    ------
    InputError
        If the folder is not a results folder, the format is unknown, or the disk refuses.
    """
    if kind not in FORMATS:
        raise InputError(f"no figure format '{kind}'; choose one of {', '.join(FORMATS)}")
    pictures = Gallery(read_results(folder)).pictures
    half_height = slice_half_height(list(pictures.values()))
    written = []
    progress.expect(len(pictures))
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
        for name, picture in pictures.items():
            written += [
                draw_history(picture, out / f"{name}_history.{kind}"),
                draw_slice(picture, half_height, out / f"{name}_slice.{kind}"),
                _history_numbers(picture, out / f"{name}_history.csv"),
                _slice_numbers(picture, half_height, out / f"{name}_slice.csv"),
            ]
            progress.done(name)
    return written


def _history_numbers(picture: ArmPicture, path: Path) -> Path:
    write_csv(path, dict(picture.history))
    return path


def _slice_numbers(picture: ArmPicture, half_height_mm: float, path: Path) -> Path:
    _, section = visible_section(picture, half_height_mm)
    columns = {
        "across_mm": section.points_mm[:, 0],
        "along_mm": section.points_mm[:, 1],
        "temperature_C": section.temperature_C,
    }
    if picture.lesion:
        columns |= picture.lesion.column(section.excess)
    write_csv(path, columns)
    return path
