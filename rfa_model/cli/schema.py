"""``schema``: the scenario file for editors."""

import json
from argparse import ArgumentParser, Namespace

from rfa_model.cli.verb import Verb


def arguments(parser: ArgumentParser) -> None:
    """Of which file."""
    parser.add_argument("--study", action="store_true", help="of a study's file instead of a scenario's")


def run(args: Namespace) -> int:
    """Print the JSON Schema."""
    if args.study:
        from rfa_model.studies.read import json_schema as of_study

        print(json.dumps(of_study(), indent=2))
        return 0
    from rfa_model.scenario import json_schema

    print(json.dumps(json_schema(), indent=2))
    return 0


VERB = Verb("schema", "print the JSON Schema of a scenario or a study, for editors", arguments, run)
