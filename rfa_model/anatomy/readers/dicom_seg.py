"""DICOM segmentation objects: their segments as label numbers."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np

from rfa_model.anatomy.readers.needed import needed
from rfa_model.anatomy.readers.volumes import MOST_VOXELS, Volume, _canonical
from rfa_model.errors import InputError

SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"


def read_dicom_seg(path: Path) -> Volume:
    """Read a segmentation; the label of a voxel is its segment's number.

    Raises
    ------
    InputError
        If it is no DICOM file, no segmentation, or its frames do not lie on one straight grid.
    """
    pydicom = needed("pydicom", f"{path}: reading DICOM")
    highdicom = needed("highdicom", f"{path}: reading DICOM SEG")
    try:
        return _volume(path, pydicom, highdicom)
    except (InputError, MemoryError):
        raise
    except pydicom.errors.InvalidDicomError as error:
        raise InputError(f"{path}: is no DICOM file ({error})") from None
    except Exception as error:  # whatever a broken file makes of a parser
        reason = " ".join(str(error).split())[:200]
        raise InputError(f"{path}: cannot be read as one volume of labels ({reason}); export it again") from None


def _volume(path: Path, pydicom: ModuleType, highdicom: ModuleType) -> Volume:
    head = pydicom.dcmread(path, stop_before_pixels=True)
    kind = head.get("SOPClassUID", "")
    if kind != SEGMENTATION:
        raise InputError(
            f"{path}: is a DICOM object of another class ({getattr(kind, 'name', kind)}), expected a "
            "segmentation (SEG); a CT series is read from NIfTI or NRRD, as 3D Slicer and dcm2niix write it"
        )
    frames = int(head.get("NumberOfFrames", 1)) * int(head.Rows) * int(head.Columns)
    if frames > 8 * MOST_VOXELS:
        raise InputError(f"{path}: asks for {frames} voxels in its segments; crop it to the lumbar spine")
    found = highdicom.seg.segread(path).get_volume(combine_segments=True, skip_overlap_checks=False)
    return _canonical(path, np.asarray(found.array), np.asarray(found.affine, dtype=float), [])
