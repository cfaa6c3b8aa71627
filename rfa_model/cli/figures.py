"""``figures``: pictures for papers."""

from argparse import ArgumentParser, Namespace

from rfa_model._paths import check_writable
from rfa_model.cli.arguments import add_out, add_results
from rfa_model.cli.verb import Verb


def arguments(parser: ArgumentParser) -> None:
    """RESULTS, where to write, and as what."""
    add_results(parser)
    add_out(parser, "DIR", "folder (default: RESULTS/figures)")
    parser.add_argument("--format", choices=("svg", "pdf"), default="svg", help="default svg")


def run(args: Namespace) -> int:
    """Draw them and print how many."""
    out = check_writable(args.out or args.results / "figures")

    from rfa_model.pictures.figures import draw_figures

    print(f"{out}: {len(draw_figures(args.results, out, args.format))} files")
    return 0


VERB = Verb("figures", "slices and histories as SVG or PDF, with their numbers as CSV", arguments, run)
