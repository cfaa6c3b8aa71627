"""``validate``: check a scenario without solving it."""

from argparse import Namespace

from rfa_model._shipped import scenario_path
from rfa_model.cli.arguments import add_scenario
from rfa_model.cli.verb import Verb


def run(args: Namespace) -> int:
    """Print the resolved set-up."""
    from rfa_model.scenario import load_scenario
    from rfa_model.scenario.describe import summary

    print(summary(load_scenario(scenario_path(args.scenario))))
    return 0


VERB = Verb("validate", "check a scenario without solving and print the resolved set-up", add_scenario, run)
