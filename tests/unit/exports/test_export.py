import json
from types import SimpleNamespace

import meshio
import numpy as np
import pytest
import pyvista as pv
import trimesh

from rfa_model import scenario
from rfa_model.anatomy.base import Curve, Surface, Target
from rfa_model.anatomy.homogeneous import HomogeneousBlock
from rfa_model.applicators.pose import Pose
from rfa_model.cli import main
from rfa_model.drawing import style
from rfa_model.drawing.style import SHAFT_DRAWN_MM
from rfa_model.errors import InputError
from rfa_model.exports.glb import write_glb
from rfa_model.exports.parts import anatomy_parts, arm_parts
from rfa_model.exports.run import export_results
from rfa_model.metrics.evaluate import evaluate
from rfa_model.results import ResultsWriter, read_results
from tests.synthetic import synthetic_arm

SCENARIO = scenario.parse_scenario(
    """
title: bench
anatomy: {kind: homogeneous, tissue: muscle}
criteria: [arrhenius, isotherm_50C, isotherm_60C]
arms:
  conventional: {probe: conventional_18g_10mm}
  cooled: {probe: cooled_17g_4mm}
"""
)
ROTATION = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
TIP_MM = np.array([20.0, -5.0, 7.0])
LESION_RADIUS_MM = {"conventional": 4.0, "cooled": -30.0}  # the second arm's Arrhenius lesion is empty
PARTS = ["lesion_arrhenius", "lesion_isotherm_50C", "lesion_isotherm_60C", "needle_active_tip", "needle_shaft"]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    out = tmp_path_factory.mktemp("export") / "results"
    with ResultsWriter(out, scenario.dump_yaml(SCENARIO.resolved()), {"title": SCENARIO.title}) as writer:
        for name, radius in LESION_RADIUS_MM.items():
            probe = SCENARIO.resolved_probe(name)
            arm = synthetic_arm(name, probe, Pose(ROTATION, TIP_MM), lesion_radius_mm=radius, n=12)
            criteria = list(SCENARIO.resolved_criteria().values())
            writer.add_arm(arm, evaluate(arm, HomogeneousBlock("muscle"), criteria))
    return out


@pytest.fixture(scope="module")
def exported(results):
    assert main(["export", str(results)]) == 0
    return results / "export"


@pytest.fixture(scope="module")
def volumes_mm3(results):
    summary = json.loads((results / "summary.json").read_text(encoding="utf-8"))
    return {name: {k: v["volume_mm3"] for k, v in arm["lesions"].items()} for name, arm in summary["arms"].items()}


def test_the_verb_writes_every_format(exported):
    names = {path.relative_to(exported).as_posix() for path in exported.rglob("*.*")}
    wanted = {f"conventional/{part}.{kind}" for part in PARTS for kind in ("stl", "vtp")}
    wanted |= {f"cooled/{part}.{kind}" for part in PARTS[1:] for kind in ("stl", "vtp")}
    assert names == wanted | {"conventional.glb", "cooled.glb"}


def test_only_the_formats_asked_for(results, tmp_path, capsys):
    assert main(["export", str(results), "--out", str(tmp_path / "new"), "--format", "gltf"]) == 0
    assert {path.name for path in (tmp_path / "new").rglob("*")} == {"conventional.glb", "cooled.glb"}
    assert capsys.readouterr().out == f"{tmp_path / 'new'}: 2 files\n"
    with pytest.raises(InputError, match="no export format 'obj'; choose of stl, vtp, gltf, nifti"):
        export_results(results, tmp_path, ["obj"])


def test_lesions_hold_the_volume_of_the_summary_in_mm(exported, volumes_mm3):
    for criterion, volume in volumes_mm3["conventional"].items():
        stem = exported / "conventional" / f"lesion_{criterion}"
        for kind in ("stl", "vtp"):
            assert pv.read(f"{stem}.{kind}").volume == pytest.approx(volume, rel=1e-3), (criterion, kind)
        surface = trimesh.load(f"{stem}.stl")
        assert surface.volume == pytest.approx(volume, rel=1e-3)  # positive: wound outwards
    assert volumes_mm3["conventional"]["arrhenius"] == pytest.approx(240.0, rel=0.1)  # a ball of 4 mm less the needle


def open_edges(mesh: pv.PolyData) -> int:
    """Edges that an odd number of triangles share; along a coarse probe's steps four may meet in one edge."""
    edges = np.sort(mesh.regular_faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    return int(np.sum(np.unique(edges, axis=0, return_counts=True)[1] % 2))


def test_every_surface_is_closed_and_wound_outwards(exported):
    surfaces = {path: trimesh.load(path) for path in exported.rglob("*.stl")}
    assert len(surfaces) == 9
    assert [path.name for path in exported.rglob("*.vtp") if open_edges(pv.read(path))] == []
    assert [path.name for path, mesh in surfaces.items() if mesh.volume <= 0.0] == []
    needles = [mesh for path, mesh in surfaces.items() if path.name.startswith("needle")]
    assert all(mesh.is_watertight and mesh.is_winding_consistent for mesh in needles)


def test_another_reader_finds_the_same_triangles(exported):
    stem = exported / "conventional" / "needle_active_tip"
    stl, vtp = meshio.read(f"{stem}.stl"), pv.read(f"{stem}.vtp")
    assert len(stl.cells_dict["triangle"]) == vtp.n_cells
    assert stl.points.min(axis=0) == pytest.approx(np.array(vtp.points).min(axis=0), abs=1e-4)


@pytest.mark.parametrize("name", list(LESION_RADIUS_MM))
def test_the_needle_stands_where_the_pose_puts_it(exported, name):
    rod = SCENARIO.resolved_probe(name).rod()
    length = rod.span_mm("tip")[1]
    tip, shaft = (pv.read(exported / name / f"needle_{piece}.vtp") for piece in ("active_tip", "shaft"))
    heights = [(np.asarray(piece.points) - TIP_MM) @ ROTATION[:, 2] for piece in (tip, shaft)]
    assert heights[0].min() == pytest.approx(0.0, abs=1e-5)
    assert np.asarray(tip.points)[heights[0].argmin()] == pytest.approx(TIP_MM, abs=0.6)
    assert heights[0].max() == pytest.approx(length, abs=1e-5)
    assert (heights[1].min(), heights[1].max()) == pytest.approx((length, SHAFT_DRAWN_MM), abs=1e-5)
    assert tip.volume == pytest.approx(rod.filled_volume_mm3("tip"), rel=0.01)


def test_files_say_which_way_the_axes_point(exported):
    stem = exported / "conventional" / "needle_shaft"
    assert b"SPACE=LPS" in stem.with_suffix(".stl").read_bytes()[:80]
    mesh = pv.read(f"{stem}.vtp")
    assert list(mesh.field_data["SPACE"]) == ["LPS"]
    assert list(mesh.field_data["colour"]) == [style.INSULATION]


def test_the_runs_own_lesion_files_say_it_too(results):
    stem = results / "conventional" / "lesion_arrhenius"
    assert b"SPACE=LPS" in stem.with_suffix(".stl").read_bytes()[:80]
    assert list(pv.read(f"{stem}.vtp").field_data["SPACE"]) == ["LPS"]


def test_the_scene_names_and_colours_its_parts_in_metres_with_the_head_up(exported, results):
    scene = trimesh.load(exported / "conventional.glb")
    assert set(scene.graph.nodes_geometry) == set(PARTS)
    transform, geometry = scene.graph["needle_active_tip"]
    points = trimesh.transform_points(scene.geometry[geometry].vertices, transform)
    (tip,) = (
        part for part in arm_parts(read_results(results).arms["conventional"]) if part.name == "needle_active_tip"
    )
    left, posterior, superior = tip.points_mm.T / 1000.0
    assert np.sort(points, axis=0) == pytest.approx(
        np.sort(np.column_stack([left, superior, -posterior]), axis=0), abs=1e-6
    )
    lesion = scene.geometry["lesion_arrhenius"].visual.material
    assert lesion.alphaMode == "BLEND"
    assert lesion.baseColorFactor[3] == pytest.approx(255 * style.LESION_OPACITY, abs=1)
    assert lesion.baseColorFactor[0] > lesion.baseColorFactor[1] > lesion.baseColorFactor[2]  # orange


@pytest.fixture(scope="module")
def anatomy():
    x = np.linspace(-10.0, 10.0, 201)
    line = np.column_stack([x, 0.1 * x**2, np.zeros_like(x)])
    ball = pv.Sphere(radius=6.0, center=(0.0, -9.0, 0.0))
    bone = {"bone": (np.asarray(ball.points, dtype=float), ball.regular_faces)}
    return SimpleNamespace(
        nerves={"branch": Curve("branch", line, 1.2, (0.0, 18.0))},
        structures={"root": Curve("root", line[:60], 3.0, (0.0, 5.0)), "skin": Surface("skin", "body")},
        target=Target(np.zeros(3), np.eye(3)[0], np.eye(3)[1], 0.6),
        surfaces=lambda spacing_mm=0.8, within=None: bone,
    )


def test_nerves_are_closed_tubes_of_their_diameter(anatomy, tmp_path):
    parts = {part.name: part for part in anatomy_parts(anatomy)}
    assert set(parts) == {"nerve_branch", "nerve_root", "bone"}
    for name, curve in (("nerve_branch", anatomy.nerves["branch"]), ("nerve_root", anatomy.structures["root"])):
        tube = parts[name].mesh()
        assert tube.n_open_edges == 0
        assert trimesh.Trimesh(tube.points, tube.regular_faces).body_count == 1
        # A tube bent less sharply than it is thick holds its section times its length.
        assert tube.volume == pytest.approx(np.pi * curve.diameter_mm**2 / 4 * curve.arc_length_mm()[-1], rel=0.03)
    path = write_glb("one", list(parts.values()), tmp_path / "one.glb")
    assert len(trimesh.load(path).geometry) == 3
