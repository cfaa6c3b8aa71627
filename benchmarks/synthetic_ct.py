"""A CT made up from the shipped Visible-Human label map, and the X-ray views of it: no patient's, for looking.

    uv run python -m benchmarks.synthetic_ct [--out DIR] [--docs DIR]

Every tissue has one number (Hounsfield units) with noise; the trunk about it is an elliptic cylinder.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from scipy import ndimage

from benchmarks.gallery import shrink
from rfa_model._shipped import shipped_scenarios
from rfa_model.anatomy import LabelAnatomy
from rfa_model.pictures.draw import Gallery
from rfa_model.scenario import load_scenario
from rfa_model.simulation import simulate

SCENARIO = "l4_visible_human_labels"
BONES, DISCS = (25, 27, 28, 29), (203, 204, 205)
AIR_HU, MUSCLE_HU, DISC_HU, SPONGY_HU, CORTICAL_HU, NOISE_HU = -1000.0, 40.0, 90.0, 250.0, 700.0, 15.0
AROUND = ((110, 110), (60, 110), (10, 10))


def synthetic_ct(labels: Path, path: Path) -> Path:
    """Write a CT in which the labelled bones would look as they do, about."""
    import nibabel as nib

    image = nib.load(labels)
    values = np.pad(np.asarray(image.dataobj), AROUND)
    x, y, _ = np.ogrid[tuple(map(slice, values.shape))]
    middle = np.array(values.shape) / 2
    trunk = np.hypot((x - middle[0]) / (middle[0] - 20), (y - middle[1]) / (middle[1] - 15)) < 1.0
    made = np.where(np.broadcast_to(trunk, values.shape), MUSCLE_HU, AIR_HU).astype(np.float32)
    bone = np.isin(values, BONES)
    made[np.isin(values, DISCS)] = DISC_HU
    made[bone] = CORTICAL_HU
    made[ndimage.binary_erosion(bone, iterations=2)] = SPONGY_HU
    made = ndimage.gaussian_filter(made, 0.7) + np.random.default_rng(0).normal(0.0, NOISE_HU, made.shape)
    affine = image.affine.copy()
    affine[:3, 3] -= affine[:3, :3] @ np.array([before for before, _ in AROUND])
    ct = nib.Nifti1Image(np.round(made).astype(np.int16), affine)
    ct.header.set_xyzt_units("mm")
    nib.save(ct, path)
    return path


def main() -> None:
    """Make the CT, solve at draft, draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("results/synthetic_ct"), metavar="DIR")
    parser.add_argument("--docs", type=Path, default=Path("docs"), metavar="DIR")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    scenario = load_scenario(shipped_scenarios()[SCENARIO])
    assert isinstance(scenario.anatomy, LabelAnatomy)
    ct = str(synthetic_ct(Path(scenario.anatomy.file), args.out / "ct.nii.gz").resolve())
    words = scenario.anatomy.model_dump() | {"ct": ct, "skin": {"ct": ct}}
    numerics = scenario.numerics.model_copy(update={"resolution": "draft"})
    results = simulate(scenario.model_copy(update={"anatomy": LabelAnatomy(**words), "numerics": numerics}))
    (picture,) = Gallery(results).draw_fluoroscopy("conventional", args.out)
    shrink(picture, args.docs / "images" / "radiograph.jpg")


if __name__ == "__main__":
    main()
