"""What heat has to know of an applicator: a solid for each of its parts, a coolant for each of its lumens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class ThermalSolid(Protocol):
    """Thermal properties of a part, transversely isotropic about its axis (an isotropic metal has both k equal)."""

    @property
    def volumetric_heat_capacity_J_per_m3K(self) -> float:
        """Density times specific heat."""
        ...

    @property
    def axial_conductivity_W_per_mK(self) -> float:
        """Along the axis."""
        ...

    @property
    def radial_conductivity_W_per_mK(self) -> float:
        """Across it."""
        ...


class ThermalPart(Protocol):
    """A part: a group of cells of the mesh, by its name."""

    @property
    def name(self) -> str:
        """The group of cells."""
        ...

    @property
    def solid(self) -> ThermalSolid:
        """What it is made of."""
        ...

    @property
    def axis(self) -> Array:
        """Unit vector (3,), frame of the mesh."""
        ...


class Stream(Protocol):
    """A coolant in a lumen."""

    @property
    def heat_transfer_coefficient_W_per_m2K(self) -> float:
        """From the wall to the coolant."""
        ...

    @property
    def temperature_C(self) -> float:
        """The coolant's."""
        ...


class ThermalParts(Protocol):
    """An applicator as heat sees it."""

    @property
    def parts(self) -> Sequence[ThermalPart]:
        """Every part of the mesh."""
        ...

    @property
    def coolants(self) -> Mapping[str, Stream | None]:
        """Coolant by lumen; None, or no entry, where a lumen is insulated."""
        ...


def _along_z() -> Array:
    return np.array([0.0, 0.0, 1.0])


@dataclass(frozen=True)
class PlainPart:
    """A part about z, where there is no applicator to ask."""

    name: str
    solid: ThermalSolid
    axis: Array = field(default_factory=_along_z)


@dataclass(frozen=True)
class PlainParts:
    """Parts and coolants, where there is no applicator to ask."""

    parts: tuple[PlainPart, ...]
    coolants: Mapping[str, Stream | None] = field(default_factory=dict)


def conductivity_tensor(solid: ThermalSolid, axis: Array) -> Array:
    """Return k_radial·(I − aaᵀ) + k_axial·aaᵀ for the unit axis a, shape (3, 3)."""
    along = np.outer(axis, axis)
    return solid.radial_conductivity_W_per_mK * (np.eye(3) - along) + solid.axial_conductivity_W_per_mK * along
