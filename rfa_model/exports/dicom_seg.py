"""Lesions as a DICOM segmentation that refers to the CT series it lies over."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rfa_model._files import whole_file
from rfa_model.anatomy.base import FloatArray
from rfa_model.anatomy.readers.needed import needed
from rfa_model.errors import InputError
from rfa_model.exports.images import Grid
from rfa_model.metrics.isosurface import TriSurface

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

MOST_SLICES = 5000


def read_series(folder: Path) -> tuple[list[Dataset], Grid]:
    """The slices of a CT or MR series in order, and its voxels.

    Raises
    ------
    InputError
        If the folder holds no series, more than one, or one whose slices are not equally far apart.
    """
    pydicom = needed("pydicom", f"{folder}: reading DICOM")
    if not folder.is_dir():
        raise InputError(f"--source {folder}: expected the folder of the DICOM series that the lesions are to lie over")
    slices = []
    for path in sorted(folder.iterdir())[:MOST_SLICES]:
        try:
            with contextlib.suppress(pydicom.errors.InvalidDicomError, IsADirectoryError):
                found = pydicom.dcmread(path)
                if "ImagePositionPatient" in found and "Rows" in found:
                    slices.append(found)
        except Exception as error:  # whatever a broken file makes of a parser
            raise InputError(f"--source {path}: is a damaged DICOM file ({_short(error)}); copy it again") from None
    try:
        return _stacked(folder, slices)
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise InputError(
            f"--source {folder}: a slice has a damaged head ({_short(error)}); copy the series again"
        ) from None


def _stacked(folder: Path, slices: list[Dataset]) -> tuple[list[Dataset], Grid]:
    """Slices in order, and their voxels."""
    if len({one.SeriesInstanceUID for one in slices}) != 1 or len(slices) < 2:
        raise InputError(
            f"--source {folder}: holds {len(slices)} slices of {len({one.SeriesInstanceUID for one in slices})} DICOM "
            "series, expected one series of at least two; put it into a folder of its own"
        )
    across = np.array(slices[0].ImageOrientationPatient, dtype=float).reshape(2, 3)
    normal = np.cross(across[0], across[1])
    slices.sort(key=lambda one: float(normal @ np.array(one.ImagePositionPatient, dtype=float)))
    places = np.array([one.ImagePositionPatient for one in slices], dtype=float)
    steps = np.diff(places @ normal)
    if not np.allclose(steps, steps.mean(), atol=0.05) or steps.mean() <= 0.0:
        raise InputError(f"--source {folder}: slices {steps.min():.2f} to {steps.max():.2f} mm apart, not evenly")
    rows_mm, columns_mm = (float(s) for s in slices[0].PixelSpacing)
    to_lps = np.eye(4)
    # Axes of the array: slice, row, column.
    to_lps[:3, 0] = normal * steps.mean()
    to_lps[:3, 1] = across[1] * rows_mm
    to_lps[:3, 2] = across[0] * columns_mm
    to_lps[:3, 3] = places[0]
    return slices, Grid((len(slices), int(slices[0].Rows), int(slices[0].Columns)), to_lps)


def _short(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


def write_dicom_seg(
    lesions: Mapping[str, TriSurface],
    origin_mm: FloatArray,
    source: tuple[list[Dataset], Grid],
    title: str,
    path: Path,
) -> Path:
    """Write every lesion that is not empty as a segment, which may overlap.

    Raises
    ------
    InputError
        If no lesion comes into the series.
    """
    hd = needed("highdicom", f"{path}: writing DICOM SEG")
    sr = needed("pydicom.sr.coding", "writing DICOM SEG")
    uid = needed("pydicom.uid", "writing DICOM SEG")
    slices, grid = source
    masks = {name: grid.inside(surface, origin_mm) for name, surface in lesions.items()}
    masks = {name: mask for name, mask in masks.items() if mask.any()}
    if not masks:
        raise InputError(f"{path.name}: no lesion lies within the series of --source; was that segmented?")
    own = version("rfa-model")

    morbid = sr.Code("49755003", "SCT", "Morphologically Altered Structure")
    kind = sr.Code("52988006", "SCT", "Lesion")
    segments = [
        hd.seg.SegmentDescription(
            segment_number=number,
            segment_label=f"lesion {name}"[:64],
            segmented_property_category=morbid,
            segmented_property_type=kind,
            algorithm_type=hd.seg.SegmentAlgorithmTypeValues.AUTOMATIC,
            algorithm_identification=hd.AlgorithmIdentificationSequence(
                name="rfa-model", version=own, family=sr.Code("123109", "DCM", "Manual Processing")
            ),
        )
        for number, name in enumerate(masks, start=1)
    ]
    made = hd.seg.Segmentation(
        source_images=slices,
        pixel_array=np.stack(list(masks.values()), axis=-1),
        segmentation_type=hd.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=segments,
        series_instance_uid=uid.generate_uid(),
        series_number=900,
        sop_instance_uid=uid.generate_uid(),
        instance_number=1,
        manufacturer="rfa-model",
        manufacturer_model_name="rfa-model",
        software_versions=own,
        device_serial_number="0",
        series_description=f"simulated lesions: {title}"[:64],
    )
    with whole_file(path) as partial:
        made.save_as(partial)
    return path
