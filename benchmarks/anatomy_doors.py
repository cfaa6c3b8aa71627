"""Our own level written out as others' files and read back through each door: what is lost on the way.

    uv run python -m benchmarks.anatomy_doors            # distances near the target
    uv run python -m benchmarks.anatomy_doors --solve    # the flagship's conventional arm at draft through each
    uv run python -m benchmarks.anatomy_doors --large    # time and memory of a map of 512 × 512 × 400 voxels

The parametric level is known exactly, so whatever differs is the door's doing: voxels, triangles, their distances.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import numpy as np

from rfa_model.anatomy import Anatomy, LabelAnatomy, LumbarAnatomy, SurfaceAnatomy, VolumeMeshAnatomy
from rfa_model.anatomy.imaged_words import ImagedAnatomy
from rfa_model.anatomy.lumbar import LumbarLevel
from rfa_model.anatomy.lumbar.surfaces import contour

NERVE, SIDE = "L4", "left"
# Half the box about the target that is written out: for distances, and for solving in the usual sphere.
NEAR_MM, SPHERE_MM = 24.0, 44.0
NUMBERS = {
    "vertebra_L5": 1,
    "sacrum": 2,
    "vertebra_L4": 3,
    "bone_ilium": 4,
    "disc_all": 5,
    "cartilage": 6,
    "spinal_canal": 7,
}
VOXELS_MM = (0.5, 0.7, 1.0, 1.5)
OVERRULE = ["volume", "order", "posterior", "sides", "cut_off"]  # the level is cut off on all sides


def written_labels(level: LumbarLevel, voxel_mm: float, folder: Path, half_mm: float = NEAR_MM) -> LabelAnatomy:
    """The level as a label map."""
    import nibabel as nib

    low, count = _box(level, voxel_mm, half_mm)
    labels = np.zeros(count, dtype=np.uint8)
    for i in range(count[0]):
        plane = np.stack(np.meshgrid(np.arange(count[1]), np.arange(count[2]), indexing="ij"), axis=-1).reshape(-1, 2)
        points = low + voxel_mm * np.column_stack([np.full(len(plane), i), plane])
        labels[i] = _numbers(level, points).reshape(count[1:])
    affine = np.diag([-voxel_mm, -voxel_mm, voxel_mm, 1.0])
    affine[:3, 3] = low * [-1.0, -1.0, 1.0]
    path = folder / f"labels_{voxel_mm:g}.nii.gz"
    image = nib.Nifti1Image(labels, affine)
    image.header.set_xyzt_units("mm")
    nib.save(image, path)
    return LabelAnatomy(file=str(path), scheme="none", labels=NUMBERS, **_words(level))


def _box(level: LumbarLevel, spacing_mm: float, half_mm: float) -> tuple[np.ndarray, np.ndarray]:
    """First point and number of points of a grid about the target."""
    return np.round(level.target.point_mm - half_mm, 2), np.full(3, int(2 * half_mm / spacing_mm) + 1)


def _numbers(level: LumbarLevel, points: np.ndarray) -> np.ndarray:
    folded = np.abs(points * [1, 0, 0]) + points * [0, 1, 1]
    stack = level.stack
    canal, disc, bones = stack.canal(folded), stack.disc(folded), stack.bones(folded, reach=8.0)
    found = np.zeros(len(points), dtype=np.uint8)
    found[np.maximum(disc, -canal) < 0.0] = NUMBERS["disc_all"]
    found[canal < 0.0] = NUMBERS["spinal_canal"]
    found[stack.cartilage(folded, bones, canal) < 0.0] = NUMBERS["cartilage"]
    names = {"L5": "vertebra_L5", "S1": "sacrum", "L4": "vertebra_L4", "the iliac crest": "bone_ilium"}
    for name, bone in zip(stack.bone_names, bones, strict=True):
        found[bone < 0.0] = NUMBERS[names[name]]
    return found


def _fields(level: LumbarLevel, spacing_mm: float, half_mm: float) -> tuple[Mapping[str, np.ndarray], np.ndarray]:
    """Signed distances of the level's solids on a grid, and its first point."""
    low, count = _box(level, spacing_mm, half_mm)
    grid = low + spacing_mm * np.stack(np.meshgrid(*map(np.arange, count), indexing="ij"), axis=-1).reshape(-1, 3)
    folded = np.abs(grid * [1, 0, 0]) + grid * [0, 1, 1]
    stack = level.stack
    canal, disc, bones = stack.canal(folded), stack.disc(folded), stack.bones(folded, reach=8.0)
    solids = dict(zip(("sacrum", "vertebra_L5", "vertebra_L4", "bone_ilium"), bones, strict=True))
    solids |= {"disc_all": np.maximum(disc, -canal), "spinal_canal": canal}
    solids["cartilage"] = stack.cartilage(folded, bones, canal)
    capped = {name: _capped(field.reshape(count)) for name, field in solids.items()}
    return {name: field for name, field in capped.items() if (field < 0.0).any()}, low


def _capped(field: np.ndarray) -> np.ndarray:
    closed = field.copy()
    for axis in range(3):
        for end in (0, -1):
            layer = np.moveaxis(closed, axis, 0)[end]
            np.maximum(layer, 0.3, out=layer)
    return closed


def written_surfaces(level: LumbarLevel, spacing_mm: float, folder: Path, half_mm: float = NEAR_MM) -> SurfaceAnatomy:
    """The level as triangle surfaces."""
    import trimesh

    fields, low = _fields(level, spacing_mm, half_mm)
    files = {}
    for name, field in fields.items():
        points, triangles = contour(field, low, spacing_mm)
        files[name] = str(folder / f"{name}_{spacing_mm:g}.ply")
        trimesh.Trimesh(points, triangles, process=False).export(files[name])
    overrule = [*OVERRULE, "crossing"]
    return SurfaceAnatomy(files=files, axes="LPS", units="mm", **_words(level) | {"overrule": overrule})


def written_mesh(level: LumbarLevel, spacing_mm: float, folder: Path, half_mm: float = NEAR_MM) -> VolumeMeshAnatomy:
    """The level as tetrahedra in groups: the cells of a regular mesh, cut where each solid ends."""
    import meshio
    import pyvista as pv

    fields, low = _fields(level, spacing_mm, half_mm)
    points: list[np.ndarray] = []
    cells: list[np.ndarray] = []
    groups: list[np.ndarray] = []
    for name, field in fields.items():
        grid = pv.ImageData(dimensions=field.shape, spacing=(spacing_mm,) * 3, origin=tuple(low))
        grid["d"] = field.ravel(order="F")
        near = grid.threshold(2 * spacing_mm, scalars="d", invert=True, all_scalars=False)
        cut = near.triangulate().clip_scalar(scalars="d", value=0.0).triangulate()
        tetrahedra = cut.cells_dict[pv.CellType.TETRA]
        cells.append(tetrahedra + sum(len(p) for p in points))
        points.append(np.asarray(cut.points, dtype=float))
        groups.append(np.full(len(tetrahedra), NUMBERS[name], dtype=np.int32))
    path = folder / f"mesh_{spacing_mm:g}.vtu"
    mesh = meshio.Mesh(
        np.concatenate(points), [("tetra", np.concatenate(cells))], {}, {"group": [np.concatenate(groups)]}
    )
    mesh.write(path)
    named = {str(number): name for name, number in NUMBERS.items() if name in fields}
    overrule = [*OVERRULE, "crossing"]
    return VolumeMeshAnatomy(
        file=str(path), groups=named, axes="LPS", units="mm", **_words(level) | {"overrule": overrule}
    )


def _words(level: LumbarLevel) -> dict[str, object]:
    (nerve,), spinal = level.nerves.values(), level.structures["spinal_nerve"]
    return {
        "nerve": NERVE,
        "side": SIDE,
        "course": {
            "points_mm": nerve.points_mm.tolist(),
            "segment_mm": nerve.segment_mm,
        },
        "spinal_nerve": {"points_mm": spinal.points_mm.tolist()},
        "skin": {"depth_mm": 60.0},
        "origin_mm": (0.0, 0.0, 0.0),
        "overrule": OVERRULE,
    }


def bone_error_mm(level: LumbarLevel, read: Anatomy) -> tuple[float, float, float]:
    """Mean, root mean square and largest error of the distance to bone, within 1 mm of it and 18 mm of the target."""
    points = level.target.point_mm + np.random.default_rng(7).uniform(-18.0, 18.0, (30_000, 3))
    exact = level.distance_mm("bone", points)
    near = np.abs(exact) < 1.0
    # The level's own fields are no distances where solids are blended; their gradient makes them so to first order.
    steps = np.eye(3) * 0.05
    slope = np.stack(
        [level.distance_mm("bone", points[near] + s) - level.distance_mm("bone", points[near] - s) for s in steps]
    )
    steepness = np.linalg.norm(slope, axis=0) / 0.1
    smooth = (steepness > 0.7) & (steepness < 1.3)  # elsewhere two solids meet, and first order says nothing
    error = (read.distance_mm("bone", points[near]) - exact[near] / np.maximum(steepness, 0.1))[smooth]
    return float(error.mean()), float(np.sqrt((error**2).mean())), float(np.abs(error).max())


def conventional(anatomy: object, resolution: str = "draft") -> dict[str, float]:
    """Lesion, margin and spinal nerve of the flagship's conventional arm in an anatomy."""
    from rfa_model._shipped import shipped_scenarios
    from rfa_model.scenario import load_scenario
    from rfa_model.simulation import simulate

    flagship = load_scenario(shipped_scenarios()["l4_medial_branch"])
    arm = {"conventional": flagship.arms["conventional"]}
    numerics = flagship.numerics.model_copy(update={"resolution": resolution})
    made = flagship.model_copy(update={"anatomy": anatomy, "arms": arm, "numerics": numerics})
    (entry,) = simulate(made).summary["arms"].values()
    lesion = entry["lesions"]["arrhenius"]
    return {
        "volume_mm3": lesion["volume_mm3"],
        "width_mm": lesion["width_mm"],
        "margin_mm": entry["nerves"]["medial_branch"]["margin_mm"],
        "spinal_nerve_C": entry["structures"]["spinal_nerve"]["max_temperature_C"],
    }


def doors(half_mm: float, folder: Path) -> dict[str, Callable[[], ImagedAnatomy]]:
    """The level through each door, written when asked for."""
    level = LumbarLevel(NERVE, SIDE)
    found: dict[str, Callable[[], ImagedAnatomy]] = {
        f"labels {v:g} mm": partial(written_labels, level, v, folder, half_mm) for v in VOXELS_MM
    }
    return found | {
        "surfaces": partial(written_surfaces, level, 0.7, folder, half_mm),
        "volume mesh": partial(written_mesh, level, 1.0, folder, half_mm),
    }


LARGE = (512, 512, 400)
# Balls for organs about the spine, as a whole trunk's map has them: radius and middle from the map's, mm (RAS), in
# TotalSegmentator's numbers (liver, kidneys, aorta, hips, colon, gluteal muscles).
ORGANS = {
    5: (70, (70, 30, 90)), 2: (45, (60, 0, 60)), 3: (45, (-60, 0, 60)), 52: (12, (-10, 50, 40)),
    77: (55, (-75, 20, -75)), 78: (55, (75, 20, -75)), 20: (60, (-70, 90, 0)),
    80: (60, (-80, -50, -80)), 81: (60, (80, -50, -80)),
}  # fmt: skip


def large_map(folder: Path) -> LabelAnatomy:
    """The shipped Visible-Human map in the middle of a trunk's, organs about it."""
    import nibabel as nib

    from rfa_model._shipped import shipped_scenarios
    from rfa_model.scenario import load_scenario

    words = load_scenario(shipped_scenarios()["l4_visible_human_labels"]).anatomy
    assert isinstance(words, LabelAnatomy)
    image = nib.load(words.file)
    values = np.asarray(image.dataobj).astype(np.uint8)
    voxel = float(image.header.get_zooms()[0])
    start = (np.array(LARGE) - values.shape) // 2
    made = np.zeros(LARGE, dtype=np.uint8, order="F")
    for number, (radius, middle) in ORGANS.items():
        at = np.array(LARGE) / 2 + np.linalg.inv(image.affine[:3, :3]) @ np.array(middle)
        x, y, z = np.ogrid[tuple(map(slice, LARGE))]
        made[(x - at[0]) ** 2 + (y - at[1]) ** 2 + (z - at[2]) ** 2 < (radius / voxel) ** 2] = number
    made[tuple(slice(a, a + n) for a, n in zip(start, values.shape, strict=True))] = values
    affine = image.affine.copy()
    affine[:3, 3] -= affine[:3, :3] @ start
    large = nib.Nifti1Image(made, affine)
    large.header.set_xyzt_units("mm")
    path = folder / "large.nii.gz"
    nib.save(large, path)
    return LabelAnatomy(**words.model_dump() | {"file": str(path), "sha256": {}})


def time_large(folder: Path) -> None:
    """Set the large map up twice in processes of their own, without and with distances kept."""
    words = folder / "words.json"
    words.write_text(large_map(folder).model_dump_json(), encoding="utf-8")
    once = (
        "import json, sys, time, pyvista, nibabel, scipy.ndimage, scipy.spatial\n"
        "from rfa_model.anatomy import LabelAnatomy\n"
        "words = json.load(open(sys.argv[1])); words.pop('kind', None)\n"
        "began, clock = time.process_time(), time.perf_counter()\n"
        "LabelAnatomy(**words).build()\n"
        "peak = next(int(line.split()[1]) for line in open('/proc/self/status') if 'VmHWM' in line) / 1e6\n"
        "print(f'{time.process_time() - began:.1f} s of one core, {time.perf_counter() - clock:.1f} s, {peak:.2f} GB')"
    )
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
    for kept in ("first", "again"):
        print(f"{' × '.join(map(str, LARGE))} {kept}:", end=" ", flush=True)
        subprocess.run([sys.executable, "-c", once, str(words)], env=environment, check=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="time a map of 512 × 512 × 400 voxels")
    parser.add_argument("--solve", nargs="*", metavar="DOOR", help="solve through these, all if none is named")
    args = parser.parse_args()
    level = LumbarLevel(NERVE, SIDE)
    with tempfile.TemporaryDirectory() as name:
        if args.large:
            time_large(Path(name))
            return
        if args.solve is None:
            for door, made in doors(NEAR_MM, Path(name)).items():
                mean, rms, most = bone_error_mm(level, made().build())
                print(f"{door:16} distance to bone: mean {mean:+.3f}, rms {rms:.3f}, most {most:.2f} mm", flush=True)
            return
        found = doors(SPHERE_MM, Path(name))
        exact = conventional(LumbarAnatomy(nerve=NERVE, side=SIDE))
        print("parametric      ", exact, flush=True)
        for door in args.solve or found:
            got = conventional(found[door]())
            apart = {key: got[key] - exact[key] for key in exact}
            print(f"{door:16}", got, "apart", apart, flush=True)


if __name__ == "__main__":
    main()
