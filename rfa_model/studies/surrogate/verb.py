"""The verb ``surrogate``: learn from a study, say how well, draw what displacements are forgiven."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np

from rfa_model._files import whole_file
from rfa_model._progress import Pieces
from rfa_model.errors import InputError
from rfa_model.studies.page import write_page
from rfa_model.studies.results import read_study
from rfa_model.studies.surrogate.pictures import distinct, draw_left_out, draw_tolerance
from rfa_model.studies.surrogate.sentences import beside_words, harm_words, surrogate_sentences, tolerance_sentences
from rfa_model.studies.surrogate.store import FOLDER, read_surrogate, write_surrogate
from rfa_model.studies.surrogate.surrogate import Surrogate, build_surrogate
from rfa_model.studies.surrogate.tolerance import Tolerance, tolerance_of

ASKED = 20


def run(folder: Path, *, quiet: bool) -> int:
    """Make, store and judge a surrogate; return the exit code.

    Raises
    ------
    InputError
        If the folder holds no study that a surrogate can be made of.
    """
    results = read_study(folder)
    if results.planned.study.fields is None:
        raise InputError(
            f"{folder}: its trials keep no fields to learn from; add `fields: {{radius_mm: 15}}` to the study, "
            "solve it again"
        )
    with Pieces(quiet) as progress:
        _, told = made = build_surrogate(results, progress)
    write_surrogate(made[0], folder)
    surrogate = read_surrogate(folder)
    found = tolerances(surrogate)
    said = [
        *surrogate_sentences(surrogate),
        harm_words(surrogate),
        *(line for words, one in found.items() for line in tolerance_sentences(words, one)),
        *beside_words(surrogate),
        f"One answer takes {1e3 * answer_s(surrogate):.0f} ms.",
    ]
    there = folder / FOLDER
    pictures = {draw_left_out(told, there): "Margin told of each trial when it is left out, over its margin as solved"}
    if found:
        pictures[draw_tolerance(found, there)] = "Margin over displacements from where the needle is meant to lie"
    with whole_file(there / "told.json") as partial:
        partial.write_text(json.dumps({"sentences": said, "pictures": pictures}, indent=1, ensure_ascii=False) + "\n")
    if "samples" in results.summary:
        write_page(results)
    print(surrogate.title)
    for line in said:
        print(f"  {line}")
    files = ", ".join(f"{name}.npz" for name in surrogate.probes)
    print(f"\n{there}: surrogate.json, {files}, told.json, pictures")
    return 0


def tolerances(surrogate: Surrogate) -> dict[str, Tolerance]:
    """What displacements of each arm's plan are forgiven; arms that share probe and plan once, unknown plans not."""
    arms = [(name, arm.probe, arm.plan.tobytes()) for name, arm in surrogate.arms.items()]
    found = {}
    for name, words in distinct(arms).items():
        aim, arm = surrogate.aim(name), surrogate.arms[name]
        pose = aim.poses(arm.plan[None])
        if surrogate.probe(name).answers(pose).known.all():
            found[words] = tolerance_of(surrogate.probe(name), pose, arm.errors.margin_best_mm)
    return found


def answer_s(surrogate: Surrogate) -> float:
    """Median time of one answer, s, over plans of all arms."""
    spent = []
    for name, arm in surrogate.arms.items():
        probe, poses = surrogate.probe(name), surrogate.aim(name).poses(arm.plan[None])
        probe.answers(poses)
        for _ in range(ASKED):
            clock = time.perf_counter()
            probe.answers(poses)
            spent.append(time.perf_counter() - clock)
    return float(np.median(spent))
