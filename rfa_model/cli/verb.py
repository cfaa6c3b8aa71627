"""What a verb is made of."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass

from rfa_model.cli.needs import READS, Needs


@dataclass(frozen=True)
class Verb:
    """One word of the command line.

    Parameters
    ----------
    name, help : str
    arguments : callable
        Adds the verb's arguments to its parser.
    run : callable
        Does it and returns the exit code. What is slow to load is imported in here.
    needs : Needs
        Memory and file handles without which it is not begun.
    """

    name: str
    help: str
    arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], int]
    needs: Needs = READS
