"""A probe's shape in its own frame, mm: a solid of revolution about z, distal point at the origin, shaft towards +z."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rfa_model.errors import InputError

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class ProbeGeometry:
    """The lengths that define a probe's shape; everything the mesh depends on, nothing else.

    ``tip_rounding_mm`` is the fillet radius of the distal edge (the outer radius gives a hemisphere, 0 a flat face);
    ``lumen_diameter_mm`` is 0 for a solid probe; ``lumen_end_gap_mm`` is the metal between the lumen's closed end and
    the distal point.
    """

    outer_diameter_mm: float
    tip_length_mm: float
    tip_rounding_mm: float
    lumen_diameter_mm: float = 0.0
    lumen_end_gap_mm: float = 0.0

    @classmethod
    def of(cls, probe: Any) -> ProbeGeometry:
        """Take the lengths from a library probe (any object with its attributes).

        Raises
        ------
        InputError
            When the lengths do not describe a solid probe.
        """
        cooling = getattr(probe, "cooling", None)
        geometry = cls(
            outer_diameter_mm=float(probe.outer_diameter_mm),
            tip_length_mm=float(probe.tip_length_mm),
            tip_rounding_mm=float(probe.tip_rounding_mm),
            lumen_diameter_mm=float(cooling.lumen_diameter_mm) if cooling is not None else 0.0,
            lumen_end_gap_mm=float(cooling.lumen_end_gap_mm) if cooling is not None else 0.0,
        )
        geometry._check(str(getattr(probe, "name", "inline")))
        return geometry

    def _check(self, name: str) -> None:
        r, fillet = self.radius_mm, self.tip_rounding_mm
        r_lumen, gap = self.lumen_radius_mm, self.lumen_end_gap_mm
        if not all(math.isfinite(v) for v in (r, self.tip_length_mm, fillet, r_lumen, gap)):
            raise InputError(f"probe {name}: every dimension must be a finite number, got {self}")
        faults = [
            (r <= 0, f"outer_diameter_mm = {2 * r:g} must be positive"),
            (
                not 0 <= fillet <= r * (1 + 1e-9),
                f"tip_rounding_mm = {fillet:g} must lie between 0 and the outer radius {r:g} mm",
            ),
            (
                self.tip_length_mm <= fillet,
                f"tip_length_mm = {self.tip_length_mm:g} must exceed tip_rounding_mm = {fillet:g}",
            ),
        ]
        if self.has_lumen:
            # The lumen's distal corner has to stay inside the rounded metal.
            wall = -float(rounded_cylinder_distance(r_lumen, gap, r, fillet))
            faults += [
                (
                    not 0 < gap < self.tip_length_mm,
                    f"lumen_end_gap_mm = {gap:g} must lie between 0 and tip_length_mm = {self.tip_length_mm:g}",
                ),
                (r_lumen >= r, f"lumen_diameter_mm = {2 * r_lumen:g} must be less than outer_diameter_mm = {2 * r:g}"),
                (wall < 0.02 * r, f"the lumen's end leaves only {wall:.3f} mm of metal; make lumen_end_gap_mm larger"),
            ]
        for wrong, message in faults:
            if wrong:
                raise InputError(f"probe {name}: {message}")

    @property
    def radius_mm(self) -> float:
        """Outer radius of tip and shaft, mm."""
        return 0.5 * self.outer_diameter_mm

    @property
    def lumen_radius_mm(self) -> float:
        """Radius of the coolant lumen, mm; 0 for a solid probe."""
        return 0.5 * self.lumen_diameter_mm

    @property
    def has_lumen(self) -> bool:
        """True for an internally cooled probe."""
        return self.lumen_diameter_mm > 0

    def tip_surface_area_mm2(self) -> float:
        """Area of the active tip that touches tissue, mm² (flat disc + fillet by Pappus + cylinder)."""
        r, fillet = self.radius_mm, self.tip_rounding_mm
        flat = r - fillet
        rounding = 2 * math.pi * fillet * (0.5 * math.pi * flat + fillet)
        return math.pi * flat**2 + rounding + 2 * math.pi * r * (self.tip_length_mm - fillet)

    def tip_volume_mm3(self) -> float:
        """Metal volume of the active tip without its lumen, mm³."""
        r, fillet = self.radius_mm, self.tip_rounding_mm
        flat = r - fillet
        # ∫₀^f π (flat + sqrt(f² − u²))² du over the fillet's height
        rounding = math.pi * (flat**2 * fillet + 0.5 * math.pi * flat * fillet**2 + 2.0 / 3.0 * fillet**3)
        solid = rounding + math.pi * r**2 * (self.tip_length_mm - fillet)
        lumen = (
            math.pi * self.lumen_radius_mm**2 * (self.tip_length_mm - self.lumen_end_gap_mm) if self.has_lumen else 0.0
        )
        return solid - lumen


def rounded_cylinder_distance(rho_mm: ArrayLike, z_mm: ArrayLike, radius_mm: float, rounding_mm: float) -> FloatArray:
    """Signed distance to the half-infinite cylinder z ≥ 0 with a filleted edge at z = 0, in its meridian plane.

    Parameters
    ----------
    rho_mm, z_mm
        Distance from the axis and height, any matching shapes.

    Returns
    -------
    array
        Distance in mm, negative inside.
    """
    across = np.asarray(rho_mm, dtype=float) - (radius_mm - rounding_mm)
    beyond = rounding_mm - np.asarray(z_mm, dtype=float)
    outside = np.hypot(np.maximum(across, 0.0), np.maximum(beyond, 0.0))
    return outside + np.minimum(np.maximum(across, beyond), 0.0) - rounding_mm


def probe_distance_mm(points_mm: ArrayLike, probe: Any) -> FloatArray:
    """Signed distance from points in the probe frame to the whole needle (tip and endless shaft).

    Parameters
    ----------
    points_mm
        Shape (N, 3), probe frame, mm.
    probe
        A library probe or a :class:`ProbeGeometry`.

    Returns
    -------
    array
        Shape (N,), mm, negative inside the needle; the lumen counts as inside.
    """
    geometry, rho, z = _meridian(points_mm, probe)
    return rounded_cylinder_distance(rho, z, geometry.radius_mm, geometry.tip_rounding_mm)


def tip_distance_mm(points_mm: ArrayLike, probe: Any) -> FloatArray:
    """Signed distance from points in the probe frame to the active tip alone; shapes as :func:`probe_distance_mm`."""
    geometry, rho, z = _meridian(points_mm, probe)
    needle = rounded_cylinder_distance(rho, z, geometry.radius_mm, geometry.tip_rounding_mm)
    past = z - geometry.tip_length_mm
    above = np.hypot(np.maximum(rho - geometry.radius_mm, 0.0), past)
    return np.where(past > 0, above, np.maximum(needle, past))


def sensor_position_mm(probe: Any) -> FloatArray:
    """Temperature sensor in the probe frame, shape (3,), mm; a positive offset lies ahead of the distal end."""
    return np.array([0.0, 0.0, -float(probe.sensor_offset_mm)])


def _meridian(points_mm: ArrayLike, probe: Any) -> tuple[ProbeGeometry, FloatArray, FloatArray]:
    points = np.atleast_2d(np.asarray(points_mm, dtype=float))
    if points.shape[-1] != 3:
        raise ValueError(f"points_mm must have shape (N, 3), got {points.shape}")
    geometry = probe if isinstance(probe, ProbeGeometry) else ProbeGeometry.of(probe)
    return geometry, np.hypot(points[:, 0], points[:, 1]), points[:, 2]
