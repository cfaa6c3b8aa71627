"""``surrogate``: a study's trials as a function that answers at once."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from rfa_model._paths import check_writable
from rfa_model.cli.arguments import add_quiet
from rfa_model.cli.needs import SOLVES
from rfa_model.cli.verb import Verb


def arguments(parser: ArgumentParser) -> None:
    """DIR, a study's folder."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="folder of a study that keeps fields")
    add_quiet(parser)


def run(args: Namespace) -> int:
    """Check the folder, then load what learns."""
    from rfa_model.studies.surrogate.verb import run as learn

    return learn(check_writable(args.folder, "DIR"), quiet=args.quiet)


VERB = Verb(
    "surrogate", "learn a study's margins and lesions, and what displacements are forgiven", arguments, run, SOLVES
)
