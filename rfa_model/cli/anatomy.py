"""``anatomy inspect``: what is understood of somebody's images or surfaces, before anything is solved in them."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from rfa_model._paths import check_writable
from rfa_model.cli.arguments import add_out
from rfa_model.cli.needs import DRAWS
from rfa_model.cli.verb import Verb
from rfa_model.errors import InputError

if TYPE_CHECKING:
    from rfa_model.anatomy.imaged.source import Source

SCHEMES = ("totalsegmentator_v2", "totalsegmentator_v1", "verse")


def arguments(parser: ArgumentParser) -> None:
    """What to do, the file, and what its numbers and axes mean."""
    parser.add_argument("what", choices=("inspect",), help="inspect: say and draw what is understood of a file")
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="a label map, a bone's surface, or a scenario that names such files"
    )
    parser.add_argument("--scheme", choices=SCHEMES, help="what the numbers of a label map mean")
    parser.add_argument(
        "--structure", metavar="NAME", help="what a surface is, such as vertebra_L4 (default: its name)"
    )
    parser.add_argument("--axes", metavar="XYZ", help="where a surface's x, y and z run to: RAS, LPS")
    parser.add_argument(
        "--units", choices=("mm", "cm", "m"), default="mm", help="what a surface counts in (default: mm)"
    )
    add_out(parser, "DIR", "folder for anatomy.json and pictures (default: FILE's name, in the working folder)")


def run(args: Namespace) -> int:
    """Read, check, write ``anatomy.json`` and pictures, and print the gist."""
    out = check_writable(args.out or Path(args.file.name.split(".")[0] + "_anatomy"))

    from rfa_model._files import whole_file
    from rfa_model.anatomy.imaged.inspection import inspect
    from rfa_model.pictures.inspected import draw_inspection

    made = inspect(_source(args), str(args.file))
    with whole_file(out / "anatomy.json") as partial:
        partial.write_text(json.dumps(made.as_json(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    for level, name in made.levels.items():
        part = made.parts[name]
        print(f"{level:4} {name:14} {part['volume_cm3']:>8} cm³  middle {part['centroid_mm']} mm (LPS)")
    for (level, side), curve in made.nerves.items():
        print(f"{level:4} {side:5} {curve.label}, {curve.arc_length_mm()[-1]:.0f} mm")
    for warning in made.warnings:
        print(f"warning: {warning}")
    drawn = draw_inspection(made, out)
    print(f"{out}: anatomy.json, {', '.join(path.name for path in drawn)}")
    return 0


def _source(args: Namespace) -> Source:
    from rfa_model.anatomy.readers.volumes import DICOM, ITK, NIFTI, check_readable, suffix_of

    check_readable(args.file)
    suffix = suffix_of(args.file)
    if suffix in (".yaml", ".yml"):
        return _of_scenario(args.file)
    if suffix in (*NIFTI, *ITK, *DICOM):
        return _of_labels(args.file, args.scheme)
    return _of_surface(args)


def _of_scenario(path: Path) -> Source:
    from rfa_model.anatomy.imaged_words import ImagedAnatomy
    from rfa_model.scenario import load_scenario

    words = load_scenario(path).anatomy
    if not isinstance(words, ImagedAnatomy):
        raise InputError(f"{path}: its anatomy of kind {words.kind} comes from no file; there is nothing to inspect")
    return words.source()


def _of_labels(path: Path, scheme: str | None) -> Source:
    from rfa_model.anatomy.from_labels import label_meanings
    from rfa_model.anatomy.imaged.checks import complaints
    from rfa_model.anatomy.imaged.label_source import LabelSource
    from rfa_model.anatomy.imaged_words import sha256_of
    from rfa_model.anatomy.readers.volumes import read_volume

    volume, key = read_volume(path), sha256_of(path)
    if scheme is not None:
        return LabelSource(volume, label_meanings(scheme, {}), key, str(path))
    fitting = []
    for name in SCHEMES:
        try:
            source = LabelSource(volume, label_meanings(name, {}), key, str(path))
        except InputError:
            continue
        if any(part.structure.level for part in source.found.values()) and not list(complaints(source.found)):
            fitting.append(name)
    raise InputError(
        f"{path}: a label map's numbers mean nothing without a scheme; write --scheme, one of {', '.join(SCHEMES)}"
        + (f" (what is in it could be: {', '.join(fitting)})" if fitting else " (none makes a spine of what is in it)")
    )


def _of_surface(args: Namespace) -> Source:
    from rfa_model.anatomy.imaged.triangle_source import TriangleSource
    from rfa_model.anatomy.readers.structures import structure
    from rfa_model.anatomy.readers.triangles import read_triangles
    from rfa_model.library import tissues

    name = args.structure or args.file.name.split(".")[0]
    if args.axes is None:
        raise InputError(f"{args.file}: a surface does not say where its axes run; write --axes RAS or --axes LPS")
    surface = read_triangles(args.file, args.axes, args.units)
    return TriangleSource(
        {name: (structure(name, tissues()), surface)}, f"axes {args.axes}, units {args.units}, as said"
    )


VERB = Verb("anatomy", "say and draw what is understood of a label map or of bone surfaces", arguments, run, DRAWS)
