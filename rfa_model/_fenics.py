"""The one door to DOLFINx: the PyPI wheel needs ``dolfinx_solver`` imported first, conda-forge has no such module."""

import importlib.util

if importlib.util.find_spec("dolfinx_solver") is not None:
    import dolfinx_solver  # noqa: F401

import numpy as np

import petsc4py

# PETSc would answer SIGTERM with a page about debuggers, and keep the run from leaving in order.
petsc4py.init(["rfa-model", "-no_signal_handler"])

import dolfinx  # noqa: E402
from mpi4py import MPI  # noqa: E402
from petsc4py import PETSc  # noqa: E402

if PETSc.ScalarType is not np.float64:  # pragma: no cover - depends on the installed build
    raise ImportError(
        "rfa-model needs real DOLFINx and PETSc: dolfinx-solver-real from PyPI, or conda-forge's fenics-dolfinx "
        "with a real petsc"
    )

__all__ = ["MPI", "PETSc", "dolfinx"]
