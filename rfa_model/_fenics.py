"""The one door to DOLFINx: the PyPI wheel needs ``dolfinx_solver`` imported first, conda-forge's build has no such module."""

import importlib.util

if importlib.util.find_spec("dolfinx_solver") is not None:
    import dolfinx_solver  # noqa: F401

import dolfinx
from mpi4py import MPI
from petsc4py import PETSc

if PETSc.ScalarType is not __import__("numpy").float64:  # pragma: no cover - depends on the installed build
    raise ImportError(
        "rfa-model needs the real build of DOLFINx/PETSc; install dolfinx-solver-real (PyPI) or fenics-dolfinx with real PETSc (conda-forge)"
    )

__all__ = ["MPI", "PETSc", "dolfinx"]
