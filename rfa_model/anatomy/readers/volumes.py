"""Label maps and CT volumes: NIfTI, NRRD, MetaImage and DICOM SEG, turned to LPS and checked before they load."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass, replace
from itertools import permutations, product
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rfa_model.anatomy.base import FloatArray
from rfa_model.anatomy.readers.heads import check_head
from rfa_model.anatomy.readers.needed import needed
from rfa_model.errors import InputError

Orientation = Literal["header", "sform", "qform", "RAS", "LPS"]
NIFTI, NRRD, META, DICOM = (".nii", ".nii.gz"), (".nrrd", ".nhdr"), (".mha", ".mhd"), (".dcm",)
ITK = (*NRRD, *META)
# 512 × 512 × 1400: a whole body at 1.5 mm. More cannot be a lumbar spine.
MOST_VOXELS = 370_000_000
MOST_BYTES = 1_500_000_000
SPACING_MM = (0.05, 6.0)
MOST_LABEL = 65_535
SHEAR = 1e-3
SAME_MM = 0.1
UNITS_MM = {"mm": 1.0, "meter": 1000.0, "micron": 1e-3, "unknown": 1.0}
FLIP = np.diag([-1.0, -1.0, 1.0, 1.0])


@dataclass(frozen=True)
class Volume:
    """Values on a grid whose axes run as nearly as they can to the left, backwards and upwards.

    Attributes
    ----------
    values : (nx, ny, nz) array
        A view of what was read, in whatever order that lies in memory.
    to_lps : (4, 4) array
        From indices to points, mm.
    stored_shape : tuple of int
        How many voxels along the file's own axes.
    stored_to_lps : (4, 4) array
        From the file's own indices to points, mm.
    notes : tuple of str
        What was assumed or mended.
    """

    values: NDArray[np.integer] | NDArray[np.floating]
    to_lps: FloatArray
    stored_shape: tuple[int, int, int]
    stored_to_lps: FloatArray
    notes: tuple[str, ...] = ()

    @property
    def spacing_mm(self) -> FloatArray:
        """Edge lengths of a voxel."""
        return np.linalg.norm(self.to_lps[:3, :3], axis=0)

    @property
    def to_index(self) -> FloatArray:
        """From points to indices."""
        return np.linalg.inv(self.to_lps)


def suffix_of(path: Path) -> str:
    """The suffix in small letters, both where there are two: ``.nii.gz``."""
    name = path.name.lower()
    return ".nii.gz" if name.endswith(".nii.gz") else path.suffix.lower()


def read_volume(path: Path, orientation: Orientation = "header", *, labels: bool = True) -> Volume:
    """Read a volume.

    Parameters
    ----------
    path : Path
    orientation : {"header", "sform", "qform", "RAS", "LPS"}
        Which of a NIfTI header's two to believe where they differ; or what its numbers mean where it says nothing.
    labels : bool
        Whether its values must be whole numbers from 0 to 65535.

    Raises
    ------
    InputError
        If the file is missing, broken, of another kind, too large, or its grid no picture of a patient.
    """
    check_readable(path)
    suffix = suffix_of(path)
    try:
        if suffix in NIFTI:
            with np.errstate(all="ignore"):  # of headers that are not numbers, which are refused below
                volume = _nifti(path, orientation)
        elif suffix in ITK:
            volume = _itk(path)
        elif suffix in DICOM:
            from rfa_model.anatomy.readers.dicom_seg import read_dicom_seg

            volume = read_dicom_seg(path)
        else:
            known = ", ".join((*NIFTI, *ITK, *DICOM))
            raise InputError(f"{path}: ends in '{suffix}', expected an image: {known}")
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{path}: the compressed file ends early or is damaged ({error}); copy it again") from None
    except MemoryError:
        raise InputError(f"{path}: does not fit into memory; crop the image to the lumbar spine") from None
    return replace(volume, values=_as_labels(path, volume.values)) if labels else volume


def check_readable(path: Path) -> None:
    """Raise InputError for a file that is missing, a folder, empty or absurdly large."""
    try:
        if path.is_dir():
            raise InputError(f"{path}: is a folder, expected a file")
        size = path.stat().st_size
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; paths are taken from the scenario's folder") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    if size == 0:
        raise InputError(f"{path}: is empty")
    if size > MOST_BYTES:
        raise InputError(
            f"{path}: is {size / 1e9:.1f} GB, at most {MOST_BYTES / 1e9:g} GB are read; crop it to the lumbar spine"
        )


def _nifti(path: Path, orientation: Orientation) -> Volume:
    nib = needed("nibabel", f"{path}: reading NIfTI")
    try:
        image = nib.load(path)
        header = image.header
        shape, kind = tuple(int(n) for n in image.shape), np.dtype(header.get_data_dtype())
        offset = int(header["vox_offset"])
    except (nib.filebasedimages.ImageFileError, nib.spatialimages.HeaderDataError, ValueError, OverflowError) as error:
        raise InputError(f"{path}: is no NIfTI image ({str(error).splitlines()[0]})") from None
    except OSError as error:
        raise InputError(f"{path}: the file is damaged or no NIfTI image ({error}); copy it again") from None
    shape = _check_grid(path, shape, kind)
    if not 0 <= offset <= 10_000_000:
        raise InputError(f"{path}: its header puts the image {offset} bytes into the file, which is damaged")
    affine, notes = _nifti_affine(path, header, orientation)
    try:
        raw = np.asarray(image.dataobj)
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{path}: holds less than its header says ({reason}); copy it again") from None
    return _canonical(path, raw.reshape(shape), FLIP @ affine, notes)


def _nifti_affine(path: Path, header: object, orientation: Orientation) -> tuple[FloatArray, list[str]]:
    """RAS affine in mm, and what was assumed."""
    unit = str(header.get_xyzt_units()[0])  # type: ignore[attr-defined]
    notes: list[str] = []
    if unit not in UNITS_MM:
        raise InputError(f"{path}: its header counts space in '{unit}', expected mm")
    if unit == "unknown":
        notes.append("the header names no unit of length; millimetres are assumed")
    sform, s_code = header.get_sform(coded=True)  # type: ignore[attr-defined]
    qform, q_code = header.get_qform(coded=True)  # type: ignore[attr-defined]
    if orientation in ("sform", "qform"):
        chosen, code = (sform, s_code) if orientation == "sform" else (qform, q_code)
        if not code:
            raise InputError(f"{path}: the header has no {orientation}; write orientation: header")
    elif s_code and q_code:
        last = [float(n) - 1.0 for n in header.get_data_shape()[:3]]  # type: ignore[attr-defined]
        corners = np.array(list(product(*([0.0, end] for end in last)))).T
        apart = np.abs((sform - qform)[:3, :3] @ corners + (sform - qform)[:3, 3:]).max()
        if not apart < SAME_MM:
            raise InputError(
                f"{path}: the header's sform and qform put voxels up to {apart:.1f} mm apart; open the image over its "
                "CT, see which is right, and write orientation: sform or orientation: qform"
            )
        chosen = sform
    elif s_code or q_code:
        chosen = sform if s_code else qform
    elif orientation in ("RAS", "LPS"):
        zooms = [float(z) for z in header.get_zooms()[:3]]  # type: ignore[attr-defined]
        chosen = np.diag([*zooms, 1.0]) if orientation == "RAS" else FLIP @ np.diag([*zooms, 1.0])
        notes.append(f"the header says nothing of orientation; its axes are taken as {orientation}")
    else:
        raise InputError(
            f"{path}: the header says nothing of orientation (sform and qform codes are 0); if its axes run to the "
            "right, forwards and upwards write orientation: RAS, to the left, backwards and upwards orientation: LPS"
        )
    scaled = np.array(chosen, dtype=float)
    scaled[:3] *= UNITS_MM[unit]
    return scaled, notes


def _itk(path: Path) -> Volume:
    itk = needed("SimpleITK", f"{path}: reading this image")
    check_head(path, "nrrd" if suffix_of(path) in NRRD else "meta")
    itk.ProcessObject.SetGlobalWarningDisplay(False)
    reader = itk.ImageFileReader()
    reader.SetFileName(str(path))
    try:
        reader.ReadImageInformation()
        size, parts = tuple(int(n) for n in reader.GetSize()), int(reader.GetNumberOfComponents())
        kind = _ITK_BYTES.get(itk.GetPixelIDValueAsString(reader.GetPixelID()).split()[0], 8)
        if parts != 1:
            raise InputError(
                f"{path}: holds {parts} values per voxel, expected one label; in 3D Slicer export the segmentation "
                "to a label map first"
            )
        size = _check_grid(path, size, np.dtype(f"V{kind}"))
        image = reader.Execute()
    except RuntimeError as error:
        reason = [line for line in str(error).splitlines() if line.strip()][-1].strip()
        raise InputError(f"{path}: cannot be read as an image ({reason})") from None
    count = len(image.GetSize())
    direction = np.array(image.GetDirection()).reshape(count, count)[:3, :3]
    to_lps = np.eye(4)
    to_lps[:3, :3] = direction @ np.diag(image.GetSpacing()[:3])
    to_lps[:3, 3] = image.GetOrigin()[:3]
    values = itk.GetArrayFromImage(image).T.reshape(size)
    return _canonical(path, values, to_lps, [])


_ITK_BYTES = {"8-bit": 1, "16-bit": 2, "32-bit": 4, "64-bit": 8}


def _check_grid(path: Path, shape: tuple[int, ...], kind: np.dtype[np.generic]) -> tuple[int, int, int]:
    """The three dimensions, before anything is loaded."""
    if len(shape) > 3 and all(n == 1 for n in shape[3:]):
        shape = shape[:3]
    if len(shape) != 3 or min(shape) < 2:
        words = " × ".join(map(str, shape))
        raise InputError(f"{path}: is an image of {words} voxels, expected three dimensions; export a single volume")
    voxels = int(np.prod([int(n) for n in shape], dtype=object))
    if voxels > MOST_VOXELS or voxels * kind.itemsize > 2 * MOST_BYTES:
        words = " × ".join(map(str, shape))
        raise InputError(
            f"{path}: its header asks for {words} voxels, {voxels * kind.itemsize / 1e9:.1f} GB; crop the image to the "
            "lumbar spine, or save labels as 8 bit whole numbers"
        )
    if kind.kind not in "iufVb":
        raise InputError(f"{path}: holds values of type {kind}, expected whole numbers")
    return shape[0], shape[1], shape[2]


def _canonical(path: Path, values: NDArray[np.generic], to_lps: FloatArray, notes: list[str]) -> Volume:
    """The axes in the order and sense that come nearest to left, back and up; a grid that is none is refused."""
    if not np.isfinite(to_lps).all() or abs(np.linalg.det(to_lps[:3, :3])) < 1e-12:
        raise InputError(f"{path}: its header gives voxels no place in space (a singular affine); export it again")
    columns = np.linalg.norm(to_lps[:3, :3], axis=0)
    low, high = SPACING_MM
    if columns.min() < low or columns.max() > high:
        words = " × ".join(f"{c:.3g}" for c in columns)
        raise InputError(
            f"{path}: voxels of {words} mm, expected {low:g} to {high:g} mm; resample it, or mend the header's unit"
        )
    unit = to_lps[:3, :3] / columns
    shear = np.abs(unit.T @ unit - np.eye(3)).max()
    if shear > SHEAR:
        raise InputError(
            f"{path}: its axes stand {np.degrees(np.arcsin(min(shear, 1.0))):.1f}° off a right angle (a sheared grid, "
            "as from a tilted gantry); resample it to a straight one"
        )
    order = _best_axes(unit)
    turned, stored_to_lps = np.transpose(values, order), to_lps
    to_lps = np.column_stack([to_lps[:, order[0]], to_lps[:, order[1]], to_lps[:, order[2]], to_lps[:, 3]])
    for axis in range(3):
        if to_lps[axis, axis] < 0.0:
            turned = np.flip(turned, axis)
            to_lps[:3, 3] += to_lps[:3, axis] * (turned.shape[axis] - 1)
            to_lps[:3, axis] *= -1.0
    # Headers hold single precision; rounding makes the same place the same number however it was stored.
    x, y, z = values.shape
    return Volume(turned, np.round(to_lps, 5), (x, y, z), stored_to_lps, tuple(notes))


def _best_axes(unit: FloatArray) -> list[int]:
    size = np.abs(unit)
    orders = [list(order) for order in permutations(range(3))]
    return orders[int(np.argmax([float(size[[0, 1, 2], order].sum()) for order in orders]))]


def _as_labels(path: Path, values: NDArray[np.generic]) -> NDArray[np.integer]:
    """Whole numbers as small as they fit; a slab at a time, since a map may be stored in 64 bits."""
    slowest = int(np.argmax(np.abs(values.strides)))
    if values.dtype == np.uint8:
        found: NDArray[np.integer] = np.asarray(values, dtype=np.uint8)
        high = int(found.max())
    else:
        found = np.empty_like(values, dtype=np.uint16)
        for slab, made in zip(np.moveaxis(values, slowest, 0), np.moveaxis(found, slowest, 0), strict=True):
            made[...] = _whole(path, slab)
        high = int(found.max())
    if high == 0:
        raise InputError(f"{path}: holds no label at all, only 0; export the segmentation again")
    return found.astype(np.uint8) if high < 256 and found.dtype != np.uint8 else found


def _whole(path: Path, slab: NDArray[np.generic]) -> NDArray[np.generic]:
    """A slab's values, checked."""
    if slab.dtype.kind == "f":
        if not np.isfinite(slab).all():
            raise InputError(f"{path}: holds values that are not numbers, expected whole label numbers")
        off = np.abs(slab - np.rint(slab)).max()
        if off > 1e-3:
            raise InputError(
                f"{path}: holds values between whole numbers (off by up to {off:.2g}), expected labels; a label map "
                "must be resampled with nearest neighbours, and a CT is no label map"
            )
        slab = np.rint(slab)
    low, high = float(slab.min()), float(slab.max())
    if low < 0 or high > MOST_LABEL:
        seen = f"{low:g} to {high:g}"
        raise InputError(
            f"{path}: holds values from {seen}, expected labels from 0 to {MOST_LABEL}; a CT is no label map"
        )
    return slab
