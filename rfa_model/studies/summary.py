"""``study.json``: what a study says, with its intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import numpy as np

from rfa_model.metrics.entry import Numbers, plain_mapping
from rfa_model.results.provenance import git_revision, versions
from rfa_model.studies.estimators import (
    CarriedOver,
    Estimate,
    carried_over,
    mean,
    paired_difference,
    probability,
    quantiles,
)
from rfa_model.studies.indices import indices_of
from rfa_model.studies.record import EVENTS
from rfa_model.studies.results import StudyResults
from rfa_model.studies.store import SCHEMA, identity


def summarised(results: StudyResults, wall_s: float, rate: float | None, stopped: str = "") -> Numbers:
    """Everything that is told of a study.

    Parameters
    ----------
    wall_s : float
        Of this and all earlier runs of it.
    rate : float or None
        Trials a minute of this run.
    stopped : str
        Why it ended before all samples that were asked for.
    """
    planned = results.planned
    study = planned.study
    status = results.table.column("status").to_pylist()
    arms = {arm: _arm(results, arm) for arm in results.arms}
    return plain_mapping(
        {
            "schema": SCHEMA,
            "identity": identity(planned),
            "title": study.title,
            "design": study.design.model_dump(mode="json"),
            "resolution": study.resolution,
            "criterion": results.recorder.criterion,
            "events": {name: words for name, words in EVENTS.items() if name in results.recorder.events()},
            "samples": {
                "asked": planned.count,
                "trials": len(status),
                "solved": status.count("solved"),
                "failed": len(status) - status.count("solved"),
                "refused": status.count("refused"),
                "lost": status.count("lost"),
                "stopped": stopped,
            },
            "failures": failures(results),
            "arms": arms,
            "differences": differences(results),
            "indices": indices_of(results),
            "wall_s": wall_s,
            "trials_per_minute": rate,
            "provenance": {"versions": versions(), "git": git_revision()},
        }
    )


def _arm(results: StudyResults, arm: str) -> dict[str, object]:
    paired = results.planned.study.paired
    events = {name: _probability(results, arm, name) for name in results.recorder.events()}
    said = {name: values(results, arm, name) for name in results.columns}
    found: dict[str, object] = {
        "probabilities": {name: _plain(one) for name, one in events.items() if one is not None},
        "quantities": {
            name: {"mean": float(np.mean(v)), "sd": float(np.std(v, ddof=1)) if len(v) > 1 else None, "count": len(v)}
            | {"mean_interval": _interval(mean(v)), "quantiles": quantiles(v)}
            for name, v in said.items()
            if v
        },
    }
    if paired is not None:
        names = [*events, *results.columns]
        found["carried_over"] = {
            name: asdict(one) for name in names if (one := carried(results, arm, name)) is not None
        } | {"resolution": paired.resolution}
    return found


def values(results: StudyResults, arm: str, name: str) -> list[float]:
    """A quantity of every trial of an arm that is a draw; of all where the design makes no draws."""
    found = results.values(arm, name)
    draws = {index: value for index, value in found.items() if results.is_draw(index)}
    return list((draws or found).values())


def _probability(results: StudyResults, arm: str, event: str) -> Estimate | None:
    return probability([value > 0.0 for i, value in results.values(arm, event).items() if results.is_draw(i)])


def carried(results: StudyResults, arm: str, name: str) -> CarriedOver | None:
    """A mean at the better resolution, see :func:`rfa_model.studies.estimators.carried_over`."""
    paired = results.planned.study.paired
    assert paired is not None
    better, coarse = results.values(arm, name, paired.resolution), results.values(arm, name)
    both = [index for index in better if index in coarse]
    rest = [value for index, value in coarse.items() if index not in better]
    arrays = (np.array(one) for one in ([better[i] for i in both], [coarse[i] for i in both], rest))
    return carried_over(*arrays)


def differences(results: StudyResults) -> dict[str, object]:
    """Every two arms that share their draws: how much more often the first does it, and by how much it is more."""
    found: dict[str, object] = {}
    for place, first in enumerate(results.arms):
        for second in results.arms[place + 1 :]:
            pairs: dict[str, object] = {}
            for event in (name for name in results.recorder.events() if "." not in name):
                a, b = results.values(first, event), results.values(second, event)
                both = [index for index in a if index in b and results.is_draw(index)]
                one = paired_difference([a[i] > 0 for i in both], [b[i] > 0 for i in both])
                if one is not None:
                    pairs[event] = _plain(one)
            for name in ("margin_best_mm", "margin_worst_mm", "lesion_volume_mm3"):
                a, b = results.values(first, name), results.values(second, name)
                one = mean([a[i] - b[i] for i in a if i in b and results.is_draw(i)])
                if one is not None:
                    pairs[name] = _plain(one)
            if pairs:
                found[f"{first} - {second}"] = pairs
    return found


def failures(results: StudyResults) -> dict[str, object]:
    """Of every arm the share that could not be solved, the reasons by count, and where they cluster."""
    found: dict[str, object] = {}
    for arm in results.arms:
        every = results.rows(arm, solved=False)
        failed = {index: row for index, row in every.items() if row["status"] != "solved"}
        if not failed:
            continue
        reasons: dict[str, int] = {}
        for row in failed.values():
            words = str(row["reason"]).split(";")[0]
            reasons[words] = reasons.get(words, 0) + 1
        common = dict(sorted(reasons.items(), key=lambda pair: -pair[1])[:10])
        found[arm] = {"share": len(failed) / len(every), "reasons": common, "cluster": cluster(results, arm, failed)}
    return found


def cluster(results: StudyResults, arm: str, failed: Mapping[int, object]) -> dict[str, object] | None:
    """The one value by which failures stand apart most: their range, and the share of all trials within it.

    None where no range that holds nine tenths of them holds less than half of all trials, or there are fewer than four.
    """
    best: dict[str, object] | None = None
    for name in results.planned.study.vary:
        drawn = {i: v for i, v in results.draws(arm, name).items() if isinstance(v, int | float)}
        those = np.sort([drawn[i] for i in failed if i in drawn])
        if len(those) < 4:
            continue
        outside = len(those) // 10
        everything = np.array(list(drawn.values()))
        for skipped in range(outside + 1):
            low, high = float(those[skipped]), float(those[len(those) - 1 - (outside - skipped)])
            share = float(np.mean((everything >= low) & (everything <= high)))
            if share < 0.5 and (best is None or share < best["share"]):  # type: ignore[operator]  # a number
                best = {"name": name, "low": low, "high": high, "share": share}
    return best


def _plain(one: Estimate) -> dict[str, float]:
    return {"value": one.value, "low": one.low, "high": one.high, "count": one.count}


def _interval(one: Estimate | None) -> list[float] | None:
    return None if one is None else [one.low, one.high]
