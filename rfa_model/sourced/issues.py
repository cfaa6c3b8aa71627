"""Rules that need more than one key of a model, broken: which key, and what was expected."""

from collections.abc import Iterable

from pydantic_core import PydanticCustomError

Path = tuple[str | int, ...]
Issue = tuple[Path, str]
"""Path of the offending key from the model on, and what was expected."""


def issues_error(found: Iterable[Issue]) -> PydanticCustomError:
    """What a validator raises for all of them at once."""
    found = list(found)
    summary = "; ".join(f"{'.'.join(map(str, path))}: {message}" for path, message in found)
    issues = [{"loc": path, "message": message} for path, message in found]
    return PydanticCustomError("issues", "{summary}", {"summary": summary, "issues": issues})
