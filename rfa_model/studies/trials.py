"""Every trial of a study in order, and what they may take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from statistics import median

from rfa_model._progress import duration
from rfa_model.errors import InputError
from rfa_model.studies.read import PlannedStudy
from rfa_model.studies.trial import Trial

# Seconds that an arm takes of a core that does nothing else, as measured on the flagship with its one criterion.
SECONDS = {"draft": 1.2, "standard": 9.0, "fine": 60.0}


def trials_of(planned: PlannedStudy, first: int = 0, end: int | None = None) -> Iterator[Trial]:
    """The trials of some draws: every arm, and again at the better resolution where that is asked for."""
    study, paired = planned.study, planned.study.paired
    rests, record = study.on_bone == "rest", tuple(study.record)
    fields_mm = study.fields.radius_mm if study.fields else None
    for index, draw in enumerate(planned.draws[first:end], start=first):
        content = planned.trial(draw)
        for arm in planned.arms:
            yield Trial.of(index, arm, content, study.resolution, rests, record, fields_mm)
            if paired is not None and index < paired.samples:
                yield Trial.of(index, arm, content, paired.resolution, rests, record, fields_mm)


def trial_count(planned: PlannedStudy) -> int:
    """How many trials there are."""
    draws, paired = planned.count, planned.study.paired
    return (draws + (min(paired.samples, draws) if paired else 0)) * len(planned.arms)


def forecast_s(planned: PlannedStudy, workers: int, known: int = 0) -> float:
    """How long it will take at least, s, on cores that do nothing else; ``known`` trials are there already."""
    draws, arms, paired = planned.count, len(planned.arms), planned.study.paired
    each = SECONDS[planned.study.resolution]
    again = min(paired.samples, draws) * SECONDS[paired.resolution] if paired else 0.0
    return max(draws * each + again - known * each / max(arms, 1), 0.0) * arms / workers


def pace(rows: Iterable[Mapping[str, object]]) -> float:
    """How many times as long as by :data:`SECONDS` trials took, by the middle one of those solved; 1 without any."""
    times = [
        float(spent) / SECONDS[str(row["resolution"])]
        for row in rows
        if row["status"] == "solved" and isinstance(spent := row["wall_s"], int | float) and spent > 0.0
    ]
    return median(times) if times else 1.0


def refuse_endless(planned: PlannedStudy, workers: int, known: int = 0) -> None:
    """Raise InputError if a study would take longer than it may."""
    seconds, most = forecast_s(planned, workers, known), planned.study.max_hours * 3600.0
    if seconds > most:
        raise InputError(
            f"{planned.count} trials of {len(planned.arms)} arms would take at least {duration(seconds)} on "
            f"{workers} workers, and the study's max_hours are {planned.study.max_hours:g}; take fewer samples, a "
            "coarser resolution or more workers (--scheduler), or raise max_hours"
        )
