"""A study as one page that needs nothing else: its answer in words, the numbers behind it, its pictures, its making."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import cast

from rfa_model._files import whole_file
from rfa_model._progress import duration
from rfa_model.library import references
from rfa_model.metrics.catalogue import readable
from rfa_model.report.encode import data_uri
from rfa_model.results.provenance import in_words
from rfa_model.studies.pictures import Picture, draw_pictures
from rfa_model.studies.record import EVENTS
from rfa_model.studies.results import StudyResults
from rfa_model.studies.sentences import sentences

FILE = "study.html"
FURTHER = {
    "What the surrogate says": "surrogate/told.json",
    "Where to aim": "optimum/optimum.json",
}
FILE_STEM = re.compile(r"[A-Za-z0-9_-]{1,100}")
type Table = tuple[Sequence[str], Sequence[Sequence[str]]]


def write_page(results: StudyResults) -> list[Path]:
    """Draw the pictures of a study into its folder, and write ``study.html`` with them inside.

    Returns
    -------
    list of Path
        The page, then the pictures.
    """
    from jinja2 import Environment, StrictUndefined

    pictures = draw_pictures(results, results.folder)
    further = list(_further(results.folder))
    source = (resources.files(__package__) / "study.html.jinja").read_text(encoding="utf-8")
    page = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    text = page.from_string(source).render(
        title=results.planned.study.title,
        sentences=sentences(results),
        further=further,
        tables=[("Events", _events(results)), ("Numbers", _quantities(results)), ("What varies", _inputs(results))],
        pictures=[(picture, _inline(results.folder, picture)) for picture in pictures],
        making=_making(results),
        events=[EVENTS[name] for name in EVENTS if name in results.recorder.events()],
    )
    with whole_file(results.folder / FILE) as partial:
        partial.write_text(text, encoding="utf-8")
    return [results.folder / FILE, *(results.folder / f"{picture.name}.png" for picture in pictures)]


def _inline(folder: Path, picture: Picture) -> str:
    content = (folder / f"{picture.name}.svg").read_bytes()
    return data_uri(content, "image/svg+xml")


def _further(folder: Path) -> Iterator[tuple[str, list[str], list[tuple[str, str]]]]:
    """What other verbs have left in the folder: heading, sentences, pictures with their words."""
    for heading, name in FURTHER.items():
        try:
            told = json.loads((folder / name).read_text(encoding="utf-8"))
            pictures = [
                (data_uri((folder / name).with_name(f"{stem}.svg").read_bytes(), "image/svg+xml"), str(words))
                for stem, words in told["pictures"].items()
                if FILE_STEM.fullmatch(stem)
            ]
            yield heading, [str(line) for line in told["sentences"]], pictures
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue  # nothing there, or nothing of ours: the study's own page does not hang on it


def _events(results: StudyResults) -> Table:
    rows = []
    for arm, told in _arms(results).items():
        for event, one in cast(Mapping[str, Mapping[str, float]], told["probabilities"]).items():
            share, low, high = (f"{100 * one[key]:.1f}" for key in ("value", "low", "high"))
            rows.append([readable(arm), readable(event).replace(".", ", by "), share, low, high, f"{one['count']:.0f}"])
    return ("arm", "event", "% of trials", "from", "to", "trials"), rows


def _quantities(results: StudyResults) -> Table:
    rows = []
    for arm, told in _arms(results).items():
        for name, one in cast(Mapping[str, Mapping[str, object]], told["quantities"]).items():
            if "." in name:
                continue
            share = cast(Mapping[str, float], one["quantiles"])
            cells = [cast(float | None, one["mean"]), cast(float | None, one["sd"])]
            cells += [share[key] for key in ("0.05", "0.5", "0.95")]
            told_cells = ["-" if value is None else f"{value:.3g}" for value in cells]
            rows.append([readable(arm), results.columns[name].axis, *told_cells])
    return ("arm", "quantity", "mean", "sd", "5 % below", "median", "5 % above"), rows


def _inputs(results: StudyResults) -> Table:
    known = references()
    rows = [
        [
            factor.label or readable(name),
            factor.unit or "-",
            {"replace": "", "add": "added: ", "multiply": "times: "}[factor.how] + factor.distribution.words(),
            ", ".join(factor.paths),
            known.get(factor.source, factor.source),
        ]
        for name, factor in results.planned.study.vary.items()
    ]
    return ("value", "unit", "distribution", "where", "source"), rows


def _making(results: StudyResults) -> list[tuple[str, str]]:
    summary, study = results.summary, results.planned.study
    samples = cast(Mapping[str, object], summary["samples"])
    rate = summary["trials_per_minute"]
    numbers = f"{samples['asked']} draws asked for, {samples['solved']} trials solved, {samples['failed']} not"
    said = [
        ("design", f"{readable(study.design.kind)}, {study.design.model_dump(mode='json')[study.design.kind]}"),
        ("trials", f"{numbers}{'; ' if samples['stopped'] else ''}{samples['stopped']}"),
        ("mesh", study.resolution),
        ("time", duration(float(cast(float, summary["wall_s"])))),
        ("rate", f"{rate:.3g} trials a minute" if isinstance(rate, int | float) else "-"),
        ("versions", in_words(cast(Mapping[str, Mapping[str, str | None]], summary["provenance"])["versions"])),
    ]
    if study.on_bone == "rest":
        said.append(("bone", "a needle that would run into bone was pushed off it along the target's normal"))
    return said


def _arms(results: StudyResults) -> Mapping[str, Mapping[str, object]]:
    return cast(Mapping[str, Mapping[str, object]], results.summary["arms"])
