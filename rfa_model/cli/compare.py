"""``compare``: results folders in one table."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from rfa_model.cli.verb import Verb


def arguments(parser: ArgumentParser) -> None:
    """One folder or several."""
    parser.add_argument("results", nargs="+", type=Path, metavar="RESULTS")


def run(args: Namespace) -> int:
    """Print the table."""
    from rfa_model.results import comparison_table, read_results

    print(comparison_table([read_results(folder) for folder in args.results]))
    return 0


VERB = Verb("compare", "the comparison table of results folders already computed", arguments, run)
