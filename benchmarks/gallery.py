"""``docs/gallery.md``: pictures of shipped scenarios at draft resolution.

``python -m benchmarks.gallery [--results DIR] [--docs DIR] [--only SCENARIO …]`` runs what is not in DIR yet (about a
minute each); with ``--only`` the others keep the pictures they have.
"""

import argparse
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from rfa_model._shipped import shipped_scenarios
from rfa_model.cli import main as rfa_model
from rfa_model.errors import InputError
from rfa_model.results import Results, read_results
from rfa_model.scenario import load_scenario

WIDTH_PX, QUALITY = 1000, 88

HEAD = """# Gallery

Shipped scenarios at **draft** resolution: for looking, not for numbers. Written by `python -m benchmarks.gallery`; the
pictures are those of [`rfa-model run`](pictures.md) made smaller.
"""


@dataclass(frozen=True)
class Entry:
    """A shipped scenario, what to see in it, and which of its pictures are shown."""

    scenario: str
    sight: str
    pictures: tuple[str, ...]


ENTRIES = (
    Entry(
        "l4_medial_branch",
        "Two techniques, each as it is used: a needle laid along the nerve, and a cooled probe set end-on. The cooled "
        "lesion reaches ahead of its tip; the conventional one lies about the length of its own.",
        ("comparison.png", "fluoroscopy_conventional.png", "fluoroscopy_cooled.png", "cooled/slice.png"),
    ),
    Entry(
        "l4_conventional_perpendicular",
        "The same conventional needle along the nerve and end-on: a lesion that hardly reaches ahead of the tip takes "
        "less of a nerve that passes there.",
        ("comparison.png", "fluoroscopy_perpendicular.png"),
    ),
    Entry(
        "l4_visible_human_surfaces",
        "The conventional needle of the first scenario on somebody's bones: triangle surfaces of the Visible Human "
        "Male. Here it comes in with 10° of caudal tilt, and with 44° on the parametric level: it follows the nerve, "
        "which is laid through the valley between the two processes, and on these bones that runs backwards more than "
        "down. The lesion is much the same, 1105 mm³ by the visible edge and 1089 mm³ there, as the tip lies on bone "
        "in both. What differs is where things lie: the worst margin of the nerve is +1.3 mm instead of +1.6 mm, as "
        "the valley bends and the needle is straight, and the spinal nerve reaches 42.5 °C, a warning, instead of "
        "40.8 °C, being nearer. Both nerves are **estimated** here; on the parametric level they are given.",
        ("comparison.png", "fluoroscopy_conventional.png"),
    ),
    Entry(
        "l4_visible_human_labels",
        "The same bones as a label map of 0.7 mm, such as a segmentation makes of a CT. The surface lies between "
        "voxels, and the landmarks proposed on it, and with them the estimated nerve and the needle, come to lie a "
        "millimetre or two from those on the triangles: lesion 1144 mm³, worst margin +1.3 mm, spinal nerve 41.3 °C. "
        "So much hangs on a landmark.",
        ("conventional/slice.png", "fluoroscopy_conventional.png"),
    ),
    Entry("l3_gauges", "Four gauges in one place: thicker needles make wider lesions.", ("comparison.png",)),
    Entry(
        "l5_dorsal_ramus",
        "The dorsal ramus on the sacral ala, where the bone is another one.",
        ("comparison.png", "fluoroscopy_conventional.png"),
    ),
    Entry(
        "bench_muscle_cooled",
        "No anatomy: bench tissue at room temperature, with and without water in the cooled probe.",
        ("comparison.png", "water_on/history.png"),
    ),
    Entry(
        "bench_bipolar",
        "Two needles, the generator between them: one strip, where a needle against the pad makes an ellipsoid about "
        "itself.",
        ("comparison.png", "bipolar/slice.png"),
    ),
    Entry(
        "l4_placed_pair",
        "Two needles, each placed like a single one, along the nerve and declined; the generator between them.",
        ("bipolar/slice.png", "fluoroscopy_bipolar.png"),
    ),
    Entry(
        "bench_tined",
        "Three tines ahead of a short tip, straight and curved, beside a straight needle: rounder, and further ahead.",
        ("comparison.png", "tined/scene.png", "curved/slice.png"),
    ),
    Entry(
        "three_lesions",
        "Three lesions in turn, the needle drawn back along the nerve in between; faint where it lay before. Heat that "
        "is left counts, damage adds, and what is drawn and told is all of them together; beside it one lesion of a "
        "longer tip.",
        ("comparison.png", "fluoroscopy_strip.png", "strip/slice.png"),
    ),
    Entry(
        "pulsed_drg",
        "Pulses at a dorsal root ganglion: nothing is destroyed, and the field's amplitude is what there is to see.",
        ("comparison.png", "pulsed/field.png"),
    ),
    Entry(
        "bench_own_electrodes",
        "Electrodes written out in the scenario: a thin one that protrudes from a needle's end; a needle insulated but "
        "for a window in its side, whose lesion lies to that side; and a ring.",
        ("comparison.png", "protruding/slice.png", "window/slice.png"),
    ),
    Entry(
        "bipolar_palisade",
        "Three pairs in a row, further and further apart: where the strip thins out.",
        ("comparison.png",),
    ),
)


def page(entries: Sequence[Entry], results: Path, docs: Path, only: Sequence[str] = ()) -> Path:
    """Write the page and its pictures from results folders that are there; the pictures of ``only``, if any is named.

    Raises
    ------
    InputError
        If a results folder or one of its pictures is missing.
    """
    folder = docs / "gallery"
    if not only:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    text = [HEAD]
    for entry in entries:
        kept = bool(only) and entry.scenario not in only
        text.append("\n".join(_section(entry, None if kept else read_results(results / entry.scenario), folder)))
    path = docs / "gallery.md"
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    return path


def _section(entry: Entry, results: Results | None, folder: Path) -> Iterator[str]:
    """An entry, with pictures from its results, or those there are already."""
    title = load_scenario(shipped_scenarios()[entry.scenario]).title if results is None else results.title
    yield f"## {title}\n\n{entry.sight}\n\n*`scenarios/{entry.scenario}.yaml`*\n"
    for picture in entry.pictures:
        small = folder / f"{entry.scenario}-{Path(picture).with_suffix('.jpg').as_posix().replace('/', '-')}"
        source = small if results is None or results.folder is None else results.folder / picture
        if not source.is_file():
            raise InputError(f"{source} is missing; run rfa-model run {entry.scenario} again")
        if source != small:
            shrink(source, small)
        yield f"![{Path(picture).stem.replace('_', ' ')} of {title}](gallery/{small.name})\n"


def shrink(source: Path, target: Path) -> None:
    """Copy a picture as JPEG, 1000 pixels wide."""
    with Image.open(source) as image:
        size = (WIDTH_PX, round(image.height * WIDTH_PX / image.width))
        small = image.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    small.save(target, quality=QUALITY, subsampling=0)


def main() -> int:
    """Run what is missing, write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gallery", description=__doc__)
    parser.add_argument("--results", type=Path, default=Path("results/gallery"), metavar="DIR")
    parser.add_argument("--docs", type=Path, default=Path("docs"), metavar="DIR")
    parser.add_argument("--only", nargs="+", default=[], metavar="SCENARIO", help="entries to draw anew")
    args = parser.parse_args()
    for entry in ENTRIES:
        if args.only and entry.scenario not in args.only:
            continue
        out = args.results / entry.scenario
        if not (out / "summary.json").is_file():
            code = rfa_model(["run", entry.scenario, "--resolution", "draft", "--out", str(out)])
            if code:
                return code
    print(page(ENTRIES, args.results, args.docs, args.only))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
