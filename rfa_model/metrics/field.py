"""The electric field of pulses: how strong it is and where, along and across nerves, and what one pulse warms."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rfa_model._tetrahedra import EDGES
from rfa_model.anatomy.base import Curve
from rfa_model.metrics.catalogue import Measured, quantity
from rfa_model.metrics.data import TISSUE, ArmData, FieldSeries, Increment
from rfa_model.metrics.lesion import LesionVolume
from rfa_model.metrics.mesh import TetMesh
from rfa_model.metrics.sampling import locate

FloatArray = NDArray[np.float64]
_EDGES = np.array(EDGES)


class PulseField:
    """|E| of the highest pulse, amplitude, in the tissue of one arm.

    The gradient of a quadratic potential is linear within a cell, and jumps between cells and where σ does: it is kept
    at the four corners of every cell by itself.
    """

    def __init__(self, fields: FieldSeries | Increment) -> None:
        assert fields.pulse is not None
        self.fields, self.pulse = fields, fields.pulse
        self.cells = np.asarray(fields.cells)[np.asarray(fields.cell_region) == TISSUE]
        heating = self.pulse.heating_K_m2_per_V2[np.asarray(fields.cell_region) == TISSUE]
        self.gradients = corner_gradients(np.asarray(fields.points_mm, dtype=float), self.cells, self.pulse.potential_V)
        self.field_V_per_m = 1e3 * np.linalg.norm(self.gradients, axis=2)
        self.spike_K = heating[:, None] * self.field_V_per_m**2

    @cached_property
    def _volume(self) -> LesionVolume:
        """Of the cells taken apart, each with corners of its own."""
        corners = np.asarray(self.fields.points_mm, dtype=float)[self.cells[:, :4]].reshape(-1, 3)
        return LesionVolume(TetMesh(corners, np.arange(len(corners)).reshape(-1, 4)))

    def volume_mm3(self, values: FloatArray, level: float) -> float:
        """Volume of the tissue in which a value (cells, 4) reaches a level."""
        return self._volume.volume_mm3(values.ravel(), level)

    def hottest(self) -> tuple[float, FloatArray]:
        """Largest mean spike of a cell, K, and the cell's middle, mm."""
        means = self.spike_K.mean(axis=1)
        cell = int(means.argmax())
        return float(means[cell]), np.asarray(self.fields.points_mm, dtype=float)[self.cells[cell, :4]].mean(axis=0)

    def at_nodes(self) -> FloatArray:
        """|E| (N,) in V/m at the nodes, the mean of the cells about each, for pictures; 0 in the applicator."""
        means = [self.field_V_per_m]
        if self.cells.shape[1] == 10:
            means.append(self.field_V_per_m[:, _EDGES].mean(axis=2))
        values, count = np.concatenate(means, axis=1), len(self.fields.points_mm)
        weight = np.repeat(self._volume.mesh.volumes_mm3[:, None], values.shape[1], axis=1)
        total = np.bincount(self.cells.ravel(), weight.ravel(), minlength=count)
        summed = np.bincount(self.cells.ravel(), (weight * values).ravel(), minlength=count)
        return np.asarray(np.divide(summed, total, out=np.zeros(count), where=total > 0.0))

    def at(self, points_mm: FloatArray) -> FloatArray:
        """E (P, 3) in V/m at points; NaN outside the tissue."""
        corners = np.asarray(self.fields.points_mm, dtype=float)[self.cells[:, :4]].reshape(-1, 3)
        found = locate(TetMesh(corners, np.arange(len(corners)).reshape(-1, 4)), points_mm)
        flat = self.gradients.reshape(-1, 3)
        return np.asarray(-1e3 * np.stack([found(flat[:, axis]) for axis in range(3)], axis=-1), dtype=np.float64)


def pulsed(arm: ArmData) -> list[FieldSeries | Increment]:
    """What the highest pulse is kept with, of each of several lesions; nothing where there were none."""
    return [one for one in arm.increments or (arm.fields,) if one.pulse is not None]


def corner_gradients(points_mm: FloatArray, cells: NDArray[np.integer], values: NDArray[np.floating]) -> FloatArray:
    """Gradient at the four corners of every cell, (M, 4, 3) per mm; cells (M, 4) linear or (M, 10) in VTK order."""
    corners = points_mm[cells[:, :4]]
    inverse = np.linalg.inv(np.swapaxes(corners[:, 1:] - corners[:, :1], 1, 2))
    # Gradients of the barycentric coordinates, (M, 4, 3).
    barycentric = np.concatenate([-inverse.sum(axis=1, keepdims=True), inverse], axis=1)
    nodal = np.asarray(values, dtype=float)[cells]
    if cells.shape[1] == 4:
        return np.repeat(np.einsum("mi,mid->md", nodal, barycentric)[:, None], 4, axis=1)
    # N_i = λ_i(2λ_i − 1), N_ab = 4λ_aλ_b: derivatives by λ at corner c.
    slopes = np.zeros((4, 10, 4))
    for c in range(4):
        for i in range(4):
            slopes[c, i, i] = 4.0 * (c == i) - 1.0
        for e, (a, b) in enumerate(_EDGES):
            slopes[c, 4 + e, a] = 4.0 * (c == b)
            slopes[c, 4 + e, b] = 4.0 * (c == a)
    return np.asarray(np.einsum("mn,cnk,mkd->mcd", nodal, slopes, barycentric, optimize=True))


def along_and_across(field: PulseField, nerve: Curve) -> tuple[FloatArray, FloatArray]:
    """Amplitude of E along and across a nerve's axis at every point of its centreline, V/m; NaN outside the tissue."""
    points = np.asarray(nerve.points_mm, dtype=float)
    tangent = np.gradient(points, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    E = field.at(points)
    along = np.abs(np.einsum("pd,pd->p", E, tangent))
    return along, np.sqrt(np.maximum(np.einsum("pd,pd->p", E, E) - along**2, 0.0))


class FieldMetrics(Measured):
    """What the highest pulse does; amplitudes, not RMS. All null where there are no pulses.

    Of several lesions it is the highest of all; nerves are told the highest of each lesion's.

    Thresholds are round numbers, an assumption: no field is published from where on nerves are changed.
    """

    group = "field"

    def __init__(
        self, arm: ArmData, nerves: Mapping[str, Curve] | None = None, spared: Mapping[str, Curve] | None = None
    ) -> None:
        self.pulses = [PulseField(one) for one in pulsed(arm)]
        self.pulse = max(self.pulses, key=lambda one: one.pulse.peak_V, default=None)
        self.nerves, self.spared = nerves or {}, spared or {}

    def _above(self, level_V_per_m: float) -> float | None:
        return None if self.pulse is None else self.pulse.volume_mm3(self.pulse.field_V_per_m, level_V_per_m)

    def _warmed(self, level_K: float) -> float | None:
        return None if self.pulse is None else self.pulse.volume_mm3(self.pulse.spike_K, level_K)

    @quantity("V", "pulse, amplitude")
    def peak_V(self) -> float | None:
        """Amplitude of the highest pulse."""
        return None if self.pulse is None else self.pulse.pulse.peak_V

    @quantity("V/m", "strongest field of a cell", digits=0)
    def max_V_per_m(self) -> float | None:
        """Largest mean |E| of a cell; it lies at the metal's edges and grows with a finer mesh."""
        return None if self.pulse is None else float(self.pulse.field_V_per_m.mean(axis=1).max())

    @quantity("mm³", "tissue above 1 kV/m", at="volume_mm3.1000")
    def above_1_kV_per_m_mm3(self) -> float | None:
        """Tissue with |E| above 1000 V/m."""
        return self._above(1e3)

    @quantity("mm³", "tissue above 5 kV/m", digits=2, at="volume_mm3.5000")
    def above_5_kV_per_m_mm3(self) -> float | None:
        """Tissue with |E| above 5000 V/m."""
        return self._above(5e3)

    @quantity("mm³", "tissue above 10 kV/m", digits=2, at="volume_mm3.10000")
    def above_10_kV_per_m_mm3(self) -> float | None:
        """Tissue with |E| above 10 000 V/m."""
        return self._above(1e4)

    @quantity("mm³", "tissue above 20 kV/m", digits=2, at="volume_mm3.20000")
    def above_20_kV_per_m_mm3(self) -> float | None:
        """Tissue with |E| above 20 000 V/m."""
        return self._above(2e4)

    @quantity("V/m", "along the nerve", digits=0, at="nerve.along", caption="field along the nerve")
    def along_nerve_V_per_m(self) -> float | None:
        """Largest amplitude along a nerve's axis, over the target segments."""
        return self._of_nerves(0)

    @quantity("V/m", "across the nerve", digits=0, at="nerve.across", caption="field across the nerve")
    def across_nerve_V_per_m(self) -> float | None:
        """Largest amplitude across a nerve's axis, over the target segments."""
        return self._of_nerves(1)

    @quantity("K", "spike of the hottest cell", at="spike.max_K")
    def spike_K(self) -> float | None:
        """Largest mean rise of a cell by one pulse, σE²τ/(2ρc) with E's amplitude; it grows with a finer mesh."""
        return None if self.pulse is None else self.pulse.hottest()[0]

    @quantity("mm", at="spike.at_mm")
    def spike_at_mm(self) -> tuple[float, float, float] | None:
        """Where (patient frame)."""
        if self.pulse is None:
            return None
        x, y, z = (float(c) for c in self.pulse.hottest()[1])
        return x, y, z

    @quantity("mm³", "tissue that a pulse warms by 1 K", digits=2, at="spike.volume_mm3.1")
    def warmed_by_1_K_mm3(self) -> float | None:
        """Tissue that one pulse warms by 1 K or more."""
        return self._warmed(1.0)

    @quantity("mm³", "tissue that a pulse warms by 5 K", digits=3, at="spike.volume_mm3.5")
    def warmed_by_5_K_mm3(self) -> float | None:
        """Tissue that one pulse warms by 5 K or more."""
        return self._warmed(5.0)

    @quantity("mm³", "tissue that a pulse warms by 10 K", digits=3, at="spike.volume_mm3.10")
    def warmed_by_10_K_mm3(self) -> float | None:
        """Tissue that one pulse warms by 10 K or more."""
        return self._warmed(10.0)

    @quantity()
    def by_nerve(self) -> dict[str, dict[str, float]] | None:
        """Largest amplitudes along and across every nerve's axis, V/m, those to be spared too."""
        if self.pulse is None:
            return None
        return {name: {"along": along, "across": across} for name, (along, across) in self._largest.items()}

    @cached_property
    def _largest(self) -> dict[str, tuple[float, float]]:
        """Largest along and across of every nerve that runs through the tissue."""
        found: dict[str, tuple[float, float]] = {}
        for name, nerve in {**self.nerves, **self.spared}.items():
            length = nerve.arc_length_mm()
            target = (length >= nerve.segment_mm[0]) & (length <= nerve.segment_mm[1])
            for pulse in self.pulses:
                along, across = (values[target] for values in along_and_across(pulse, nerve))
                if np.isfinite(along).any():
                    before = found.get(name, (0.0, 0.0))
                    found[name] = max(before[0], float(np.nanmax(along))), max(before[1], float(np.nanmax(across)))
        return found

    def _of_nerves(self, which: int) -> float | None:
        if self.pulse is None:
            return None
        return max((pair[which] for name, pair in self._largest.items() if name in self.nerves), default=None)
