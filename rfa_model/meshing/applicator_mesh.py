"""An applicator's mesh as its users ask for it: a file on disk, or a distributed DOLFINx mesh in metres."""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rfa_model._progress import SILENT, Pieces
from rfa_model.applicators.applicator import Applicator
from rfa_model.applicators.cell_sizes import LARGEST_DOMAIN_MM, USUAL_DOMAIN_RADIUS_MM, USUAL_RESOLUTION
from rfa_model.errors import InputError, RfaModelError, SolveError
from rfa_model.meshing.arrays import MeshArrays
from rfa_model.meshing.cache import cached_path, mesh_hash, shipped_path
from rfa_model.meshing.checks import check_groups
from rfa_model.meshing.generate import MIN_QUALITY, generate_mesh
from rfa_model.meshing.groups import MeshGroups, groups_of
from rfa_model.meshing.msh_file import read_msh, write_msh
from rfa_model.meshing.seal import holds
from rfa_model.meshing.sizes import mesh_sizes

if TYPE_CHECKING:
    from dolfinx.mesh import Mesh, MeshTags
    from mpi4py.MPI import Comm


_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class MeshFile:
    """A mesh on disk (MSH 4.1, millimetres, applicator frame)."""

    path: Path
    applicator: str
    resolution: str
    from_cache: bool
    min_quality: float
    cells: int
    nodes: int
    quadratic_dofs: int

    def summary(self) -> str:
        """One paragraph for the terminal."""
        origin = "found" if self.from_cache else "made"
        return (
            f"{self.applicator} at {self.resolution} resolution ({origin}): "
            f"{self.cells} tetrahedra, {self.nodes} nodes, "
            f"{self.quadratic_dofs} unknowns per quadratic field, worst cell quality {self.min_quality:.2f}\n"
            f"{self.path}"
        )


@dataclass(frozen=True)
class ApplicatorMesh:
    """A distributed DOLFINx mesh of an applicator in its sphere, metres, applicator frame, with its groups."""

    mesh: Mesh
    cell_tags: MeshTags
    facet_tags: MeshTags
    groups: MeshGroups
    min_quality: float
    from_cache: bool
    path: Path


def make_mesh(
    applicator: Applicator,
    resolution: str = USUAL_RESOLUTION,
    domain_radius_mm: float = USUAL_DOMAIN_RADIUS_MM,
    refresh: bool = False,
    progress: Pieces = SILENT,
) -> MeshFile:
    """Find or make the mesh of an applicator.

    Parameters
    ----------
    applicator
        Its shape and contacts; names, materials and sensors do not matter.
    resolution
        "draft", "standard" or "fine".
    domain_radius_mm
        Radius of the outer sphere about the middle of the contacts.
    refresh
        Make the mesh anew even if one is shipped or cached.
    progress
        Told of what takes long.

    Raises
    ------
    InputError
        Unknown resolution, domain too small.
    SolveError
        No mesh of sufficient quality could be made.
    """
    return _file_and_arrays(applicator, resolution, domain_radius_mm, refresh, progress)[0]


def load_mesh(
    applicator: Applicator,
    resolution: str = USUAL_RESOLUTION,
    domain_radius_mm: float = USUAL_DOMAIN_RADIUS_MM,
    comm: Comm | None = None,
) -> ApplicatorMesh:
    """Find or make the mesh of an applicator on rank 0 and distribute it over ``comm`` (default: the world), in metres.

    Raises
    ------
    InputError, SolveError
        As :func:`make_mesh`, on every rank.
    """
    from rfa_model._fenics import MPI
    from rfa_model.meshing.distribute import distribute

    comm = MPI.COMM_WORLD if comm is None else comm
    file: MeshFile | None = None
    arrays: MeshArrays | None = None
    failure: Exception | None = None
    if comm.rank == 0:
        try:
            file, arrays = _file_and_arrays(applicator, resolution, domain_radius_mm, refresh=False)
        except Exception as error:  # raised again below, on every rank: one rank alone would leave the others waiting
            failure = error if isinstance(error, RfaModelError) else SolveError(f"mesh of {applicator.name}: {error}")
    file, failure = comm.bcast((file, failure), root=0)
    if failure is not None:
        raise failure
    assert file is not None
    mesh, cell_tags, facet_tags = distribute(arrays, comm)
    return ApplicatorMesh(
        mesh, cell_tags, facet_tags, groups_of(applicator), file.min_quality, file.from_cache, file.path
    )


def _file_and_arrays(
    applicator: Applicator, resolution: str, domain_radius_mm: float, refresh: bool, progress: Pieces = SILENT
) -> tuple[MeshFile, MeshArrays]:
    sizes = mesh_sizes(resolution)
    check_domain(applicator, domain_radius_mm)
    key = mesh_hash(applicator, sizes, domain_radius_mm)
    path = cached_path(key)
    found = None if refresh else _first_sound([shipped_path(key), path], key, groups_of(applicator))
    if found is not None:
        path, arrays = found
    else:
        arrays = generate_mesh(applicator, sizes, domain_radius_mm, progress=progress)
        _keep(arrays, path, key)
    file = MeshFile(
        path=path,
        applicator=applicator.name,
        resolution=resolution,
        from_cache=found is not None,
        min_quality=float(arrays.qualities().min()),
        cells=len(arrays.tets),
        nodes=len(arrays.points_mm),
        quadratic_dofs=arrays.quadratic_dofs(),
    )
    return file, arrays


def _keep(arrays: MeshArrays, path: Path, key: str) -> None:
    try:
        write_msh(arrays, path, key)
    except Exception as error:  # gmsh raises bare Exception; the mesh itself is in memory
        _log.warning("mesh not kept, it is made again next time: %s: %s", path, error)


def _first_sound(candidates: list[Path | None], key: str, groups: MeshGroups) -> tuple[Path, MeshArrays] | None:
    """The first candidate that was made for `key` and passes the checks of a new mesh; a damaged one is made again."""
    for path in candidates:
        try:
            if path is None or not path.is_file() or not holds(path, key):
                continue
            arrays = replace(read_msh(path), groups=groups)  # the same shape may have other names
            check_groups(arrays, groups)
        except (ValueError, OSError):
            continue
        if arrays.qualities().min() >= MIN_QUALITY:
            return path, arrays
    return None


def check_domain(applicator: Applicator, domain_radius_mm: float) -> None:
    """Raise InputError when the sphere is too small for the applicator, or larger than a body."""
    smallest = applicator.smallest_domain_mm
    if not (math.isfinite(domain_radius_mm) and domain_radius_mm >= smallest):
        raise InputError(
            f"domain_radius_mm = {domain_radius_mm:g} is too small for {applicator.name}; "
            f"use at least {smallest:.1f} mm (40 is the default)"
        )
    if domain_radius_mm > LARGEST_DOMAIN_MM:
        raise InputError(f"domain_radius_mm = {domain_radius_mm:g} is too large; use at most {LARGEST_DOMAIN_MM:g} mm")
