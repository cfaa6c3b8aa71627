"""The look of the figures on the pages, and how they are written."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Okabe-Ito: told apart with any colour vision.
BLUE, VERMILION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY, BLACK = "#E69F00", "#56B4E9", "#000000"
WITHOUT_BOX = {"axes.spines.top": False, "axes.spines.right": False}


@contextmanager
def drawing(settings: Mapping[str, object] | None = None) -> Iterator[None]:
    """Settings of matplotlib that hold inside the `with`: small type, text as text, the same file for the same data."""
    import matplotlib as mpl

    look = {"font.size": 9, "svg.hashsalt": "rfa-model", "svg.fonttype": "none", **(settings or {})}
    with mpl.rc_context(look):  # type: ignore[arg-type]
        yield


def save(figure: "Figure", path: Path) -> Path:
    """Write an SVG or PNG without the stamps that would make two alike drawings differ; inside :func:`drawing`."""
    figure.savefig(path, dpi=200, metadata={"Date" if path.suffix == ".svg" else "Software": None})
    return path
