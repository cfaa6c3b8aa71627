"""A results folder of made-up arms, written once."""

from pathlib import Path

import pytest

from rfa_model import scenario
from rfa_model.anatomy.homogeneous import HomogeneousBlock
from rfa_model.metrics.evaluate import evaluate
from rfa_model.results import ResultsWriter
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


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    """Results of two arms in homogeneous tissue; the second one's lesion is empty."""
    out = tmp_path_factory.mktemp("views") / "results"
    radii = {"conventional": 4.0, "cooled": -30.0}
    with ResultsWriter(out, scenario.dump_yaml(SCENARIO.resolved()), {"title": SCENARIO.title}) as writer:
        for name, radius in radii.items():
            arm = synthetic_arm(name, SCENARIO.resolved_probe(name), lesion_radius_mm=radius, n=12)
            writer.add_arm(arm, evaluate(arm, HomogeneousBlock("muscle"), list(SCENARIO.resolved_criteria().values())))
    return out
