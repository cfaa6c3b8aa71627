"""At what rate does temperature converge with the mesh?

∇²T = 0 in a cube of muscle has the solution T = 37 + A eˣ sin y. With its values on the boundary, the error of Lagrange
elements of degree p on cells of size h is, in the mean square,

    ‖T_h − T‖ ≤ C h^(p+1) |T|_(p+1),

so that halving the cells should divide it by 4 for linear and by 8 for quadratic elements. The operators are those of
the solver; the order is the slope of a straight line through log error against log h.
"""

import numpy as np
import ufl

from rfa_model._fenics import dolfinx
from rfa_model.assurance.verification.tools.bioheat import BODY_C, K, bioheat, muscle_tables, solve_steady
from rfa_model.assurance.verification.tools.boxes import at_nodes, boundary_mask, box

SIDE_M, AMPLITUDE_K = 0.01, 20.0
CELLS = (3, 6, 12)


def exact(x: np.ndarray) -> np.ndarray:
    """Return T at points (3, n) in metres, °C."""
    return BODY_C + AMPLITUDE_K * np.exp(x[0] / SIDE_M) * np.sin(x[1] / SIDE_M)


def error_K(cells: int, order: int) -> float:
    """Return the root mean square of T_h − T over the cube."""
    tables = muscle_tables(box((SIDE_M,) * 3, (cells,) * 3), order)
    fixed = boundary_mask(tables.V)
    heat = bioheat(tables, conductivity=K, fixed=fixed)
    start_C = np.where(fixed, at_nodes(tables, exact), BODY_C)
    solution = dolfinx.fem.Function(tables.V)
    solution.x.array[:] = solve_steady(heat, np.zeros(tables.local_size), start_C)
    x = ufl.SpatialCoordinate(tables.V.mesh)
    right = BODY_C + AMPLITUDE_K * ufl.exp(x[0] / SIDE_M) * ufl.sin(x[1] / SIDE_M)
    square = dolfinx.fem.form((solution - right) ** 2 * ufl.dx(degree=6))
    return float(np.sqrt(dolfinx.fem.assemble_scalar(square) / SIDE_M**3))


def order_of(errors_K: list[float]) -> float:
    """Return the slope of log error against log h."""
    return float(-np.polyfit(np.log(CELLS), np.log(errors_K), 1)[0])


def result() -> float:
    """Return the order of quadratic elements, which is 3."""
    return order_of([error_K(cells, order=2) for cells in CELLS])


if __name__ == "__main__":
    for degree in (1, 2):
        errors = [error_K(cells, degree) for cells in CELLS]
        print(f"degree {degree}:", *(f"{e:.2e} K" for e in errors), f"order {order_of(errors):.2f}")
