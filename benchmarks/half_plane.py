"""Meridian half planes (r, z) of a needle in layers, by OpenCASCADE; metres, distal point at the origin, shaft up."""

import math
from dataclasses import dataclass

import numpy as np
from skfem import MeshTri

from rfa_model.meshing.gmsh_session import gmsh_session


@dataclass(frozen=True)
class HalfPlane:
    """A needle in horizontal layers, inside a sphere about the tip's centre or a cylinder.

    Parameters
    ----------
    radius_mm, tip_length_mm : float
        Of the needle.
    layers : tuple of (str, float)
        Media from below, with the height at which each ends; the last ends nowhere.
    outer_radius_mm : float
        Of the sphere or the cylinder.
    cylinder_mm : (float, float) or None
        Heights of the cylinder's ends; None: a sphere.
    flat : bool
        Whether the needle's end is flat; else it is a hemisphere.
    """

    radius_mm: float
    tip_length_mm: float
    layers: tuple[tuple[str, float], ...]
    outer_radius_mm: float
    cylinder_mm: tuple[float, float] | None = None
    flat: bool = False

    @property
    def rounding_mm(self) -> float:
        """Fillet radius of the end."""
        return 0.0 if self.flat else self.radius_mm

    @property
    def centre_mm(self) -> float:
        """Height of the sphere's centre."""
        return 0.5 * self.tip_length_mm

    def mesh(self, fineness: float = 1.0) -> MeshTri:
        """Triangles with a subdomain per medium, ``tip`` and ``shaft``.

        Boundaries: ``outer``, ``shaft_end`` (of it), ``tip|blood`` and the like: where two of them meet.
        """
        with gmsh_session("half plane") as gmsh:
            self.draw(gmsh)
            for option in ("ExtendFromBoundary", "FromPoints", "FromCurvature"):
                gmsh.option.setNumber(f"Mesh.MeshSize{option}", 0)
            gmsh.model.mesh.setSizeCallback(self._sizes(fineness))
            gmsh.model.mesh.generate(2)
            tags, coordinates, _ = gmsh.model.mesh.getNodes()
            triangles = gmsh.model.mesh.getElementsByType(2)[1]
            gmsh.model.mesh.removeSizeCallback()
        order = np.argsort(tags)
        corners = order[np.searchsorted(tags, triangles.astype(np.int64), sorter=order)].reshape(-1, 3)
        used, corners = np.unique(corners, return_inverse=True)
        points = coordinates.reshape(-1, 3)[used, :2]
        mesh = MeshTri(np.ascontiguousarray(1e-3 * points.T), np.ascontiguousarray(corners.reshape(-1, 3).T))
        return self._named(mesh)

    def draw(self, gmsh) -> None:
        """Put the surfaces into gmsh's model, x being r and y being z."""
        occ, a, length = gmsh.model.occ, self.radius_mm, self.tip_length_mm
        top = self.cylinder_mm[1] if self.cylinder_mm else self.centre_mm + self.outer_radius_mm
        tip = [(2, occ.addRectangle(0.0, self.rounding_mm, 0.0, a, length - self.rounding_mm))]
        if not self.flat:
            quarter = occ.intersect(
                [(2, occ.addDisk(0.0, a, 0.0, a, a))], [(2, occ.addRectangle(0.0, 0.0, 0.0, a, a))]
            )[0]
            tip = occ.fuse(tip, quarter)[0]
        shaft = [(2, occ.addRectangle(0.0, length, 0.0, a, top - length + 1.0))]
        if self.cylinder_mm:
            low, high = self.cylinder_mm
            outside = [(2, occ.addRectangle(0.0, low, 0.0, self.outer_radius_mm, high - low))]
        else:
            outside = [(2, occ.addDisk(0.0, self.centre_mm, 0.0, self.outer_radius_mm, self.outer_radius_mm))]
            right = [(2, occ.addRectangle(0.0, -99.0, 0.0, 199.0, 299.0))]
            outside = occ.intersect(outside, right)[0]
        planes = []
        for _, height in self.layers[:-1]:
            ends = [occ.addPoint(0.0, height, 0.0), occ.addPoint(2 * self.outer_radius_mm, height, 0.0)]
            planes.append((1, occ.addLine(*ends)))
        occ.fragment(outside, [*tip, *shaft, *planes, *self._cuts(occ)])
        occ.synchronize()
        # What sticks out of the domain goes.
        for dim, tag in gmsh.model.getEntities(2):
            x, y, _ = occ.getCenterOfMass(dim, tag)
            if x < 0.0 or not self._holds(x, y):
                gmsh.model.removeEntities([(dim, tag)], recursive=True)
        for dim, tag in gmsh.model.getEntities(1):
            if not len(gmsh.model.getAdjacencies(dim, tag)[0]):
                gmsh.model.removeEntities([(dim, tag)], recursive=True)

    def _cuts(self, occ) -> list[tuple[int, int]]:
        """Further lines that cells are to follow."""
        return []

    def _holds(self, x: float, y: float) -> bool:
        if self.cylinder_mm:
            return x < self.outer_radius_mm and self.cylinder_mm[0] < y < self.cylinder_mm[1]
        return math.hypot(x, y - self.centre_mm) < self.outer_radius_mm

    def _sizes(self, fineness: float):
        a, length = self.radius_mm, self.tip_length_mm
        heights = [height for _, height in self.layers[:-1]]
        # Where layers meet the metal the field bends sharply too.
        end = self.rounding_mm
        rings = [(a - end + math.sqrt(end**2 - max(end - h, 0.0) ** 2), h) for h in heights if 0.0 < h < length]
        rings += [(a, 0.0)] if self.flat else []

        def size(_: int, __: int, x: float, y: float, z: float, lc: float) -> float:
            to_ring = math.hypot(x - a, y - length)
            to_layer = min((math.hypot(x - r, y - h) for r, h in rings), default=99.0)
            to_end = (
                abs(math.hypot(max(x - a + end, 0.0), y - end) - end)
                if y < end
                else abs(x - a)
                if 0.0 < y < length
                else to_ring
            )
            if self.flat and y <= 0.0:
                to_end = math.hypot(max(x - a, 0.0), y)
            return fineness * min(2e-3 + 0.2 * to_ring, 8e-3 + 0.2 * to_layer, 0.035 + 0.12 * to_end, 2.0)

        return size

    def _named(self, mesh: MeshTri) -> MeshTri:
        r, z = 1e3 * mesh.p[:, mesh.t].mean(axis=1)
        region = self.regions(r, z)
        mesh = mesh.with_subdomains({str(name): np.flatnonzero(region == name) for name in np.unique(region)})
        return mesh.with_boundaries(self._boundaries(mesh, region))

    def regions(self, r_mm: np.ndarray, z_mm: np.ndarray) -> np.ndarray:
        """Names of the media at points (n,)."""
        a, end = self.radius_mm, self.rounding_mm
        within = np.where(z_mm < end, np.hypot(r_mm, z_mm - end) < end, (r_mm < a) & (z_mm > 0.0))
        region = np.full(len(r_mm), self.layers[-1][0], dtype="U16")
        for name, height in reversed(self.layers[:-1]):
            region[z_mm < height] = name
        region[within & (z_mm < self.tip_length_mm)] = "tip"
        region[within & (z_mm >= self.tip_length_mm)] = "shaft"
        return region

    def is_outside(self, r_mm: np.ndarray, z_mm: np.ndarray) -> np.ndarray:
        """Whether points lie on the outer boundary."""
        R = self.outer_radius_mm
        if self.cylinder_mm:
            low, high = self.cylinder_mm
            return (np.abs(r_mm - R) < 1e-6) | (np.abs(z_mm - low) < 1e-6) | (np.abs(z_mm - high) < 1e-6)
        return np.abs(np.hypot(r_mm, z_mm - self.centre_mm) - R) < 1e-6

    def _boundaries(self, mesh: MeshTri, region: np.ndarray) -> dict[str, np.ndarray]:
        found, facets = {}, mesh.boundary_facets()
        x = 1e3 * mesh.p[:, mesh.facets[:, facets]]
        outer = facets[x[0].max(axis=0) > 1e-9]
        found["outer"] = outer
        found["shaft_end"] = outer[region[mesh.f2t[0, outer]] == "shaft"]
        inside = np.flatnonzero(mesh.f2t[1] >= 0)
        one, two = region[mesh.f2t[0, inside]], region[mesh.f2t[1, inside]]
        for pair in {tuple(sorted(p)) for p in zip(one[one != two], two[one != two], strict=True)}:
            met = ((one == pair[0]) & (two == pair[1])) | ((one == pair[1]) & (two == pair[0]))
            found["|".join(pair)] = inside[met]
        return found
