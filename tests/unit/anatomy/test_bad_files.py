"""Whatever is wrong with somebody's file is said in one line that names it and the cure, or is mended with a word."""

import gzip
import struct
import tracemalloc
import zipfile

import meshio
import nibabel as nib
import numpy as np
import pytest
import trimesh

from rfa_model.anatomy import LabelAnatomy, SurfaceAnatomy
from rfa_model.anatomy.imaged.checks import check
from rfa_model.anatomy.imaged.label_source import LabelSource
from rfa_model.anatomy.readers.curves import read_points
from rfa_model.anatomy.readers.structures import Structure
from rfa_model.anatomy.readers.triangles import read_triangles
from rfa_model.anatomy.readers.volume_mesh import read_volume_mesh
from rfa_model.anatomy.readers.volumes import read_volume
from rfa_model.errors import InputError

BLOCK = np.zeros((12, 14, 16), dtype=np.uint8)
BLOCK[3:9, 3:11, 3:13] = 28


def nifti(path, data=BLOCK, affine=None, sform=1, qform=1, units="mm"):
    image = nib.Nifti1Image(data, np.eye(4))
    image.header.set_xyzt_units(units)
    image.set_sform(np.eye(4) if affine is None else affine, sform)
    image.set_qform(np.eye(4), qform)
    nib.save(image, path)
    return path


def patched(path, offset, raw):
    """A file with some bytes replaced."""
    data = bytearray(path.read_bytes())
    data[offset : offset + len(raw)] = raw
    path.write_bytes(bytes(data))
    return path


def written(path, raw):
    path.write_bytes(raw)
    return path


def sheared(path):
    affine = np.eye(4)
    affine[0, 1] = 0.3
    return nifti(path, affine=affine, qform=0)


def apart(path):
    affine = np.eye(4)
    affine[:3, 3] = [40.0, 0.0, 0.0]
    return nifti(path, affine=affine)


def promised(path):
    """A header that asks for 10 000³ voxels: a bomb, if it were believed."""
    nifti(path)
    return patched(path, 40, struct.pack("<4h", 3, 10_000, 10_000, 10_000))


def bomb(path):
    """Half a gigabyte of zeros behind a small image, in half a megabyte."""
    inner = nifti(path.with_name("inner.nii")).read_bytes()
    with gzip.open(path, "wb", compresslevel=9) as stream:
        stream.write(inner)
        for _ in range(64):
            stream.write(bytes(8_000_000))
    return path


def huge(path):
    """A sparse file of 2 GB: a header, and nothing behind it."""
    nifti(path)
    with path.open("r+b") as stream:
        stream.truncate(2_000_000_000)
    return path


def folded(path):
    """An image in a ZIP archive, a bomb of zeros, called .nii.gz."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.nii", bytes(20_000_000))
    return path


def truncated(path):
    whole = nifti(path, np.random.default_rng(0).integers(0, 200, (40, 40, 40)).astype(np.uint8)).read_bytes()
    return written(path, whole[: len(whole) // 2])


VOLUMES = {
    "missing": ("a.nii.gz", lambda p: p, "no such file"),
    "a folder": ("a.nii.gz", lambda p: p.mkdir() or p, "is a folder"),
    "empty": ("a.nii.gz", lambda p: written(p, b""), "is empty"),
    "text": ("a.nii", lambda p: written(p, b"not an image at all" * 100), "no NIfTI image"),
    "unknown suffix": ("a.img2", lambda p: written(p, b"x"), "expected an image"),
    "truncated gzip": ("a.nii.gz", truncated, "ends early|holds less|damaged"),
    "not gzip": ("a.nii.gz", lambda p: written(p, b"\x00" * 400), "damaged|no NIfTI"),
    "truncated image": ("a.nii", lambda p: written(p, nifti(p).read_bytes()[:600]), "holds less"),
    "absurd header": ("a.nii", promised, "asks for 10000 × 10000 × 10000"),
    "2 GB": ("a.nii", huge, "is 2.0 GB, at most"),
    "a zip bomb": ("a.nii.gz", folded, "damaged|no NIfTI"),
    "4-D": ("a.nii", lambda p: nifti(p, np.stack([BLOCK, BLOCK], axis=-1)), "expected three dimensions"),
    "2-D": ("a.nii", lambda p: nifti(p, BLOCK[:, :, 0]), "expected three dimensions"),
    "empty label": ("a.nii", lambda p: nifti(p, BLOCK * 0), "no label at all"),
    "float labels": ("a.nii", lambda p: nifti(p, (BLOCK * 0.37).astype(np.float32)), "between whole numbers"),
    "NaN labels": ("a.nii", lambda p: nifti(p, np.where(BLOCK, np.nan, 0).astype(np.float32)), "not numbers"),
    "a CT": ("a.nii", lambda p: nifti(p, BLOCK.astype(np.int16) * 40 - 1000), "from -1000 to"),
    "colours": ("a.nii", lambda p: nifti(p, BLOCK.astype(np.complex64)), "expected whole numbers"),
    "sheared": ("a.nii", sheared, "off a right angle"),
    "forms disagree": ("a.nii", apart, "orientation: sform or orientation: qform"),
    "no orientation": ("a.nii", lambda p: nifti(p, sform=0, qform=0), "says nothing of orientation"),
    "singular": ("a.nii", lambda p: nifti(p, affine=np.diag([1.0, 1.0, 0.0, 1.0]), qform=0), "no place in space"),
    "NaN affine": ("a.nii", lambda p: patched(nifti(p, qform=0), 280, struct.pack("<f", np.nan)), "no place in space"),
    "metres": ("a.nii", lambda p: nifti(p, units="meter", qform=0), "voxels of 1e\\+03"),
    "thick voxels": ("a.nii", lambda p: nifti(p, affine=np.diag([1.0, 1.0, 9.0, 1.0]), qform=0), "resample"),
    "NRRD cut short": (
        "a.nrrd",
        lambda p: written(p, b"NRRD0004\ntype: uchar\ndimension: 3\nsizes: 9 9 9\n"),
        "cannot be read",
    ),
    "MetaImage of nothing": ("a.mha", lambda p: written(p, b"NDims = 3\n"), "cannot be read"),
    "not DICOM": ("a.dcm", lambda p: written(p, b"DICOM" * 100), "no DICOM"),
}


@pytest.mark.parametrize("case", VOLUMES)
def test_bad_volumes_are_refused(case, tmp_path):
    name, make, reason = VOLUMES[case]
    path = make(tmp_path / name)
    with pytest.raises(InputError, match=reason) as refused:
        read_volume(path)
    assert str(refused.value).startswith(str(path))
    assert "\n" not in str(refused.value)


def test_a_gzip_bomb_is_not_unpacked(tmp_path):
    path = bomb(tmp_path / "bomb.nii.gz")
    tracemalloc.start()
    try:
        assert read_volume(path).values.shape == BLOCK.shape
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("orientation", ["RAS", "LPS"])
def test_what_a_silent_header_means_can_be_said(orientation, tmp_path):
    path = nifti(tmp_path / "a.nii", sform=0, qform=0)
    volume = read_volume(path, orientation)
    assert any("nothing of orientation" in note for note in volume.notes)
    # Seen from LPS, RAS runs the other way round in the plane.
    flipped = BLOCK[::-1, ::-1] if orientation == "RAS" else BLOCK
    assert (volume.values == flipped).all()


def test_float_labels_that_are_whole_and_unknown_units_are_read(tmp_path):
    volume = read_volume(nifti(tmp_path / "a.nii", BLOCK.astype(np.float64), units="unknown"))
    assert volume.values.dtype == np.uint8
    assert any("millimetres are assumed" in note for note in volume.notes)


def test_a_rotated_image_keeps_its_distances(tmp_path):
    angle = np.deg2rad(17.0)
    affine = np.eye(4)
    affine[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    volume = read_volume(nifti(tmp_path / "a.nii", affine=affine, qform=0))
    assert np.allclose(volume.spacing_mm, 1.0, atol=1e-4)
    middle = volume.to_lps[:3, :3] @ np.argwhere(volume.values).mean(axis=0) + volume.to_lps[:3, 3]
    exact = affine[:3, :3] @ np.argwhere(BLOCK).mean(axis=0)
    assert np.allclose(middle, exact * [-1.0, -1.0, 1.0], atol=1e-3)


def sphere(path, size=20.0, keep=slice(None), **options):
    ball = trimesh.creation.icosphere(subdivisions=2, radius=size)
    trimesh.Trimesh(ball.vertices, ball.faces[keep], process=False).export(path, **options)
    return path


def crossed(path):
    """Two boxes through each other, as one surface."""
    one, other = trimesh.creation.box((20, 20, 20)), trimesh.creation.box((20, 20, 20))
    other.apply_translation((9.0, 7.0, 5.0))
    both = trimesh.util.concatenate([one.subdivide().subdivide(), other.subdivide().subdivide()])
    both.export(path)
    return path


def fins(path):
    """A ball with an edge that three triangles share."""
    ball = trimesh.creation.icosphere(subdivisions=2, radius=20.0)
    points = np.concatenate([ball.vertices, [[40.0, 0.0, 0.0]]])
    faces = np.concatenate([ball.faces, [[*ball.faces[0][:2], len(points) - 1]]])
    lines = [f"v {x} {y} {z}" for x, y, z in points] + [f"f {a} {b} {c}" for a, b, c in faces + 1]
    return written(path, "\n".join(lines).encode())


HEAD, POINTS = b'<?xml version="1.0"?><VTKFile type="PolyData">', b"v nan 0 0\nv 20 0 0\nv 0 20 0\n"
NOWHERE = b"v 0 0 0\n" * 99 + b"f 1 2 500\n" * 99
SURFACES = {
    "missing": ("a.stl", lambda p: p, "mm", "no such file"),
    "another kind": ("a.step", lambda p: written(p, b"x"), "mm", "expected a surface"),
    "an STL that promises more": (
        "a.stl",
        lambda p: patched(sphere(p), 80, struct.pack("<I", 10**9)),
        "mm",
        "promises",
    ),
    "text in an OBJ": ("a.obj", lambda p: written(p, b"hello\n" * 50), "mm", "cannot be read|holds 0 triangles"),
    "a point that is not there": (
        "a.obj",
        lambda p: written(p, b"v 0 0 0\n" * 99 + b"f 1 2 500\n" * 99),
        "mm",
        "cannot be read|not there",
    ),
    "half a bone": ("a.ply", lambda p: sphere(p, keep=slice(0, 160)), "mm", "is not closed"),
    "a 40 m vertebra": ("a.stl", lambda p: sphere(p, 20_000.0), "mm", "40 m long"),
    "metres for millimetres": ("a.stl", lambda p: sphere(p, 0.02), "mm", "write units: m"),
    "a speck": ("a.stl", lambda p: sphere(p, 1e-9), "mm", "no bone of the spine|closed|triangles"),
    "crossing itself": ("a.stl", crossed, "mm", "run through each other.*overrule: \\[crossing\\]"),
    "non-manifold": ("a.obj", fins, "mm", "non-manifold"),
    "VTP cut short": (
        "a.vtp",
        lambda p: written(p, b'<?xml version="1.0"?><VTKFile type="PolyData"><PolyData>'),
        "mm",
        "no whole VTK",
    ),
    "not numbers": (
        "a.obj",
        lambda p: written(p, b"v nan 0 0\nv 20 0 0\nv 0 20 0\n" + b"f 1 2 3\n" * 99),
        "mm",
        "not numbers|cannot be read|triangles",
    ),
}


@pytest.mark.parametrize("case", SURFACES)
def test_bad_surfaces_are_refused(case, tmp_path):
    name, make, units, reason = SURFACES[case]
    path = make(tmp_path / name)
    with pytest.raises(InputError, match=reason) as refused:
        read_triangles(path, "RAS", units)
    assert "\n" not in str(refused.value)


def test_a_small_hole_is_closed_and_said(tmp_path):
    surface = read_triangles(sphere(tmp_path / "a.ply", keep=slice(1, None)), "LPS")
    assert any("open edges were closed" in note for note in surface.notes)
    assert surface.volume_mm3 == pytest.approx(4 / 3 * np.pi * 20.0**3, rel=0.05)


def test_a_surface_inside_out_is_turned_and_said(tmp_path):
    ball = trimesh.creation.icosphere(subdivisions=2, radius=20.0)
    ball.invert()
    ball.export(tmp_path / "a.ply")
    surface = read_triangles(tmp_path / "a.ply", "LPS")
    assert surface.volume_mm3 > 0.0
    assert any("inside out" in note for note in surface.notes)


def test_mirrored_axes_do_not_turn_a_surface_inside_out(tmp_path):
    assert read_triangles(sphere(tmp_path / "a.ply"), "LAS").volume_mm3 > 0.0


def tetrahedra(path, points=None, cells=None, **data):
    cube = np.array([[x, y, z] for z in (0, 30) for y in (0, 30) for x in (0, 30)], dtype=float)
    five = np.array([[0, 1, 3, 5], [0, 3, 2, 6], [0, 5, 4, 6], [3, 5, 6, 7], [0, 3, 5, 6]])
    mesh = meshio.Mesh(cube if points is None else points, [("tetra", five if cells is None else cells)], **data)
    mesh.write(path)
    return path


def flipped(path):
    five = np.array([[1, 0, 3, 5], [0, 3, 2, 6], [0, 5, 4, 6], [3, 5, 6, 7], [0, 3, 5, 6]])
    return tetrahedra(path, cells=five)


def triangles_only(path):
    meshio.Mesh(np.eye(3) * 30, [("triangle", np.array([[0, 1, 2]]))]).write(path)
    return path


MESHES = {
    "without the group": (lambda p: tetrahedra(p), "L4", "no group 'L4'; it holds all"),
    "triangles only": (triangles_only, "all", "expected tetrahedra"),
    "text": (lambda p: written(p, b"hello"), "all", "no kind of mesh"),
    "in metres": (lambda p: tetrahedra(p, np.eye(8)[:, :3] * 0.03), "all", "write units: m"),
    "not numbers": (lambda p: tetrahedra(p, np.full((8, 3), np.nan)), "all", "not numbers"),
}


@pytest.mark.parametrize("case", MESHES)
def test_bad_meshes_are_refused(case, tmp_path):
    make, group, reason = MESHES[case]
    path = make(tmp_path / "a.vtu")
    with pytest.raises(InputError, match=reason) as refused:
        read_volume_mesh(path, {group: "bone"}, "LPS")
    assert "\n" not in str(refused.value)


def test_inverted_tetrahedra_are_taken_as_they_are_meant_and_said(tmp_path):
    surface = read_volume_mesh(flipped(tmp_path / "a.vtu"), {"all": "bone"}, "LPS")["bone"]
    assert surface.volume_mm3 == pytest.approx(27_000.0)
    assert any("inverted cells" in note for note in surface.notes)


CURVES = {
    "no system": ("a.fcsv", b"# Markups\n1,0,0,0\n2,1,1,1\n", "CoordinateSystem"),
    "two curves": ("a.mrk.json", b'{"markups": [{}, {}]}', "holds 2 markups"),
    "broken JSON": ("a.mrk.json", b"{", "cannot be read as a curve"),
    "one point": ("a.csv", b"x,y,z\n1,2,3\n", "at least 2 points"),
    "words": ("a.csv", b"1,2,three\n4,5,6\n", "cannot be read as a curve"),
    "another system": (
        "a.mrk.json",
        b'{"markups": [{"coordinateSystem": "IJK", "controlPoints": [{"position": [0,0,0]}]}]}',
        "IJK",
    ),
    "another kind": ("a.docx", b"x", "expected a curve"),
}


@pytest.mark.parametrize("case", CURVES)
def test_bad_curves_are_refused(case, tmp_path):
    name, raw, reason = CURVES[case]
    path = written(tmp_path / name, raw)
    with pytest.raises(InputError, match=reason):
        read_points(path, "LPS")


@pytest.mark.parametrize("system", ["LPS", "RAS"])
def test_a_curve_is_the_same_in_every_format(system, tmp_path):
    points = np.array([[1.0, 2.0, 3.0], [4.0, 6.0, 8.0], [9.0, 9.0, 9.0]])
    stored = points * (1.0 if system == "LPS" else np.array([-1.0, -1.0, 1.0]))
    places = ", ".join(f'{{"position": {row.tolist()}}}' for row in stored)
    markups = f'{{"markups": [{{"coordinateSystem": "{system}", "controlPoints": [{places}]}}]}}'
    rows = "\n".join(f"p{i},{x},{y},{z},0,0,0,1" for i, (x, y, z) in enumerate(stored))
    files = {
        "a.mrk.json": markups,
        "a.fcsv": f"# CoordinateSystem = {system}\n{rows}\n",
        "a.csv": "x,y,z\n" + "\n".join(",".join(map(str, row)) for row in stored),
    }
    for name, text in files.items():
        found = read_points(written(tmp_path / name, text.encode()), system)
        assert np.allclose(found, points), name


def level(path, cut=False, **scale):
    """A block as L4, whose centre of mass lies in front."""
    data = np.zeros((60, 90, 40), dtype=np.uint8)
    data[8:52, 50:82, 5:35] = 28
    data[28:32, 5:50, 10:25] = 28
    data = data[:, 6:] if cut else data
    return LabelSource(
        read_volume(nifti(path, data, **scale)), {28: Structure("vertebra_L4", "bone", "bone")}, "k", "file"
    )


def test_a_vertebra_cut_off_by_the_image_is_refused_unless_overruled(tmp_path):
    source = level(tmp_path / "a.nii", cut=True)
    with pytest.raises(InputError, match=r"edge of the image.*overrule: \[cut_off\]"):
        check(source.found, "vertebra_L4", "file")
    assert check(source.found, "vertebra_L4", "file", ["cut_off"]) != []


def test_a_vertebra_of_the_wrong_size_is_refused(tmp_path):
    source = level(tmp_path / "a.nii", affine=np.diag([2.0, 2.0, 2.0, 1.0]), qform=0)
    with pytest.raises(InputError, match=r"vertebra_L4 has .* cm³.*overrule: \[volume\]"):
        check(source.found, "vertebra_L4", "file")


def test_a_scheme_that_fits_nothing_is_refused(tmp_path):
    path = nifti(tmp_path / "a.nii")
    words = LabelAnatomy(file=str(path), scheme="verse", nerve="L4", side="left")
    with pytest.raises(InputError, match=r"none of its labels \(28\) has a meaning"):
        words.build()


def test_missing_levels_are_named(tmp_path):
    path = sphere(tmp_path / "vertebra_L3.stl", 22.0)
    words = SurfaceAnatomy(files={"vertebra_L3": str(path)}, axes="RAS", units="mm", nerve="L4", side="left")
    with pytest.raises(InputError, match=r"holds no L5.*vertebrae seen: L3"):
        words.build()


def test_bones_that_overlap_count_once_and_none_is_lost(tmp_path):
    """Facets of two vertebrae that run into each other: whatever is in either is bone."""
    files = {name: str(sphere(tmp_path / f"{name}.stl", 14.0)) for name in ("vertebra_L5", "bone_other")}
    mesh = trimesh.load(files["bone_other"], force="mesh")
    mesh.apply_translation((20.0, 0.0, 0.0))
    mesh.export(files["bone_other"])
    words = SurfaceAnatomy(
        files=files, axes="RAS", units="mm", nerve="L4", side="left", spinal_nerve="none", estimated_canal=False,
        course={"points_mm": [[-1, 15.2, 6], [-1, 15.2, 0], [-1, 15.2, -6]]}, overrule=["volume", "posterior"],
    )  # fmt: skip
    with pytest.raises(InputError, match="other side"):
        words.build()
    level = words.model_copy(update={"side": "right"}).build()
    across = np.column_stack([np.linspace(-30.0, 10.0, 9), np.zeros(9), np.zeros(9)]) - level.origin_mm
    assert (level.distance_mm("bone", across) < 0.0).all()


def test_the_cases_of_bad_files_are_many():
    assert len(VOLUMES) + len(SURFACES) + len(MESHES) + len(CURVES) >= 50
