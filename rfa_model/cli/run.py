"""``run``: solve a scenario."""

from argparse import ArgumentParser, Namespace

from rfa_model._paths import check_writable, default_output
from rfa_model._shipped import scenario_path
from rfa_model.cli.arguments import RESOLUTIONS, add_out, add_quiet, add_scenario, add_workers, seconds
from rfa_model.cli.needs import SOLVES
from rfa_model.cli.verb import Verb
from rfa_model.parallel.workers import available_cores, loading

CHECKPOINT_EVERY_S = 30.0


def arguments(parser: ArgumentParser) -> None:
    """SCENARIO, where to write, and what of it to solve how."""
    add_workers(parser)
    add_scenario(parser)
    add_out(parser, "DIR", "results folder (default: results/<scenario>)")
    parser.add_argument("--arm", action="append", default=[], metavar="NAME", help="only this arm (may be repeated)")
    parser.add_argument("--resolution", choices=RESOLUTIONS, help="mesh resolution, instead of the scenario's")
    there = parser.add_mutually_exclusive_group()
    there.add_argument("--overwrite", action="store_true", help="replace results of another scenario in DIR")
    there.add_argument("--resume", action="store_true", help="go on with what an earlier run of SCENARIO left in DIR")
    parser.add_argument(
        "--checkpoint-every",
        type=seconds,
        default=CHECKPOINT_EVERY_S,
        metavar="S",
        help=f"seconds between checkpoints of an arm (default: {CHECKPOINT_EVERY_S:g}; 0: none); they take 1 %% of the "
        "run at most",
    )
    parser.add_argument(
        "--max-wall", type=seconds, metavar="S", help="stop after so many seconds, leaving checkpoints (exit code 3)"
    )
    add_quiet(parser)


def run(args: Namespace) -> int:
    """Check everything that can be checked, then load what solves."""
    from rfa_model.scenario import load_scenario

    path = scenario_path(args.scenario)
    scenario = load_scenario(path)
    for name in args.arm:
        scenario.arm(name)
    out = check_writable(args.out or default_output(path))

    # What solves takes a second to load; the arms' processes do so while this one plans. Of a run that is resumed it
    # is not known yet how many arms are left.
    arms = len(set(args.arm)) or len(scenario.arms)
    count = 1 if args.resume else min(args.workers or available_cores(), arms)
    with loading("rfa_model.simulation", count, tasks_each=1 if count == arms else None) as pool:
        from rfa_model.simulation import run_scenario

        return run_scenario(
            path,
            out=out,
            arms=args.arm,
            resolution=args.resolution,
            quiet=args.quiet,
            workers=args.workers,
            executor=pool,
            overwrite=args.overwrite,
            resume=args.resume,
            checkpoint_every_s=args.checkpoint_every,
            max_wall_s=args.max_wall,
        )


VERB = Verb("run", "solve every arm, print the comparison, write the results folder", arguments, run, SOLVES)
