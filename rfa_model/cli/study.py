"""``study``: how far can a scenario's numbers be trusted?"""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from rfa_model._paths import check_writable, default_output
from rfa_model._shipped import scenario_path
from rfa_model.cli.arguments import add_out, add_quiet, add_scenario, add_workers
from rfa_model.cli.needs import SOLVES
from rfa_model.cli.verb import Verb


def arguments(parser: ArgumentParser) -> None:
    """SCENARIO, where to write, and which half."""
    add_workers(parser)
    add_scenario(parser)
    add_out(parser, "DIR", "folder (default: results/<scenario>_study)")
    parser.add_argument("--quick", action="store_true", help="coarser meshes")
    parser.add_argument("--only", choices=("numerics", "sensitivity"), help="one half of the study")
    parser.add_argument("--docs", type=Path, metavar="DIR", help="folder for a page and its figures as well")
    add_quiet(parser)


def run(args: Namespace) -> int:
    """Check where to write, then load what solves."""
    path = scenario_path(args.scenario)
    out = check_writable(args.out or default_output(path).with_name(f"{path.stem}_study"))
    if args.docs is not None:
        check_writable(args.docs, "--docs")

    from rfa_model.assurance.uncertainty.run import run_study

    return run_study(
        path, out=out, quick=args.quick, only=args.only, workers=args.workers, docs=args.docs, quiet=args.quiet
    )


VERB = Verb("study", "a scenario's numerical uncertainty and sensitivity", arguments, run, SOLVES)
