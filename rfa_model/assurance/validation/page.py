"""``docs/validation.md``: what was measured, what the model says, and where the two part."""

import json
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from rfa_model import library
from rfa_model._markdown import table
from rfa_model.assurance.page import write_parts
from rfa_model.assurance.validation import joint_page
from rfa_model.assurance.validation.bands import bench
from rfa_model.assurance.validation.compare import Compared, compare
from rfa_model.assurance.validation.emulate import read_table
from rfa_model.assurance.validation.figures import draw_figures
from rfa_model.assurance.validation.files import BenchRun, write_csv
from rfa_model.assurance.validation.joint import joint
from rfa_model.assurance.validation.joint_figure import draw_joint
from rfa_model.assurance.validation.measure import Solved
from rfa_model.assurance.validation.tables import band_table, by_condition, closing, glance, spread_of
from rfa_model.assurance.validation.trials import COOL_DOWN_S
from rfa_model.results.provenance import in_words

INTRODUCTION = """\
Do lesions look like measured ones? This page is written by `rfa-model bench{option}`: it solves the bench experiments
behind the published numbers, conventional needles and cooled probes in excised muscle without blood flow, and holds
each published band against the model. Nothing in the model was adjusted to these bands. A band is held only if every
configuration of ours lies in it, and one that is missed stays here as missed, with the reason as far as we see it.
Whether the equations are solved right is another question, for the [verification page](verification.md).

The bands were taken from abstracts, not from the full papers, except where a band says otherwise."""
BESIDE = """\
Two choices carry the result: what counts as lesion and where the tissue starts. Under each of them so many bands would
hold. This table is information for whoever repeats such a measurement; the verdicts above stay with the judged choice,
which was made first."""
STATUS_WORDS = {
    "read": "read, in the abstract",
    "computed": "computed from what was read in the abstract",
    "unverified": "second-hand",
    "memory": "from memory, no source read",
}
DOCS = Path(__file__).resolve().parents[3] / "docs"
MISSES = Path(__file__).resolve().parents[2] / "library" / "data" / "known_misses.yaml"
AFTER_GROUP = {
    "Length": "gauge.svg",
    "Set temperature": "temperature.svg",
    "Time": "time.svg",
    "Water off": "shapes.svg",
}


def write_page(run: BenchRun, docs: Path) -> Path:
    """Write ``validation.md``, and ``validation/`` with the figures and the numbers as CSV; return the page's path."""
    folder = docs / "validation"
    folder.mkdir(parents=True, exist_ok=True)
    compared = compare(run.solved)
    captions = draw_figures(compared, run.solved, folder)
    write_csv(run.solved, folder / "bench.csv")
    if not run.quick and docs.resolve() == DOCS:
        write_misses(compared)
    fitted = joint(read_table())
    beside = joint_page.parts(fitted, draw_joint(fitted, folder))
    return write_parts(docs / "validation.md", page_parts(run, compared, captions, beside))


def write_misses(compared: Sequence[Compared], path: Path = MISSES) -> None:
    """Write which sizes miss the published ones, as the page says it; report, README and documentation quote it."""
    tried = [one for one in compared if one.band.asserted and one.tried]
    missed = [one for one in tried if one.missed]
    quoted = [one for one in missed if one.band.how in ("value", "percent")]
    lines = [
        "# Written by `rfa-model bench` with docs/validation.md, and by nothing else.",
        f"judged: {json.dumps(bench().conditions.judged.label, ensure_ascii=False)}",
        f"held: {len(tried) - len(missed)}",
        f"tried: {len(tried)}",
        "misses:  # which way, what, here, published; ratios of two lesions are on the page alone",
        *(f"  - {json.dumps(_miss(one), ensure_ascii=False)}" for one in quoted),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _miss(one: Compared) -> list[str]:
    values = [point.value for point in one.judged if point.value is not None]
    low, high = one.band.low, one.band.high
    above = high is not None and bool(values) and max(values) > high
    below = low is not None and (not values or min(values) < low)
    way = "too small and too large" if above and below else "too large" if above else "too small"
    return [way, one.band.title, spread_of(one.judged, one.band), one.band.limits]


def page_parts(
    run: BenchRun, compared: Sequence[Compared], captions: dict[str, str], beside: Sequence[str] = ()
) -> list[str]:
    """The page's parts; ``beside``: those of the joint fit."""
    shown = {name: f"![{caption}](validation/{name})\n\n*{caption}.*" for name, caption in captions.items()}
    parts = [
        "# Validation",
        INTRODUCTION.format(option=" --quick" if run.quick else ""),
        f"**{closing(compared)}.** {_provenance(run)}",
        *_failures(run),
        "## How it was compared",
        *_conditions(run.solved),
        "## In short",
        _table(glance(compared)),
        shown["bands.svg"],
        BESIDE,
        _table(by_condition(compared)),
        *beside,
    ]
    for group, members in groupby(compared, key=lambda one: one.band.group):
        parts.append(f"## {group}")
        for one in members:
            parts += _section(one)
        if group in AFTER_GROUP:
            parts.append(shown[AFTER_GROUP[group]])
    return [*parts, "## Sources", *_sources(compared)]


def _table(rows: Sequence[Sequence[str]]) -> str:
    return table(rows[0], rows[1:])


def _provenance(run: BenchRun) -> str:
    revision = f", revision {run.git}" if run.git else ""
    return (
        f"{run.date}, {in_words(run.versions)}{revision}; {len(run.solved)} runs at `{run.resolution}` resolution. "
        "Every number: [bench.csv](validation/bench.csv)."
    )


def _failures(run: BenchRun) -> list[str]:
    return [f"**Not solved:** {one.trial.name}: {one.failure}" for one in run.failures]


def _conditions(solved: Sequence[Solved]) -> list[str]:
    conditions = bench().conditions
    others = "; ".join(c.label for c in conditions.beside)
    return [
        "These choices were made once, for all bands, before anything was computed.",
        f"- **What counts as lesion.** {conditions.criterion_reason}",
        f"- **Where the tissue starts.** {conditions.start_reason}",
        f"- **When a lesion is read.** {conditions.reading_reason} {_cooling(solved)}",
        f"- **What is shown beside,** and decides nothing: {others}.",
        "- **Material.** Muscle of the library, homogeneous, no blood flow, no shrinkage, 40 mm of it all around.",
    ]


def _cooling(solved: Sequence[Solved]) -> str:
    """By how much the cool-down changes the widths."""
    worst: dict[str, float] = {}
    for one in solved:
        for after in one.rows:
            if not after.after_cooling:
                continue
            before = next(
                row for row in one.rows
                if not row.after_cooling and (row.criterion, row.hold_s) == (after.criterion, after.hold_s)
            )  # fmt: skip
            widths = before.sizes["width_mm"], after.sizes["width_mm"]
            if widths[0] is not None and widths[1] is not None:
                worst[after.criterion] = max(worst.get(after.criterion, 0.0), widths[1] - widths[0])
    known = library.criteria()
    changes = [f"{value:.1f} mm where it is {known[name].label.partition(' (')[0]}" for name, value in worst.items()]
    return f"{COOL_DOWN_S:g} s of cooling would add at most this to a lesion's width: {', '.join(changes)}."


def _section(one: Compared) -> list[str]:
    band = one.band
    asserted = "" if band.asserted else " Shown only, not asserted."
    parts = [
        f"### {band.title}",
        f"{band.statement} ({band.source}; {STATUS_WORDS[band.status]}.){asserted}",
        f"Band: {band.limits}. Verdict: **{one.verdict}**.",
        band_table(one),
    ]
    return parts + ([band.discussion.strip()] if one.missed and band.discussion else [])


def _sources(compared: Sequence[Compared]) -> list[str]:
    keys = dict.fromkeys(one.band.source for one in compared)
    return ["\n".join(f"- {key}: {bench().citation(key)}" for key in (*keys, "cosman2011"))]
