"""``run``: solve a scenario."""

from argparse import ArgumentParser, Namespace

from rfa_model._paths import check_writable, default_output
from rfa_model._shipped import scenario_path
from rfa_model.cli.arguments import RESOLUTIONS, add_out, add_quiet, add_scenario, add_workers
from rfa_model.cli.needs import SOLVES
from rfa_model.cli.verb import Verb


def arguments(parser: ArgumentParser) -> None:
    """SCENARIO, where to write, and what of it to solve how."""
    add_workers(parser)
    add_scenario(parser)
    add_out(parser, "DIR", "results folder (default: results/<scenario>)")
    parser.add_argument("--arm", action="append", default=[], metavar="NAME", help="only this arm (may be repeated)")
    parser.add_argument("--resolution", choices=RESOLUTIONS, help="mesh resolution, instead of the scenario's")
    parser.add_argument("--overwrite", action="store_true", help="replace results of another scenario in DIR")
    add_quiet(parser)


def run(args: Namespace) -> int:
    """Check everything that can be checked, then load what solves."""
    from rfa_model.scenario import load_scenario

    path = scenario_path(args.scenario)
    scenario = load_scenario(path)
    for name in args.arm:
        scenario.arm(name)
    out = check_writable(args.out or default_output(path))

    from rfa_model.simulation import run_scenario

    return run_scenario(
        path,
        out=out,
        arms=args.arm,
        resolution=args.resolution,
        quiet=args.quiet,
        workers=args.workers,
        overwrite=args.overwrite,
    )


VERB = Verb("run", "solve every arm, print the comparison, write the results folder", arguments, run, SOLVES)
