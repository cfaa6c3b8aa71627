"""The whole command line: its parser, and one verb from its arguments to an exit code."""

import os
import sys
from argparse import Action, ArgumentParser
from collections.abc import Sequence

from rfa_model._printable import printable
from rfa_model.cli.signals import heard_as_interrupts
from rfa_model.cli.verbs import VERBS
from rfa_model.errors import RfaModelError
from rfa_model.parallel.workers import launched_first


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
        one.set_defaults(run=verb.run)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb and return the exit code (usage errors leave through ``SystemExit(2)``)."""
    args = parser().parse_args(argv)
    # Small products by the thousand: more threads wait for each other, and on a busy machine for minutes.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        with heard_as_interrupts():
            return int(args.run(args))
    except RfaModelError as error:
        if launched_first():
            print(f"rfa-model: error: {printable(str(error))}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("rfa-model: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
