"""Parts of an applicator as heat sees them: their directions, and that none is forgotten."""

import numpy as np
import pytest

from rfa_model.applicators.materials import ThermalSolid
from rfa_model.assurance.verification.tools.small_arm import SmallArm
from rfa_model.scenario import Body
from rfa_model.solver.build import build_heat
from rfa_model.solver.linear_systems import LinearSystems
from rfa_model.solver.thermal_parts import PlainPart, PlainParts, conductivity_tensor

SLEEVED = ThermalSolid(3e6, 7.0, 0.6)
TILTED = np.array([0.6, 0.0, 0.8])


def test_heat_flows_along_the_axis_as_axially_and_across_it_as_radially():
    tensor = conductivity_tensor(SLEEVED, TILTED)
    assert tensor @ TILTED == pytest.approx(7.0 * TILTED)
    for across in ([0.8, 0.0, -0.6], [0.0, 1.0, 0.0]):
        assert tensor @ across == pytest.approx(0.6 * np.array(across))


def test_an_axis_along_z_is_exactly_diagonal():
    assert (conductivity_tensor(SLEEVED, np.array([0.0, 0.0, 1.0])) == np.diag([0.6, 0.6, 7.0])).all()


@pytest.mark.parametrize("parts", [("tip",), ("tip", "shaft", "ring")])
def test_parts_are_those_of_the_mesh(parts):
    arm = SmallArm()
    applicator = PlainParts(tuple(PlainPart(name, SLEEVED) for name in parts))
    with pytest.raises(ValueError, match=r"the mesh has the parts \['tip', 'shaft'\], the applicator \["):
        build_heat(LinearSystems.of(arm.domain, None), arm.materials, applicator, arm.laws, Body())
