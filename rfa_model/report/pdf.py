"""The page as PDF, by WeasyPrint: the optional extra ``pdf``."""

from __future__ import annotations

from types import ModuleType

from rfa_model.errors import InputError

MISSING = (
    "--pdf needs WeasyPrint, the optional extra 'pdf': `uv sync --extra pdf`, or `pip install '.[pdf]'` in the "
    "checkout; and its libraries (Debian, Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)"
)


def require() -> ModuleType:
    """WeasyPrint; InputError naming the extra where it, or the library below it, is not installed."""
    try:
        import weasyprint
    except (ImportError, OSError):  # OSError: the package is there, a library below it is not
        raise InputError(MISSING) from None
    return weasyprint


def to_pdf(html: str) -> bytes:
    """The page, which loads nothing, as PDF."""
    document: bytes = require().HTML(string=html).write_pdf()
    return document
