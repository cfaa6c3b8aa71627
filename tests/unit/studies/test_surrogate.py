"""Surrogates of a study whose lesions are balls: errors, hull, store, tolerance; and the best aim, known beforehand."""

import copy
import csv
import io
import json
import shutil
from dataclasses import asdict, replace

import numpy as np
import pytest
from playwright.sync_api import sync_playwright

from rfa_model._sealed_arrays import write_sealed
from rfa_model.applicators.pose import Pose
from rfa_model.cli import main
from rfa_model.errors import InputError
from rfa_model.metrics.curves import sample_curve
from rfa_model.placement import place
from rfa_model.placement.clearance import clear_mm
from rfa_model.placement.offsets import OperatorOffset
from rfa_model.report.write import write_report
from rfa_model.scenario.arm import PullBack
from rfa_model.studies import run_study
from rfa_model.studies.estimators import Estimate
from rfa_model.studies.optimum import pictures, search
from rfa_model.studies.optimum.confirm import Confirmation, Confirmed
from rfa_model.studies.optimum.sentences import sentences
from rfa_model.studies.optimum.settings import settings_of
from rfa_model.studies.surrogate import tolerance
from rfa_model.studies.surrogate.basis import reduced
from rfa_model.studies.surrogate.build import build_probe, pooled, treatment_key
from rfa_model.studies.surrogate.inputs import Inputs, contacts_mm
from rfa_model.studies.surrogate.lattice import Lattice
from rfa_model.studies.surrogate.needle_distance import NeedleDistance
from rfa_model.studies.surrogate.poses import Aim, Poses
from rfa_model.studies.surrogate.process import Processes
from rfa_model.studies.surrogate.report_part import tolerance_part
from rfa_model.studies.surrogate.store import FOLDER, read_surrogate, write_surrogate
from rfa_model.studies.surrogate.surrogate import build_surrogate
from rfa_model.studies.surrogate.surroundings import PARTS, TISSUES, Surroundings
from rfa_model.studies.surrogate.tolerance import Reach, displaced, tolerance_of
from rfa_model.studies.trial import Outcome
from tests.unit.report.made import LUMBAR, PHANTOM, made_results
from tests.unit.studies import blobs
from tests.unit.studies.made import Answered, planned

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return run_study(blobs.study(), tmp_path_factory.mktemp("balls"), engine=Answered(blobs.solved))


@pytest.fixture(scope="module")
def surrogate(results):
    made, _ = build_surrogate(results)
    write_surrogate(made, results.folder)
    return made


def placed_at(lateral, cranial=2.0, deep=-3.0, tilt=0.0):
    own = blobs.study().scenario.arms["needle"].placement
    offset = OperatorOffset(lateral_mm=lateral, cranial_mm=cranial, deep_mm=deep)
    return own.model_copy(update={"offset_mm": offset, "angles_deg": (tilt, 0.0, 0.0)})


def test_leaving_one_out_in_closed_form_is_leaving_one_out():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(14, 2)), rng.normal(size=(14, 2))
    made = Processes.learnt(x, y)
    mean, spread = y.mean(axis=0), y.std(axis=0)
    for left in range(3):
        kept = np.arange(14) != left
        for column in range(2):
            # Outputs are scaled by all of them, as scikit-learn does; the process itself never sees the one left out.
            from sklearn.gaussian_process import GaussianProcessRegressor

            kernel = made._processes[column].kernel_
            again = GaussianProcessRegressor(kernel, alpha=0.0, optimizer=None)
            again.fit(x[kept], (y[kept, column] - mean[column]) / spread[column])
            told = mean[column] + spread[column] * again.predict(x[[left]])[0]
            assert made.left_out[left, column] == pytest.approx(told, rel=1e-8, abs=1e-10)


def test_trials_beyond_the_samples_last_asked_for_are_left_alone(results):
    fewer = replace(results, planned=results.planned.with_samples(blobs.COUNT - 4))
    _, told = build_surrogate(fewer)
    assert [sorted(trials.indices) for _, trials in told.values()] == [list(range(blobs.COUNT - 4))]


def test_a_basis_is_orthonormal_and_leaves_out_no_more_than_allowed():
    fields = np.random.default_rng(2).normal(size=(9, 40)) * np.r_[np.full(20, 10.0), np.full(20, 0.1)]
    basis = reduced(fields, 1e-2, 9)
    assert basis.modes @ basis.modes.T == pytest.approx(np.eye(len(basis.modes)), abs=1e-10)
    left = fields - basis.fields(basis.coefficients(fields))
    assert (left**2).sum() <= 1e-2 * ((fields - fields.mean(axis=0)) ** 2).sum()


def test_poses_made_together_are_those_of_placing_each(surrogate):
    aim = surrogate.aim("needle")
    controls = np.array([[-3.0, 1.5, 0.2, 3.0, -2.0], [-2.0, -1.0, 2.0, -5.0, 4.0]])
    poses = aim.poses(controls)
    own = blobs.study().scenario.arms["needle"].placement
    for place_of, control in enumerate(controls):
        pose = place(blobs.applicator(), aim.placement(control, own), blobs.anatomy())
        assert poses.rotation[place_of] == pytest.approx(pose.rotation, abs=1e-12)
        assert poses.translation_mm[place_of] == pytest.approx(pose.translation_mm, abs=1e-10)
    assert aim.control(aim.placement(controls[0], own)) == pytest.approx(controls[0])


def test_it_tells_margin_and_volume_of_needles_it_has_not_seen(surrogate):
    for lateral, cranial, tilt in ((1.3, 2.4, 1.0), (0.2, 1.1, -2.0), (2.1, 2.9, 3.0)):
        placement = placed_at(lateral, cranial, tilt=tilt)
        told = surrogate.placed("needle", placement)
        radius = blobs.radius_mm(lateral)
        best, worst = blobs.margins_mm(place(blobs.applicator(), placement, blobs.anatomy()), radius)
        # Nodes lie 1.2 mm apart, so that a ball is a polyhedron, and the needle takes a piece of its surface away.
        assert told.margin_best_mm[0] == pytest.approx(best, abs=0.12)
        assert told.margin_worst_mm[0] == pytest.approx(worst, abs=0.2)
        assert told.volume_mm3[0] == pytest.approx(4.0 / 3.0 * np.pi * radius**3, rel=0.01)
        assert not told.harm[0]
    errors = surrogate.arms["needle"].errors
    assert errors.trials == blobs.COUNT == errors.harm_right
    assert errors.margin_best_mm < 0.15
    assert errors.margin_worst_mm < 0.25
    assert errors.volume_share < 0.01
    assert errors.right == errors.decided


def about(field, name="bone"):
    """Shares (parts, shells) about contacts in their own frame, of what lies where a signed distance is negative."""
    contacts, pose = contacts_mm(blobs.applicator()), Poses(np.eye(3)[None], np.zeros((1, 3)))
    lattice = Lattice.sampled(contacts[1] - 20.0, contacts[1] + 20.0, 0.75, field)
    return Surroundings.learnt(name, lattice, contacts, pose).shares(pose).reshape(PARTS, -1)


def test_bone_on_one_side_fills_half_of_every_shell_and_none_of_those_that_do_not_reach_it():
    centre = blobs.applicator().centre_mm
    for off_mm, shares in ((0.0, [0.5] * 4), (7.0, [0.0, 0.0, 0.0, 0.5 * (1.0 - 7.0 / 8.5)]), (-12.0, [1.0] * 4)):
        # The share of a sphere beyond a plane goes with its height (Archimedes).
        told = about(lambda p, off=off_mm: centre[0] + off - p[:, 0])
        assert told == pytest.approx(np.tile(shares, (PARTS, 1)), abs=0.02)


def test_bone_beyond_the_end_is_told_of_that_end():
    low, _, high = contacts_mm(blobs.applicator())[:, 2]
    distal, middle, proximal = about(lambda p: p[:, 2] - low)
    stations = low + np.array([0.0, 1.0, 2.0]) / 8.0 * (high - low)
    caps = [np.clip(0.5 * (1.0 - (stations - low) / radius), 0.0, None).mean() for radius in TISSUES["bone"].shells_mm]
    assert distal == pytest.approx(caps, abs=0.03)
    assert middle[0] == proximal[0] == 0.0
    assert (np.diff([distal, middle, proximal], axis=0) <= 0.0).all()


def test_nerves_are_as_far_as_their_surfaces(surrogate):
    inputs, anatomy = surrogate.probe("needle").inputs, blobs.anatomy()
    points = anatomy.target.point_mm + np.random.default_rng(3).uniform(-3.0, 3.0, (40, 3))
    curves = (anatomy.nerves["medial_branch"], anatomy.structures["spinal_nerve"])
    samples = [sample_curve(one, 0.05).points_mm for one in curves]
    nearest = [np.linalg.norm(points[:, None] - one, axis=2).min(axis=1) for one in samples]
    true = np.min([far - one.diameter_mm / 2 for far, one in zip(nearest, curves, strict=True)], axis=0)
    # Read between points half a millimetre apart, of a distance that has a ridge along the centreline.
    assert inputs.about["nerves"].lattice(points)[true > 0] == pytest.approx(true[true > 0], abs=0.1)


def test_beyond_what_was_learnt_it_refuses_and_says_where(surrogate):
    with pytest.raises(InputError, match=r"beyond what the surrogate has learnt: along_mm .* times as far out"):
        surrogate.placed("needle", placed_at(9.0))
    with pytest.raises(InputError, match="beyond"):
        surrogate.placed("needle", placed_at(1.0, deep=-4.0))  # depth never varied
    with pytest.raises(InputError, match="only needle"):
        surrogate.placed("other", placed_at(1.0))
    far = surrogate.probe("needle").answers(surrogate.aim("needle").poses(np.array([[-3.0, 9.0, 2.0, 0.0, 0.0]])))
    assert not far.known[0]
    assert np.isnan(far.margin_best_mm[0])


def test_kept_and_read_again_it_says_the_same(surrogate, results):
    again = read_surrogate(results.folder)
    told, read = (one.placed("needle", placed_at(1.4)) for one in (surrogate, again))
    assert read.margin_best_mm == pytest.approx(told.margin_best_mm, abs=1e-10)
    assert read.volume_mm3 == pytest.approx(told.volume_mm3, rel=1e-10)
    assert again.arms["needle"].errors == surrogate.arms["needle"].errors
    assert b"pickle" not in (results.folder / FOLDER / "needle.npz").read_bytes()


def spoilt(arrays, name, values):
    return {**arrays, name: values}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda a: spoilt(a, "x", a["x"][:-1]),
        lambda a: spoilt(a, "edge/theta", a["edge/theta"] * np.nan),
        lambda a: spoilt(a, "edge/theta", a["edge/theta"] + 1e6),
        lambda a: spoilt(a, "warm", a["warm"].astype(complex)),
        lambda a: {name: values for name, values in a.items() if name != "target_mm"},
        lambda a: spoilt(a, "start_rotation", np.ones((3, 3))),
    ],
    ids=("too short", "not finite", "absurd", "complex", "missing", "no rotation"),
)
def test_a_file_that_was_changed_is_refused(surrogate, results, tmp_path, spoil):
    write_surrogate(surrogate, tmp_path)
    path = tmp_path / FOLDER / "needle.npz"
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    write_sealed(path, spoil(arrays))
    with pytest.raises(InputError, match="makes it anew"):
        read_surrogate(tmp_path)


@pytest.mark.parametrize("words", ["[]", "{}", '{"schema": "rfa-model/surrogate/9"}', "{" * 9999, '{"schema": 1}'])
def test_words_that_are_no_surrogate_are_refused(tmp_path, words):
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "surrogate.json").write_text(words)
    with pytest.raises(InputError, match="makes it anew"):
        read_surrogate(tmp_path)


def test_displacements_end_where_the_ball_ends(surrogate, monkeypatch):
    monkeypatch.setattr(tolerance, "MAP_STEP_MM", 2.0)
    aim = surrogate.aim("needle")
    plan = surrogate.arms["needle"].plan
    pose = aim.poses(plan[None])
    found = tolerance_of(surrogate.probe("needle"), pose, 0.05)
    reach = found.named["cranial"]
    assert found.least.mm <= reach.mm
    assert reach.low_mm <= reach.mm <= reach.high_mm
    if reach.end == "lost":
        at = displaced(pose, aim.frame.side, np.array([[0.0, reach.mm, 0.0]]))
        assert surrogate.probe("needle").answer(at).margin_best_mm[0] == pytest.approx(0.0, abs=0.05)
    # Depth never varied, so nothing is known of it.
    assert found.named["deep"].end == "unknown"
    assert sum(found.held_at(2.0)) == len(found.every)


def knowing_farther(surrogate):
    """Trusted well beyond its trials, as balls are alike everywhere: an aim may then be moved from the default."""
    probe = surrogate.probe("needle")
    inputs = replace(probe.inputs, reach=3.0 * probe.inputs.reach)
    return replace(surrogate, probes={"needle": replace(probe, inputs=inputs)})


def test_the_best_aim_brings_the_ball_to_the_nerve_and_solutions_agree(surrogate, results, monkeypatch, tmp_path):
    for name, value in (("SEARCHED", 16), ("MEMBERS", 4), ("GENERATIONS", 6)):
        monkeypatch.setattr(search, name, value)
    surrogate = knowing_farther(surrogate)
    found = search.sought(surrogate, results, "needle", "capture", 0.5, 64)
    assert found.held == ("deep_mm", "swing_deg")
    assert not found.is_default
    assert found.best.margin_mm[0] >= found.default.margin_mm[0]
    assert found.best.event.value >= found.default.event.value
    assert found.better.value == pytest.approx(found.best.event.value - found.default.event.value)
    assert found.default.event.count == 64
    engine = Answered(blobs.solved)
    confirm = Confirmation.of(surrogate, results, found, 64, 6, tmp_path, "draft")
    assert confirm.missing == 12
    real = confirm.solved(surrogate, results, engine=engine)
    draws = search.draws_of(surrogate, results, "needle", 6, first=64)
    for plan, at in (("default", found.default.plan), ("best", found.best.plan)):
        told = search.outlook(surrogate, "needle", at, draws, "capture")
        assert real.event[plan].count == 6
        assert real.margin_mm[plan].value == pytest.approx(
            np.mean(surrogate.probe("needle").answers(surrogate.aim("needle").poses(at + draws.errors)).margin_best_mm),
            abs=0.15,
        )
        assert real.event[plan].value == pytest.approx(told.event.value, abs=0.2)
        assert real.told_right[plan][1] == 6
    assert json.loads(json.dumps(asdict(real)))["told_right"] == {plan: [6, 6] for plan in real.event}
    # None of the draws that the aim was chosen by is among those that judge it.
    chosen_by = search.drawn(results, 0, 64)
    assert not [draw for draw in search.drawn(results, 64, 70) if draw in chosen_by]
    # A longer confirmation goes on from this one, and another best aim keeps what is known of the default.
    longer = Confirmation.of(surrogate, results, found, 64, 9, tmp_path, "draft")
    assert longer.missing == 6
    again = longer.solved(surrogate, results, engine=engine)
    assert again.event["best"].count == 9
    assert len(engine.asked) == 18
    stayed = replace(found, best=found.default)
    same = Confirmation.of(surrogate, results, stayed, 64, 9, tmp_path, "draft")
    assert same.missing == 0
    assert same.solved(surrogate, results, engine=engine).better.value == 0.0


def test_confirmations_too_few_for_a_mean_and_without_limits_are_told_as_such(surrogate, results):
    whole = surrogate.probe("needle")
    surrogate = replace(surrogate, probes={"needle": replace(whole, site=replace(whole.site, spared={}))})
    plan, draws = surrogate.arms["needle"].plan, search.draws_of(surrogate, results, "needle", 4)
    one = search.outlook(surrogate, "needle", plan, draws, "capture")
    other = replace(one, plan=plan + 1.0)
    found = search.Found("needle", "capture", one, other, one.event, one.harm)
    event, right = {"default": one.event, "best": one.event}, {"default": (4, 4), "best": (3, 4)}
    real = Confirmed("draft", 4, event, {}, {}, None, None, None, right, {"best": 1}, 2, {"boiling": 1})
    told = "\n".join(sentences(surrogate, found, real, 0.05))
    assert told.count("harm not judged (no limits); mean margin of too few to tell; the surrogate had told") == 2
    assert "flagged more often than of the default: boiling in 1" in told
    assert "2 of these could not be solved" in told
    assert "best aim: 1 of these cannot lie there (bone, canal): counted as missed and as harmed" in told
    worse = replace(real, better=Estimate(-0.8, -0.9, -0.6, 9), harmed=Estimate(0.1, -0.1, 0.3, 9))
    assert "They show that it takes the nerve less often." in "\n".join(sentences(surrogate, found, worse, 0.05))


def test_placements_that_cannot_be_count_as_missed_and_harmed(surrogate, results, tmp_path):
    found = search.sought(surrogate, results, "needle", "capture", 0.5, 16)

    def in_bone_at_times(trial):
        return Outcome("refused", {}, "in bone") if trial.index == 1 and trial.arm == "best" else blobs.solved(trial)

    confirm = Confirmation.of(surrogate, results, found, 16, 4, tmp_path, "draft")
    real = confirm.solved(surrogate, results, engine=Answered(in_bone_at_times))
    assert real.refused == {"default": 0, "best": 1}
    assert real.failed == 0
    assert real.event["best"].count == real.harm["best"].count == 4
    assert real.harm["best"].value == pytest.approx(0.25)


def test_the_verbs_leave_numbers_pictures_and_the_operators_table(surrogate, results, monkeypatch, capsys):
    for name, value in (("SEARCHED", 8), ("MEMBERS", 2), ("GENERATIONS", 2)):
        monkeypatch.setattr(search, name, value)
    monkeypatch.setattr(pictures, "STEP_MM", 6.0)
    folder = results.folder
    argv = ["optimise", str(folder), "--samples", "16", "--confirm", "0", "--event", "capture_whole", "--quiet"]
    assert main(argv) == 0
    said = capsys.readouterr().out
    assert "Needle: best aim found, from the default:" in said
    assert "not confirmed by solutions" in said
    told = json.loads((folder / "optimum" / "optimum.json").read_text())
    assert set(told["arms"]["needle"]) == {"default", "best", "better", "harmed", "confirmed"}
    with (folder / "optimum" / "operator.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["aim"] for row in rows] == ["default", "best"]
    assert 40.0 < float(rows[0]["depth_mm"]) < 150.0
    assert 5.0 < float(rows[0]["off_canal_mm"]) < 60.0
    assert (folder / "optimum" / "optimum_needle.png").stat().st_size > 5000


def test_a_protocol_is_chosen_where_the_study_varied_one_and_else_refused(tmp_path, monkeypatch, capsys):
    for name, value in (("SEARCHED", 8), ("MEMBERS", 3), ("GENERATIONS", 4)):
        monkeypatch.setattr(search, name, value)
    monkeypatch.setattr(pictures, "STEP_MM", 6.0)
    results = run_study(blobs.study({"set_C": blobs.SETTING}), tmp_path, engine=Answered(blobs.solved))
    made = knowing_farther(build_surrogate(results)[0])
    write_surrogate(made, tmp_path)
    (setting,) = settings_of(made, results, "needle")
    assert (setting.own, setting.low, setting.high, setting.unit) == (80.0, 74.0, 90.0, "°C")
    assert setting.told(83.4) == 83.0
    argv = ["optimise", str(tmp_path), "--samples", "32", "--quiet", "--confirm"]
    assert main([*argv, "0", "--protocol"]) == 0
    said = capsys.readouterr().out
    assert "best aim and protocol found" in said
    told = json.loads((tmp_path / "optimum" / "optimum.json").read_text())["arms"]["needle"]
    assert told["default"]["plan"]["set_C"] == 80.0
    # The ball grows with temperature and nothing is harmed, so that hotter is better.
    assert 80.0 < told["best"]["plan"]["set_C"] <= 90.0
    assert f"set temperature {told['best']['plan']['set_C']:g} for 80 °C" in said
    assert "set temperature 80 °C" in (tmp_path / "optimum" / "operator.csv").read_text()
    found = search.sought(made, results, "needle", "capture", 0.5, 16, (setting,))
    confirm = Confirmation.of(made, results, found, 16, 3, tmp_path / "optimum", "draft")
    real = confirm.solved(made, results, engine=Answered(blobs.solved))
    assert real.gained_mm.value == pytest.approx(found.best.margin_mm[1] - found.default.margin_mm[1], abs=0.4)
    told = "\n".join(sentences(made, found, real, 0.05, (setting,)))
    assert "set temperature drawn for every placement as the study has it; --protocol" in told


def test_a_protocol_that_was_not_varied_is_no_choice(surrogate, results, capsys):
    assert main(["optimise", str(results.folder), "--protocol", "--confirm", "0", "--quiet"]) == 2
    said = capsys.readouterr().err
    assert "--protocol: the study has not varied the protocol of needle" in said
    assert "path: arms.needle.protocol.1.hold.duration_s" in said


def test_a_needle_in_the_spinal_canal_is_none_that_it_knows(surrogate):
    probe, aim = surrogate.probe("needle"), surrogate.aim("needle")
    pose = aim.poses(surrogate.arms["needle"].plan[None])
    alone = Pose(pose.rotation[0], pose.translation_mm[0])
    told = probe.site.canal.clear_mm(pose)[0]
    assert told == pytest.approx(clear_mm(alone, blobs.applicator(), blobs.anatomy(), "canal"), abs=0.3)
    # A longer needle, which ends in the middle of the canal.
    axis = np.arange(-40.0, 40.1, 2.0)
    points = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1).reshape(-1, 3)
    middle = points[[np.argmin(blobs.anatomy().distance_mm("canal", points))]]
    points = np.vstack([probe.site.canal.points_mm, pose.to_probe(middle)[0]])
    longer = NeedleDistance.of(blobs.anatomy(), "canal", points, pose, 6.0)
    inside = replace(probe, site=replace(probe.site, canal=longer))
    assert not inside.answers(pose).known[0]
    with pytest.raises(InputError, match="run into the spinal canal"):
        inside.answer(pose)


NEEDLE = "{probe: conventional_18g_10mm, placement: {approach: parallel}}"
THERE = "{probe: conventional_18g_10mm, placement: {approach: parallel, offset_mm: {operator: %s}}}"


def test_the_report_tells_what_displacements_a_known_needle_forgives(surrogate, results, tmp_path, monkeypatch):
    monkeypatch.setattr(tolerance, "FURTHER", 4)
    monkeypatch.setattr(tolerance, "MAP_STEP_MM", 2.0)
    text = LUMBAR.replace(NEEDLE, THERE % json.dumps(blobs.PLAN))
    part = tolerance_part(made_results(tmp_path / "there", text), results.folder)
    assert [row[0] for row in part.rows] == ["conventional"]
    assert part.rows[0][1:] == [
        *(
            one.words.removesuffix(" mm")
            for one in tolerance_of(
                surrogate.probe("needle"),
                surrogate.aim("needle").poses(surrogate.arms["needle"].plan[None]),
                surrogate.arms["needle"].errors.margin_best_mm,
            ).named.values()
        ),
        part.rows[0][-1],
    ]
    said = "\n".join(part.lines)
    assert (
        "Cooled: the study has no arm with its probe, protocol, anatomy, tissues (they differ in placement.approach"
        in said
    )
    assert "2 mm off, the nerve is still taken in" in said
    assert part.pictures[0][0].startswith(b"<?xml")
    with pytest.raises(InputError, match="knows none of the arms"):
        tolerance_part(made_results(tmp_path / "bench", PHANTOM), results.folder)


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed (Debian: apt install chromium)")
def test_a_browser_shows_the_tolerances_among_the_reports_parts(surrogate, results, tmp_path, monkeypatch):
    monkeypatch.setattr(tolerance, "FURTHER", 4)
    monkeypatch.setattr(tolerance, "MAP_STEP_MM", 2.0)
    one = LUMBAR.replace(NEEDLE, THERE % json.dumps(blobs.PLAN)).split("  cooled:")[0]
    folder = made_results(tmp_path / "there", one)
    part = tolerance_part(folder, results.folder)
    page = write_report(folder, None, further=[part])[0]
    complaints, requests = [], []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, headless=True, args=QUIET)
        shown = browser.new_context(viewport={"width": 390, "height": 844}, offline=True).new_page()
        shown.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        shown.on("pageerror", lambda error: complaints.append(str(error)))
        shown.on("request", lambda request: requests.append(request.url))
        shown.goto(page.as_uri())
        shown.locator('a[href="#tolerance"]').click()
        section = shown.locator("#tolerance")
        assert section.get_by_role("heading").inner_text() == "What if the needle lies elsewhere?"
        assert section.get_by_role("row").count() == 1 + len(part.rows)
        assert section.get_by_role("columnheader").count() == len(part.head)
        assert section.get_by_role("listitem").all_inner_texts() == list(part.lines)
        assert section.locator("img").evaluate("(image) => image.naturalWidth") > 300
        assert not shown.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        browser.close()
    assert complaints == []
    assert [url for url in requests if not url.startswith(("data:", "blob:"))] in ([page.as_uri()], [page.as_uri()] * 2)


def test_what_cannot_be_learnt_is_said(tmp_path, capsys):
    run_study(planned(), tmp_path, engine=Answered())
    assert main(["surrogate", str(tmp_path), "--quiet"]) == 2
    assert "add `fields: {radius_mm: 15}` to the study" in capsys.readouterr().err
    assert main(["optimise", str(tmp_path), "--quiet"]) == 2
    assert f"`rfa-model surrogate {tmp_path}` makes one" in capsys.readouterr().err
    assert main(["surrogate", str(tmp_path / "nothing"), "--quiet"]) == 2
    assert "no study there" in capsys.readouterr().err


def test_fields_that_were_changed_are_refused(results, tmp_path, capsys):
    folder = tmp_path / "copy"
    shutil.copytree(results.folder, folder)
    path = next((folder / "fields").glob("*.npz"))
    whole = path.read_bytes()
    for content in (b"nothing", whole[:-40], _with_pickle(path)):
        path.write_bytes(content)
        assert main(["surrogate", str(folder), "--quiet"]) == 2
        assert "damaged" in capsys.readouterr().err


def _with_pickle(path):
    stream = io.BytesIO()
    with np.load(path) as file:
        np.savez(stream, **{**file, "nodes": np.array([{}], dtype=object)})
    return stream.getvalue()


def test_arms_that_differ_in_their_placement_alone_learn_together():
    from rfa_model.studies import load_study, shipped_studies

    found = pooled(load_study(shipped_studies()["placement_l4"]))
    assert found == {
        "conventional": ["conventional_fluoroscopy", "conventional_ultrasound"],
        "cooled": ["cooled_fluoroscopy", "cooled_ultrasound"],
    }


def test_arms_rolled_otherwise_learn_apart():
    """Roll is none of the inputs, and bone lies elsewhere about a needle that is rolled."""
    content = blobs.study().content
    key = treatment_key(content, "needle")
    for place_of, same in ((0, True), (1, True), (2, False)):
        turned = copy.deepcopy(content)
        turned["arms"]["needle"]["placement"]["angles_deg"][place_of] = 30.0
        assert (treatment_key(turned, "needle") == key) == same


def test_needles_in_bone_lesions_in_turn_and_trials_all_alike_are_refused(results):
    planned = blobs.study()
    own = planned.scenario.arms["needle"]
    with pytest.raises(InputError, match=r"allow_inside_bone: .*; leave it out"):
        Aim.of(blobs.applicator(), own.placement.model_copy(update={"allow_inside_bone": True}), blobs.anatomy())
    aim = Aim.of(blobs.applicator(), own.placement, blobs.anatomy())
    with pytest.raises(InputError, match=r"are alike, so there is nothing to learn: vary"):
        Inputs.learnt(aim, blobs.applicator(), {}, aim.poses(np.zeros((30, 5))), np.zeros((30, 0)))
    back = own.model_copy(update={"pull_back": PullBack(step_mm=2.0, count=2)})
    in_turn = replace(planned, scenario=planned.scenario.model_copy(update={"arms": {"needle": back}}))
    with pytest.raises(InputError, match=r"arms.needle: makes several lesions in turn"):
        build_probe(replace(results, planned=in_turn), ["needle"])


@pytest.mark.parametrize(
    ("reach", "words"),
    [((3.0, 2.5, 3.5, "lost"), "3.0 (2.5 to 3.5) mm"), ((6.0, 6.0, 6.0, "far"), "at least 6.0 mm"),
     ((6.0, 3.1, 6.0, "unknown"), "3.1 to at least 6.0 mm")],
)  # fmt: skip
def test_how_far_is_no_surer_than_the_surrogate(reach, words):
    assert Reach(np.array([0.0, 0.0, 1.0]), *reach).words == words
