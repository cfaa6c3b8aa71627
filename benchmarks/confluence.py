"""Bipolar confluence against spacing: how far apart two needles may lie before their lesions no longer join.

``python -m benchmarks.confluence [--results FILE] [--docs DIR]`` solves what FILE does not hold yet, some ten seconds
of one core each, then writes the picture and the table of ``docs/modes.md``.
"""

import argparse
import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.lines import Line2D

from rfa_model.drawing import style
from rfa_model.scenario import Scenario
from rfa_model.simulation import simulate

GAUGES = (18, 20, 22)
STARTS_C = (21, 37)
SPACINGS_MM = (6, 8, 10, 12, 14, 16, 18, 20)
CRITERIA = ("visible_edge", "arrhenius", "arrhenius_99", "isotherm_45C", "isotherm_50C", "isotherm_60C", "cem43_240min")
DRAWN = {"isotherm_50C": "50 °C", "visible_edge": "visible edge (51.4 °C)", "isotherm_60C": "60 °C"}
DASHES = dict(zip(GAUGES, ("solid", "dashed", "dotted"), strict=True))
PICTURE = "modes/confluence.png"
BEGIN, END = "<!-- confluence: begin -->", "<!-- confluence: end -->"
Row = dict[str, Any]


def scenario(gauge: int, start_C: float, spacing_mm: float) -> Scenario:
    """Two needles in muscle without blood flow, 80 °C, 15 s ramp and 90 s hold; draft mesh, quadratic elements."""
    pair = {"probe": f"conventional_{gauge}g_10mm", "spacing_mm": float(spacing_mm), "drive": "bipolar"}
    content: dict[str, Any] = {
        "title": "confluence",
        "anatomy": {"kind": "homogeneous", "tissue": "muscle"},
        "body": {"temperature_C": float(start_C), "perfusion": False},
        "criteria": list(CRITERIA),
        "arms": {
            "pair": {
                "applicator": {"pair": pair},
                "protocol": [
                    {"ramp": {"to_C": 80.0, "duration_s": 15.0}},
                    {"hold": {"temperature_C": 80.0, "duration_s": 90.0}},
                ],
            }
        },
        "numerics": {"resolution": "draft", "element_order": 2},
    }
    return Scenario(**content)


def solved(file: Path) -> list[Row]:
    """Every case, those that FILE lacks solved and added to it one by one."""
    rows: list[Row] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []
    known = {(row["gauge"], row["start_C"], row["spacing_mm"]) for row in rows}
    for case in cases():
        if case not in known:
            arm = simulate(scenario(*case)).arms["pair"].summary
            lesions = {name: numbers for name, numbers in arm["lesions"].items()}
            waist = {name: [one["joined"], one["waist_mm"], one["waist_length_mm"]] for name, one in lesions.items()}
            rows.append({**dict(zip(("gauge", "start_C", "spacing_mm"), case, strict=True)), "waist": waist})
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
            print(*case, waist, flush=True)
    return rows


def cases() -> Iterator[tuple[int, int, int]]:
    """Gauge, temperature at the start, spacing: both starts after one another, since they share a mesh."""
    return ((g, start, s) for g in GAUGES for s in SPACINGS_MM for start in STARTS_C)


def draw(rows: list[Row], path: Path) -> None:
    """Width of the strip midway against spacing: a colour per criterion, dashes per gauge."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context({"font.size": 10}):
        figure, axes = plt.subplots(1, len(STARTS_C), figsize=(9.0, 4.0), sharey=True, layout="constrained")
        for box, start in zip(axes, STARTS_C, strict=True):
            for gauge, name in product(GAUGES, DRAWN):
                mine = [row for row in rows if (row["gauge"], row["start_C"]) == (gauge, start)]
                at, widths = ([row["spacing_mm"] for row in mine], [row["waist"][name][1] for row in mine])
                look = {"color": style.criterion_colour(name), "linestyle": DASHES[gauge]}
                box.plot(at, widths, marker="o", markersize=3, **look)
            box.set_title(f"from {start} °C")
            box.set_xlabel("spacing (mm)")
            box.grid(color="#E3E7EC")
        axes[0].set_ylabel("width midway (mm); 0: not joined")
        criteria = [Line2D([], [], color=style.criterion_colour(name), label=words) for name, words in DRAWN.items()]
        gauges = [Line2D([], [], color="black", linestyle=DASHES[gauge], label=f"{gauge}G") for gauge in GAUGES]
        figure.legend(handles=[*criteria, *gauges], loc="outside lower center", ncols=6, frameon=False)
        figure.savefig(path, dpi=130)
        plt.close(figure)


def table(rows: list[Row]) -> str:
    """Widths midway by criterion, spacing down, gauges and starts across."""
    columns = [(gauge, start) for start in STARTS_C for gauge in GAUGES]
    heads = ["spacing, mm", *(f"{gauge}G from {start} °C" for gauge, start in columns)]
    lines = []
    for name in CRITERIA:
        lines += [f"\n{name.replace('_', ' ')}:\n", f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
        for spacing in SPACINGS_MM:
            found = {(row["gauge"], row["start_C"]): row["waist"][name] for row in rows if row["spacing_mm"] == spacing}
            cells = [f"{found[c][1]:.1f}" if c in found and found[c][0] else "–" for c in columns]
            lines.append(f"| {spacing} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> int:
    """Solve what is missing, draw, and put the table into the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.confluence", description=__doc__)
    parser.add_argument("--results", type=Path, default=Path("docs/modes/confluence.json"), metavar="FILE")
    parser.add_argument("--docs", type=Path, default=Path("docs"), metavar="DIR")
    args = parser.parse_args()
    rows = solved(args.results)
    draw(rows, args.docs / PICTURE)
    page = args.docs / "modes.md"
    head, rest = page.read_text(encoding="utf-8").split(BEGIN)
    page.write_text(f"{head}{BEGIN}\n{table(rows)}\n\n{END}{rest.split(END)[1]}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
