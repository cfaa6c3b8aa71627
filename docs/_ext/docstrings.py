"""Docstrings that say ``name : what it is`` in one line: the words are a description, not a type."""

import re

from sphinx.application import Sphinx

ITEM = re.compile(r"^(\s*)(\w+(?:, \w+)*) : (.+)$")
LONGEST_TYPE = 6
"""Words; what is longer is a description that goes on in the next line."""


def on_docstring(app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    """Put such words below each of the names, as NumPy style has descriptions."""
    changed: list[str] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        item = ITEM.match(line)
        if item and (_indent(following) <= _indent(line) or len(item[3].split()) > LONGEST_TYPE):
            for one in item[2].split(", "):
                changed += [item[1] + one, f"{item[1]}    {item[3]}"]
        else:
            changed.append(line)
    lines[:] = changed


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip()) if line.strip() else 0


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the hook before napoleon's."""
    app.connect("autodoc-process-docstring", on_docstring, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
