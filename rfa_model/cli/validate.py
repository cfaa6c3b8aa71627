"""``validate``: check a scenario without solving it."""

from argparse import Namespace

from rfa_model._shipped import scenario_path
from rfa_model.cli.arguments import add_scenario
from rfa_model.cli.verb import Verb


def run(args: Namespace) -> int:
    """Print the resolved set-up, where each needle comes to lie, and what to know before it is run."""
    from rfa_model.anatomy.base import Noted
    from rfa_model.plan import Plan
    from rfa_model.scenario.describe import summary

    plan = Plan.of(scenario_path(args.scenario))
    sites = {name: {"lies": arm.site.words(), "comes": arm.site.way_in_words()} for name, arm in plan.arms.items()}
    nerves = [f"{curve.words}, {curve.place}".rstrip(", ") for curve in plan.anatomy.nerves.values()]
    print(summary(plan.scenario, sites, nerves))
    for note in plan.anatomy.notes if isinstance(plan.anatomy, Noted) else ():
        print(f"\nanatomy: {note}")
    for name, arm in plan.arms.items():
        if arm.notice:
            print(f"\narm {name} {arm.notice}")
    return 0


VERB = Verb("validate", "check a scenario without solving and print the resolved set-up", add_scenario, run)
