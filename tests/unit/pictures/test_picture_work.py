"""What all arms' pictures share is worked out once, and no picture is drawn twice."""

from collections import Counter
from contextlib import ExitStack
from unittest.mock import patch

import pytest

from rfa_model import scenario
from rfa_model.anatomy.lumbar import surfaces
from rfa_model.drawing import render
from rfa_model.metrics.evaluate import evaluate
from rfa_model.pictures import draw, fluoroscopy
from rfa_model.pictures.draw import Gallery
from rfa_model.placement import place
from rfa_model.results import Results
from tests.synthetic import synthetic_arm

SCENARIO = scenario.parse_scenario(
    """
title: level
anatomy: {kind: lumbar_medial_branch, nerve: L4, side: left}
arms:
  conventional: {probe: conventional_18g_10mm}
  cooled: {probe: cooled_17g_4mm}
"""
)
COUNTED = {
    "anatomy's surfaces": (surfaces, "stack_surfaces", 1),
    "bone sampled": (fluoroscopy, "sample_distance", 1),
    "X-ray projections of bone": (fluoroscopy, "bone_paths_mm", 5),
    "arms rendered": (render, "add_lesion", 2),
    "slices": (draw, "draw_slice", 2),
}


def one_arm(name: str) -> Results:
    anatomy, probe = SCENARIO.anatomy.build(), SCENARIO.resolved_probe(name)
    arm = synthetic_arm(
        name, probe, place(probe.applicator(), SCENARIO.arms[name].placement, anatomy, 40.0), half_width_mm=30.0
    )
    metrics = evaluate(arm, anatomy, list(SCENARIO.resolved_criteria().values()))
    return Results.from_memory({}, scenario.dump_yaml(SCENARIO.resolved()), [(arm, metrics)])


@pytest.fixture(scope="module")
def arms() -> list[Results]:
    return [one_arm(name) for name in SCENARIO.arms]


def together(arms, place):
    first, second = arms
    entries = first.summary["arms"] | second.summary["arms"]
    draw.draw_all(Results({"arms": entries}, first.scenario_yaml, first.arms | second.arms), place)


def as_they_come(arms, place):
    first, second = arms
    gallery = Gallery(first, {name: arm.pose for one in arms for name, arm in one.arms.items()})
    for name in ("conventional", "cooled"):
        if name not in gallery.pictures:
            gallery.add(second)
        gallery.draw_scene(name, place / name)
        gallery.draw_plots(name, place)
    assert gallery.is_whole
    gallery.draw_slices(place)
    gallery.draw_comparison(place)


@pytest.mark.parametrize("drawn", [pytest.param(together, marks=pytest.mark.slow), as_they_come])
def test_nothing_is_done_twice(drawn, arms, tmp_path):
    calls = Counter()

    def counting(name, work):
        def counted(*args, **kwargs):
            calls[name] += 1
            return work(*args, **kwargs)

        return counted

    with ExitStack() as stack:
        for name, (module, function, _) in COUNTED.items():
            stack.enter_context(patch.object(module, function, counting(name, getattr(module, function))))
        drawn(arms, tmp_path)
    assert calls == {name: count for name, (_, _, count) in COUNTED.items()}
