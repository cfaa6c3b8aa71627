"""Fluid about the tip: as much as was injected, over every layer, and mixed as the law says."""

import numpy as np
import pytest

from rfa_model import library
from rfa_model.anatomy.fluid import WET, LayeredWetAnatomy, with_fluid
from rfa_model.anatomy.homogeneous import HomogeneousBlock
from rfa_model.anatomy.lumbar import LumbarLevel
from rfa_model.applicators.pose import Pose
from rfa_model.errors import InputError
from rfa_model.scenario import dump_yaml, parse_scenario
from rfa_model.scenario.fluid import Fluid
from tests.scenarios.runs import solve

AWAY = np.array([0.0, 1.0, 0.0])
NEEDLE = "conventional_22g_5mm"


@pytest.mark.parametrize("shape", ["sphere", "along_needle", "along_bone"])
def test_wet_tissue_holds_what_was_injected_whatever_its_shape(shape):
    fluid = Fluid(fluid="saline_0_9", volume_mL=0.5, porosity=0.2, shape=shape, elongation=3.0)
    assert 4.0 / 3.0 * np.pi * np.prod(fluid.half_axes_mm) * 0.2 == pytest.approx(500.0)
    spread = fluid.spread(Pose.identity(), AWAY)
    # The first axis is the needle's, or off the bone.
    first = AWAY if shape == "along_bone" else np.array([0.0, 0.0, 1.0])
    inside, edge, outside = spread.distance_mm(
        np.array([first * fluid.half_axes_mm[0] * share for share in (0.99, 1.0, 1.01)])
    )
    assert inside < 0.0 < outside
    assert edge == pytest.approx(0.0, abs=1e-12)


def test_layers_painted_wet_are_what_the_points_are():
    dry = LumbarLevel("L4")
    pose = Pose(np.eye(3), dry.target.point_mm)
    wet = with_fluid(dry, Fluid(fluid="saline_0_9", volume_mL=1.0).spread(pose, dry.target.away_from_bone))
    assert isinstance(wet, LayeredWetAnatomy)
    points = dry.target.point_mm + np.random.default_rng(3).uniform(-14.0, 14.0, (4000, 3))
    distances, painted = wet.layer_distances_mm(points), np.array(wet.layer_tissues)
    assert distances.shape == (len(points), len(painted) - 1)
    found = np.full(len(points), painted[0])
    for layer, tissue in enumerate(painted[1:]):
        found[distances[:, layer] < 0.0] = tissue
    assert (found == wet.tissue_at(points)).all()
    names = set(np.array(wet.tissue_names)[found])
    assert {"muscle", "muscle" + WET} < names
    assert not any(name.startswith(("cortical", "cancellous", "nerve")) and name.endswith(WET) for name in names)


def test_heat_is_mixed_by_volume_and_current_by_archies_law():
    muscle = library.tissues()["muscle"]
    spread = Fluid(electric_conductivity_S_per_m=2.0, volume_mL=1.0, porosity=0.3).spread(Pose.identity(), AWAY)
    wet = with_fluid(HomogeneousBlock("muscle"), spread).tissues({"muscle": muscle})["muscle" + WET]
    of_muscle = muscle.density_kg_per_m3 * muscle.specific_heat_J_per_kgK
    assert wet.density_kg_per_m3 * wet.specific_heat_J_per_kgK == pytest.approx(0.7 * of_muscle + 0.3 * 993.0 * 4178.0)
    assert wet.electric_conductivity_S_per_m == pytest.approx(
        0.7 * muscle.electric_conductivity_S_per_m + 0.3**1.5 * 2.0
    )
    assert wet.perfusion_W_per_m3K == pytest.approx(0.7 * muscle.perfusion_W_per_m3K)


def test_the_impedance_falls_with_saline_rises_with_water_and_stays_with_what_conducts_as_the_tissue():
    def ohm(**fluid: object) -> float:
        arm = {"fluid": {"volume_mL": 0.5, **fluid}} if fluid else {}
        voltage = [{"voltage": {"voltage_V_rms": 5.0, "duration_s": 0.1}}]
        return float(solve(NEEDLE, voltage, arm=arm).summary["electrical"]["impedance_ohm"]["start"])

    dry = ohm()
    assert ohm(fluid="saline_0_9") < 0.95 * dry
    assert ohm(fluid="water") > 1.05 * dry
    sigma = library.tissues()["muscle"].electric_conductivity_S_per_m
    same = 0.2 * sigma / 0.2**1.5
    # A rise of the temperature within the first step is another one in wet tissue.
    assert ohm(electric_conductivity_S_per_m=same) == pytest.approx(dry, rel=1e-3)


TEXT = """
title: fluid
anatomy: {kind: homogeneous, tissue: muscle}
arms:
  a:
    probe: conventional_18g_10mm
    fluid: {fluid: saline_0_9, volume_mL: 0.5}
"""
WRONG = [
    ("volume_mL: 0.5", "volume_mL: 49", "arms.a.fluid.volume_mL: expected a bolus within the domain of 40 mm"),
    ("volume_mL: 0.5", "volume_mL: -1", "7:32: arms.a.fluid.volume_mL: expected a number of at least 0.01"),
    ("saline_0_9", "salin_0_9", "did you mean 'saline_0_9'?"),
    ("fluid: saline_0_9, ", "", "arms.a.fluid.fluid: expected a fluid's name, or 'electric_conductivity_S_per_m'"),
    ("0.5}", "0.5, porosity: 0}", "arms.a.fluid.porosity: expected a number of at least 0.02"),
]


@pytest.mark.parametrize(("old", "new", "said"), WRONG, ids=[new or "nothing" for _, new, _ in WRONG])
def test_a_wrong_bolus_is_refused_where_it_stands(old, new, said):
    assert old in TEXT
    with pytest.raises(InputError) as refused:
        parse_scenario(TEXT.replace(old, new, 1))
    assert said in str(refused.value)


def test_the_words_come_back_from_the_file_as_they_were():
    made = parse_scenario(TEXT)
    assert parse_scenario(dump_yaml(made)) == made
