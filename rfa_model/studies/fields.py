"""Compact fields of a trial, in the applicator's frame: what a surrogate is made from."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from rfa_model.metrics.data import ArmData

LEAST_DAMAGE = 1e-12
LARGEST_BYTES = 256 * 2**20


def packed_fields(arm: ArmData, radius_mm: float) -> bytes:
    """An ``npz`` of the nodes within ``radius_mm`` of the contacts' middle.

    Nodes have the same order in every trial of one applicator and resolution, so that arrays of several trials can be
    stacked where ``nodes`` agree.

    Returns
    -------
    bytes
        ``points_mm`` (N, 3) in the applicator's frame, ``peak_temperature_C`` and ``log_damage`` (N,), all float32;
        ``rotation`` (3, 3) and ``translation_mm`` (3,) of the pose, p = R q + t; ``nodes``, a hash of the points.
    """
    applicator, fields = arm.applicator, arm.fields
    points = arm.pose.to_probe(np.asarray(fields.points_mm))
    near = np.linalg.norm(points - applicator.centre_mm, axis=1) <= radius_mm
    kept = np.round(points[near], 4).astype(np.float32)
    stream = BytesIO()
    np.savez_compressed(
        stream,
        points_mm=kept,
        peak_temperature_C=fields.peak_temperature_C[near].astype(np.float32),
        log_damage=np.log(np.maximum(fields.damage_final[near], LEAST_DAMAGE)).astype(np.float32),
        rotation=np.asarray(arm.pose.rotation),
        translation_mm=np.asarray(arm.pose.translation_mm),
        nodes=np.array(hashlib.sha256((kept + np.float32(0)).tobytes()).hexdigest()[:16]),
    )
    return stream.getvalue()


def unpacked_fields(content: bytes) -> dict[str, NDArray[np.generic]]:
    """Arrays of :func:`packed_fields`; nothing in them is executed.

    Raises
    ------
    ValueError
        If they are damaged, or would be larger than any trial's.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as file:
            if sum(one.file_size for one in file.infolist()) > LARGEST_BYTES:
                raise ValueError(f"more than {LARGEST_BYTES / 2**20:.0f} MiB")
        with np.load(BytesIO(content), allow_pickle=False) as found:
            return {name: found[name] for name in found.files}
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, MemoryError) as error:
        raise ValueError(str(error)) from error
