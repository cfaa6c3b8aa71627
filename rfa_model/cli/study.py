"""``study``: thousands of runs of a scenario, or how far its own numbers can be trusted."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from rfa_model._paths import check_writable, default_output
from rfa_model.cli.arguments import RESOLUTIONS, add_out, add_quiet, add_workers, counted
from rfa_model.cli.needs import SOLVES
from rfa_model.cli.verb import Verb


def arguments(parser: ArgumentParser) -> None:
    """STUDY, how many trials, where they are solved and where they are kept."""
    add_workers(parser)
    parser.add_argument(
        "study",
        metavar="STUDY",
        help="a study's YAML file, or the name of a shipped one (rfa-model list studies); of a scenario, its numerical "
        "uncertainty and sensitivity",
    )
    add_out(parser, "DIR", "folder (default: results/<study>, of a scenario results/<scenario>_study)")
    parser.add_argument("--samples", type=counted("samples"), metavar="N", help="instead of the study's")
    parser.add_argument("--resolution", choices=RESOLUTIONS, help="mesh resolution, instead of the study's")
    parser.add_argument("--resume", action="store_true", help="go on with the trials in DIR")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="solve on the Dask cluster at tcp://host:port")
    parser.add_argument("--quick", action="store_true", help="of a scenario: coarser meshes")
    parser.add_argument("--only", choices=("numerics", "sensitivity"), help="of a scenario: one half")
    parser.add_argument("--docs", type=Path, metavar="DIR", help="of a scenario: folder for a page and figures as well")
    add_quiet(parser)


def run(args: Namespace) -> int:
    """Check what can be checked, then load what solves."""
    from rfa_model.studies.verb import run_file, study_path

    path = study_path(args.study)
    if args.docs is not None:
        check_writable(args.docs, "--docs")
    out = None if args.out is None else check_writable(args.out)
    return run_file(
        path,
        out=out,
        default_out=default_output(path),
        samples=args.samples,
        resolution=args.resolution,
        resume=args.resume,
        scheduler=args.scheduler,
        workers=args.workers,
        quick=args.quick,
        only=args.only,
        docs=args.docs,
        quiet=args.quiet,
    )


VERB = Verb(
    "study",
    "many runs: probabilities, what matters, sweeps; of a scenario, its uncertainty",
    arguments,
    run,
    SOLVES,
)
