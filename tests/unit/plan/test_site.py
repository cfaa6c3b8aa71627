"""Where applicators of several bodies come to lie, in words and numbers."""

from types import SimpleNamespace

import numpy as np
import pytest

from rfa_model.anatomy.base import Curve
from rfa_model.applicators import Pose
from rfa_model.plan.site import site_of
from tests.rods import lead, needle, pair

SKIN_MM, BONE_MM = 30.0, -4.0
LINE = np.column_stack([np.linspace(-10.0, 10.0, 201), np.full(201, 3.02), np.zeros(201)])


def distance_mm(part: str, points_mm: np.ndarray) -> np.ndarray:
    """Bone below a plane, the body below another; there is no canal."""
    level = {"bone": BONE_MM, "body": SKIN_MM}.get(part, -np.inf)
    return np.asarray(points_mm)[:, 2] - level


ANATOMY = SimpleNamespace(
    nerves={"branch": Curve("branch", LINE, 1.2, (0.0, 20.0))},
    structures={"root": Curve("root", LINE + np.array([0.0, 0.0, 1.5]), 2.2, (0.0, 20.0))},
    distance_mm=distance_mm,
)


def test_a_pair_is_said_to_lie_where_both_ends_do():
    shifted = Pose(np.eye(3), np.array([0.0, 0.0, -1.0]))
    site = site_of(pair(8.0), shifted, ANATOMY)
    assert {name: end.tolist() for name, end in site.distal_mm.items()} == {"left": [-4, 0, -1], "right": [4, 0, -1]}
    assert site.nerves_mm["branch"] == pytest.approx(3.02 - 0.45 - 0.6)
    assert site.spared_mm["root"] == pytest.approx(3.02 - 0.45 - 1.1)
    assert site.parts_mm == {"bone": pytest.approx(3.0)}
    assert site.depth_mm == pytest.approx(31.0)
    assert site.words() == (
        "left distal end 4.0 mm right, 0.0 mm posterior, 1.0 mm caudal, "
        "right distal end 4.0 mm left, 0.0 mm posterior, 1.0 mm caudal of the anatomy's origin; "
        "needles to branch +2.0 mm; active tips to bone +3.0, root +1.5 mm; 31 mm under the skin"
    )


def test_the_insulated_end_of_a_lead_is_nearer_to_bone_than_its_contacts():
    one, other = (site_of(applicator, Pose.identity(), ANATOMY) for applicator in (needle(), lead()))
    assert one.parts_mm["bone"] == pytest.approx(4.0)
    assert other.parts_mm["bone"] == pytest.approx(5.0)
    assert "needle to branch" in one.words()
    assert "active tip to bone" in one.words()
    assert "contacts to bone" in other.words()
