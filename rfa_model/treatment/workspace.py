"""What treatments solved in one process may share: an applicator's mesh, its element tables, matrices and solvers."""

from collections import OrderedDict
from dataclasses import dataclass
from functools import cache, cached_property

from rfa_model.applicators.applicator import Applicator
from rfa_model.meshing import ApplicatorMesh, load_mesh
from rfa_model.metrics.lesion import LesionVolume
from rfa_model.metrics.mesh import TetMesh
from rfa_model.scenario import Numerics
from rfa_model.solver.domain import Domain
from rfa_model.solver.gather import local_cells
from rfa_model.solver.linear_systems import LinearSystems
from rfa_model.solver.several_sensors import Thermometers

Key = tuple[tuple[object, ...], str, float, int, str]
KEPT_BY_WORKERS = 2


@dataclass(frozen=True)
class Kept:
    """What treatments of one applicator share: its mesh, the systems on it, what reads sensors in it."""

    mesh: ApplicatorMesh
    systems: LinearSystems
    thermometers: Thermometers

    @cached_property
    def tissue(self) -> LesionVolume:
        """What measures lesions in the tissue that this process holds."""
        domain = self.systems.domain
        points_mm = domain.tables.V.tabulate_dof_coordinates() * 1e3
        return LesionVolume(TetMesh.of_cells(points_mm, local_cells(domain, "tissue")))


class Workspace:
    """Meshes and matrices kept from one treatment to the next: for many poses, tissues or protocols of one applicator.

    Hand the same one to every :func:`~rfa_model.simulation.simulate`. Applicators of the same shape, resolution,
    domain, element order and outer boundary share mesh, element tables, sparsity patterns and multigrid's
    interpolation. An iteration that has another's interpolation stops elsewhere within its tolerance: lesions agree
    with those of a simulation by itself to about six digits, the power of a moment to four.

    Parameters
    ----------
    most : int or None
        How many applicators' meshes are kept at a time, those used last; None: all, until the workspace is given back.
    same_numbers : bool
        Keep only what changes no number: every treatment makes its own interpolation, and solves to the bit as it would
        by itself, whatever was solved before.
    """

    def __init__(self, most: int | None = None, *, same_numbers: bool = False) -> None:
        self._most, self._anew = most, same_numbers
        self._kept: OrderedDict[Key, Kept] = OrderedDict()

    def prepare(self, arm: str, applicator: Applicator, numerics: Numerics, *, anew: bool = False) -> Kept:
        """Return what is kept of the applicator, ready to serve an arm; made if it is not there yet.

        ``anew``: what was solved before changes none of this arm's numbers, as with ``same_numbers``.

        Raises
        ------
        InputError, SolveError
            As :func:`rfa_model.meshing.load_mesh`.
        """
        radius_mm = numerics.domain_radius_mm
        key = (applicator.shape, numerics.resolution, radius_mm, numerics.element_order, numerics.outer_boundary)
        if key not in self._kept:
            while self._most is not None and len(self._kept) >= self._most:
                self._kept.popitem(last=False)
            mesh = load_mesh(applicator, numerics.resolution, radius_mm)
            far_field_m = radius_mm * 1e-3 if numerics.outer_boundary == "far_field" else None
            systems = LinearSystems.of(Domain.of(mesh, numerics.element_order), far_field_m)
            self._kept[key] = Kept(mesh, systems, Thermometers(systems.domain.tables.V))
        self._kept.move_to_end(key)
        kept = self._kept[key]
        kept.systems.begin(arm, anew=anew or self._anew)
        return kept


@cache
def workspace_of_this_process() -> Workspace:
    """Return what a worker keeps from one piece of work to the next."""
    return Workspace(KEPT_BY_WORKERS)
