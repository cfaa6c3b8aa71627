"""Numbers that know their unit and their source: the bases of all models, and the rows of the library's data files."""

from rfa_model.sourced import bounds
from rfa_model.sourced.issues import Issue, Path, issues_error
from rfa_model.sourced.models import Flag, Fraction, Model, NonNegative, Number, Positive, Sourced, Status
from rfa_model.sourced.rows import default_sources, defaults, references, table, with_sources

__all__ = [
    "Flag",
    "Fraction",
    "Issue",
    "Model",
    "NonNegative",
    "Number",
    "Path",
    "Positive",
    "Sourced",
    "Status",
    "bounds",
    "default_sources",
    "defaults",
    "issues_error",
    "references",
    "table",
    "with_sources",
]
