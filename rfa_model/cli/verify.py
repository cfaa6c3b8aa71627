"""``verify``: are the equations solved right?"""

from argparse import ArgumentParser, Namespace

from rfa_model.cli.arguments import add_page, add_quiet, add_workers, page_folder
from rfa_model.cli.needs import SOLVES
from rfa_model.cli.verb import Verb


def arguments(parser: ArgumentParser) -> None:
    """Which cases, how fine, and where the page goes."""
    add_workers(parser)
    parser.add_argument("--quick", action="store_true", help="fewer and coarser meshes, about a minute")
    parser.add_argument("--case", action="append", default=[], metavar="NAME", help="only this case, or pattern")
    add_page(parser)
    add_quiet(parser)


def run(args: Namespace) -> int:
    """Run the cases; a part of them writes no page unless asked."""
    docs = page_folder(args, partial=args.quick or bool(args.case))

    from rfa_model.assurance.verification.run import run_verify

    return run_verify(quick=args.quick, patterns=tuple(args.case), docs=docs, workers=args.workers, quiet=args.quiet)


VERB = Verb("verify", "compare with exact solutions, rates and balances", arguments, run, SOLVES)
