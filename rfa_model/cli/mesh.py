"""``mesh``: a probe's mesh."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from rfa_model.applicators.cell_sizes import USUAL_DOMAIN_RADIUS_MM, USUAL_RESOLUTION
from rfa_model.cli.arguments import RESOLUTIONS, add_quiet
from rfa_model.cli.needs import SOLVES
from rfa_model.cli.verb import Verb


def arguments(parser: ArgumentParser) -> None:
    """Which probe, how fine, in how large a sphere."""
    parser.add_argument("probe", metavar="PROBE", help="name of a probe (rfa-model list probes)")
    parser.add_argument("--resolution", choices=RESOLUTIONS, default=USUAL_RESOLUTION)
    parser.add_argument(
        "--domain-radius-mm", type=float, default=USUAL_DOMAIN_RADIUS_MM, metavar="R", help="of the sphere (default 40)"
    )
    parser.add_argument("--export", type=Path, metavar="FILE", help="write the mesh in any format meshio knows")
    add_quiet(parser)


def run(args: Namespace) -> int:
    """Make it anew, print its quality, write it where asked."""
    from rfa_model.library.names import find_probe

    probe = find_probe(args.probe)

    from rfa_model._progress import Pieces
    from rfa_model.meshing import export_mesh, make_mesh

    with Pieces(args.quiet) as progress:
        mesh = make_mesh(probe.applicator(), args.resolution, args.domain_radius_mm, refresh=True, progress=progress)
    print(mesh.summary())
    if args.export is not None:
        export_mesh(mesh.path, args.export)
    return 0


VERB = Verb("mesh", "make or refresh a probe's mesh, print its quality, export it", arguments, run, SOLVES)
