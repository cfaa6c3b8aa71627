"""Formulas as MathML, made by docutils while building: no script, no font and no network is needed to read them."""

import html
import re

from docutils import nodes
from docutils.utils.math import latex2mathml
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

_log = logging.getLogger(__name__)
# What TeX reads and docutils does not, or reads otherwise: \frac12 is ½, x^23 is x²3, a script may have no base, bars
# that enclose something are no relation, and a function's name keeps apart from its argument.
REWRITTEN = (
    (re.compile(r"(\\[td]?frac)\s*(\d)(\d)"), r"\1{\2}{\3}"),
    (re.compile(r"([_^])(\d)(?=\d)"), r"\1{\2}"),
    (re.compile(r"^\s*(?=[_^])"), r"{}"),
    (re.compile(r"\|(\\nabla\s*\\?\w+)\|"), r"\\lvert \1\\rvert "),
    (
        re.compile(r"(\\(?:ln|log|exp|sin|cos|max|min)(?![A-Za-z]))(?=\s*(?:[^\W_]|\\(?!left|[Bb]ig|[,!;:{])))"),
        r"\1\\,",
    ),
    (re.compile(r"\\(begin|end)\{equation\*?\}"), ""),
    (re.compile(r"\\(begin|end)\{align\*?\}"), r"\\\1{aligned}"),
)


def rewritten(formula: str) -> str:
    """The formula in the words that docutils reads rightly."""
    for pattern, replacement in REWRITTEN:
        formula = pattern.sub(replacement, formula)
    return formula


def _mathml(node: nodes.math | nodes.math_block, as_block: bool) -> str:
    formula = rewritten(node.astext())
    try:
        mathml = str(latex2mathml.tex2mathml(formula, as_block=as_block))
    except Exception as error:  # docutils raises MathError, but also IndexError and others
        _log.warning("formula cannot be set (%s: %s): %s", type(error).__name__, error, formula, location=node)
        return f"<code>{html.escape(node.astext())}</code>"
    # Browsers set fractions in tables small unless told otherwise.
    return mathml.replace('<mtable class="ams-align">', '<mtable class="ams-align" displaystyle="true">')


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    """Write an inline formula."""
    self.body.append(f'<span class="math">{_mathml(node, as_block=False)}</span>')
    raise nodes.SkipNode


def visit_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a displayed formula."""
    self.body.append(f'<div class="math-block">{_mathml(node, as_block=True)}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
