"""How far a needle's build counts: ``python -m benchmarks.needles [--docs DIR] [--keep FILE]``.

Holds the sensor's tube against one that is meshed, in the meridian plane, and a bevelled end against a round one;
prints the page, writes it to ``docs/needles.md``, and exits with 1 if display or tissue are off by more than is
promised.
"""

import argparse
import datetime
import sys
from pathlib import Path

from benchmarks import bevel, hollow
from rfa_model._markdown import table
from rfa_model.results.provenance import in_words, versions

# Of what the cannula is above its display; of the tissue's rise.
PROMISED_C, PROMISED_RISE = 1.0, 0.02
TEXT = """# Needles as built

What a cannula's build does to its lesion, as far as it is modelled. This page is written by
`python -m benchmarks.needles`.

{date}, {versions}.

## A sensor's tube in the bore

rfa-model spreads wall, filling and tube over the needle's section and takes the tube for a fin that the wall warms
([model](model.md)). Here wall, filling, tube and sleeve are each meshed in the meridian plane and solved by a peer
that shares no discretisation and no solver; its generator holds what the tube's closed end has. {set_C:g} °C for
{hold_s:g} s from 37 °C, 10 mm tips but for one, muscle without blood flow; rfa-model at draft resolution, the peer in
steps of {step_s:g} s.

{tube}

Largest differences: {off_C:.1f} °C in how far the cannula is above its display, {off_rise:.1f} % of the tissue's rise.
Promised are {promised_C:g} °C and {promised_rise:g} %: **{verdict}**. Widths differ by up to {off_width:.1f} %: ours is
read off the linear facets of a draft mesh, and at 4 mm, where the isotherm lies, temperatures agree better than that.

## A bevel

The end of the library's cannulas (10 mm tips, fluid in the bore) round as they are, flat, or cut by a plane at an
angle to the axis; lesion by the edge that the bench sees, {bevel_set_C:g} °C for {bevel_hold_s:g} s from 37 °C, muscle
without blood flow, draft meshes. Lengths count from the point, so that a bevelled tip has less metal; the sensor sits
where the bore is whole, at the heel or, in blunter ends, where it usually does.

{bevel}

From 22G to 16G lesions are wider by {gains}. {bevel_words} The
effect of the gauge does not come from there. What a bevel does change is where it is hottest: the current crowds at its
sharp edge, where draft cells tell the temperature only roughly.

The library's needles keep their round ends: of the makers' drawings and instructions that were looked for, none that
could be read states an angle (sharp cannulas, says `cosman2014`, and no more).
"""
TUBE_HEAD = ("needle", "", "display, °C", "cannula, °C", "1 mm beside, °C", "2 mm", "4 mm", "50 °C: width, mm")
BEVEL_HEAD = ("gauge", "end", *bevel.SIZES.values(), "volume against round", "hottest tissue, °C", "start, Ω")


def tube_section(found: dict[str, tuple[hollow.Found, hollow.Found]]) -> tuple[str, float, float, float]:
    """Table, and the largest differences: °C of cannula over display, shares of the rise and of the width.

    ``found``: by needle what the meshed one has, and ours.
    """
    lines, off = [], [0.0, 0.0, 0.0]
    for name, (meshed, ours) in found.items():
        for who, found in (("meshed", meshed), ("rfa-model", ours)):
            beside = (f"{found.beside_C[away]:.1f}" for away in hollow.BESIDE_MM)
            lines.append(
                (name, who, f"{found.display_C:.1f}", f"{found.cannula_C:.1f}", *beside, f"{found.width_mm:.2f}")
            )
        above = [found.cannula_C - found.display_C for found in (meshed, ours)]
        rises = [abs(ours.beside_C[r] - T) / (T - hollow.REFERENCE_C) for r, T in meshed.beside_C.items()]
        these = abs(above[1] - above[0]), max(rises), abs(ours.width_mm / meshed.width_mm - 1.0)
        off = [max(pair) for pair in zip(off, these, strict=True)]
    return table(TUBE_HEAD, lines), *off


def bevel_section(found: dict[int, dict[str, bevel.Row]]) -> tuple[str, str, str]:
    """Table, the gauge's effect by end, and what is largest."""
    lines = []
    for gauge, rows in found.items():
        for name, row in rows.items():
            sizes = (f"{row[size]:.0f}" if size == "volume_mm3" else f"{row[size]:.1f}" for size in bevel.SIZES)
            against = 100.0 * (row["volume_mm3"] / rows["round"]["volume_mm3"] - 1.0)
            hottest, ohm = f"{row['hottest_C']:.0f}", f"{row['impedance_ohm']:.0f}"
            lines.append((f"{gauge}G", name, *sizes, f"{against:+.0f} %", hottest, ohm))
    thick, thin = found[min(found)], found[max(found)]
    gains = [f"{100.0 * (thick[n]['width_mm'] / thin[n]['width_mm'] - 1.0):.0f} % ({n})" for n in thin]
    cut = [(rows, row) for rows in found.values() for name, row in rows.items() if name.startswith("bevel")]

    def spread(size: str) -> str:
        changes = [100.0 * (row[size] / rows["round"][size] - 1.0) for rows, row in cut]
        return f"{min(changes):+.0f} to {max(changes):+.0f} %"

    words = (
        f"Against a round end a bevel changes the width by {spread('width_mm')}, the length by {spread('length_mm')} "
        f"and the volume by {spread('volume_mm3')}."
    )
    return table(BEVEL_HEAD, lines), ", ".join(gains), words


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--docs", type=Path, default=Path("docs"), help="folder for needles.md")
    parser.add_argument("--keep", type=Path, help="JSON file that bevelled runs are kept in and taken from")
    asked = parser.parse_args()
    runs = {name: (hollow.run_meshed(trial), hollow.run_ours(trial)) for name, trial in hollow.NEEDLES.items()}
    tube, off_C, off_rise, off_width = tube_section(runs)
    bevels, gains, words = bevel_section(bevel.run(asked.keep))
    held = off_C <= PROMISED_C and off_rise <= PROMISED_RISE
    text = TEXT.format(
        date=f"{datetime.date.today():%d %B %Y}",
        versions=in_words(versions()),
        set_C=hollow.SET_C,
        hold_s=hollow.HOLD_S,
        step_s=hollow.STEP_S,
        tube=tube,
        off_C=off_C,
        off_rise=100.0 * off_rise,
        off_width=100.0 * off_width,
        promised_C=PROMISED_C,
        promised_rise=100.0 * PROMISED_RISE,
        verdict="held" if held else "MISSED",
        bevel=bevels,
        bevel_set_C=bevel.SET_C,
        bevel_hold_s=bevel.HOLD_S,
        gains=gains,
        bevel_words=words,
    )
    (asked.docs / "needles.md").write_text(text, encoding="utf-8")
    print(text)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
