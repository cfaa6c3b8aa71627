"""What simulations in one process may share: a probe's mesh, its element tables, matrices and solvers."""

from rfa_model.applicators.geometry import ProbeGeometry
from rfa_model.library import Probe
from rfa_model.meshing import ProbeMesh, load_probe_mesh
from rfa_model.scenario import Numerics
from rfa_model.solver.domain import Domain
from rfa_model.solver.linear_systems import LinearSystems

Key = tuple[ProbeGeometry, str, float, int, str]


class Workspace:
    """Meshes and matrices kept from one simulation to the next: for many poses, tissues or protocols of one probe.

    Hand the same one to every :func:`~rfa_model.simulation.simulate`. Probes of the same shape, resolution, domain,
    element order and outer boundary share mesh, element tables, sparsity patterns and multigrid's interpolation. An
    iteration that has another's interpolation stops elsewhere within its tolerance: lesions agree with those of a
    simulation by itself to about six digits, the power of a moment to four. Nothing is given back before the workspace
    is.
    """

    def __init__(self) -> None:
        self._kept: dict[Key, tuple[ProbeMesh, LinearSystems]] = {}

    def prepare(self, arm: str, probe: Probe, numerics: Numerics) -> tuple[ProbeMesh, LinearSystems]:
        """Return the probe's mesh and its systems, ready to serve an arm; made if they are not there yet.

        Raises
        ------
        InputError, SolveError
            As :func:`rfa_model.meshing.load_probe_mesh`.
        """
        shape, radius_mm = ProbeGeometry.of(probe), numerics.domain_radius_mm
        key = (shape, numerics.resolution, radius_mm, numerics.element_order, numerics.outer_boundary)
        if key not in self._kept:
            mesh = load_probe_mesh(probe, numerics.resolution, radius_mm)
            far_field_m = radius_mm * 1e-3 if numerics.outer_boundary == "far_field" else None
            self._kept[key] = mesh, LinearSystems.of(Domain.of(mesh, numerics.element_order), far_field_m)
        mesh, systems = self._kept[key]
        systems.begin(arm)
        return mesh, systems
