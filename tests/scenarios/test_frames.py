"""Where a scene lies, how a needle is rolled and which side is treated do not matter."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pytest

from rfa_model.anatomy import Curve, Surface
from rfa_model.applicators.pose import Pose, rotation_about
from rfa_model.metrics.data import TISSUE
from rfa_model.treatment.of_scenario import treatment_of
from tests.scenarios.runs import LUMBAR, lesion_mm3, power, scenario, treatment
from tests.scenarios.runs import solve as run

NEEDLE, LONG_NEEDLE = "conventional_22g_5mm", "conventional_18g_10mm"
MOVE = Pose(rotation_about([1.0, 2.0, -3.0], 40.0), np.array([30.0, -12.0, 7.0]))
DEPTH_MM = 1.7


@dataclass(frozen=True)
class BoneBeside:
    """Cortical bone beyond a plane ``DEPTH_MM`` beside the needle's axis; the scene moved by ``motion``."""

    motion: Pose = field(default_factory=Pose.identity)
    tissue_names: tuple[str, ...] = ("muscle", "cortical_bone")
    nerves: Mapping[str, Curve] = field(default_factory=dict)
    structures: Mapping[str, Curve | Surface] = field(default_factory=dict)

    def tissue_at(self, points_mm):
        return (self.motion.to_probe(points_mm)[:, 0] > DEPTH_MM).astype(np.int64)


class MuscleAlone(BoneBeside):
    """The same without bone."""

    def tissue_at(self, points_mm):
        return np.zeros(len(points_mm), np.int64)


def solve(anatomy, pose, protocol=None):
    made = scenario({"arm": {"probe": NEEDLE, "protocol": protocol or treatment(80, 5)}})
    return treatment_of(made, "arm", anatomy, made.resolved_probe("arm").applicator(), pose).solve().arm


@pytest.fixture(scope="module")
def still():
    arm = solve(BoneBeside(), Pose.identity())
    bone = arm.fields.cell_tissue[arm.fields.cell_region == TISSUE] == 1
    assert 0.1 < bone.mean() < 0.6
    return arm


def test_the_scene_moved_as_a_whole_gives_the_same_numbers(still):
    moved = solve(BoneBeside(MOVE), MOVE)
    assert np.array_equal(moved.fields.cell_tissue, still.fields.cell_tissue)
    for name, values in still.history.columns.items():
        assert moved.history[name] == pytest.approx(values, rel=1e-6, abs=1e-9, nan_ok=True), name
    assert moved.fields.points_mm == pytest.approx(MOVE.to_patient(still.fields.points_mm), abs=1e-9)
    assert moved.fields.damage_final == pytest.approx(still.fields.damage_final, rel=1e-6, abs=1e-12)


def test_a_needle_rolled_about_its_axis_gives_the_same_numbers(still):
    # The needle is a solid of revolution: only the mesh turns against the bone, so equal to mesh accuracy.
    rolled = solve(BoneBeside(), Pose(rotation_about([0.0, 0.0, 1.0], 70.0), np.zeros(3)))
    for name in ("impedance_ohm", "energy_J", "lesion_arrhenius_mm3", "lesion_isotherm_50C_mm3"):
        assert rolled.history[name][-1] == pytest.approx(still.history[name][-1], rel=0.015), name


def test_the_bone_matters(still):
    # Without it the two tests above would say nothing.
    plain = solve(MuscleAlone(), Pose.identity(), [power(1, 0.2)])
    assert still.history["impedance_ohm"][0] > 1.05 * plain.history["impedance_ohm"][0]


def test_where_the_needle_lies_in_homogeneous_tissue_does_not_matter():
    plain = run(LONG_NEEDLE, treatment(80, 10))
    moved = run(
        LONG_NEEDLE,
        treatment(80, 10),
        arm={"placement": {"approach": "custom", "target_mm": [30, -12, 7], "direction": [1, 2, -3]}},
    )
    assert plain.history["sensor_C"] == pytest.approx(moved.history["sensor_C"], rel=1e-9)
    for key in ("volume_mm3", "width_mm", "length_mm", "distal_mm"):
        here, there = (arm.summary["lesions"]["arrhenius"][key] for arm in (plain, moved))
        assert there == pytest.approx(here, rel=1e-6), key
    # but it lies there
    hottest = np.array(moved.summary["temperature"]["max_at_mm"])
    assert np.linalg.norm(hottest - [30, -12, 7]) < 12.0


@pytest.mark.parametrize("approach", ["parallel", pytest.param("perpendicular", marks=pytest.mark.slow)])
def test_left_and_right_are_mirror_images(approach):
    # Quadratic: the mesh is no mirror image, and beside bone linear elements show it by 3 % of the volume.
    placed = {"placement": {"approach": approach}}
    left, right = (
        run(LONG_NEEDLE, treatment(80, 15), anatomy=LUMBAR | {"side": side}, arm=placed, order=2)
        for side in ("left", "right")
    )
    mirrored = np.array(right.pose.translation_mm) * [-1, 1, 1]
    assert mirrored == pytest.approx(np.array(left.pose.translation_mm), abs=1e-6)
    pairs = {
        "volume": [lesion_mm3(arm) for arm in (left, right)],
        "impedance": [arm.summary["electrical"]["impedance_ohm"]["start"] for arm in (left, right)],
        "energy": [arm.summary["electrical"]["energy_J"] for arm in (left, right)],
        "distance": [arm.summary["nerves"]["medial_branch"]["probe_distance_mm"] + 1.0 for arm in (left, right)],
    }
    for name, (a, b) in pairs.items():
        assert a == pytest.approx(b, rel=0.02), name
    margins = [arm.summary["nerves"]["medial_branch"]["margin_mm"] for arm in (left, right)]
    assert margins[0] == pytest.approx(margins[1], abs=0.1)
