"""Text made from the package while building.

A line ``<!-- insert: name -->`` in a page becomes the Markdown that the function of that name returns, and
``{{ name }}`` a number of the code.
"""

import re
from collections.abc import Callable
from pathlib import Path

from _ext import evidence, facts, numbers, results_keys, scenario_keys, verbs
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

import rfa_model
from rfa_model import library

PACKAGE = Path(rfa_model.__file__).parent
ROOT = PACKAGE.parent
INSERT = re.compile(r"^<!-- insert: (\w+) -->$", re.MULTILINE)
FACT = re.compile(r"\{\{ (\w+) \}\}")
LOCAL_LINK = re.compile(r"\[([^\]]+)\]\((?!\w+://|#)[^)]+\)")


def makers(app: Sphinx) -> dict[str, Callable[[], str]]:
    """Inserts by name."""
    found = {
        "legend": numbers.legend,
        "tissues": numbers.tissues,
        "probes": numbers.probes,
        "solids": numbers.solids,
        "cannulas": numbers.cannulas,
        "cooling": numbers.cooling,
        "fluids": numbers.fluids,
        "protocols": numbers.protocols,
        "damage_laws": numbers.damage_laws,
        "criteria": numbers.criteria,
        "defaults": numbers.defaults,
        "vertebrae": numbers.vertebrae,
        "common_anatomy": numbers.common_anatomy,
        "references": numbers.references,
        "approaches": numbers.approaches,
        "code_numbers": facts.code_numbers,
        "resolutions": facts.resolutions,
        "scenario_keys": scenario_keys.scenario_keys,
        "summary_keys": results_keys.summary_keys,
        "history_columns": results_keys.history_columns,
        "nerve_columns": results_keys.nerve_columns,
        "verbs": verbs.verbs,
        "known_misses": library.known_misses,
    }
    docs = Path(app.srcdir)
    return found | {
        "evidence": lambda: evidence.evidence(docs),
        "evidence_tree": lambda: evidence.evidence_tree(docs),
    }


def on_source(app: Sphinx, page: str, content: list[str]) -> None:
    """Fill in a page's inserts; what nobody knows stops the build."""
    known = makers(app)
    names = [*INSERT.findall(content[0])]
    if unknown := [name for name in names if name not in known]:
        raise ExtensionError(f"{page}: no insert is called '{unknown[0]}', expected one of {', '.join(known)}")
    text = INSERT.sub(lambda match: known[match[1]](), content[0])
    values = facts.facts() if FACT.search(text) else {}
    if unknown := [name for name in FACT.findall(text) if name not in values]:
        raise ExtensionError(f"{page}: no number of the code is called '{unknown[0]}'")
    content[0] = FACT.sub(lambda match: values[match[1]], text)
    if names or values:
        for path in [*PACKAGE.rglob("*.yaml"), *PACKAGE.rglob("*.py"), *Path(__file__).parent.glob("*")]:
            app.env.note_dependency(str(path))


def on_include(app: Sphinx, path: Path, page: str, content: list[str]) -> None:
    """Keep the words of links that lead to files of the checkout: they have no page here."""
    if Path(app.srcdir).resolve() not in Path(app.srcdir, path).resolve().parents:
        content[0] = LOCAL_LINK.sub(lambda match: f"`{match[1]}`", content[0])


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the hooks."""
    app.connect("source-read", on_source)
    app.connect("include-read", on_include)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
