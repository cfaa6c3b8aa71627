"""A study in words, before anything is solved."""

from rfa_model._progress import duration
from rfa_model.studies.read import PlannedStudy
from rfa_model.studies.trials import forecast_s, trial_count


def summary(planned: PlannedStudy) -> str:
    """Return what varies, by which design, and what that comes to."""
    study = planned.study
    if study.is_older:
        return f"{study.title}\n  design {study.design.kind}, of the scenario '{planned.scenario.title}' by itself"
    least = duration(forecast_s(planned, 1))
    rows = {
        "scenario": planned.scenario.title,
        "design": f"{study.design.kind}, {planned.count} draws of {', '.join(planned.arms)}",
        "trials": f"{trial_count(planned)} at {study.resolution}, at least {least} of a core",
    }
    if study.until is not None:
        rows["until"] = f"the 95 % interval of {study.until.event} is within ± {study.until.half_width:g}"
    for name, factor in study.vary.items():
        unit = f" {factor.unit}" if factor.unit else ""
        rows[f"vary {name}"] = f"{factor.distribution.words()}{unit}, {factor.how}: {', '.join(factor.paths)}"
    width = max(map(len, rows))
    return "\n".join([study.title, *(f"  {name:<{width}}  {words}" for name, words in rows.items())])
