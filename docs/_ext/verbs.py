"""The command line's own help."""

import argparse
import os

from rfa_model._markdown import table


def verbs() -> str:
    """A table of the verbs, then the help of each."""
    os.environ["COLUMNS"] = "96"
    from rfa_model.cli import parser

    top = parser()
    (choices,) = (a for a in top._actions if isinstance(a, argparse._SubParsersAction))
    short = {action.dest: action.help or "" for action in choices._choices_actions}
    rows = [(f"[`{name}`](#verb-{name})", text) for name, text in short.items()]
    parts = [table(("verb", "does"), rows)]
    for name, verb in choices.choices.items():
        parts.append(f"(verb-{name})=\n## `{name}`\n\n```text\n{verb.format_help().strip()}\n```")
    return "\n\n".join(parts)
