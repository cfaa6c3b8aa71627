"""A small made-up results folder in the lumbar anatomy: two arms with known lesions, nothing solved."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from rfa_model import scenario
from rfa_model.metrics.evaluate import evaluate
from rfa_model.placement import place
from rfa_model.results import ResultsWriter
from tests.synthetic import synthetic_arm

TITLE = "Made up <two> arms"
LUMBAR = f"""
title: {TITLE}
anatomy: {{kind: lumbar_medial_branch, nerve: L4, side: left}}
criteria: [isotherm_60C, arrhenius, isotherm_50C, cem43_240min]
limits: {{spinal_nerve: {{max_temperature_C: {{warning: 42, error: 45}}}}}}
arms:
  conventional: {{probe: conventional_18g_10mm, placement: {{approach: parallel}}}}
  cooled: {{probe: cooled_17g_4mm, placement: {{approach: perpendicular}}}}
"""
PHANTOM = "title: bench\nanatomy: {kind: homogeneous, tissue: muscle}\narms: {hot: {probe: conventional_18g_10mm}}\n"
RADII_MM = {"conventional": 4.0, "cooled": 6.0, "hot": 4.0}
REFERENCES = {"jacques": "Jacques SL, Gaeeni MO"}


def made_results(folder: Path, text: str) -> Path:
    """Write a results folder; every arm's lesion is a ball about its tip's middle that has its full size at the end."""
    asked = scenario.parse_scenario(text)
    anatomy = asked.anatomy.build()
    yaml = scenario.dump_yaml(asked.resolved())
    with ResultsWriter(folder, yaml, {"title": asked.title}, references=REFERENCES) as writer:
        for name, arm in asked.arms.items():
            probe = asked.resolved_probe(name)
            pose = place(probe.applicator(), arm.placement, anatomy, asked.numerics.domain_radius_mm)
            solved = synthetic_arm(name, probe, pose, lesion_radius_mm=RADII_MM[name], half_width_mm=14.0, n=10)
            writer.add_arm(solved, evaluate(solved, anatomy, list(asked.resolved_criteria().values()), asked.limits))
    return folder


def draw_square(path: Path) -> Path:
    """A picture of 40 × 30 pixels."""
    Image.fromarray(np.full((30, 40, 3), 200, dtype=np.uint8)).save(path)
    return path
