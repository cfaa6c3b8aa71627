"""Arguments that several verbs share, and the folders they write to."""

import math
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from pathlib import Path

from rfa_model._paths import check_writable

RESOLUTIONS = ("draft", "standard", "fine")


def add_scenario(
    parser: ArgumentParser, help: str = "a YAML file, or the name of a shipped scenario (rfa-model list scenarios)"
) -> None:
    """``SCENARIO``: a file, or a shipped scenario's name."""
    parser.add_argument("scenario", metavar="SCENARIO", help=help)


def add_results(parser: ArgumentParser, help: str | None = None) -> None:
    """``RESULTS``: a folder that ``run`` wrote."""
    parser.add_argument("results", type=Path, metavar="RESULTS", help=help)


def add_out(parser: ArgumentParser, metavar: str, help: str) -> None:
    """``--out``: where to write."""
    parser.add_argument("--out", type=Path, metavar=metavar, help=help)


def add_workers(parser: ArgumentParser) -> None:
    """``--workers``: how many processes."""
    parser.add_argument(
        "--workers", type=counted("processes"), metavar="N", help="processes at once (default: one per core)"
    )


def add_quiet(parser: ArgumentParser) -> None:
    """``--quiet``: no progress."""
    parser.add_argument("--quiet", action="store_true", help="no progress on stderr")


def add_page(parser: ArgumentParser) -> None:
    """``--docs`` of a verb that writes a page of the documentation; see :func:`page_folder`."""
    parser.add_argument(
        "--docs",
        type=Path,
        metavar="DIR",
        help="folder for the page and its figures (default: docs, none with --quick)",
    )


def page_folder(args: Namespace, *, partial: bool) -> Path | None:
    """The folder for a page: the one asked for, ``docs`` for a whole run, none for a part of one."""
    docs = args.docs or (None if partial else Path("docs"))
    return docs if docs is None else check_writable(docs, "--docs")


def counted(what: str) -> Callable[[str], int]:
    """What reads a whole number of something, 1 or more."""

    def count(text: str) -> int:
        if not text.isdecimal() or int(text) < 1:
            raise ArgumentTypeError(f"'{text}' is not a whole number of {what}, 1 or more")
        return int(text)

    return count


def seconds(text: str) -> float:
    """A number of seconds, 0 or more."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0.0 <= value < math.inf:
        raise ArgumentTypeError(f"'{text}' is not a number of seconds, 0 or more")
    return value
