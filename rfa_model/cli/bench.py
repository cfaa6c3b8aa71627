"""``bench``: do lesions look like those measured?"""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from rfa_model.cli.arguments import add_page, add_quiet, add_workers, page_folder
from rfa_model.cli.needs import SOLVES
from rfa_model.cli.verb import Verb


def arguments(parser: ArgumentParser) -> None:
    """How much of the grid, where the page goes, and whether to draw an earlier run."""
    add_workers(parser)
    parser.add_argument("--quick", action="store_true", help="a smaller grid on draft meshes")
    add_page(parser)
    add_quiet(parser)
    parser.add_argument("--joint", action="store_true", help="only fit one edge and one start to all bands")
    parser.add_argument("--emulate", type=Path, metavar="FILE", help="solve the runs that the joint fit rests on, anew")
    parser.add_argument("--from", dest="results", type=Path, metavar="FILE", help="draw from an earlier bench.json")


def run(args: Namespace) -> int:
    """Run the grid; the quick one writes no page unless asked."""
    docs = page_folder(args, partial=args.quick)

    from rfa_model.assurance.validation.run import run_bench, run_emulator, run_joint

    if args.emulate is not None:
        run_emulator(args.emulate, args.workers, args.quiet)
    if args.joint or args.emulate is not None:
        return run_joint(args.emulate)

    return run_bench(docs=docs, quick=args.quick, workers=args.workers, results=args.results, quiet=args.quiet)


VERB = Verb("bench", "compare bench lesions with published bands", arguments, run, SOLVES)
