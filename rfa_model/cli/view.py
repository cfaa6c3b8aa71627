"""``view``: one arm in space."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from rfa_model.cli.arguments import add_results
from rfa_model.cli.needs import DRAWS
from rfa_model.cli.verb import Verb


def arguments(parser: ArgumentParser) -> None:
    """RESULTS, what of it, and where it is shown."""
    add_results(parser)
    parser.add_argument("--arm", metavar="NAME", help="which arm (default: the first)")
    parser.add_argument("--time", type=float, metavar="S", help="time of the fields (default: end of heating)")
    parser.add_argument("--screenshot", type=Path, metavar="FILE", help="write a PNG and leave")
    parser.add_argument("--web", action="store_true", help="in a browser, also where there is no display; extra 'web'")


def run(args: Namespace) -> int:
    """Show it until its window is closed."""
    from rfa_model.viewer.interactive import show

    show(args.results, args.arm, args.time, args.screenshot, args.web)
    return 0


VERB = Verb("view", "one arm in space: a window, a browser on this machine, or one picture", arguments, run, DRAWS)
