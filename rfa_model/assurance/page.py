"""What the three pages and the files beside them share."""

import csv
import datetime
from collections.abc import Iterable, Sequence
from pathlib import Path


def write_parts(path: Path, parts: Iterable[str]) -> Path:
    """Write a page's parts with an empty line between them; return the path."""
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return path


def write_rows(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write CSV with a header; None is an empty cell."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


def today() -> str:
    """The date as it stands on the pages: ``03 May 2026``."""
    return f"{datetime.date.today():%d %B %Y}"
