"""Lesion outlines of a standard and of cooled probes, at one scale."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from rfa_model import library
from rfa_model.assurance.figure import BLUE, VERMILION
from rfa_model.assurance.validation.bands import Reading, bench
from rfa_model.assurance.validation.measure import Solved
from rfa_model.assurance.validation.trials import probe

if TYPE_CHECKING:
    from matplotlib.figure import Figure

METAL, INSULATION, WATER_OFF = "#9AA3AD", "#34465E", BLUE
SHAFT_SHOWN_MM = 8.0
BREAK = (np.nan, np.nan)
PANELS = (
    ("standard 18G 10 mm\n80 °C, 90 s", [Reading(gauge=18, tip_mm=10, set_C=80, hold_s=90)]),
    ("cooled 2 mm\n60 °C, 150 s", [Reading(kind="cooled", gauge=17, tip_mm=2, set_C=60, hold_s=150)]),
    (
        "cooled 4 mm, water\non and off (blue)",
        [Reading(kind=kind, gauge=17, tip_mm=4, set_C=60, hold_s=150) for kind in ("cooled", "water_off")],
    ),
    ("cooled 5.5 mm\n60 °C, 150 s", [Reading(kind="cooled", gauge=17, tip_mm=5.5, set_C=60, hold_s=150)]),
)


def draw_shapes(figure: "Figure", solved: Sequence[Solved]) -> None:
    """Draw one panel per probe: needle, and the judged criterion's outline at the end of the hold."""
    from matplotlib.patches import Rectangle

    judged = bench().conditions.judged
    panels = figure.subplots(1, len(PANELS), sharex=True, sharey=True)
    for axes, (title, readings) in zip(panels, PANELS, strict=True):
        axes.set_title(title, fontsize=8)
        axes.set(aspect="equal", xlim=(-9, 9), ylim=(-7, 18), xlabel="mm")
        for reading in readings:
            for one in solved:
                if not one.trial.answers(reading, judged.start_C) or reading.hold_s not in one.outlines:
                    continue
                chosen = probe(one.trial)
                needle = library.probes()[chosen] if isinstance(chosen, str) else chosen
                r, tip = needle.outer_diameter_mm / 2, needle.tip_length_mm
                axes.add_patch(Rectangle((-r, 0), 2 * r, tip, color=METAL, lw=0))
                axes.add_patch(Rectangle((-r, tip), 2 * r, SHAFT_SHOWN_MM, color=INSULATION, lw=0))
                # Breaks between segments, so that one line draws them all.
                strokes = [[(x0, z0), (x1, z1), BREAK] for x0, z0, x1, z1 in one.outlines[reading.hold_s]]
                x, z = np.array(strokes).reshape(-1, 2).T
                colour = WATER_OFF if reading.kind == "water_off" else VERMILION
                axes.plot(x, z, color=colour, lw=1.2, solid_capstyle="round")
        axes.grid(visible=True, lw=0.3, alpha=0.6)
    panels[0].set_ylabel("mm along the needle, from its distal end")
