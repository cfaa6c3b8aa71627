"""From a results folder to report.html, and report.pdf where it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rfa_model._files import check_file, whole_file
from rfa_model._progress import SILENT, Pieces
from rfa_model.results import read_results

if TYPE_CHECKING:
    from rfa_model.report.content import Content
    from rfa_model.report.further import FurtherPart

FILE = "report.html"


def write_report(
    folder: Path,
    out: Path | None = None,
    *,
    pdf: bool = False,
    progress: Pieces = SILENT,
    further: Sequence[FurtherPart] = (),
) -> list[Path]:
    """Write the report of a results folder.

    Parameters
    ----------
    folder : the results folder.
    out : the HTML file; ``report.html`` in the folder where it is None.
    pdf : write the same as PDF beside it as well.
    progress : told of every part of the page.
    further : parts beside the report's own.

    Returns
    -------
    The files written.

    Raises
    ------
    InputError
        If the folder is not one of this program or is damaged, the file cannot be written, or what makes a PDF is
        not installed.
    """
    results = read_results(folder)
    out = folder / FILE if out is None else out
    check_file(out, "--out")
    if pdf:
        from rfa_model.report.pdf import require

        require()

    from rfa_model.report.content import report_content

    progress.expect(1 + pdf)
    content = report_content(results, folder, progress, further)
    paths = [_written(out, render(content, interactive=True).encode("utf-8"))]
    progress.done("page")
    if pdf:
        from rfa_model.report.pdf import to_pdf

        paths.append(_written(out.with_suffix(".pdf"), to_pdf(render(content, interactive=False))))
        progress.done("PDF")
    return paths


def render(content: Content, *, interactive: bool) -> str:
    """The page as text; without scripts, and with still pictures in their place, where it is not interactive."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup
    from plotly.offline import get_plotlyjs

    here = Path(__file__).parent
    page = Environment(
        loader=FileSystemLoader(here), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    ).get_template("report.html.jinja")
    scripts = {
        "plotly": Markup(get_plotlyjs()),
        "script": Markup((here / "report.js").read_text(encoding="utf-8")),
        "payload": Markup(content["payload"]),
    }
    return page.render(
        dict(content)
        | {"style": Markup((here / "report.css").read_text(encoding="utf-8"))}
        | (scripts if interactive else dict.fromkeys(scripts, ""))
        | {"interactive": interactive}
    )


def _written(path: Path, content: bytes) -> Path:
    with whole_file(path) as partial:
        partial.write_bytes(content)
    return path
