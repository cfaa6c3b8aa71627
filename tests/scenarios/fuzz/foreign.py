"""Files of other programs: images, surfaces, meshes and curves, and study files; sound ones, and how each is read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.scenarios.fuzz.format import Format, apart

RADIUS_MM = 20.0
LABELS = np.zeros((12, 14, 16), dtype=np.uint8)
LABELS[3:9, 3:11, 3:13] = 28


def _nifti(folder: Path) -> list[Path]:
    import nibabel as nib

    found = []
    for name in ("labels.nii", "labels.nii.gz"):
        image = nib.Nifti1Image(LABELS, np.diag([-1.0, -1.0, 1.0, 1.0]))
        image.header.set_xyzt_units("mm")
        found.append(apart(folder, name))
        nib.save(image, found[-1])
    return found


def _itk(names: tuple[str, ...]) -> Callable[[Path], list[Path]]:
    def made(folder: Path) -> list[Path]:
        import SimpleITK as itk

        found = []
        for name in names:
            found.append(apart(folder, name))
            image = itk.GetImageFromArray(LABELS)
            itk.WriteImage(image, str(found[-1]), useCompression="packed" in name)
        return found

    return made


def _dicom(folder: Path) -> list[Path]:
    from tests.unit.exports.made import made_segmentation

    (folder / "ct").mkdir(parents=True)
    return [made_segmentation(folder / "ct", apart(folder, "labels.dcm"))]


def _series(folder: Path) -> list[Path]:
    from tests.unit.exports.made import made_series

    return [made_series(apart(folder, "00.dcm").parent) / "00.dcm"]


def _slices(path: Path) -> object:
    from rfa_model.exports.dicom_seg import read_series

    return read_series(path.parent)


def _labels(path: Path) -> object:
    from rfa_model.anatomy.from_labels import label_meanings
    from rfa_model.anatomy.imaged.label_source import LabelSource
    from rfa_model.anatomy.readers.volumes import read_volume

    return LabelSource(read_volume(path), label_meanings("totalsegmentator_v2", {1: "vertebra_L3"}), "k", str(path))


def _surfaces(names: tuple[str, ...], **options: object) -> Callable[[Path], list[Path]]:
    def made(folder: Path) -> list[Path]:
        import pyvista as pv
        import trimesh

        ball = trimesh.creation.icosphere(subdivisions=2, radius=RADIUS_MM)
        found = []
        for name in names:
            found.append(apart(folder, name))
            if name.endswith(".vtp"):
                pv.PolyData.from_regular_faces(ball.vertices, ball.faces).save(found[-1], binary="ascii" not in name)
            elif "ascii" in name:
                kind = name.rpartition(".")[2]
                data = ball.export(file_type="stl_ascii" if kind == "stl" else kind, **(
                    {"encoding": "ascii"} if kind == "ply" else {}
                ))  # fmt: skip
                found[-1].write_bytes(data if isinstance(data, bytes) else data.encode())
            else:
                ball.export(found[-1])
        return found

    return made


def _surface(path: Path) -> object:
    from rfa_model.anatomy.readers.triangles import read_triangles

    return read_triangles(path, "LPS")


def _volume_meshes(folder: Path) -> list[Path]:
    import meshio

    corners = np.array([[x, y, z] for z in (0, 30) for y in (0, 30) for x in (0, 30)], dtype=float)
    five = np.array([[0, 1, 3, 5], [0, 3, 2, 6], [0, 5, 4, 6], [3, 5, 6, 7], [0, 3, 5, 6]])
    groups = {"gmsh:physical": [np.full(5, 7)], "gmsh:geometrical": [np.full(5, 1)]}
    mesh = meshio.Mesh(corners, [("tetra", five)], cell_data=groups, field_data={"bone": np.array([7, 3])})
    plain = meshio.Mesh(corners, [("tetra", five)], cell_data={"group": [np.full(5, 7)]})
    ways = {
        "gmsh41.msh": (mesh, {"file_format": "gmsh"}),
        "gmsh41_ascii.msh": (mesh, {"file_format": "gmsh", "binary": False}),
        "gmsh22.msh": (mesh, {"file_format": "gmsh22"}),
        "gmsh22_ascii.msh": (mesh, {"file_format": "gmsh22", "binary": False}),
        "raw.vtu": (plain, {}),
        "ascii.vtu": (plain, {"binary": False}),
        "binary.vtk": (plain, {"file_format": "vtk42"}),
        "ascii.vtk": (plain, {"file_format": "vtk42", "binary": False}),
        "vtk5.vtk": (plain, {"file_format": "vtk51"}),
        "abaqus.inp": (plain, {}),
        "medit.mesh": (plain, {}),
        "medit.meshb": (plain, {}),
        "nastran.bdf": (plain, {}),
        "netgen.vol": (plain, {}),
        "su2.su2": (plain, {}),
        "ugrid.ugrid": (plain, {}),
        "avs.avs": (plain, {}),
    }
    found = []
    for name, (content, options) in ways.items():
        path = apart(folder, name)
        try:
            content.write(path, **options)
        except Exception as error:  # a format that this mesh does not fit into
            print(f"{name}: {type(error).__name__}: {error}")
            continue
        found.append(path)
    return found


def _volume_mesh(path: Path) -> object:
    from rfa_model.anatomy.readers.volume_mesh import read_volume_mesh

    return read_volume_mesh(path, {"all": "bone"}, "LPS")


def _curves(folder: Path) -> list[Path]:
    import pyvista as pv

    points = np.array([[1.0, 2.0, 3.0], [4.0, 6.0, 8.0], [9.0, 9.0, 9.0]])
    rows = "\n".join(f"p{i},{x},{y},{z},0,0,0,1" for i, (x, y, z) in enumerate(points))
    texts = {
        "curve.fcsv": f"# Markups fiducial file version = 4.11\n# CoordinateSystem = LPS\n{rows}\n",
        "curve.csv": "x,y,z\n" + "\n".join(",".join(map(str, row)) for row in points),
    }
    found = []
    for name, text in texts.items():
        found.append(apart(folder, name))
        found[-1].write_text(text)
    for name in ("curve.vtp", "curve_ascii.vtp"):
        found.append(apart(folder, name))
        pv.MultipleLines(points).save(found[-1], binary="ascii" not in name)
    return found


def _markups(folder: Path) -> list[Path]:
    places = [{"position": [float(k), 2.0, 3.0], "positionStatus": "defined", "id": str(k)} for k in range(3)]
    markup = {"type": "Curve", "coordinateSystem": "LPS", "coordinateUnits": "mm", "controlPoints": places}
    path = apart(folder, "curve.mrk.json")
    path.write_text(json.dumps({"markups": [markup]}))
    return [path]


def _curve(path: Path) -> object:
    from rfa_model.anatomy.readers.curves import read_points

    return read_points(path, "LPS")


def _studies(folder: Path) -> list[Path]:
    from rfa_model._shipped import shipped_studies

    texts = [path.read_text(encoding="utf-8") for path in shipped_studies().values()]
    found = []
    for number, text in enumerate(texts):
        found.append(apart(folder, f"study_{number}.yaml"))
        found[-1].write_text(text)
    return found


def _study(path: Path) -> object:
    from rfa_model.studies.read import load_study

    planned = load_study(path)
    return planned.count < 10_000 and len(planned.draws)


FOREIGN: dict[str, Format] = {
    "nifti": Format(_nifti, _labels),
    "nrrd": Format(_itk(("raw.nrrd", "packed.nrrd", "apart.nhdr")), _labels),
    "metaimage": Format(_itk(("raw.mha", "packed.mha", "apart.mhd")), _labels),
    "dicom": Format(_dicom, _labels),
    "series": Format(_series, _slices),
    "stl": Format(_surfaces(("raw.stl", "ascii.stl")), _surface),
    "obj": Format(_surfaces(("raw.obj",)), _surface, binary=False),
    "ply": Format(_surfaces(("raw.ply", "ascii.ply")), _surface),
    "vtp": Format(_surfaces(("raw.vtp", "ascii.vtp")), _surface),
    "volume_mesh": Format(_volume_meshes, _volume_mesh),
    "curve": Format(_curves, _curve),
    "markups": Format(_markups, _curve, binary=False),
    "study": Format(_studies, _study, binary=False),
}
