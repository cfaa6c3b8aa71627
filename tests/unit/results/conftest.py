"""Two made-up arms, evaluated once."""

import numpy as np
import pytest

from rfa_model import library
from rfa_model.anatomy.base import Surface
from rfa_model.metrics.evaluate import evaluate
from rfa_model.applicators.pose import Pose
from rfa_model.laws import StructureLimits, Threshold
from tests.synthetic import synthetic_arm
from tests.unit.metrics.made import MadeAnatomy, straight

LIMITS = {"spinal_nerve": StructureLimits(max_temperature_C=Threshold(warning=42, error=45))}


def evaluate_made(arm):
    """Metrics of an arm with a nerve through its lesion and one beside it."""
    along = arm.pose.to_patient(np.array([[2.0, -4.0, 3.0], [2.0, 4.0, 3.0]]))
    beside = arm.pose.to_patient(np.array([[9.0, -4.0, 3.0], [9.0, 4.0, 3.0]]))
    anatomy = MadeAnatomy(
        nerves={"medial_branch": straight(*along, name="medial_branch")},
        structures={
            "spinal_nerve": straight(*beside, diameter_mm=4.0, name="spinal_nerve"),
            "skin": Surface("skin", "body"),
        },
        parts={"body": lambda p: np.full(len(p), -np.inf)},
    )
    return evaluate(arm, anatomy, list(library.criteria().values()), LIMITS)


@pytest.fixture(scope="session")
def evaluated_again():
    """How `solved` was evaluated."""
    return evaluate_made


@pytest.fixture(scope="session")
def solved():
    """(arm, metrics) of a conventional and a cooled arm; the second lies elsewhere in the patient."""
    turned = Pose(np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]), np.array([5.0, -60.0, 12.0]))
    upright = Pose(np.eye(3), np.zeros(3))
    arms = [
        synthetic_arm("conventional", pose=upright, n=10),
        synthetic_arm("cooled", library.probes()["cooled_17g_4mm"], turned, n=10, lesion_radius_mm=5.0),
    ]
    arms[1].cutoff = 61.5
    return [(arm, evaluate_made(arm)) for arm in arms]
