"""Defects in how studies draw, store and estimate."""

from benchmarks.defect import UNIT, Defect

STORE = UNIT + "studies/test_store.py::"

TABLE = (
    Defect(
        "draws that hang on how many there are",
        "rfa_model/studies/designs/sampled.py",
        "np.random.default_rng([self.seed, index]).random(dimensions)",
        "np.random.default_rng([self.seed, index, self.samples]).random(dimensions)",
        (UNIT + "studies/test_designs.py::test_more_samples_keep_the_earlier_ones_and_another_seed_none",),
    ),
    Defect(
        "the store of another study taken for one's own",
        "rfa_model/studies/store.py",
        'if there.get("identity") != identity(planned):',
        "if False:",
        (STORE + "test_the_store_of_another_study_is_refused",),
    ),
    Defect(
        "a trial whose worker died never tried again",
        "rfa_model/studies/store.py",
        'row["key"] == trial.key and row["status"] != "lost"',
        'row["key"] == trial.key',
        (STORE + "test_a_trial_whose_worker_died_is_tried_again_by_the_next_run_and_a_refused_one_is_not",),
    ),
    Defect(
        "arms compared as if they had not shared their draws",
        "rfa_model/studies/estimators.py",
        "only_a, only_b = float((a & ~b).sum()), float((b & ~a).sum())",
        "only_a, only_b = float(a.sum()), float(b.sum())",
        (
            UNIT + "studies/test_estimators.py"
            "::test_a_paired_difference_covers_the_truth_as_often_as_it_says_and_is_narrower_than_two_shares",
        ),
    ),
    Defect(
        "the control variate's mean taken over the few alone",
        "rfa_model/studies/estimators.py",
        "everything = (same.sum() + others.sum()) / (n + m)",
        "everything = same.mean()",
        (STORE + "test_the_better_mesh_carries_the_mean_over",),
    ),
    Defect(
        "a needle left inside the bone it would run into",
        "rfa_model/studies/rest.py",
        "pose.rotation[:, 2]) + high * frame.away",
        "pose.rotation[:, 2])",
        ("tests/scenarios/test_study.py::test_a_needle_that_would_run_into_bone_comes_to_lie_on_it",),
    ),
    Defect(
        "a workspace that hands on what changes numbers",
        "rfa_model/solver/linear.py",
        "        if anew:\n            self._switch(self._wanted)\n",
        "",
        (
            "tests/scenarios/test_workspace.py"
            "::test_where_only_what_changes_no_number_is_kept_a_pose_is_to_the_bit_the_one_solved_by_itself",
        ),
    ),
)
