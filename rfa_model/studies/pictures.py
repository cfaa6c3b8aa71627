"""Pictures of a study: where the nerve is taken, how margins scatter, how sure it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rfa_model.assurance.figure import BLACK, BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILION, WITHOUT_BOX, drawing, save
from rfa_model.metrics.catalogue import readable
from rfa_model.studies.estimators import probability
from rfa_model.studies.results import StudyResults

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)
STYLES = ("-", "--", "-.", ":")
SUFFIXES = (".png", ".svg")
WIDTH_IN, PANEL_IN = 6.8, 2.9


@dataclass(frozen=True)
class Picture:
    """A drawn picture: its name without suffix, and what it shows in words."""

    name: str
    words: str


def draw_pictures(results: StudyResults, folder: Path) -> list[Picture]:
    """Draw every picture that a study has the numbers for, as PNG and SVG."""
    drawn: list[Picture] = []
    with drawing({**WITHOUT_BOX, "legend.frameon": False}):
        for picture, draw in _pictures(results):
            figure = draw(results)
            for suffix in SUFFIXES:
                save(figure, folder / f"{picture.name}{suffix}")
            drawn.append(picture)
    return drawn


def _pictures(results: StudyResults) -> Iterator[tuple[Picture, Callable[[StudyResults], Figure]]]:
    from rfa_model.studies.pictures_of_effects import effects, has_effects
    from rfa_model.studies.pictures_of_sweeps import is_swept, sweep

    draws = any(results.is_draw(index) for arm in results.arms for index in results.rows(arm))
    nerve = "capture" in results.recorder.events()
    if draws and nerve and len(_numbers(results)) >= 2:
        words = "Where the needle came to lie in each trial, and what became of the nerve"
        yield Picture("capture_map", words), capture_map
    if nerve and draws:
        yield Picture("margins", "Share of trials whose margin is at most so large"), margins
        yield Picture("convergence", "Probability of capture as trials came in, with its 95 % interval"), convergence
    if has_effects(results):
        yield Picture("effects", "What every input contributes, with 95 % intervals"), effects
    if is_swept(results):
        yield Picture("sweep", "What the swept values do"), sweep


def capture_map(results: StudyResults) -> Figure:
    """One panel an arm: every trial at two of its values, in the millimetres of that arm."""
    across, up = _numbers(results)[:2]
    figure, panels = panels_for(len(results.arms), square=True)
    for axes, arm in zip(panels, results.arms, strict=False):
        rows = results.rows(arm)
        for (words, colour, marker, test), size in zip(_OUTCOMES, (18, 18, 22), strict=True):
            chosen = [index for index, row in rows.items() if test(row)]
            x, y = (results.placed(arm, name, chosen) for name in (across, up))
            fill = colour if marker == "o" else None
            axes.scatter(x, y, s=size, c=fill, color=None if fill else colour, marker=marker, linewidths=1, label=words)
        harmed = [index for index, row in rows.items() if row.get("harm")]
        if harmed:
            x, y = (results.placed(arm, name, harmed) for name in (across, up))
            axes.scatter(x, y, s=60, facecolors="none", edgecolors=BLACK, linewidths=1, label="harm")
        axes.axhline(0, color="0.8", lw=0.6, zorder=0)
        axes.axvline(0, color="0.8", lw=0.6, zorder=0)
        axes.set_title(readable(arm), loc="left", fontsize=9)
        axes.set_xlabel(results.axis(arm, across))
        axes.set_ylabel(results.axis(arm, up))
        axes.set_aspect("equal", adjustable="datalim")
    told = {label: handle for axes in panels for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)}
    figure.legend(list(told.values()), list(told), loc="outside lower center", ncols=4, fontsize=8)
    return figure


_OUTCOMES: tuple[tuple[str, str, str, Callable[..., bool]], ...] = (
    ("whole target taken", BLUE, "o", lambda row: bool(row["capture_whole"])),
    ("a section of it", SKY, "o", lambda row: bool(row["capture"]) and not row["capture_whole"]),
    ("nerve missed", VERMILION, "x", lambda row: row["capture"] is not None and not row["capture"]),
)


def margins(results: StudyResults) -> Figure:
    """Steps of the margins at the worst and the best point of the target, every arm a colour."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH_IN, PANEL_IN), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    for axes, name in zip(panels, ("margin_worst_mm", "margin_best_mm"), strict=True):
        for arm, colour, style in styled(results):
            found = np.sort([value for index, value in results.values(arm, name).items() if results.is_draw(index)])
            share = 100.0 * np.arange(1, len(found) + 1) / max(len(found), 1)
            axes.step(found, share, where="post", color=colour, linestyle=style, label=readable(arm))
        axes.axvline(0, color=BLACK, lw=0.8)
        axes.set_xlabel(results.columns[name].axis)
        axes.grid(lw=0.3, alpha=0.6)
    panels[0].set_ylabel("% of trials at or below")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=8)
    return figure


def convergence(results: StudyResults) -> Figure:
    """Running probability of capture and its interval."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH_IN, PANEL_IN), layout="constrained")
    axes = figure.subplots()
    for arm, colour, style in styled(results):
        found = [value > 0 for i, value in sorted(results.values(arm, "capture").items()) if results.is_draw(i)]
        counts = np.unique(np.linspace(min(4, len(found)), len(found), 100).astype(int))
        told = [one for count in counts if (one := probability(found[:count])) is not None]
        axes.plot(
            [one.count for one in told], [100 * one.value for one in told], style, color=colour, label=readable(arm)
        )
        low, high = ([100 * getattr(one, end) for one in told] for end in ("low", "high"))
        axes.fill_between([one.count for one in told], low, high, color=colour, alpha=0.12, lw=0)
    axes.set_xlabel("trials")
    axes.set_ylabel("nerve taken in % of trials")
    axes.set_ylim(top=100)
    axes.grid(lw=0.3, alpha=0.6)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=8)
    return figure


def panels_for(count: int, *, square: bool = False) -> tuple[Figure, list[Axes]]:
    """A figure with panels, two in a row."""
    from matplotlib.figure import Figure

    columns = min(count, 2)
    lines = -(-count // columns)
    high = PANEL_IN * (1.15 if square else 1.0)
    figure = Figure(figsize=(WIDTH_IN, 0.4 + high * lines), layout="constrained")
    panels = list(figure.subplots(lines, columns, squeeze=False).ravel())
    for spare in panels[count:]:
        spare.set_axis_off()
    return figure, panels[:count]


def styled(results: StudyResults) -> Iterator[tuple[str, str, str]]:
    """Arms, each with a colour and a kind of line."""
    for place, arm in enumerate(results.arms):
        yield arm, COLOURS[place % len(COLOURS)], STYLES[place % len(STYLES)]


def _numbers(results: StudyResults) -> list[str]:
    """Names that vary as numbers, those of the placement first."""
    vary = results.planned.study.vary
    numbers = [name for name in vary if results.is_number(name)]
    return sorted(numbers, key=lambda name: not any(".offset_mm" in path for path in vary[name].paths))
