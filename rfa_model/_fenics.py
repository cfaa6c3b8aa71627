"""The one door to DOLFINx: the PyPI wheel needs ``dolfinx_solver`` imported first, conda-forge has no such module."""

import importlib.util

if importlib.util.find_spec("dolfinx_solver") is not None:
    import dolfinx_solver  # noqa: F401

import numpy as np

import dolfinx
from mpi4py import MPI
from petsc4py import PETSc

if PETSc.ScalarType is not np.float64:  # pragma: no cover - depends on the installed build
    raise ImportError(
        "rfa-model needs real DOLFINx and PETSc: dolfinx-solver-real from PyPI, or conda-forge's fenics-dolfinx "
        "with a real petsc"
    )

__all__ = ["MPI", "PETSc", "dolfinx"]
