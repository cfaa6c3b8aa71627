"""The verb `export`: from a results folder to files for 3D Slicer, ParaView, Blender and the like."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rfa_model._files import writing
from rfa_model._progress import SILENT, Pieces
from rfa_model.errors import InputError
from rfa_model.exports.glb import write_glb
from rfa_model.exports.parts import Part, anatomy_parts, arm_parts
from rfa_model.exports.surfaces import write_part_stl, write_part_vtp
from rfa_model.results import read_results
from rfa_model.scenario import parse_resolved

PART_WRITERS = {"stl": write_part_stl, "vtp": write_part_vtp}
SCENE_FORMAT = "gltf"
FORMATS = (*PART_WRITERS, SCENE_FORMAT)


def export_results(folder: Path, out: Path, formats: Sequence[str] = FORMATS, progress: Pieces = SILENT) -> list[Path]:
    """Write a run's surfaces.

    Parameters
    ----------
    folder : results folder.
    out : folder to write into: the anatomy's surfaces, one folder of surfaces per arm, and one `.glb` per arm.
    formats : of `FORMATS`.
    progress : told of the anatomy and of every arm.

    Returns
    -------
    The files written.

    Raises
    ------
    InputError
        If the folder is not a results folder, a format is unknown, or the disk refuses.
    """
    if unknown := [name for name in formats if name not in FORMATS]:
        raise InputError(f"no export format '{unknown[0]}'; choose of {', '.join(FORMATS)}")
    results = read_results(folder)
    anatomy = parse_resolved(results.scenario_yaml, "scenario.yaml").anatomy.build()
    progress.expect(1 + len(results.arms))
    shared = list(anatomy_parts(anatomy))
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
        written = _write_parts(shared, out, formats)
        progress.done("anatomy")
        for name, arm in results.arms.items():
            own = list(arm_parts(arm))
            written += _write_parts(own, out / name, formats)
            if SCENE_FORMAT in formats:
                written.append(write_glb(f"{results.title}: {name}", [*own, *shared], out / f"{name}.glb"))
            progress.done(name)
    return written


def _write_parts(parts: Sequence[Part], folder: Path, formats: Sequence[str]) -> list[Path]:
    writers = [write for name, write in PART_WRITERS.items() if name in formats]
    if writers and parts:
        folder.mkdir(exist_ok=True)
    return [write(part, folder / part.name) for write in writers for part in parts]
