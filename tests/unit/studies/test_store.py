"""A store keeps every trial once, whatever ends a run, and takes only its own study."""

import json
from dataclasses import replace

import numpy as np
import pytest

from rfa_model.errors import InputError, SolveError
from rfa_model.results.claim import Claim
from rfa_model.studies import read_study, run_study
from rfa_model.studies.sentences import sentences
from rfa_model.studies.store import SPENT, identity, parts
from rfa_model.studies.trial import Outcome
from tests.unit.studies.made import Answered, by_distance, offset_mm, planned


def table(folder):
    return read_study(folder).table.drop_columns(list(SPENT))


def test_who_was_quicker_changes_nothing(tmp_path):
    run_study(planned(), tmp_path / "a", engine=Answered())
    run_study(planned(), tmp_path / "b", engine=Answered(backwards=True))
    assert table(tmp_path / "a").equals(table(tmp_path / "b"))
    assert table(tmp_path / "a").column("index").to_pylist() == [i for i in range(20) for _ in range(2)]


class Killed(Exception):
    pass


def test_what_was_solved_when_a_run_is_ended_is_not_solved_again(tmp_path):
    left = 13

    def until_killed(trial):
        nonlocal left
        left -= 1
        if left < 0:
            raise Killed
        return by_distance(trial)

    with pytest.raises(Killed):
        run_study(planned(), tmp_path, engine=Answered(until_killed))
    assert len(read_study(tmp_path).table) == 13
    with pytest.raises(InputError, match="give --resume to go on"):
        run_study(planned(), tmp_path, engine=Answered())
    engine = Answered()
    run_study(planned(), tmp_path, engine=engine, resume=True)
    assert len(engine.asked) == 40 - 13
    run_study(planned(), tmp_path / "whole", engine=Answered())
    assert table(tmp_path).equals(table(tmp_path / "whole"))
    assert len(parts(tmp_path)) == 1


def test_more_samples_solve_only_those(tmp_path):
    run_study(planned(), tmp_path, engine=Answered())
    engine = Answered()
    more = planned().with_samples(30)
    done = run_study(more, tmp_path, engine=engine, resume=True)
    assert sorted({trial.index for trial in engine.asked}) == list(range(20, 30))
    assert done.summary["samples"]["asked"] == 30
    assert done.summary["samples"]["solved"] == 60


def test_the_same_trial_is_solved_once(tmp_path):
    trials = [{"along": 1.0}, {"across": 1.0}, {"along": 1.0}, {"along": 0.0}, {}]
    engine = Answered()
    done = run_study(planned(design={"list": {"trials": trials}}), tmp_path, engine=engine)
    assert len(engine.asked) == 2 * 3
    assert len(done.table) == 10
    margins = done.values("cooled", "margin_best_mm")
    assert margins[0] == margins[2] == 2.0
    assert margins[3] == margins[4] == 3.0


@pytest.mark.parametrize(
    "other",
    [
        {"design": {"random": {"samples": 20, "seed": 4}}},
        {"resolution": "standard"},
        {"on_bone": "rest"},
        {
            "vary": {
                "along": {"path": "arms.*.placement.offset_mm.0", "distribution": {"normal": {"mean": 0.0, "sd": 1.1}}}
            }
        },
        {"set": {"tissues.muscle.perfusion_W_per_m3K": 1000.0}},
    ],
    ids=lambda other: next(iter(other)),
)
def test_the_store_of_another_study_is_refused(tmp_path, other):
    run_study(planned(), tmp_path, engine=Answered())
    before = table(tmp_path)
    with pytest.raises(InputError, match=r"holds another study, 'made'.* choose another folder with --out"):
        run_study(planned(**other), tmp_path, engine=Answered(), resume=True)
    assert table(tmp_path).equals(before)


def test_a_study_read_back_is_the_same_study(tmp_path):
    study = planned(set={"tissues.muscle.perfusion_W_per_m3K": 1000.0})
    run_study(study, tmp_path, engine=Answered())
    again = read_study(tmp_path).planned
    assert identity(again) == identity(study)
    assert again.draws == study.draws
    engine = Answered()
    run_study(again, tmp_path, engine=engine, resume=True)
    assert engine.asked == []


def test_two_processes_cannot_write_one_store(tmp_path):
    claim = Claim(tmp_path)
    claim.take()
    try:
        with pytest.raises(InputError, match="is being written by process"):
            run_study(planned(), tmp_path, engine=Answered())
    finally:
        claim.release()


def test_another_folder_and_a_damaged_part_are_left_alone(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    with pytest.raises(InputError, match="something else than a study"):
        run_study(planned(), tmp_path / "mine", engine=Answered())
    run_study(planned(), tmp_path / "s", engine=Answered())
    parts(tmp_path / "s")[0].write_bytes(b"PAR1 cut off")
    with pytest.raises(InputError, match=r"part-000001\.parquet: damaged .* solved again"):
        read_study(tmp_path / "s")


def test_trials_that_fail_are_kept_with_their_reason_and_do_not_stop_the_rest(tmp_path):
    def bony(trial):
        across = offset_mm(trial)[1]
        if across > 1.5 and trial.arm == "cooled":
            return Outcome("refused", {}, f"the needle runs {across:.1f} mm inside bone; move it")
        return by_distance(trial)

    study = planned().with_samples(60)
    done = run_study(study, tmp_path, engine=Answered(bony))
    truth = sum(draw["across"] > 1.5 for draw in study.draws)
    told = done.summary["failures"]
    assert list(told) == ["cooled"]
    assert told["cooled"]["share"] == pytest.approx(truth / 60)
    assert told["cooled"]["cluster"]["name"] == "across"
    assert told["cooled"]["cluster"]["low"] > 1.5
    assert "cluster where across is" in " ".join(sentences(done))
    assert done.summary["samples"] == {
        "asked": 60, "trials": 120, "solved": 120 - truth, "failed": truth, "refused": truth, "lost": 0, "stopped": "",
    }  # fmt: skip


def test_a_trial_whose_worker_died_is_tried_again_by_the_next_run_and_a_refused_one_is_not(tmp_path):
    def unlucky(trial):
        if trial.index == 3:
            return Outcome("lost" if trial.arm == "cooled" else "refused", {}, "gone")
        return by_distance(trial)

    run_study(planned(), tmp_path, engine=Answered(unlucky))
    engine = Answered()
    done = run_study(planned(), tmp_path, engine=engine, resume=True)
    assert [(trial.index, trial.arm) for trial in engine.asked] == [(3, "cooled")]
    assert done.summary["samples"]["lost"] == 0


def test_nothing_solved_at_all_is_an_error(tmp_path):
    refused = Answered(lambda trial: Outcome("refused", {}, "the needle runs through the canal"))
    with pytest.raises(SolveError, match="not one of 40 trials could be solved: the needle runs through the canal"):
        run_study(planned(), tmp_path, engine=refused)


def test_it_stops_where_the_interval_is_narrow_enough_whoever_was_quicker(tmp_path):
    until = {"event": "capture", "half_width": 0.13, "every": 8}
    study = planned(until=until, design={"random": {"samples": 400, "seed": 1}})
    counts = []
    for name, backwards in (("a", False), ("b", True)):
        done = run_study(study, tmp_path / name, engine=Answered(backwards=backwards))
        counts.append(len(done.table))
        widths = [
            0.5 * (arm["probabilities"]["capture"]["high"] - arm["probabilities"]["capture"]["low"])
            for arm in done.summary["arms"].values()
        ]
        assert max(widths) <= 0.13
        assert "± 0.13 was asked for" in done.summary["samples"]["stopped"]
    assert counts[0] == counts[1] < 2 * 400
    assert counts[0] % 16 == 0


def test_probabilities_and_differences_are_those_of_the_formula(tmp_path):
    study = planned(design={"sobol_points": {"samples": 256, "seed": 1}})
    done = run_study(study, tmp_path, engine=Answered())
    distance = np.array([np.hypot(draw["along"], draw["across"]) for draw in study.draws])
    near, far = np.mean(distance <= 2.0), np.mean(distance <= 3.0)
    said = done.summary["arms"]["conventional"]["probabilities"]["capture"]
    assert said["value"] == near
    assert said["low"] < near < said["high"]
    apart = done.summary["differences"]["conventional - cooled"]
    assert apart["capture"]["value"] == pytest.approx(near - far)
    # Every pair differs by the same millimetre, so the difference is known far better than either margin.
    assert apart["margin_best_mm"] == pytest.approx({"value": -1.0, "low": -1.0, "high": -1.0, "count": 256}, abs=1e-9)
    assert done.summary["arms"]["cooled"]["probabilities"]["harm"]["value"] == 0.0


def test_the_better_mesh_carries_the_mean_over(tmp_path):
    def biased(trial):
        said = by_distance(trial)
        wrong = 0.25 if trial.resolution == "draft" else 0.0
        margin = said.row["margin_best_mm"] - wrong
        return replace(said, row={**said.row, "margin_best_mm": margin, "capture": margin >= 0})

    study = planned(paired={"resolution": "standard", "samples": 12}, design={"random": {"samples": 200, "seed": 2}})
    done = run_study(study, tmp_path, engine=Answered(biased))
    truth = np.mean([2.0 - np.hypot(draw["along"], draw["across"]) for draw in study.draws])
    one = done.summary["arms"]["conventional"]["carried_over"]["margin_best_mm"]
    assert one["estimate"]["value"] == pytest.approx(truth, abs=1e-9)
    assert one["variance_saved"] == pytest.approx(1 - 12 / 200)
    assert "of the variance" in " ".join(sentences(done))


def test_sobol_indices_are_those_of_a_sum(tmp_path):
    def straight(trial):
        along, across, _ = offset_mm(trial)
        return Outcome("solved", {"margin_best_mm": 1.0 * along + 0.5 * across, "capture": True})

    study = planned(design={"sobol_indices": {"base_samples": 64, "seed": 1}})
    done = run_study(study, tmp_path, engine=Answered(straight))
    # Variances 1² · 1² and 0.5² · 2²: half each, and nothing between them.
    said = done.summary["indices"]["cooled"]["margin_best_mm"]
    for kind in ("first", "total"):
        for name in ("along", "across"):
            assert said[kind][name]["value"] == pytest.approx(0.5, abs=0.1)
            assert said[kind][name]["low"] < 0.5 < said[kind][name]["high"]


def test_morris_ranks_by_effect(tmp_path):
    def straight(trial):
        along, across, _ = offset_mm(trial)
        return Outcome("solved", {"margin_best_mm": 0.1 * along + 3.0 * across, "capture": True})

    done = run_study(planned(design={"morris": {"trajectories": 6}}), tmp_path, engine=Answered(straight))
    effect = done.summary["indices"]["cooled"]["margin_best_mm"]["effect"]
    assert effect["across"]["value"] > 20 * effect["along"]["value"]


def test_a_study_too_large_to_finish_is_refused_before_it_starts(tmp_path):
    study = planned(design={"random": {"samples": 200_000}})
    engine = Answered()
    with pytest.raises(InputError, match=r"200000 trials of 2 arms would take at least .* max_hours are 72"):
        run_study(study, tmp_path, engine=engine)
    assert engine.asked == []
    assert list(tmp_path.iterdir()) == []


def test_the_key_of_a_trial_hangs_on_what_is_solved_and_nothing_else(tmp_path):
    first = Answered()
    run_study(planned(title="a"), tmp_path / "a", engine=first)
    other = Answered()
    run_study(planned(title="b", until={"half_width": 0.01}), tmp_path / "b", engine=other)
    assert [trial.key for trial in first.asked] == [trial.key for trial in other.asked]
    assert len({trial.key for trial in first.asked}) == 40
    finer = planned(resolution="standard")
    third = Answered()
    run_study(finer, tmp_path / "c", engine=third)
    assert {trial.key for trial in third.asked}.isdisjoint(trial.key for trial in first.asked)
    assert json.loads((tmp_path / "a" / "study.json").read_text())["schema"] == "rfa-model/study/1"
