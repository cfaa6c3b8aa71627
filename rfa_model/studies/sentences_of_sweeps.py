"""A grid in words: counts of what happened and the range of each main quantity; a sweep says nothing of how often."""

from __future__ import annotations

from rfa_model.metrics.catalogue import readable
from rfa_model.results.answer import capital, listed
from rfa_model.studies.designs import Grid
from rfa_model.studies.results import StudyResults

QUANTITIES = ("lesion_width_mm", "lesion_volume_mm3", "margin_worst_mm")
EVENTS = {"capture": "take the nerve", "capture_whole": "take the whole target", "harm": "harm what is to be spared"}


def swept(results: StudyResults) -> list[str]:
    """Counts, then a line for every quantity that varied, of each arm; none where the design is no grid."""
    if not isinstance(results.planned.study.design, Grid):
        return []
    return [line for arm in results.arms for line in (*_counts(results, arm), *_ranges(results, arm))]


def _counts(results: StudyResults, arm: str) -> list[str]:
    said = []
    for event, verb in EVENTS.items():
        found = results.values(arm, event) if event in results.recorder.events() else {}
        if found:
            said.append(f"{sum(value > 0.0 for value in found.values())} {verb}")
    count, mesh = len(results.rows(arm)), results.planned.study.resolution
    return [f"Of {count} combinations solved, {readable(arm)}: {listed(said)} [{mesh} mesh]."] if said else []


def _ranges(results: StudyResults, arm: str) -> list[str]:
    lines = []
    for name in QUANTITIES:
        found = results.values(arm, name) if name in results.columns else {}
        if len(set(found.values())) > 1:
            least, most = min(found, key=found.__getitem__), max(found, key=found.__getitem__)
            ends = (f"{_rounded(found[index])} ({_where(results, arm, index)})" for index in (least, most))
            lines.append(f"{capital(readable(arm))}: {results.columns[name].axis}: {' to '.join(ends)}.")
    return lines


def _where(results: StudyResults, arm: str, index: int) -> str:
    told = []
    for name, factor in results.planned.study.vary.items():
        value = results.draws(arm, name)[index]
        if not isinstance(value, int | float):
            told.append(readable(str(value)))
        else:
            told.append(
                f"{_rounded(value)} {factor.unit}" if factor.unit else f"{factor.label or name} {_rounded(value)}"
            )
    return ", ".join(told)


def _rounded(value: float) -> str:
    return f"{float(f'{value:.3g}'):g}"
