"""From an applicator to a checked mesh: gmsh algorithms in turn until the worst cell is good enough."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rfa_model._progress import SILENT, Pieces
from rfa_model.applicators.applicator import Applicator
from rfa_model.applicators.cell_sizes import MeshSizes
from rfa_model.errors import SolveError
from rfa_model.meshing.arrays import MeshArrays
from rfa_model.meshing.cad import build_model
from rfa_model.meshing.checks import check_groups
from rfa_model.meshing.gmsh_session import Gmsh, gmsh_session
from rfa_model.meshing.groups import groups_of
from rfa_model.meshing.msh_file import extract_arrays
from rfa_model.meshing.roundness import true_sizes

# Worst radius ratio that is accepted, and the one that ends the search for a better mesh.
MIN_QUALITY = 0.10
GOOD_QUALITY = 0.13
OPTIMISERS = ("Relocate3D", "Netgen", "")


@dataclass(frozen=True)
class Attempt:
    """One choice of gmsh algorithms: surface, volume, and a factor on the sizes."""

    surface_algorithm: int
    volume_algorithm: int
    size_factor: float


# Surface 6 = frontal Delaunay, 5 = Delaunay; volume 10 = HXT, 1 = Delaunay (more cells at the same sizes).
ATTEMPTS = (Attempt(6, 10, 1.0), Attempt(5, 10, 1.0), Attempt(6, 10, 0.97), Attempt(5, 10, 1.03), Attempt(6, 1, 1.08))


def generate_mesh(
    applicator: Applicator,
    sizes: MeshSizes,
    domain_radius_mm: float,
    min_quality: float = MIN_QUALITY,
    progress: Pieces = SILENT,
) -> MeshArrays:
    """Mesh the applicator in its sphere: the first good mesh, else the best acceptable one.

    Parameters
    ----------
    min_quality
        Worst radius ratio (see :meth:`MeshArrays.qualities`) a mesh may have.
    progress
        Told of every stage of every attempt.

    Raises
    ------
    SolveError
        When no attempt gives a mesh whose worst radius ratio reaches ``min_quality``.
    """
    groups = groups_of(applicator)
    best: MeshArrays | None = None
    best_quality = -1.0
    outcomes: list[str] = []
    for attempt in ATTEMPTS:
        try:
            mesh = replace(_mesh_once(applicator, sizes, domain_radius_mm, attempt, progress), groups=groups)
            mesh = true_sizes(mesh, applicator)
            check_groups(mesh, groups)
        except SolveError:
            raise
        except Exception as error:  # gmsh raises bare Exception
            outcomes.append(str(error))
            continue
        worst = float(mesh.qualities().min())
        outcomes.append(f"worst cell quality {worst:.3f}")
        if worst > best_quality:
            best, best_quality = mesh, worst
        if best_quality >= max(min_quality, GOOD_QUALITY):
            break
    if best is None or best_quality < min_quality:
        raise SolveError(
            f"applicator {applicator.name}: no mesh with every cell quality ≥ {min_quality:g} "
            f"(tried {len(outcomes)} ways: {'; '.join(outcomes)}); "
            "choose a finer resolution, or make its smallest wall or rounding larger"
        )
    return best


def _mesh_once(
    applicator: Applicator, sizes: MeshSizes, domain_radius_mm: float, attempt: Attempt, progress: Pieces
) -> MeshArrays:
    size = applicator.size_function(sizes)
    factor = attempt.size_factor

    def callback(dim: int, tag: int, x: float, y: float, z: float, lc: float) -> float:
        return factor * size(x, y, z)

    with gmsh_session() as gmsh:
        build_model(gmsh, applicator, domain_radius_mm, groups_of(applicator))
        _set_options(gmsh, attempt)
        gmsh.model.mesh.setSizeCallback(callback)
        progress.expect(1 + len(OPTIMISERS))
        gmsh.model.mesh.generate(3)
        progress.done("cells made")
        for method in OPTIMISERS:
            gmsh.model.mesh.optimize(method)
            progress.done("cells improved")
        mesh = extract_arrays(gmsh)
        gmsh.model.mesh.removeSizeCallback()
    return mesh


def _set_options(gmsh: Gmsh, attempt: Attempt) -> None:
    options = {
        "Mesh.Algorithm": attempt.surface_algorithm,
        "Mesh.Algorithm3D": attempt.volume_algorithm,
        "Mesh.MeshSizeExtendFromBoundary": 0,
        "Mesh.MeshSizeFromPoints": 0,
        "Mesh.MeshSizeFromCurvature": 0,
        "Mesh.LcIntegrationPrecision": 1e-3,
        "Mesh.Optimize": 1,
        "Mesh.MinimumCirclePoints": 6,
    }
    for key, value in options.items():
        gmsh.option.setNumber(key, value)
