"""The resolved set-up in words, for ``rfa-model validate``."""

from collections.abc import Mapping, Sequence

from rfa_model.applicators.choice import ApplicatorBase
from rfa_model.generator.protocol import describe_protocol
from rfa_model.library import Tissue
from rfa_model.library.tables import criterion_lines, marked, tissue_table
from rfa_model.scenario.arm import Arm
from rfa_model.scenario.scenario import Scenario
from rfa_model.sourced import Model, Sourced

BENCH_OUT = ("air", "blood", "liver")


def summary(
    scenario: Scenario, sites: Mapping[str, Mapping[str, str]] | None = None, nerves: Sequence[str] = ()
) -> str:
    """Title, anatomy, body, arms, limits, numerics and tissue values with their sources.

    ``sites`` says in words where each arm's needle comes to lie, and how, ``nerves`` what is to be treated.
    """
    lines = [
        scenario.title,
        f"anatomy      {_pairs(scenario.anatomy)}",
        *(f"nerve        {nerve}" for nerve in nerves),
        f"body         {_pairs(scenario.body)}",
    ]
    for name in scenario.arms:
        lines += ["", *_arm(name, scenario.arms[name], scenario.resolved_probe(name), (sites or {}).get(name, {}))]
    criteria = criterion_lines(scenario.resolved_criteria().values()) or "  none: no lesion is measured"
    lines += ["", "criteria", criteria, "", "limits", *_limits(scenario)]
    laws = [f"  {name}: {_pairs(law) if isinstance(law, Model) else law}" for name, law in scenario.laws]
    lines += ["", "laws", *laws]
    return "\n".join([*lines, "", f"numerics     {_pairs(scenario.numerics)}", "", tissue_table(_tissues(scenario))])


def _plain(value: object) -> str:
    if isinstance(value, bool | str):
        return str(value).lower() if isinstance(value, bool) else value
    if isinstance(value, int | float):
        return f"{value:g}"
    return f"[{', '.join(map(_plain, value))}]" if isinstance(value, list | tuple) else str(value)


def _pairs(model: Model) -> str:
    return ", ".join(f"{key} {_plain(value)}" for key, value in model.model_dump(exclude_none=True).items())


def _tissues(scenario: Scenario) -> list[Tissue]:
    known = scenario.resolved_tissues()
    if scenario.anatomy.tissues is not None:
        return [known[name] for name in scenario.anatomy.tissues]
    return [tissue for name, tissue in known.items() if name not in BENCH_OUT or name in scenario.tissues]


def _parts(model: Sourced, names: Mapping[str, str]) -> str:
    return ", ".join(f"{words} {marked(model, field)}" for field, words in names.items())


def _arm(name: str, arm: Arm, probe: ApplicatorBase, site: Mapping[str, str]) -> list[str]:
    (_, own, words), *more = probe.shown()
    return [
        f"arm {name}",
        f"  probe      {probe.name} ({probe.kind}), mm: {_parts(own, words)}",
        *(f"  {heading:10} {_parts(model, names)}" for heading, model, names in more),
        f"  placement  {_pairs(arm.placement)}",
        *(f"  {heading:10} {words}" for heading, words in site.items()),
        *([f"  fluid      {_pairs(arm.fluid)}"] if arm.fluid else []),
        *_protocol(arm),
        f"  generator  {_pairs(arm.generator)}",
    ]


def _protocol(arm: Arm) -> list[str]:
    if arm.sequence is None and arm.pull_back is None:
        return [f"  protocol   {describe_protocol(arm.protocol)} (total {arm.total_time_s:g} s)"]
    lines = [f"  lesions    {len(arm.lesions)} in turn (total {arm.total_time_s:g} s)"]
    if arm.pull_back is not None:
        lines.append(f"  pull back  {_pairs(arm.pull_back)}")
    for number, lesion in enumerate(arm.lesions, start=1):
        lines.append(f"  lesion {number}   {describe_protocol(lesion.protocol)}; {_pairs(lesion.placement)}")
    return lines


def _limits(scenario: Scenario) -> list[str]:
    lines = []
    for structure, limits in scenario.limits.items():
        for key, threshold in limits.model_dump(exclude_none=True).items():
            verdicts = ", ".join(f"{verdict} {value:g}" for verdict, value in threshold.items())
            lines.append(f"  {structure}: {key} {verdicts}")
    return lines or ["  none"]
