"""What a mistyped word was probably meant to be."""

import difflib
from collections.abc import Iterable


def near_name(word: str, choice: Iterable[str]) -> str | None:
    """The name of ``choice`` that ``word`` is probably a typo or the beginning of."""
    lower = {name.lower(): name for name in choice}
    near = difflib.get_close_matches(word.lower(), lower, n=1, cutoff=0.6)
    near = near or [name for name in lower if len(word) > 2 and name.startswith(word.lower())][:1]
    return lower[near[0]] if near else None


def near_match(word: str, choice: Iterable[str]) -> str:
    """``"; did you mean 'x'?"`` for the closest name of ``choice``, or an empty string."""
    near = near_name(word, choice)
    return f"; did you mean '{near}'?" if near else ""
