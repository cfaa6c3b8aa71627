"""Which arms of a results folder are finished and whole, so that a run that is resumed need not solve them again."""

from __future__ import annotations

from pathlib import Path

from rfa_model.errors import InputError
from rfa_model.metrics.entry import ArmEntry, names_in
from rfa_model.results.reader import Results
from rfa_model.results.vtk_files import read_snapshots


def whole_arms(results: Results) -> dict[str, ArmEntry]:
    """The arms of a results folder of which no file but pictures is missing."""
    return {
        name: arm.summary
        for name, arm in results.arms.items()
        if arm.folder is not None and _is_whole(arm.folder, arm.summary)
    }


def _is_whole(folder: Path, entry: ArmEntry) -> bool:
    lesions, nerves = names_in(entry, "lesions"), names_in(entry, "nerves")
    names = ["history.csv", *(f"lesion_{name}.vtp" for name in lesions), *(f"nerve_{name}.csv" for name in nerves)]
    try:
        read_snapshots(folder)
    except InputError:
        return False
    return all((folder / name).is_file() for name in names)
