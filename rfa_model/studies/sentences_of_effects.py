"""In words: what moves a number most, and over which range a sweep takes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from rfa_model.metrics.catalogue import readable
from rfa_model.results.answer import capital, listed
from rfa_model.studies.designs import Grid, List
from rfa_model.studies.indices import indices_of
from rfa_model.studies.results import StudyResults

SHOWN = ("margin_worst_mm", "margin_best_mm", "lesion_width_mm", "lesion_volume_mm3")
STRONGEST = 3
type Bars = Mapping[str, Mapping[str, float]]


def effect_sentences(results: StudyResults) -> list[str]:
    """The strongest inputs of the first quantity there is, for every arm."""
    lines = []
    for arm, told in indices_of(results).items():
        of_arm = cast(Mapping[str, Mapping[str, object]], told)
        name = next((each for each in SHOWN if each in of_arm), None)
        if name is not None:
            lines.append(_effect(results, arm, name, of_arm[name]))
    return lines


def _effect(results: StudyResults, arm: str, name: str, said: Mapping[str, object]) -> str:
    about = f"{capital(readable(arm))}: the {results.columns[name].label} is moved most by"
    if "moved" in said:
        moved = cast(Bars, said["moved"])
        order = sorted(moved, key=lambda key: moved[key]["low"] - moved[key]["high"])[:STRONGEST]
        parts = [f"{_called(results, key)} ({moved[key]['low']:.3g} to {moved[key]['high']:.3g})" for key in order]
        return f"{about} {listed(parts)}, one at a time."
    kind, what = ("total", "share of its variance") if "total" in said else ("effect", "mean elementary effect")
    bars = cast(Bars, said[kind])
    order = sorted(bars, key=lambda key: -bars[key]["value"])[:STRONGEST]
    parts = [
        f"{_called(results, key)} {bars[key]['value']:.2f} ({bars[key]['low']:.2f} to {bars[key]['high']:.2f})"
        for key in order
    ]
    unsure = bars[order[0]]["low"] <= max((bars[key]["value"] for key in order[1:]), default=0.0)
    more = "; the intervals overlap, take more samples to be sure of the order" if unsure else ""
    return f"{about} {listed(parts)} [{what}, {said['groups']} groups of trials]{more}."


def sweep_sentences(results: StudyResults) -> list[str]:
    """Least and most of the first two quantities over a sweep, with the values that gave them."""
    if not isinstance(results.planned.study.design, Grid | List):
        return []
    lines = []
    for arm in results.arms:
        for name in [each for each in SHOWN if each in results.columns][:2]:
            found = results.values(arm, name)
            if len(found) < 2:
                continue
            least, most = (end(found, key=lambda index: found[index]) for end in (min, max))
            column = results.columns[name]
            ends = [
                f"{found[at]:.3g} {column.unit} ({_at(results, arm, at)})".replace("  ", " ") for at in (least, most)
            ]
            lines.append(f"{capital(readable(arm))}: {column.label} from {ends[0]} to {ends[1]}.")
    return lines


def _at(results: StudyResults, arm: str, index: int) -> str:
    row = results.rows(arm)[index]
    cells = {name: row[f"x.{name}"] for name in results.planned.study.vary}
    units = {name: factor.unit for name, factor in results.planned.study.vary.items()}
    return ", ".join(
        f"{value:g} {units[name]}".rstrip() if isinstance(value, int | float) else readable(str(value))
        for name, value in cells.items()
        if value is not None
    )


def _called(results: StudyResults, name: str) -> str:
    return results.planned.study.vary[name].label or readable(name)
