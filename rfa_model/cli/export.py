"""``export``: surfaces, volumes and markups for other programs."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from rfa_model._paths import check_writable
from rfa_model.cli.arguments import add_out, add_quiet, add_results
from rfa_model.cli.needs import DRAWS
from rfa_model.cli.verb import Verb


def arguments(parser: ArgumentParser) -> None:
    """RESULTS, where to write, and in which formats."""
    add_results(parser)
    add_out(parser, "DIR", "folder (default: RESULTS/export)")
    parser.add_argument(
        "--format",
        action="append",
        choices=("stl", "vtp", "gltf", "nifti", "markups", "dicom-seg"),
        help="only this (may be repeated; default: stl, vtp and gltf)",
    )
    parser.add_argument("--source", type=Path, metavar="DIR", help="DICOM series that a dicom-seg refers to")
    add_quiet(parser)


def run(args: Namespace) -> int:
    """Write the files and print how many."""
    out = check_writable(args.out or args.results / "export")

    from rfa_model._progress import Pieces
    from rfa_model.exports.run import FORMATS, export_results

    with Pieces(args.quiet) as progress:
        written = export_results(args.results, out, args.format or FORMATS, progress, args.source)
    print(f"{out}: {len(written)} files")
    return 0


VERB = Verb(
    "export",
    "lesions, needles, nerves and bone for other programs: surfaces, NIfTI, DICOM SEG, Slicer markups",
    arguments,
    run,
    DRAWS,
)
