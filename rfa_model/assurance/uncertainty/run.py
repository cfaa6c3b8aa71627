"""``study``: numerical uncertainty and sensitivity of a scenario, solved over the machine's cores."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from rfa_model.assurance.uncertainty import numerics, sensitivity
from rfa_model.assurance.uncertainty.files import write_budgets, write_sensitivity
from rfa_model.assurance.uncertainty.page import write_page
from rfa_model.assurance.uncertainty.pictures import draw_all
from rfa_model.assurance.uncertainty.tables import budget_table, effect_table, failure_lines
from rfa_model.assurance.uncertainty.trial import Variant, solve_trials
from rfa_model.metrics.flag import flags_in
from rfa_model.plan import Plan

Half = Literal["numerics", "sensitivity"]


def run_study(
    path: Path,
    *,
    out: Path,
    quick: bool = False,
    only: Half | None = None,
    workers: int | None = None,
    docs: Path | None = None,
    quiet: bool = False,
) -> int:
    """Study a scenario file, print the tables, write them and the pictures into ``out``.

    Parameters
    ----------
    path : Path
    out : Path
        Made if it is not there; files of an earlier study in it are replaced.
    quick : bool
        Judge the numerics of the draft mesh, from two meshes.
    only : str or None
        One half: ``numerics`` or ``sensitivity``.
    workers : int or None
        Processes at once.
    docs : Path or None
        Folder to write ``uncertainty.md`` and its figures to as well.
    quiet : bool
        Say nothing on stderr.

    Returns
    -------
    int
        0.

    Raises
    ------
    InputError
        If the scenario is wrong, an arm cannot be placed, or its domain cannot be enlarged.
    SolveError
        If the scenario itself, or a run of its numerics, cannot be solved.
    """
    whole = Plan.of(path)
    scenario, anatomy = whole.scenario, whole.anatomy
    plans, inputs = {}, {}
    for arm in scenario.arms:
        if only != "sensitivity":
            plans[arm] = numerics.plan(scenario, arm, anatomy, quick)
        if only != "numerics":
            inputs[arm] = sensitivity.plan(scenario, arm, anatomy)
    outcomes = solve_trials(_in_order(plans, inputs), workers, quiet)
    out.mkdir(parents=True, exist_ok=True)
    budgets = {
        arm: numerics.budgets(plan, {name: outcomes["numerics", arm, name] for name in plan.trials})
        for arm, plan in plans.items()
    }
    effects = [
        sensitivity.sensitivity(scenario, arm, anatomy, {key: outcomes["sensitivity", arm, key] for key in trials})
        for arm, trials in inputs.items()
    ]
    print("\n\n".join([*(budget_table(arm, rows) for arm, rows in budgets.items()), *map(effect_table, effects)]))
    for line in (line for one in effects for line in failure_lines(one)):
        print(line)
    entries = {arm: outcomes["numerics", arm, plan.reported].entry for arm, plan in plans.items()}
    entries |= {one.arm: one.base for one in effects if one.arm not in entries}
    flags = [flag.sentence(arm) for arm, entry in entries.items() if entry for flag in flags_in(entry)]
    print("".join(f"\n! {line}" for line in flags))
    radius_mm = scenario.numerics.domain_radius_mm
    domain_mm = {arm: plan.domain_ratio * radius_mm for arm, plan in plans.items()}
    written = []
    if budgets:
        reported = numerics.with_numerics(scenario, resolution="draft") if quick else scenario
        written.append(write_budgets(out, reported, budgets, domain_mm))
    if effects:
        written.append(write_sensitivity(out, scenario, effects))
        draw_all(effects, out)
    if docs is not None:
        figures = draw_all(effects, docs / "uncertainty", (".svg",))
        written.append(write_page(docs, path.stem, scenario, quick, budgets, domain_mm, effects, figures, flags))
    print(f"\n{', '.join(map(str, written))}")
    return 0


def _in_order(
    plans: Mapping[str, numerics.NumericsTrials], inputs: Mapping[str, dict[sensitivity.Key, Variant]]
) -> dict[tuple[str, str, str | sensitivity.Key], Variant]:
    """Every trial by (half, arm, name), the longest first."""
    found: dict[tuple[str, str, str | sensitivity.Key], Variant] = {}
    for name in (*numerics.MESHES[:1], "time", "domain", *numerics.MESHES[1:]):
        found |= {("numerics", arm, name): plan.trials[name] for arm, plan in plans.items() if name in plan.trials}
    for arm, trials in inputs.items():
        found |= {("sensitivity", arm, key): trial for key, trial in trials.items()}
    return found
