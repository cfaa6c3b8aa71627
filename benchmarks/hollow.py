"""A hollow needle with its bore and the sensor's tube meshed, in the meridian plane: what rfa_model makes a fin of.

rfa_model spreads wall, filling and tube over the needle's section and finds the tube's own temperature as a fin's that
the wall warms. Here each is a medium with its own cells, and the generator holds what the tube's closed end has.
"""

import math
from dataclasses import dataclass

import numpy as np

import rfa_model
from benchmarks.equations import REFERENCE_C
from benchmarks.half_plane import HalfPlane
from benchmarks.layered import Layered, Medium, Moment
from benchmarks.peer_runs import read_points
from rfa_model import library
from rfa_model.applicators.needle import FILLINGS, Probe, Solid
from rfa_model.assurance.validation.measure import hottest_until
from rfa_model.assurance.validation.trials import RAMP_S, Trial, probe, scenario
from rfa_model.metrics.lesion import ApplicatorFrame, LesionVolume, measure_lesion

TISSUE, RADIUS_MM, HOLD_S, STEP_S = "muscle", 40.0, 60.0, 5.0
SET_C, EDGE_C = 70.0, 50.0
NEEDLES = {
    "16G, air": Trial("conventional", 16, 10, SET_C, REFERENCE_C, HOLD_S, "air"),
    "16G, 5 mm tip, air": Trial("conventional", 16, 5, SET_C, REFERENCE_C, HOLD_S, "air"),
    "16G, fluid": Trial("conventional", 16, 10, SET_C, REFERENCE_C, HOLD_S, "fluid"),
}
HEIGHTS, RADII = 13, 200


@dataclass(frozen=True)
class Hollow(HalfPlane):
    """The half plane of a needle with a bore open at its face, a tube in it from ``tube_mm[1]`` up, and a sleeve."""

    bore_mm: float = 0.0
    tube_mm: tuple[float, float] = (0.0, 0.0)
    sleeve_mm: float = 0.0

    @classmethod
    def of(cls, needle: Probe) -> "Hollow":
        """A cannula's."""
        a, cannula = 0.5 * needle.outer_diameter_mm, needle.cannula
        return cls(
            a,
            needle.tip_length_mm,
            (("tissue", np.inf),),
            RADIUS_MM,
            bore_mm=a - cannula.wall_thickness_mm,
            tube_mm=(0.5 * cannula.sensor_tube_diameter_mm, -needle.sensor_offset_mm),
            sleeve_mm=needle.sleeve_thickness_mm,
        )

    def _cuts(self, occ) -> list[tuple[int, int]]:
        a, top = self.radius_mm, self.centre_mm + self.outer_radius_mm - 0.2
        radius, end = self.tube_mm
        rim = a - math.sqrt(a**2 - self.bore_mm**2)
        outside = a + self.sleeve_mm
        lines = [
            ((self.bore_mm, rim), (self.bore_mm, top)),
            ((radius, end), (radius, top)),
            ((0.0, end), (radius, end)),
            ((0.0, top), (outside, top)),
            ((outside, self.tip_length_mm), (outside, top)),
            ((a, self.tip_length_mm), (outside, self.tip_length_mm)),
        ]
        return [(1, occ.addLine(*(occ.addPoint(*place, 0.0) for place in line))) for line in lines]

    def regions(self, r_mm: np.ndarray, z_mm: np.ndarray) -> np.ndarray:
        """The solid needle's, then what is in it and around its shaft."""
        region, top = super().regions(r_mm, z_mm), self.centre_mm + self.outer_radius_mm - 0.2
        below = z_mm < top
        sleeve = (r_mm > self.radius_mm) & (r_mm < self.radius_mm + self.sleeve_mm) & (z_mm > self.tip_length_mm)
        region[sleeve & below] = "sleeve"
        needle = np.isin(region, ("tip", "shaft"))
        region[needle & (r_mm < self.bore_mm) & below] = "filling"
        region[needle & (r_mm < self.tube_mm[0]) & (z_mm > self.tube_mm[1]) & below] = "tube"
        return region

    def _sizes(self, fineness: float):
        usual = super()._sizes(fineness)

        def size(dim: int, tag: int, x: float, y: float, z: float, lc: float) -> float:
            within = fineness * (0.06 + 0.03 * max(0.0, y - self.tip_length_mm))
            return min(usual(dim, tag, x, y, z, lc), within + 0.2 * max(0.0, x - self.radius_mm))

        return size


@dataclass
class Found:
    """At the end of the hold: display, cannula beside it, tissue beside the tip's middle, °C; 50 °C isotherm, mm."""

    display_C: float
    cannula_C: float
    beside_C: dict[float, float]
    width_mm: float
    unknowns: int


BESIDE_MM = (1.0, 2.0, 4.0)


def run_meshed(trial: Trial, fineness: float = 4.0, step_s: float = STEP_S) -> Found:
    """Everything meshed, in the meridian plane."""
    needle = probe(trial)
    needle = library.probes()[needle] if isinstance(needle, str) else needle
    plane, tissue = Hollow.of(needle), library.tissues()[TISSUE]
    k = tissue.thermal_conductivity_W_per_mK
    media = {
        "tissue": Medium(
            tissue.electric_conductivity_S_per_m,
            k,
            tissue.density_kg_per_m3 * tissue.specific_heat_J_per_kgK,
            electric_slope_per_C=library.defaults("electric_conductivity")["slope_per_C"],
            thermal_slope_per_C=library.defaults("thermal_conductivity")["slope_W_per_mK2"] / k,
        ),
        **{name: _solid(needle.metal) for name in ("tip", "shaft", "tube")},
        "filling": _solid(FILLINGS[trial.filling]),
        "sleeve": _solid(needle.sleeve),
    }
    peer = Layered(plane.mesh(fineness), media, contact=("tip", "filling", "tube"))
    middle, wall = plane.centre_mm, 0.5 * (plane.bore_mm + plane.radius_mm)
    places = [(0.0, plane.tube_mm[1]), (wall, plane.tube_mm[1])]
    places += [(plane.radius_mm + away, middle) for away in BESIDE_MM]
    probes, clock = peer.basis.probes(1e-3 * np.array(places).T), [0.0]

    def controller(rise_at) -> float:
        wanted = min(1.0, (clock[0] + step_s) / RAMP_S) * (trial.set_C - REFERENCE_C)
        without, with_one = (float((probes @ rise_at(V2))[0]) for V2 in (0.0, 1.0))
        return max(0.0, (wanted - without) / (with_one - without))

    def observe(time_s: float, moment: Moment) -> None:
        clock[0] = time_s

    last = peer.run(RAMP_S + trial.hold_s, step_s, controller, observe)
    display, cannula, *beside = (REFERENCE_C + probes @ last.rise_C).tolist()
    radii = np.linspace(plane.radius_mm, plane.radius_mm + 10.0, RADII)
    heights = np.linspace(0.2, 0.8, HEIGHTS) * plane.tip_length_mm
    grid = np.array([(r, z) for z in heights for r in radii])
    T = REFERENCE_C + (peer.basis.probes(1e-3 * grid.T) @ last.rise_C).reshape(HEIGHTS, RADII)
    reach = max(float(np.interp(-EDGE_C, -row, radii)) for row in T)
    return Found(display, cannula, dict(zip(BESIDE_MM, beside, strict=True)), 2.0 * reach, peer.basis.N)


def _solid(solid: Solid) -> Medium:
    capacity = solid.density_kg_per_m3 * solid.specific_heat_J_per_kgK
    return Medium(0.0, solid.thermal_conductivity_W_per_mK, capacity, conducts=False)


def run_ours(trial: Trial, resolution: str = "draft") -> Found:
    """rfa_model's needle: spread over its section, the tube a fin."""
    case = scenario(trial, {"resolution": resolution, "outer_boundary": "grounded"}, ("isotherm_50C",))
    arm = rfa_model.simulate(case).arms["bench"]
    end = RAMP_S + trial.hold_s
    at = int(np.argmin(np.abs(arm.fields.times_s - end)))
    beside = [(0.5 * arm.probe.outer_diameter_mm + away, 0.5 * arm.probe.tip_length_mm) for away in BESIDE_MM]
    readings = read_points(arm, np.array(beside))[at]
    history = arm.history
    display, cannula = (float(np.interp(end, history["time_s"], history[key])) for key in ("sensor_C", "cannula_C"))
    metrics, _ = measure_lesion(
        LesionVolume(arm.fields.tissue_mesh),
        hottest_until(arm.fields, end),
        EDGE_C,
        ApplicatorFrame.of(arm.applicator, arm.pose),
        logarithmic=False,
    )
    return Found(display, cannula, dict(zip(BESIDE_MM, readings, strict=True)), metrics.width_mm, arm.mesh_info["dofs"])
