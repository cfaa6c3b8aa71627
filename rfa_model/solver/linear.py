"""Linear solvers that converge or raise: conjugate gradients on symmetric positive definite matrices."""

import logging
import weakref
from collections.abc import Callable, Mapping
from itertools import count

import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import MPI, PETSc, dolfinx
from rfa_model.errors import SolveError
from rfa_model.solver.memory import Memory, numbers_of, part, restore_numbers, under

Array = NDArray[np.float64]
_names = count()
_log = logging.getLogger(__name__)

# Never breaks down on a positive definite matrix, however large the jumps of its coefficients (boiling cells).
DIAGONAL: Mapping[str, object] = {"pc_type": "jacobi"}
_COUNTS = ("iterations", "solves", "fallbacks", "set_ups")


class LinearSolver:
    """Conjugate gradients with a preconditioner that is rebuilt only when told to, or when it has aged.

    Parameters
    ----------
    V : dolfinx.fem.FunctionSpace
    matrix : PETSc.Mat
    options : mapping
        PETSc options of the preconditioner, without a prefix.
    name : str
        What is solved, for error messages.
    max_iterations : int
    interpolation : PETSc.Mat or None
        From the coarse level to the fine one, for two-level multigrid ("pc_type" "mg").
    made_from : callable
        The coefficients that the matrix now is made from, for :meth:`memory`.
    """

    def __init__(
        self,
        V: "dolfinx.fem.FunctionSpace",
        matrix: "PETSc.Mat",
        options: Mapping[str, object],
        name: str,
        max_iterations: int = 3000,
        interpolation: "PETSc.Mat | None" = None,
        made_from: Callable[[], Memory] = dict,
    ) -> None:
        self.name = name
        self.iterations = 0
        self.solves = 0
        self.set_ups = 0
        self._first: Memory = {}
        self._last: Memory = {}
        self._due = True
        self._made_from = made_from
        self._fresh_iterations: int | None = None
        self._options = self._wanted = options
        self.fallbacks = 0
        self._matrix = matrix
        self._comm = V.mesh.comm
        self._max_iterations = max_iterations
        self._interpolation = interpolation
        self._b = dolfinx.fem.Function(V)
        self._x = dolfinx.fem.Function(V)
        self._ksp = self._create(options)

    def _create(self, options: Mapping[str, object]) -> "PETSc.KSP":
        ksp = PETSc.KSP().create(self._matrix.comm)
        prefix = f"rfa_{next(_names)}_"
        ksp.setOptionsPrefix(prefix)
        ksp.setOperators(self._matrix)
        ksp.setType(PETSc.KSP.Type.CG)
        if options["pc_type"] == PETSc.PC.Type.EISENSTAT:
            # Its system is preconditioned from both sides: the plain residual is one sweep's correction there.
            ksp.setNormType(PETSc.KSP.NormType.UNPRECONDITIONED)
        database = PETSc.Options()
        for key, value in options.items():
            database[prefix + key] = value
        # Levels and blocks read theirs when they are set up, each time anew: options stay as long as the solver does.
        self._forget = weakref.finalize(self, _delete, [prefix + key for key in options])
        if self._interpolation is not None and options["pc_type"] == PETSc.PC.Type.MG:
            pc = ksp.getPC()
            pc.setType(PETSc.PC.Type.MG)
            pc.setMGLevels(2)
            pc.setMGInterpolation(1, self._interpolation)
        ksp.setFromOptions()
        if ksp.getType() != PETSc.KSP.Type.CG or ksp.getPC().getType() != options["pc_type"]:
            raise SolveError(
                f"{self.name}: got {ksp.getType()} + {ksp.getPC().getType()} instead of cg + {options['pc_type']}"
            )
        return ksp

    def _switch(self, options: Mapping[str, object]) -> None:
        self._ksp.destroy()
        self._forget()
        self._ksp, self._options, self.set_ups = self._create(options), options, 0

    def refresh(self) -> None:
        """Build the preconditioner from the matrix as it now is, at the next solve."""
        if self._options is not self._wanted:
            self._switch(self._wanted)
        self._keep(False)
        self._ksp.setOperators(self._matrix)
        self._fresh_iterations = None

    def begin(self, name: str, *, anew: bool = False) -> None:
        """Serve another problem: counts start anew, interpolations between levels are kept unless all is to be."""
        self.name, self.iterations, self.solves, self.fallbacks = name, 0, 0, 0
        if anew:
            self._switch(self._wanted)
        self.refresh()

    def memory(self) -> Memory:
        """Return what this solver's iterations depend on.

        A preconditioner cannot be written, but it is a function of two matrices: the one that multigrid's interpolation
        was made from when it was first set up, and the one it was last set up from.
        """
        kept = dict(numbers_of(self, _COUNTS))
        kept["due"], kept["diagonal"] = np.array(float(self._due)), np.array(float(self._options is DIAGONAL))
        if self._fresh_iterations is not None:
            kept["fresh_iterations"] = np.array(float(self._fresh_iterations))
        kept |= under("first", self._first) if self.set_ups > 0 else {}
        kept |= under("last", self._last) if self.set_ups > 1 else {}
        return kept

    def restore(self, memory: Memory, assemble: Callable[[Memory], None]) -> None:
        """Put back a memory; ``assemble`` sets the matrix from coefficients, and leaves it so."""
        self._switch(DIAGONAL if memory["diagonal"] else self._wanted)
        for which in ("first", "last"):
            if made_from := part(which, memory):
                assemble(made_from)
                self.refresh()
                # Not KSP's own set-up: what is left to the first solve, smoothers' eigenvalues, belongs to this matrix.
                self._b.x.array[:] = 0.0
                self._attempt(None, rtol=1e-3, atol=0.0)
        restore_numbers(self, _COUNTS, memory)
        self._keep(not memory["due"])
        self._fresh_iterations = int(memory["fresh_iterations"]) if "fresh_iterations" in memory else None

    def _keep(self, keep: bool) -> None:
        self._due = not keep
        self._ksp.getPC().setReusePreconditioner(keep)

    def _note_set_up(self) -> None:
        made_from = self._made_from()
        if self.set_ups == 0:
            self._first = made_from
        # PETSc, too, leaves a preconditioner alone whose matrix is the one it was made from.
        if self.set_ups == 0 or made_from is not self._last:
            self.set_ups, self._last = self.set_ups + 1, made_from

    def solve(self, rhs: Array, guess: Array | None, rtol: float, atol: float = 0.0) -> Array:
        """Return the process-local solution, ghosts included.

        Parameters
        ----------
        rhs : (local_size,) array
            Ghost entries are added to their owners first.
        guess : (local_size,) array or None
            Starting point; None is zero.
        rtol, atol : float
            Norm of the preconditioned residual (close to the error itself), relative to that of ``rhs``, or absolute.

        Raises
        ------
        SolveError
            If the iteration does not converge, also with a fresh and then with the plainest preconditioner.
        """
        b, x = self._b.x, self._x.x
        b.array[:] = rhs
        b.scatter_reverse(dolfinx.la.InsertMode.add)
        b.scatter_forward()
        finite = bool(np.isfinite(b.array).all())
        if not self._comm.allreduce(finite, op=MPI.LAND):
            raise SolveError(f"{self.name}: the right-hand side is not finite")
        reason = self._attempt(guess, rtol, atol)
        if reason <= 0:
            self.refresh()
            reason = self._attempt(guess, rtol, atol)
        if reason <= 0 and self._options is not DIAGONAL:
            self.fallbacks += 1
            if self.fallbacks == 1:
                failed = self._options["pc_type"]
                _log.warning("%s: %s failed, diagonal used instead; further times are counted only", self.name, failed)
            self._switch(DIAGONAL)
            reason = self._attempt(guess, rtol, atol)
        if reason <= 0:
            names = {v: k for k, v in vars(PETSc.KSP.ConvergedReason).items() if isinstance(v, int)}
            raise SolveError(
                f"{self.name}: conjugate gradients stopped after {self._ksp.getIterationNumber()} iterations "
                f"({names.get(reason, reason)})"
            )
        return np.array(x.array)

    def _attempt(self, guess: Array | None, rtol: float, atol: float) -> int:
        x = self._x.x
        x.array[:] = 0.0 if guess is None else guess
        self._ksp.setInitialGuessNonzero(guess is not None)
        # A warm start may be further off than zero, which is no divergence.
        self._ksp.setTolerances(rtol=rtol, atol=max(atol, 1e-300), divtol=1e100, max_it=self._max_iterations)
        if self._due:
            self._note_set_up()
        for vector in (self._b.x.petsc_vec, x.petsc_vec):
            vector.stateIncrease()  # written past PETSc, which would go on with the norms it knows
        self._ksp.solve(self._b.x.petsc_vec, x.petsc_vec)
        x.scatter_forward()
        reason, done = int(self._ksp.getConvergedReason()), self._ksp.getIterationNumber()
        self.iterations += done
        self.solves += 1
        if reason <= 0:
            return reason
        self._keep(True)
        if self._fresh_iterations is None:
            self._fresh_iterations = done
        elif done > 2 * self._fresh_iterations + 10:
            self.refresh()  # may replace the solver, and with it what it said
        return reason


def _delete(options: list[str]) -> None:
    for name in options:
        PETSc.Options().delValue(name)
