"""``clean``: remove what runs that were killed have left."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from rfa_model.cli.verb import Verb


def arguments(parser: ArgumentParser) -> None:
    """Folders to look through."""
    parser.add_argument(
        "folders",
        nargs="*",
        type=Path,
        default=[Path("results")],
        metavar="DIR",
        help="results folder, or a folder of such (default: results)",
    )
    parser.add_argument("--checkpoints", action="store_true", help="remove what run --resume would go on from as well")


def run(args: Namespace) -> int:
    """Say what was removed; what a run that is at work is writing stays."""
    from rfa_model.errors import InputError
    from rfa_model.results.claim import sweep

    for folder in args.folders:
        if not folder.is_dir():
            raise InputError(f"{folder}: no such folder")
        for removed in sweep(folder, args.checkpoints):
            print(removed)
    return 0


VERB = Verb("clean", "remove what runs that were killed have left in results folders", arguments, run)
