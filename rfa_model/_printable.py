"""Text from files and arguments on its way to a terminal, where some characters are orders."""

import re

_ORDERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def unprintable(text: str) -> str | None:
    """The first character that a terminal would obey or cannot encode, named, or None."""
    found = _ORDERS.search(text)
    return None if found is None else f"control character U+{ord(found[0]):04X}"


def printable(text: str) -> str:
    r"""The text with such characters written out, ``\x1b`` for an escape."""
    return _ORDERS.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
