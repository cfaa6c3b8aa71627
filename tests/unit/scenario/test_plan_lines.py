"""What only the plan of a scenario file can refuse is refused at its line and column too."""

import pytest

from rfa_model.applicators.pair import Pair
from rfa_model.errors import InputError
from rfa_model.plan import Plan
from tests.rods import lead

BENCH, LUMBAR = "{kind: homogeneous, tissue: muscle}", "{kind: lumbar_medial_branch, nerve: L4, side: left}"
TINED = (
    "    applicator: {tined: {probe: conventional_18g_5mm, tines: 3, tine_length_mm: LONG, tine_diameter_mm: 0.35, "
    "tine_angle_deg: 45, tine_exit_mm: 2.5}}\n"
)
PAIR = "    applicator: {pair: {probe: conventional_20g_5mm, spacing_mm: 8}}\n"


def plan(folder, arm, anatomy=BENCH, more=""):
    path = folder / "bad.yaml"
    path.write_text(f"title: bad\nanatomy: {anatomy}\narms:\n  one:\n{arm}{more}")
    return Plan.of(path)


@pytest.mark.parametrize(
    ("arm", "anatomy", "more", "what"),
    [
        (TINED.replace("LONG", "8"), BENCH, "numerics: {domain_radius_mm: 15}\n",
         "5:18: arms.one.applicator.tined: numerics.domain_radius_mm = 15 is too small for tined conventional_18g_5mm"),
        ("    probe: conventional_20g_5mm\n", LUMBAR,
         "    sequence: [{pause_s: 0}, {placement: {offset_mm: [0, 0, -6]}}]\n",
         "6:31: arms.one.sequence[1].placement: lesion 2: the needle runs"),
        ("    probe: conventional_20g_5mm\n", LUMBAR, "    pull_back: {step_mm: 45, count: 2}\n",
         "6:5: arms.one.pull_back: lesion"),
    ],
    ids=["tines outside the sphere", "an impossible pose in turn", "drawn back out of the body"],
)  # fmt: skip
def test_a_plans_refusals_name_line_and_column(tmp_path, arm, anatomy, more, what):
    with pytest.raises(InputError) as error:
        plan(tmp_path, arm, anatomy, more)
    assert f"bad.yaml:{what}" in str(error.value)


def test_tines_in_the_canal_are_refused_where_the_needle_alone_may_lie(tmp_path):
    beside = "    placement: {approach: parallel, offset_mm: [0, 28, -10], allow_inside_bone: true}\n"
    plan(tmp_path, "    probe: conventional_18g_5mm\n", LUMBAR, beside)
    with pytest.raises(InputError, match=r"bad.yaml:6:5: arms.one.placement: .* mm inside the spinal canal"):
        plan(tmp_path, TINED.replace("LONG", "10"), LUMBAR, beside)


def test_more_than_eight_contacts_are_refused_where_the_applicator_stands(tmp_path, monkeypatch):
    monkeypatch.setattr(Pair, "applicator", lambda self: lead(rings=9))  # no kind of ours has so many
    with pytest.raises(InputError, match=r"bad.yaml:5:18: arms.one.applicator.pair: .*9 contacts, at most 8"):
        plan(tmp_path, PAIR)
