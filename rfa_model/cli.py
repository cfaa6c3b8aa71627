"""The command line: verbs that call the rest of the package. Heavy imports happen inside the verb that needs them."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rfa_model.errors import RfaModelError

SCENARIO_HELP = "a YAML file, or the name of a shipped scenario (rfa-model list scenarios)"
RESOLUTIONS = ("draft", "standard", "fine")


def _run(args: argparse.Namespace) -> int:
    from rfa_model._paths import check_writable, default_output
    from rfa_model._shipped import scenario_path
    from rfa_model.scenario import load_scenario

    path = scenario_path(args.scenario)
    scenario = load_scenario(path)
    for name in args.arm:
        scenario.arm(name)
    out = check_writable(args.out or default_output(path))

    from rfa_model.simulation import run_scenario

    return run_scenario(
        path, out=out, arms=args.arm, resolution=args.resolution, quiet=args.quiet, workers=args.workers
    )


def _validate(args: argparse.Namespace) -> int:
    from rfa_model._shipped import scenario_path
    from rfa_model.scenario import load_scenario
    from rfa_model.scenario.describe import summary

    print(summary(load_scenario(scenario_path(args.scenario))))
    return 0


def _list(args: argparse.Namespace) -> int:
    from rfa_model import _listing

    print(_listing.TABLES[args.what]())
    return 0


def _schema(args: argparse.Namespace) -> int:
    import json

    from rfa_model.scenario import json_schema

    print(json.dumps(json_schema(), indent=2))
    return 0


def _mesh(args: argparse.Namespace) -> int:
    from rfa_model.scenario.names import find_probe

    probe = find_probe(args.probe)

    from rfa_model.meshing import export_probe_mesh, make_probe_mesh

    mesh = make_probe_mesh(probe, args.resolution, args.domain_radius_mm, refresh=True)
    print(mesh.summary())
    if args.export is not None:
        export_probe_mesh(mesh.path, args.export)
    return 0


def _compare(args: argparse.Namespace) -> int:
    from rfa_model.results import comparison_table, read_results

    print(comparison_table([read_results(folder) for folder in args.results]))
    return 0


def _export(args: argparse.Namespace) -> int:
    from rfa_model._paths import check_writable

    out = check_writable(args.out or args.results / "export")

    from rfa_model.exports.run import FORMATS, export_results

    written = export_results(args.results, out, args.format or FORMATS)
    print(f"{out}: {len(written)} files")
    return 0


def _animate(args: argparse.Namespace) -> int:
    from rfa_model.animation.film import animate

    print(animate(args.results, args.out, args.format))
    return 0


def _view(args: argparse.Namespace) -> int:
    from rfa_model.viewer.interactive import show

    show(args.results, args.arm, args.time, args.screenshot, args.web)
    return 0


def _figures(args: argparse.Namespace) -> int:
    from rfa_model._paths import check_writable

    out = check_writable(args.out or args.results / "figures")

    from rfa_model.pictures.figures import draw_figures

    print(f"{out}: {len(draw_figures(args.results, out, args.format))} files")
    return 0


def _report(args: argparse.Namespace) -> int:
    from rfa_model.report.write import write_report

    for path in write_report(args.results, args.out, pdf=args.pdf):
        print(path)
    return 0


def _verify(args: argparse.Namespace) -> int:
    docs = _docs_folder(args, partial=args.quick or bool(args.case))

    from rfa_model.assurance.verification.run import run_verify

    return run_verify(quick=args.quick, patterns=tuple(args.case), docs=docs, workers=args.workers)


def _bench(args: argparse.Namespace) -> int:
    docs = _docs_folder(args, partial=args.quick)

    from rfa_model.assurance.validation.run import run_bench

    return run_bench(docs=docs, quick=args.quick, workers=args.workers, results=args.results)


def _study(args: argparse.Namespace) -> int:
    from rfa_model._paths import check_writable, default_output
    from rfa_model._shipped import scenario_path

    path = scenario_path(args.scenario)
    out = check_writable(args.out or default_output(path).with_name(f"{path.stem}_study"))
    if args.docs is not None:
        check_writable(args.docs, "--docs")

    from rfa_model.assurance.uncertainty.run import run_study

    return run_study(path, out=out, quick=args.quick, only=args.only, workers=args.workers, docs=args.docs)


def _docs_folder(args: argparse.Namespace, partial: bool) -> Path | None:
    """The folder for a page: the one asked for, ``docs`` for a whole run, none for a part of one."""
    from rfa_model._paths import check_writable

    docs = args.docs or (None if partial else Path("docs"))
    return docs if docs is None else check_writable(docs, "--docs")


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *rest: object) -> None:
        import rfa_model

        print(f"rfa-model {rfa_model.__version__}")
        parser.exit()


def _first_process() -> bool:
    """Whether this is the only process or the first of several, without importing MPI just to say what is wrong."""
    from rfa_model.parallel.workers import LAUNCHER_VARIABLES

    return all(os.environ.get(name, "0") == "0" for name in LAUNCHER_VARIABLES)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number of processes, 1 or more")
    return int(text)


def parser() -> argparse.ArgumentParser:
    """The verbs and their options."""
    top = argparse.ArgumentParser(
        prog="rfa-model",
        description="Radiofrequency ablation of nerves: conventional beside internally cooled probes.",
        epilog="exit codes: 0 done, 2 the input is wrong, 3 the physics or a solver failed or a check does not hold, "
        "130 interrupted",
    )
    top.add_argument("--version", action=_Version, nargs=0, help="print the version and leave")
    verbs = top.add_subparsers(required=True, metavar="VERB", dest="verb")

    workers = argparse.ArgumentParser(add_help=False)
    workers.add_argument("--workers", type=_count, metavar="N", help="processes at once (default: one per core)")

    run = verbs.add_parser(
        "run", parents=[workers], help="solve every arm, print the comparison, write the results folder"
    )
    run.add_argument("scenario", metavar="SCENARIO", help=SCENARIO_HELP)
    run.add_argument("--out", type=Path, metavar="DIR", help="results folder (default: results/<scenario>)")
    run.add_argument("--arm", action="append", default=[], metavar="NAME", help="only this arm (may be repeated)")
    run.add_argument("--resolution", choices=RESOLUTIONS, help="mesh resolution, instead of the scenario's")
    run.add_argument("--quiet", action="store_true", help="no progress on stderr")
    run.set_defaults(verb_function=_run)

    validate = verbs.add_parser("validate", help="check a scenario without solving and print the resolved set-up")
    validate.add_argument("scenario", metavar="SCENARIO", help=SCENARIO_HELP)
    validate.set_defaults(verb_function=_validate)

    listing = verbs.add_parser("list", help="what is in the library, with units and sources")
    listing.add_argument("what", choices=("probes", "tissues", "scenarios", "criteria"))
    listing.set_defaults(verb_function=_list)

    schema = verbs.add_parser("schema", help="print the scenario's JSON Schema, for editors")
    schema.set_defaults(verb_function=_schema)

    mesh = verbs.add_parser("mesh", help="make or refresh a probe's mesh, print its quality, export it")
    mesh.add_argument("probe", metavar="PROBE", help="name of a probe (rfa-model list probes)")
    mesh.add_argument("--resolution", choices=RESOLUTIONS, default="standard")
    mesh.add_argument("--domain-radius-mm", type=float, default=40.0, metavar="R", help="of the sphere (default 40)")
    mesh.add_argument("--export", type=Path, metavar="FILE", help="write the mesh in any format meshio knows")
    mesh.set_defaults(verb_function=_mesh)

    compare = verbs.add_parser("compare", help="the comparison table of results folders already computed")
    compare.add_argument("results", nargs="+", type=Path, metavar="RESULTS")
    compare.set_defaults(verb_function=_compare)

    report = verbs.add_parser("report", help="one self-contained page (HTML, PDF) of a results folder")
    report.add_argument("results", type=Path, metavar="RESULTS", help="a results folder")
    report.add_argument("--out", type=Path, metavar="FILE", help="the page (default: RESULTS/report.html)")
    report.add_argument("--pdf", action="store_true", help="the same as PDF beside it (needs the extra 'pdf')")
    report.set_defaults(verb_function=_report)

    export = verbs.add_parser("export", help="lesions, needles, nerves and bone as STL, VTP and glTF")
    export.add_argument("results", type=Path, metavar="RESULTS")
    export.add_argument("--out", type=Path, metavar="DIR", help="folder (default: RESULTS/export)")
    export.add_argument("--format", action="append", choices=("stl", "vtp", "gltf"), help="only this (may be repeated)")
    export.set_defaults(verb_function=_export)

    animate = verbs.add_parser("animate", help="the lesion growing, all arms on one clock, as GIF or MP4")
    animate.add_argument("results", type=Path, metavar="RESULTS")
    animate.add_argument("--out", type=Path, metavar="FILE", help="file (default: RESULTS/lesion.gif)")
    animate.add_argument("--format", choices=("gif", "mp4"), help="mp4 needs the extra 'video'")
    animate.set_defaults(verb_function=_animate)

    view = verbs.add_parser("view", help="one arm in space: a window, a browser on this machine, or one picture")
    view.add_argument("results", type=Path, metavar="RESULTS")
    view.add_argument("--arm", metavar="NAME", help="which arm (default: the first)")
    view.add_argument("--time", type=float, metavar="S", help="time of the fields (default: end of heating)")
    view.add_argument("--screenshot", type=Path, metavar="FILE", help="write a PNG and leave")
    view.add_argument("--web", action="store_true", help="in a browser, also where there is no display; extra 'web'")
    view.set_defaults(verb_function=_view)

    figures = verbs.add_parser("figures", help="slices and histories as SVG or PDF, with their numbers as CSV")
    figures.add_argument("results", type=Path, metavar="RESULTS")
    figures.add_argument("--out", type=Path, metavar="DIR", help="folder (default: RESULTS/figures)")
    figures.add_argument("--format", choices=("svg", "pdf"), default="svg", help="default svg")
    figures.set_defaults(verb_function=_figures)

    docs_help = "folder for the page and its figures (default: docs, none with --quick)"

    verify = verbs.add_parser("verify", parents=[workers], help="compare with exact solutions, rates and balances")
    verify.add_argument("--quick", action="store_true", help="fewer and coarser meshes, about a minute")
    verify.add_argument("--case", action="append", default=[], metavar="NAME", help="only this case, or pattern")
    verify.add_argument("--docs", type=Path, metavar="DIR", help=docs_help)
    verify.set_defaults(verb_function=_verify)

    bench = verbs.add_parser("bench", parents=[workers], help="compare bench lesions with published bands")
    bench.add_argument("--quick", action="store_true", help="a smaller grid on draft meshes")
    bench.add_argument("--docs", type=Path, metavar="DIR", help=docs_help)
    bench.add_argument("--from", dest="results", type=Path, metavar="FILE", help="draw from an earlier bench.json")
    bench.set_defaults(verb_function=_bench)

    study = verbs.add_parser("study", parents=[workers], help="a scenario's numerical uncertainty and sensitivity")
    study.add_argument("scenario", metavar="SCENARIO", help=SCENARIO_HELP)
    study.add_argument("--out", type=Path, metavar="DIR", help="folder (default: results/<scenario>_study)")
    study.add_argument("--quick", action="store_true", help="coarser meshes")
    study.add_argument("--only", choices=("numerics", "sensitivity"), help="one half of the study")
    study.add_argument("--docs", type=Path, metavar="DIR", help="folder for a page and its figures as well")
    study.set_defaults(verb_function=_study)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb and return the exit code (usage errors leave through ``SystemExit(2)``)."""
    args = parser().parse_args(argv)
    # Small products by the thousand: more threads wait for each other, and on a busy machine for minutes.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        return int(args.verb_function(args))
    except RfaModelError as error:
        if _first_process():
            print(f"rfa-model: error: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("rfa-model: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
