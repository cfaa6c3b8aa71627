"""``animate``: the lesion growing."""

from argparse import ArgumentParser, Namespace

from rfa_model.cli.arguments import add_out, add_quiet, add_results
from rfa_model.cli.needs import DRAWS
from rfa_model.cli.verb import Verb


def arguments(parser: ArgumentParser) -> None:
    """RESULTS, where to write, and as what."""
    add_results(parser)
    add_out(parser, "FILE", "file (default: RESULTS/lesion.gif)")
    parser.add_argument("--format", choices=("gif", "mp4"), help="mp4 needs the extra 'video'")
    add_quiet(parser)


def run(args: Namespace) -> int:
    """Write the film and print where."""
    from rfa_model._progress import Pieces
    from rfa_model.animation.film import animate

    with Pieces(args.quiet) as progress:
        path = animate(args.results, args.out, args.format, progress=progress)
    print(path)
    return 0


VERB = Verb("animate", "the lesion growing, all arms on one clock, as GIF or MP4", arguments, run, DRAWS)
