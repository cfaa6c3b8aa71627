"""``optimise``: where the needle should be aimed, given how it is placed."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from rfa_model._paths import check_writable
from rfa_model.cli.arguments import RESOLUTIONS, add_out, add_quiet, add_workers, counted
from rfa_model.cli.needs import SOLVES
from rfa_model.cli.verb import Verb


def arguments(parser: ArgumentParser) -> None:
    """DIR, what is sought, and how it is confirmed."""
    add_workers(parser)
    parser.add_argument("folder", type=Path, metavar="DIR", help="folder of a study with a surrogate")
    parser.add_argument("--arm", action="append", default=[], metavar="NAME", help="only this arm; may be repeated")
    parser.add_argument(
        "--event",
        choices=("capture", "capture_whole"),
        default="capture",
        help="what is to be likely (default: capture)",
    )
    parser.add_argument(
        "--max-harm", type=_share, default=0.05, metavar="P", help="largest probability of harm (default: 0.05)"
    )
    parser.add_argument(
        "--samples", type=counted("samples"), default=512, metavar="N", help="draws on the surrogate (default: 512)"
    )
    parser.add_argument(
        "--confirm",
        type=_count,
        default=32,
        metavar="N",
        help="fresh draws solved for real about both aims; 0: none; more go on from fewer (default: 32)",
    )
    parser.add_argument(
        "--protocol", action="store_true", help="choose also the protocol's numbers that the study varied"
    )
    parser.add_argument(
        "--resolution", choices=RESOLUTIONS, default="standard", help="of those solutions (default: standard)"
    )
    add_out(parser, "OUT", "folder (default: DIR/optimum)")
    add_quiet(parser)


def run(args: Namespace) -> int:
    """Check the folders, then load what seeks."""
    from rfa_model.studies.optimum.verb import run as seek

    return seek(
        args.folder,
        arms=args.arm,
        event=args.event,
        max_harm=args.max_harm,
        samples=args.samples,
        confirm=args.confirm,
        protocol=args.protocol,
        resolution=args.resolution,
        out=None if args.out is None else check_writable(args.out),
        workers=args.workers,
        quiet=args.quiet,
    )


def _share(text: str) -> float:
    """A probability."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 1.0:
        raise ArgumentTypeError(f"'{text}' is not a probability, 0 to 1")
    return value


def _count(text: str) -> int:
    """A whole number, 0 or more."""
    if not text.isdecimal():
        raise ArgumentTypeError(f"'{text}' is not a whole number, 0 or more")
    return int(text)


VERB = Verb("optimise", "the aim that takes the nerve most often, from a study's surrogate", arguments, run, SOLVES)
