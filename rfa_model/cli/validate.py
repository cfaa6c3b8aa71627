"""``validate``: check a scenario, or a study of one, without solving it."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from rfa_model._shipped import shipped_path, shipped_scenarios, shipped_studies
from rfa_model.cli.arguments import add_scenario
from rfa_model.cli.verb import Verb


def arguments(parser: ArgumentParser) -> None:
    """SCENARIO: its file or name, or that of a study."""
    add_scenario(
        parser, "a YAML file of a scenario or a study, or the name of a shipped one (rfa-model list scenarios)"
    )


def run(args: Namespace) -> int:
    """Print the resolved set-up: where each needle comes to lie, or what varies and how often it is solved."""
    from rfa_model.scenario.read import is_study

    path = shipped_path(args.scenario, "scenario", shipped_scenarios(), shipped_studies())
    return _study(path) if is_study(path, "scenario") else _scenario(path)


def _study(path: Path) -> int:
    from rfa_model.studies.describe import summary
    from rfa_model.studies.read import load_study

    print(summary(load_study(path)))
    return 0


def _scenario(path: Path) -> int:
    from rfa_model.anatomy.base import Noted
    from rfa_model.plan import Plan
    from rfa_model.scenario.describe import summary

    plan = Plan.of(path)
    sites = {name: {"lies": arm.site.words(), "comes": arm.site.way_in_words()} for name, arm in plan.arms.items()}
    nerves = [f"{curve.words}, {curve.place}".rstrip(", ") for curve in plan.anatomy.nerves.values()]
    print(summary(plan.scenario, sites, nerves))
    for note in plan.anatomy.notes if isinstance(plan.anatomy, Noted) else ():
        print(f"\nanatomy: {note}")
    for name, arm in plan.arms.items():
        if arm.notice:
            print(f"\narm {name} {arm.notice}")
    return 0


VERB = Verb("validate", "check a scenario or a study without solving and print the resolved set-up", arguments, run)
