"""``figures``: pictures for papers."""

from argparse import ArgumentParser, Namespace

from rfa_model._paths import check_writable
from rfa_model.cli.arguments import add_out, add_quiet, add_results
from rfa_model.cli.needs import DRAWS
from rfa_model.cli.verb import Verb


def arguments(parser: ArgumentParser) -> None:
    """RESULTS, where to write, and as what."""
    add_results(parser)
    add_out(parser, "DIR", "folder (default: RESULTS/figures)")
    parser.add_argument("--format", choices=("svg", "pdf"), default="svg", help="default svg")
    add_quiet(parser)


def run(args: Namespace) -> int:
    """Draw them and print how many."""
    out = check_writable(args.out or args.results / "figures")

    from rfa_model._progress import Pieces
    from rfa_model.pictures.figures import draw_figures

    with Pieces(args.quiet) as progress:
        written = draw_figures(args.results, out, args.format, progress)
    print(f"{out}: {len(written)} files")
    return 0


VERB = Verb("figures", "slices and histories as SVG or PDF, with their numbers as CSV", arguments, run, DRAWS)
