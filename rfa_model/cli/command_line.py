"""The whole command line: its parser, and one verb from its arguments to an exit code."""

import os
import sys
from argparse import Action, ArgumentParser
from collections.abc import Sequence

from rfa_model._machine import told_apart
from rfa_model._printable import printable
from rfa_model.cli.signals import heard_as_interrupts
from rfa_model.cli.streams import patient_streams
from rfa_model.cli.verbs import VERBS
from rfa_model.errors import InputError, RfaModelError
from rfa_model.parallel.workers import end_at_once, launched_first


class _Version(Action):
    def __call__(self, parser: ArgumentParser, *rest: object) -> None:
        import rfa_model

        print(f"rfa-model {rfa_model.__version__}")
        parser.exit()


def parser() -> ArgumentParser:
    """The verbs and their options."""
    top = ArgumentParser(
        prog="rfa-model",
        description="Radiofrequency ablation of nerves: conventional beside internally cooled probes.",
        epilog="exit codes: 0 done, 2 the input is wrong, 3 the physics or a solver failed or a check does not hold, "
        "130 interrupted",
    )
    top.add_argument("--version", action=_Version, nargs=0, help="print the version and leave")
    verbs = top.add_subparsers(required=True, metavar="VERB", dest="verb")
    for verb in VERBS:
        one = verbs.add_parser(verb.name, help=verb.help)
        verb.arguments(one)
        one.set_defaults(run=verb.run, needs=verb.needs)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb and return the exit code (usage errors leave through ``SystemExit(2)``)."""
    with patient_streams() as out:
        code = _done(argv)
        out.flush()
        if out.failure is None or isinstance(out.failure, BrokenPipeError):  # whoever read had enough
            return code
        print(f"rfa-model: error: standard output cannot be written: {out.failure.strerror}", file=sys.stderr)
        return code or InputError.exit_code


def _done(argv: Sequence[str] | None) -> int:
    args = parser().parse_args(argv)
    end_at_once()
    # Small products by the thousand: more threads wait for each other, and on a busy machine for minutes.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        with heard_as_interrupts(), told_apart():
            _refuse_nowhere()
            args.needs.refuse_less()
            return int(args.run(args))
    except RfaModelError as error:
        if launched_first():
            print(f"rfa-model: error: {printable(str(error))}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt as stop:
        print("; ".join(["rfa-model: interrupted", *map(str, stop.args)]), file=sys.stderr)
        return 130


def _refuse_nowhere() -> None:
    """Names of files are taken from the working folder on."""
    try:
        os.getcwd()
    except FileNotFoundError:
        raise InputError("the folder this was called from has been removed; change to another (cd)") from None
