"""A study whose lesions are balls: hot spots of a known shape, with every number of a trial in closed form."""

import io
import json
from functools import cache
from pathlib import Path

import numpy as np

from rfa_model.metrics.curves import sample_curve
from rfa_model.placement import place
from rfa_model.scenario import load_scenario
from rfa_model.studies import PlannedStudy, Study
from rfa_model.studies.paths import checked
from rfa_model.studies.trial import Outcome

FLAGSHIP = Path(__file__).resolve().parents[3] / "scenarios" / "l4_medial_branch.yaml"
BODY_C, SPREAD_MM, LEVEL_C = 37.0, 5.0, 51.4
PLAN = {"lateral_mm": 1.0, "cranial_mm": 2.0, "deep_mm": -3.0}
SD_MM, COUNT = 1.0, 32
# So that 51.4 °C lies about 5 mm from the contacts' middle, hotter where the needle is more lateral.
PEAK_C, HOTTER_PER_MM = 25.0, 1.0
# And hotter by so much for every degree that the needle is set hotter than 80 °C.
HOTTER_PER_C = 0.6
SETTING = {
    "path": ["arms.needle.protocol.0.ramp.to_C", "arms.needle.protocol.1.hold.temperature_C"],
    "distribution": {"uniform": {"low": 74, "high": 90}},
    "label": "set temperature",
}


def study(further=None, **words) -> PlannedStudy:
    """The conventional needle clear of bone, its offset and tilt uncertain; and what else varies, by name."""
    scenario = load_scenario(FLAGSHIP)
    arm = scenario.arms["conventional"]
    placement = arm.placement.model_validate({"approach": "parallel", "offset_mm": {"operator": PLAN}})
    scenario = scenario.model_copy(
        update={"arms": {"needle": arm.model_copy(update={"placement": placement})}, "title": "balls"}
    )

    def scatter(path, sd):
        return {
            "path": f"arms.needle.placement.{path}",
            "how": "add",
            "distribution": {"truncated_normal": {"mean": 0, "sd": sd, "low": -2.5 * sd, "high": 2.5 * sd}},
        }

    told = {
        "title": "balls",
        "vary": {
            "lateral": scatter("offset_mm.operator.lateral_mm", SD_MM),
            "cranial": scatter("offset_mm.operator.cranial_mm", SD_MM),
            "tilt": scatter("angles_deg.0", 4.0),
            **(further or {}),
        },
        "design": {"sobol_points": {"samples": COUNT, "seed": 2}},
        "fields": {"radius_mm": 9},
        **words,
    }
    return PlannedStudy.of(Study.model_validate({"scenario": scenario, **told}))


@cache
def anatomy():
    return load_scenario(FLAGSHIP).anatomy.build()


@cache
def applicator():
    return load_scenario(FLAGSHIP).resolved_probe("conventional").applicator()


@cache
def nodes_mm():
    axis = np.arange(-9.0, 9.1, 1.2)
    points = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1).reshape(-1, 3)
    return points[np.linalg.norm(points, axis=1) <= 9.5] + applicator().centre_mm


def peak_C(lateral_mm, set_C=80.0):
    """Above the body's, in the middle of the ball."""
    return PEAK_C + HOTTER_PER_MM * lateral_mm + HOTTER_PER_C * (set_C - 80.0)


def radius_mm(lateral_mm, set_C=80.0):
    """Of the ball, by how far lateral the needle was put and how hot it was set."""
    return SPREAD_MM * np.sqrt(2.0 * np.log(peak_C(lateral_mm, set_C) / (LEVEL_C - BODY_C)))


def margins_mm(pose, radius):
    """Best and worst over the target, of a ball about the contacts' middle."""
    curve = sample_curve(anatomy().nerves["medial_branch"])
    q = pose.to_probe(curve.points_mm[curve.in_segment])
    found = radius - np.linalg.norm(q - applicator().centre_mm, axis=1) - curve.radius_mm
    return float(found.max()), float(found.min())


def solved(trial) -> Outcome:
    """What a solver would say if lesions were balls."""
    arm = checked(json.loads(trial.text)).arms[trial.arm]
    placement, set_C = arm.placement, float(arm.protocol[1].temperature_C)
    pose = place(applicator(), placement, anatomy())
    lateral = placement.offset_mm.lateral_mm
    radius = radius_mm(lateral, set_C)
    best, worst = margins_mm(pose, radius)
    row = {
        "capture": best >= 0.0,
        "capture_whole": worst >= 0.0,
        "harm": False,
        "margin_best_mm": best,
        "margin_worst_mm": worst,
        "lesion_volume_mm3": 4.0 / 3.0 * np.pi * radius**3,
        "spinal_nerve_max_C": 38.0,
        "pushed_mm": 0.0,
    }
    squared = ((nodes_mm() - applicator().centre_mm) ** 2).sum(axis=1)
    rise = peak_C(lateral, set_C) * np.exp(-0.5 * squared / SPREAD_MM**2)
    stream = io.BytesIO()
    np.savez(
        stream,
        points_mm=nodes_mm().astype(np.float32),
        peak_temperature_C=(BODY_C + rise).astype(np.float32),
        log_damage=(rise - 20.0).astype(np.float32),
        rotation=pose.rotation,
        translation_mm=pose.translation_mm,
        nodes=np.array("balls"),
    )
    return Outcome("solved", row, fields=stream.getvalue())
