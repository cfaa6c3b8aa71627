"""A study's answer in words, each share with its interval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rfa_model.metrics.catalogue import readable
from rfa_model.results.answer import capital, listed
from rfa_model.studies.estimators import Estimate, paired_difference, probability
from rfa_model.studies.results import StudyResults
from rfa_model.studies.sentences_of_sweeps import swept
from rfa_model.studies.summary import carried, failures, values

TOO_WIDE = 0.1
"""Half width of an interval beyond which a probability decides nothing."""
VERBS = {
    "capture": "takes the nerve (a whole section of its target)",
    "capture_whole": "takes the whole target",
    "harm": "harms what is to be spared",
}


def sentences(results: StudyResults) -> list[str]:
    """What a study says, a line each."""
    found: list[str] = []
    for arm in results.arms:
        found += _arm(results, arm)
    found += swept(results)
    found += _differences(results)
    found += _failures(results)
    return found


def estimate(results: StudyResults, arm: str, event: str) -> Estimate | None:
    """Probability of an event by the trials of an arm that are draws."""
    return probability([value > 0.0 for i, value in results.values(arm, event).items() if results.is_draw(i)])


def in_hundred(one: Estimate) -> str:
    """``93 (90 to 95)``."""
    value, low, high = (100.0 * share for share in (one.value, one.low, one.high))
    digits = 0 if one.half_width > 0.005 else 1
    return f"{value:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def _arm(results: StudyResults, arm: str) -> list[str]:
    said, wide = [], []
    for event, verb in VERBS.items():
        one = estimate(results, arm, event) if event in results.recorder.events() else None
        if one is None:
            continue
        said.append(f"{verb} in {in_hundred(one)}")
        if one.half_width > TOO_WIDE:
            wide.append(f"± {100.0 * one.half_width:.0f}")
    lines = []
    if said:
        first = results.planned.study.resolution
        lines.append(f"Of 100 trials like these, {readable(arm)} {listed(said)} [{first} mesh].")
    if wide:
        lines.append(f"{capital(readable(arm))}: these intervals ({wide[0]} of 100) are wide; take more samples.")
    for event in ("capture", "capture_whole") if results.planned.study.paired else ():
        over = carried(results, arm, event)
        if over is not None:
            resolution = results.planned.study.paired.resolution if results.planned.study.paired else ""
            saved = f"{100.0 * over.variance_saved:.0f} % of the variance of the {over.alone.count} alone saved"
            lines.append(
                f"{capital(readable(arm))}: carried over to the {resolution} mesh, {VERBS[event]} in "
                f"{100 * over.estimate.value:.0f} ({100 * over.estimate.low:.0f} to {100 * over.estimate.high:.0f}); "
                f"{saved} (correlation {over.correlation:.2f})."
            )
    margin = values(results, arm, "margin_worst_mm") if "margin_worst_mm" in results.columns else []
    if said and len(margin) > 1:
        low, middle, high = np.quantile(margin, (0.05, 0.5, 0.95))
        lines.append(
            f"{capital(readable(arm))}: margin at the worst point of the target {middle:+.1f} mm in the middle, "
            f"{low:+.1f} to {high:+.1f} mm in 90 of 100."
        )
    return lines


def _differences(results: StudyResults) -> list[str]:
    lines = []
    arms: Sequence[str] = results.arms
    for place, first in enumerate(arms):
        for second in arms[place + 1 :]:
            for event in ("capture", "capture_whole"):
                if event not in results.recorder.events():
                    continue
                a, b = results.values(first, event), results.values(second, event)
                both = [index for index in a if index in b and results.is_draw(index)]
                one = paired_difference([a[i] > 0 for i in both], [b[i] > 0 for i in both])
                if one is not None:
                    lines.append(_difference(first, second, event, one))
    return lines


def _difference(first: str, second: str, event: str, one: Estimate) -> str:
    what = VERBS[event]
    if one.low <= 0.0 <= one.high:
        told = f"({100 * one.low:+.0f} to {100 * one.high:+.0f} of 100, draw by draw)"
        return f"Whether {readable(first)} or {readable(second)} more often {what} cannot be told {told}."
    more = "more" if one.value > 0 else "less"
    share = f"{100 * abs(one.value):.0f} of 100 ({100 * one.low:+.0f} to {100 * one.high:+.0f})"
    return f"{capital(readable(first))} {what} {more} often than {readable(second)}, by {share}, draw by draw."


def _failures(results: StudyResults) -> list[str]:
    lines = []
    for arm, told in failures(results).items():
        assert isinstance(told, dict)
        reason = next(iter(told["reasons"]))
        line = f"{capital(readable(arm))}: {100 * told['share']:.1f} % could not be solved, most often: {reason}"
        if (where := told["cluster"]) is not None:
            line += f"; they cluster where {where['name']} is {where['low']:.3g} to {where['high']:.3g}"
        lines.append(line + ".")
    return lines
