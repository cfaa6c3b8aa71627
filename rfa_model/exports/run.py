"""The verb `export`: from a results folder to files for 3D Slicer, ParaView, Blender and the like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rfa_model._files import writing
from rfa_model._progress import SILENT, Pieces
from rfa_model.anatomy.base import FloatArray
from rfa_model.errors import InputError
from rfa_model.exports.dicom_seg import read_series, write_dicom_seg
from rfa_model.exports.glb import write_glb
from rfa_model.exports.images import grid_of, origin_of, write_anatomy_markups, write_needle_markup, write_nifti
from rfa_model.exports.parts import Part, anatomy_parts, arm_parts
from rfa_model.exports.surfaces import write_part_stl, write_part_vtp
from rfa_model.results import read_results
from rfa_model.scenario import parse_resolved

PART_WRITERS = {"stl": write_part_stl, "vtp": write_part_vtp}
SCENE_FORMAT = "gltf"
FORMATS = (*PART_WRITERS, SCENE_FORMAT)
IMAGE_FORMATS = ("nifti", "markups", "dicom-seg")
EVERY_FORMAT = (*FORMATS, *IMAGE_FORMATS)


def export_results(
    folder: Path,
    out: Path,
    formats: Sequence[str] = FORMATS,
    progress: Pieces = SILENT,
    source: Path | None = None,
) -> list[Path]:
    """Write a run's surfaces, and what lies over the input's own images.

    Parameters
    ----------
    folder : results folder.
    out : folder to write into: the anatomy's surfaces, one folder of surfaces per arm, and one `.glb` per arm.
    formats : of `EVERY_FORMAT`. All but glTF are in the frame of the anatomy's input, LPS.
    progress : told of the anatomy and of every arm.
    source : folder of the DICOM series that a ``dicom-seg`` refers to.

    Returns
    -------
    The files written.

    Raises
    ------
    InputError
        If the folder is not a results folder, a format is unknown, or the disk refuses.
    """
    if unknown := [name for name in formats if name not in EVERY_FORMAT]:
        raise InputError(f"no export format '{unknown[0]}'; choose of {', '.join(EVERY_FORMAT)}")
    if "dicom-seg" in formats and source is None:
        raise InputError("export: a DICOM SEG refers to the images it lies over; name their folder with --source DIR")
    series = read_series(source) if "dicom-seg" in formats and source is not None else None
    results = read_results(folder)
    words = parse_resolved(results.scenario_yaml, "scenario.yaml").anatomy
    anatomy = words.build()
    origin = origin_of(anatomy)
    grid = grid_of(words, anatomy) if "nifti" in formats else None
    progress.expect(1 + len(results.arms))
    shared = list(anatomy_parts(anatomy))
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
        written = _write_parts(_moved(shared, origin), out, formats)
        if "markups" in formats:
            written += write_anatomy_markups(anatomy, out)
        progress.done("anatomy")
        for name, arm in results.arms.items():
            own = list(arm_parts(arm))
            written += _write_parts(_moved(own, origin), out / name, formats)
            if "markups" in formats:
                written.append(write_needle_markup(arm, origin, out / name))
            if grid is not None:
                written += write_nifti(arm, grid, origin, out / name)
            if series is not None:
                lesions = write_dicom_seg(arm.lesions, origin, series, results.title, out / name / "lesions.dcm")
                written.append(lesions)
            if SCENE_FORMAT in formats:
                written.append(write_glb(f"{results.title}: {name}", [*own, *shared], out / f"{name}.glb"))
            progress.done(name)
    return written


def _moved(parts: Sequence[Part], origin_mm: FloatArray) -> list[Part]:
    """The parts in the frame of the anatomy's input."""
    return [replace(part, points_mm=part.points_mm + origin_mm) for part in parts]


def _write_parts(parts: Sequence[Part], folder: Path, formats: Sequence[str]) -> list[Path]:
    writers = [write for name, write in PART_WRITERS.items() if name in formats]
    if writers and parts:
        folder.mkdir(exist_ok=True)
    return [write(part, folder / part.name) for write in writers for part in parts]
