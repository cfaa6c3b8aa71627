"""``report``: results as one page."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from rfa_model.cli.arguments import add_out, add_quiet, add_results
from rfa_model.cli.needs import DRAWS
from rfa_model.cli.verb import Verb


def arguments(parser: ArgumentParser) -> None:
    """RESULTS, where to write, and whether as PDF too."""
    add_results(parser, "a results folder")
    add_out(parser, "FILE", "the page (default: RESULTS/report.html)")
    parser.add_argument(
        "--study",
        type=Path,
        metavar="DIR",
        help="a study's folder with a surrogate: adds what displacements are forgiven",
    )
    parser.add_argument("--pdf", action="store_true", help="the same as PDF beside it (needs the extra 'pdf')")
    add_quiet(parser)


def run(args: Namespace) -> int:
    """Write the page and print where."""
    from rfa_model._progress import Pieces
    from rfa_model.report.write import write_report

    with Pieces(args.quiet) as progress:
        further = []
        if args.study is not None:
            from rfa_model.studies.surrogate.report_part import tolerance_part

            further.append(tolerance_part(args.results, args.study))
        written = write_report(args.results, args.out, pdf=args.pdf, progress=progress, further=further)
    for path in written:
        print(path)
    return 0


VERB = Verb("report", "one self-contained page (HTML, PDF) of a results folder", arguments, run, DRAWS)
