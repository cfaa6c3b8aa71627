"""Tornado plots: one bar per uncertain input, the longest on top, about the scenario's own result."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rfa_model.assurance.figure import SKY, VERMILION, WITHOUT_BOX, drawing, save
from rfa_model.drawing.style import FAINT_INK, INK

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

LOW, HIGH = SKY, VERMILION  # told apart in grey, too
STYLE = {**WITHOUT_BOX, "axes.spines.left": False, "text.color": INK, "axes.labelcolor": INK}
WIDTH_IN, ROW_IN, FRAME_IN = 6.3, 0.30, 1.15
SUFFIXES = (".png", ".svg")


@dataclass(frozen=True)
class Bar:
    """One input: its name, its values at both ends as text, and the result there (None where there is none)."""

    label: str
    low_text: str
    high_text: str
    low: float | None
    high: float | None

    def span(self, base: float) -> float:
        """Length of the bar, the base included."""
        values = [base, *(value for value in (self.low, self.high) if value is not None)]
        return max(values) - min(values)


def draw_tornado(
    bars: Sequence[Bar], base: float, title: str, quantity: str, path: Path, suffixes: Sequence[str] = SUFFIXES
) -> list[Path]:
    """Draw bars about ``base`` into a PNG and an SVG file, or what ``suffixes`` says.

    Parameters
    ----------
    base : float
        The result with every input as in the scenario.
    quantity : str
        Label of the axis, with its unit.
    path : Path
        Without suffix.

    Returns
    -------
    list of Path
        What was written.
    """
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    ordered = sorted(bars, key=lambda bar: bar.span(base))
    with drawing(STYLE):
        figure = Figure(figsize=(WIDTH_IN, FRAME_IN + ROW_IN * len(bars)), layout="constrained")
        axes = figure.subplots()
        axes.axvline(base, color=INK, linewidth=1, zorder=3)
        for row, bar in enumerate(ordered):
            _draw_bar(axes, row, bar, base)
        axes.set_yticks(range(len(ordered)), [bar.label for bar in ordered])
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(-0.7, len(ordered) - 0.3)
        axes.margins(x=0.16)
        axes.grid(axis="x", linewidth=0.4, alpha=0.6)
        axes.set_axisbelow(True)
        axes.set_xlabel(quantity)
        axes.set_title(title, fontsize=10, loc="left")
        handles: list[Artist] = [Patch(color=colour, label=f"input at its {end} end")
                   for colour, end in ((LOW, "low"), (HIGH, "high"))]  # fmt: skip
        handles.append(Line2D([], [], color=INK, linewidth=1, label=f"as in the scenario: {base:.4g}"))
        figure.legend(handles=handles, loc="outside lower center", ncols=3, frameon=False, fontsize=8)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")  # one layout for every kind of file
        return [save(figure, path.with_name(path.name + suffix)) for suffix in suffixes]


def _draw_bar(axes: "Axes", row: int, bar: Bar, base: float) -> None:
    """Both ends; halves of the row where both lie on the same side of the base, so that neither hides the other."""
    given = [(bar.low, bar.low_text, LOW, 1), (bar.high, bar.high_text, HIGH, -1)]
    ends = [(value, text, colour, up) for value, text, colour, up in given if value is not None]
    same_side = len(ends) == 2 and (ends[0][0] - base) * (ends[1][0] - base) > 0
    for value, text, colour, up in ends:
        height, centre = (0.36, row + 0.18 * up) if same_side else (0.72, row)
        axes.barh(centre, value - base, left=base, height=height, color=colour, zorder=2)
        others = [other for other, *_ in ends if other != value]
        right = value > base or (value == base and max(others, default=base) <= base)
        axes.annotate(text, (value, centre), xytext=(3 if right else -3, 0), textcoords="offset points",
                      ha="left" if right else "right", va="center", fontsize=7, color=FAINT_INK)  # fmt: skip
