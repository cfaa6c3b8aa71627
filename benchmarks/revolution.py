"""Volume of {u ≥ level} swept by a quadratic field on triangles of the meridian plane."""

import numpy as np
from skfem import Basis

# Each triangle is cut into 4ⁿ, on which u is taken as linear between its quadratic values.
LEVELS = 3


def volume_of_revolution_m3(basis: Basis, values: np.ndarray, level: float) -> float:
    """2π∫r over the part of ``basis``'s cells where the field is at least ``level``.

    Parameters
    ----------
    basis : Basis
        Quadratic triangles in (r, z), metres.
    values : (dofs,) array
        Nodal values of the field.
    """
    cells = basis.mesh.t if basis.tind is None else basis.mesh.t[:, basis.tind]
    corners = basis.mesh.p[:, cells]
    at = values[basis.element_dofs]
    touched = at.max(axis=0) >= level - np.ptp(at, axis=0)
    corners, at = corners[:, :, touched], at[:, touched]
    total = 0.0
    for small in _sub_triangles():
        points = np.einsum("xct,vc->vtx", corners, small)
        u = _shape_functions(small) @ at - level
        total += float(_swept(points, u).sum())
    return total


def _sub_triangles() -> np.ndarray:
    """Barycentric corners of the 4ⁿ congruent parts of a triangle, (parts, 3, 3)."""
    parts = [np.eye(3)]
    for _ in range(LEVELS):
        split = []
        for a, b, c in parts:
            ab, bc, ca = 0.5 * (a + b), 0.5 * (b + c), 0.5 * (c + a)
            split += [np.stack(t) for t in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))]
        parts = split
    return np.stack(parts)


def _shape_functions(barycentric: np.ndarray) -> np.ndarray:
    """ElementTriP2's order: three corners, then the midpoints of 01, 12, 02."""
    a, b, c = barycentric.T
    return np.stack([a * (2 * a - 1), b * (2 * b - 1), c * (2 * c - 1), 4 * a * b, 4 * b * c, 4 * a * c], axis=1)


def _swept(points: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Volumes swept by the parts u ≥ 0 of triangles: points (3, n, 2), linear u (3, n)."""
    order = np.argsort(-u, axis=0)
    points = np.take_along_axis(points, order[:, :, None], axis=0)
    u = np.take_along_axis(u, order, axis=0)
    inside = (u >= 0).sum(axis=0)
    whole = _ring(*points)
    volume = np.where(inside == 3, whole, 0.0)
    one, two = inside == 1, inside == 2
    volume[one] = _corner(points[:, one], u[:, one])
    # The outside corner's own part is what is missing.
    volume[two] = whole[two] - _corner(points[::-1, two], u[::-1, two])
    return volume


def _corner(points: np.ndarray, u: np.ndarray) -> np.ndarray:
    """The part of each triangle on the first corner's side of u = 0."""
    a, b, c = points
    ab, ac = (u[0] / (u[0] - u[1]))[:, None], (u[0] / (u[0] - u[2]))[:, None]
    return _ring(a, a + ab * (b - a), a + ac * (c - a))


def _ring(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """Pappus: the path of the centroid times the area."""
    (x, y), (s, t) = (b - a).T, (c - a).T
    return 2.0 * np.pi * (a + b + c)[:, 0] / 3.0 * 0.5 * np.abs(x * t - y * s)
