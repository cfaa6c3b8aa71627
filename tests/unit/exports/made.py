"""A ball for a lesion, a small CT about it, and the segmentation of one over the other."""

from pathlib import Path

import numpy as np

from rfa_model.exports.dicom_seg import read_series, write_dicom_seg
from rfa_model.metrics.isosurface import TriSurface

RADIUS_MM, CENTRE, ORIGIN = 6.0, np.array([1.0, -2.0, 3.0]), np.array([10.0, 20.0, -30.0])
VOLUME = 4 / 3 * np.pi * RADIUS_MM**3


def made_ball() -> TriSurface:
    """A lesion's surface."""
    import pyvista as pv

    mesh = pv.Icosphere(radius=RADIUS_MM, center=CENTRE, nsub=4)
    faces = mesh.regular_faces
    return TriSurface(np.asarray(mesh.points, dtype=float), faces.astype(np.int64), np.zeros(len(faces), dtype=bool))


def made_series(folder: Path) -> Path:
    """A small CT about the ball."""
    import pydicom
    from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

    study, one, frame = generate_uid(), generate_uid(), generate_uid()
    for k in range(24):
        made = pydicom.Dataset()
        made.file_meta = pydicom.dataset.FileMetaDataset()
        made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        made.SOPClassUID, made.SOPInstanceUID = CTImageStorage, generate_uid()
        made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID
        made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
        made.StudyInstanceUID, made.SeriesInstanceUID, made.FrameOfReferenceUID = study, one, frame
        made.PatientID, made.PatientName, made.PatientBirthDate, made.PatientSex = "1", "A^B", "", "O"
        made.StudyID, made.StudyDate, made.StudyTime, made.AccessionNumber = "1", "", "", ""
        made.ReferringPhysicianName, made.Modality, made.Manufacturer = "", "CT", ""
        made.SeriesNumber, made.InstanceNumber = 1, k + 1
        made.Rows, made.Columns, made.PixelSpacing, made.SliceThickness = 40, 44, [0.8, 0.7], 1.0
        made.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        made.ImagePositionPatient = [*(CENTRE + ORIGIN - [15.0, 16.0, 12.0])[:2].tolist(), float(-27.0 - 12.0 + k)]
        made.SamplesPerPixel, made.PhotometricInterpretation = 1, "MONOCHROME2"
        made.BitsAllocated = made.BitsStored = 16
        made.HighBit, made.PixelRepresentation = 15, 1
        made.PixelData = np.zeros((40, 44), dtype=np.int16).tobytes()
        made.save_as(folder / f"{23 - k:02}.dcm", enforce_file_format=True)
    return folder


def made_segmentation(folder: Path, path: Path) -> Path:
    """The ball over the CT, as DICOM SEG; the CT is written into ``folder``."""
    return write_dicom_seg({"arrhenius": made_ball()}, ORIGIN, read_series(made_series(folder)), "test", path)
