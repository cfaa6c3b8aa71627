"""``schema``: the scenario file for editors."""

import json
from argparse import ArgumentParser, Namespace

from rfa_model.cli.verb import Verb


def arguments(parser: ArgumentParser) -> None:
    """None."""


def run(args: Namespace) -> int:
    """Print the JSON Schema."""
    from rfa_model.scenario import json_schema

    print(json.dumps(json_schema(), indent=2))
    return 0


VERB = Verb("schema", "print the scenario's JSON Schema, for editors", arguments, run)
