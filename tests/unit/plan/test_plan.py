"""What validates, runs: everything a run would refuse before solving is refused by the plan, and nothing else."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rfa_model import library
from rfa_model.cli import main
from rfa_model.errors import InputError, SolveError
from rfa_model.meshing import applicator_mesh
from rfa_model.meshing.arrays import MeshArrays
from rfa_model.metrics.curves import sample_curve
from rfa_model.plan import Plan
from rfa_model.scenario import Scenario
from rfa_model.treatment.workspace import Workspace
from tests.unit.project.project_files import ROOT

L4 = {"kind": "lumbar_medial_branch", "nerve": "L4", "side": "left"}
MUSCLE = {"kind": "homogeneous", "tissue": "muscle"}
FLAGSHIP = ROOT / "scenarios" / "l4_medial_branch.yaml"


def scenario(anatomy, arm, **rest):
    return Scenario(title="t", anatomy=anatomy, arms={"one": arm}, **rest)


@pytest.mark.parametrize(
    ("anatomy", "arm", "rest", "message"),
    [
        (
            MUSCLE,
            {"probe": "conventional_18g_10mm"},
            {"numerics": {"domain_radius_mm": 15}},
            "domain_radius_mm = 15 is",
        ),
        (L4, {"probe": "conventional_18g_10mm", "placement": {"offset_mm": [0, 0, -4]}}, {}, "inside bone"),
        (L4, {"probe": "conventional_18g_10mm", "placement": {"offset_mm": [0, 15, 0]}}, {}, "inside"),
        (L4, {"probe": "conventional_18g_10mm", "placement": {"offset_mm": [0, 0, -40]}}, {}, "inside"),
        (
            L4,
            {"probe": "conventional_18g_10mm", "placement": {"offset_mm": [14, 0, 6]}},
            {"numerics": {"domain_radius_mm": 15.5}},
            "leaves the computed sphere",
        ),
        (
            MUSCLE,
            {"probe": "conventional_18g_10mm"},
            {"body": {"metabolic_heat": True, "perfusion": False}},
            "body.metabolic_heat",
        ),
    ],
)
def test_what_a_run_refuses_is_refused(anatomy, arm, rest, message):
    with pytest.raises(InputError, match=message):
        Plan.of(scenario(anatomy, arm, **rest))


def test_validate_refuses_it_too_and_names_the_key(tmp_path, capsys):
    file = tmp_path / "small.yaml"
    file.write_text(
        "title: t\nanatomy: {kind: homogeneous}\narms: {needle: {probe: conventional_18g_10mm}}\n"
        "numerics: {domain_radius_mm: 15}\n"
    )
    assert main(["validate", str(file)]) == 2
    assert "numerics.domain_radius_mm = 15 is too small" in capsys.readouterr().err


def test_validate_says_where_each_tip_lies(capsys):
    assert main(["validate", str(FLAGSHIP)]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  lies ")]
    plan = Plan.of(FLAGSHIP)
    assert len(lines) == len(plan.arms) == 2
    for line, arm in zip(lines, plan.arms.values(), strict=True):
        x, y, z = arm.pose.translation_mm
        assert f"{x:.1f} mm left, {y:.1f} mm posterior, {z:.1f} mm cranial" in line
        # The nerve as a fine polyline against the needle's analytic distance: a second way to the number printed.
        nerve = sample_curve(plan.anatomy.nerves["medial_branch"])
        apart = arm.applicator.distance_mm(arm.pose.to_probe(nerve.points_mm)).min()
        assert arm.site.nerves_mm["medial_branch"] == pytest.approx(apart - nerve.radius_mm, abs=0.05)


def test_the_scenario_file_and_its_hash_are_inputs():
    (file,) = Plan.of(FLAGSHIP, arms=["cooled"]).inputs
    assert file.path == FLAGSHIP
    assert len(file.sha256) == 64
    assert Plan.of(scenario(MUSCLE, {"probe": "cooled_17g_4mm"})).inputs == ()


def test_an_unknown_arm_is_named():
    with pytest.raises(InputError, match="unknown arm 'cool'"):
        Plan.of(FLAGSHIP, arms=["cool"])


@pytest.fixture
def sphere_of_points(monkeypatch, tmp_path):
    """Meshing without gmsh: everything before it is the same."""

    def generated(*args, **kwargs) -> MeshArrays:
        raise _MeshAskedError

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(applicator_mesh, "generate_mesh", generated)
    monkeypatch.setattr(applicator_mesh, "shipped_path", lambda key: None)


class _MeshAskedError(SolveError):
    """The run has come as far as meshing."""


ANATOMIES = st.one_of(
    st.just(MUSCLE),
    st.builds(
        lambda nerve, side, diameter, gap: L4 | {"nerve": nerve, "side": side, "nerve_diameter_mm": diameter} | gap,
        st.sampled_from(["T12", "L1", "L2", "L3", "L4", "L5"]),
        st.sampled_from(["left", "right"]),
        st.floats(0.2, 2.0),
        st.fixed_dictionaries({"nerve_bone_gap_mm": st.sampled_from([0.2, 0.75, 2.0])}),
    ),
)
PLACEMENTS = st.fixed_dictionaries(
    {
        "approach": st.sampled_from(["parallel", "perpendicular"]),
        "offset_mm": st.tuples(*[st.floats(-12, 12)] * 3),
        "angles_deg": st.tuples(*[st.floats(-40, 40)] * 3),
        "allow_inside_bone": st.booleans(),
    }
)
NEEDLES = st.one_of(
    st.sampled_from(sorted(library.probes())),
    st.fixed_dictionaries(
        {
            "kind": st.just("conventional"),
            "outer_diameter_mm": st.floats(0.2, 5.0),
            "tip_length_mm": st.floats(3.0, 40.0),
            "sensor_offset_mm": st.floats(-2.9, 5.0),
        }
    ),
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    anatomy=ANATOMIES,
    probe=NEEDLES,
    placement=PLACEMENTS,
    radius_mm=st.sampled_from([15.0, 20.0, 30.0, 40.0, 60.0]),
    body=st.fixed_dictionaries({"perfusion": st.booleans(), "metabolic_heat": st.booleans()}),
)
def test_none_of_120_that_validates_is_refused_before_solving(
    sphere_of_points, anatomy, probe, placement, radius_mm, body
):
    try:
        made = scenario(
            anatomy,
            {"probe": probe, "placement": placement},
            body=body,
            numerics={"resolution": "draft", "domain_radius_mm": radius_mm},
        )
        plan = Plan.of(made)
    except (ValueError, InputError):
        return
    treatment = plan.treatment("one")
    with pytest.raises(_MeshAskedError):
        Workspace().prepare("one", treatment.applicator, treatment.numerics)
    # What is only asked after solving: the nerve's target segment lies in the sphere.
    centre = treatment.pose.to_patient(treatment.applicator.centre_mm)
    for nerve in plan.anatomy.nerves.values():
        curve = sample_curve(nerve)
        sections = curve.sections_mm[curve.in_segment].reshape(-1, 3)
        assert np.linalg.norm(sections - centre, axis=1).max() < radius_mm
