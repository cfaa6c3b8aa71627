"""Bone on meshes that do not follow its surface: what cut cells cost, beside fitted meshes."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from rfa_model.assurance.verification.case import Case
from rfa_model.assurance.verification.outcome import CaseOutcome, Check, Convergence
from rfa_model.assurance.verification.tools.bone import Bone, bone_mesh, round_hole, size_mm
from rfa_model.assurance.verification.tools.interface import InterfaceSolution, media, solve_beside_bone
from rfa_model.assurance.verification.tools.meridian_bone import solve_meridian

Array = NDArray[np.float64]
GROUP = "Bone on meshes that do not follow it"
# Times the cell size of `standard`; from there on cells are smaller than the gap between electrode and bone.
FACTORS, QUICK_FACTORS = (1.0, 0.7, 0.5, 0.4), (1.0, 0.7, 0.5)
# How a mesh cuts the surface is chance, so each size is meshed more than once.
CUTS = (1.03, 0.97)
OFFSETS_MM = (0.0, 0.7, 1.4)
LEVEL_K = 13.0  # the isotherm of 50 °C
# Theory: 1 at a surface whose kink the elements do not have, less what chance leaves of it; away from it between that 1
# and 2, more the smaller the surface; and 2 for flat facets along curved surfaces.
LEAST_ON_SURFACE, LEAST_FITTED = 0.8, 1.8
# Of the resistance and the tip's rise, as promised for one tissue; 1 % of a radius in the volume.
RESISTANCE, RISE, VOLUME = 5e-3, 3e-3, 3e-2
# Where all current has to cross the surface.
RESISTANCE_ACROSS, VOLUME_ACROSS = 2e-2, 5e-2
AT_MOST_K = 1.0


@dataclass(frozen=True)
class Place:
    """Bone somewhere, and the voltage that makes the electrode hot; ``along``: current runs along the surface.

    ``least`` is the order asked for away from the surface on meshes that do not follow it.
    """

    bone: Bone
    voltage_V: float
    along: bool
    least: float = 1.0


PLACES = {
    "plane": Place(Bone(1.5), 12.0, along=True),
    "ball": Place(Bone(1.5, 4.0), 12.0, along=True, least=1.5),
    "hole": Place(round_hole(1.5), 40.0, along=False),
}


class Study:
    """One place with its reference, for any number of meshes."""

    def __init__(self, place: Place, fineness: float) -> None:
        self.place = place
        self.points_mm = np.array([np.zeros(3), *(place.bone.surface_mm(offset) for offset in OFFSETS_MM)])
        self.meridian = solve_meridian(place.bone, media(), place.voltage_V, fineness)
        self.resistance_ohm = 1.0 / self.meridian.conductance_S
        self.rise_K = self.meridian.rise(self.points_mm)
        self.volume_mm3 = self.meridian.volume_mm3(LEVEL_K)

    def solve(self, factor: float, fitted: bool, layers: bool = True) -> InterfaceSolution:
        """What the package answers on one mesh."""
        bone, voltage = self.place.bone, self.place.voltage_V
        mesh = bone_mesh(bone, factor, fitted)
        return solve_beside_bone(bone, mesh, voltage, self.points_mm, LEVEL_K, self.meridian, layers)

    def surface_K(self, answer: InterfaceSolution) -> float:
        """Root mean square of the error on the bone's surface."""
        return _rms(answer.rise_K[1:] - self.rise_K[1:])

    def resistance_share(self, answer: InterfaceSolution) -> float:
        """Relative error of the resistance."""
        return answer.resistance_ohm / self.resistance_ohm - 1.0

    def volume_share(self, answer: InterfaceSolution) -> float:
        """Relative error of the volume."""
        return answer.volume_mm3 / self.volume_mm3 - 1.0


def interface(quick: bool, name: str) -> CaseOutcome:
    """Orders on unfitted and fitted meshes, errors at the size of ``standard``."""
    place = PLACES[name]
    study, found = Study(place, 1.5 if quick else 1.0), CaseOutcome()
    factors = QUICK_FACTORS if quick else FACTORS
    sizes = tuple(size_mm(place.bone.distance_mm - 1.0, factor) for factor in factors)
    unfitted = {factor: [study.solve(factor * cut, fitted=False) for cut in CUTS] for factor in factors}
    fitted = {factor: study.solve(factor, fitted=True) for factor in ((1.0,) if quick else factors)}

    def order(quantity: str, errors: list[float], least: float, unit: str = "K") -> None:
        found.convergences.append(Convergence(quantity, sizes, tuple(errors), least, "cell at the bone", "mm", unit))

    each = list(unfitted.values())
    on_surface = [_rms([study.surface_K(a) for a in answers]) for answers in each]
    order("θ on the bone, unfitted", on_surface, LEAST_ON_SURFACE)
    if place.along:
        order("θ within 6 mm, unfitted", [_rms([a.rms_K for a in answers]) for answers in each], place.least)
        volumes = [100.0 * _rms([study.volume_share(a) for a in answers]) for answers in each]
        order("volume above 50 °C, unfitted", volumes, place.least, "%")
    else:
        found.checks.append(_hole_resistance(place.bone, study))
    if not quick:
        order("θ within 6 mm, fitted", [a.rms_K for a in fitted.values()], LEAST_FITTED)
        finest = fitted[factors[-1]]
        found.checks += [
            Check("resistance, finest fitted mesh", study.resistance_ohm, finest.resistance_ohm, RESISTANCE, "Ω"),
            Check("θ of the electrode, finest fitted mesh", study.rise_K[0], float(finest.rise_K[0]), RISE, "K"),
        ]
    found.checks += _at_standard(study, unfitted[1.0])
    found.notes += _notes(name, study, unfitted[1.0], fitted[1.0])
    return found


def _at_standard(study: Study, answers: list[InterfaceSolution]) -> list[Check]:
    """The worst of the unfitted meshes at the size of ``standard``."""
    resistance = max((a.resistance_ohm for a in answers), key=lambda value: abs(value - study.resistance_ohm))
    volume = max((a.volume_mm3 for a in answers), key=lambda value: abs(value - study.volume_mm3))
    along = study.place.along
    share, of_volume = (RESISTANCE, VOLUME) if along else (RESISTANCE_ACROSS, VOLUME_ACROSS)
    checks = [Check("resistance, unfitted, standard", study.resistance_ohm, resistance, share, "Ω")]
    for i, where in enumerate(("of the electrode", *(f"on the bone, {offset:g} mm off axis" for offset in OFFSETS_MM))):
        exact = float(study.rise_K[i])
        worst = max((float(a.rise_K[i]) for a in answers), key=lambda value: abs(value - exact))
        checks.append(Check(f"θ {where}, unfitted, standard", exact, worst, AT_MOST_K, "K", "absolute"))
    return [*checks, Check("volume above 50 °C, unfitted, standard", study.volume_mm3, volume, of_volume, "mm³")]


def _hole_resistance(bone: Bone, study: Study) -> Check:
    muscle, outside = media()["muscle"], media()["bone"]
    b = bone.radius_mm
    exact = ((1.0 - 1.0 / b) / muscle.sigma + 1.0 / b / outside.sigma) / (4.0 * np.pi * 1e-3)
    return Check("resistance, the reference itself beside 1/r", float(exact), study.resistance_ohm, 1e-3, "Ω")


def _notes(name: str, study: Study, answers: list[InterfaceSolution], fitted: InterfaceSolution) -> list[str]:
    shares = [100.0 * study.resistance_share(a) for a in answers]
    volumes = [100.0 * study.volume_share(a) for a in [*answers, fitted]]
    means = study.solve(1.0, fitted=False, layers=False)
    size, rms = size_mm(study.place.bone.distance_mm - 1.0, 1.0), _rms([a.rms_K for a in answers])
    return [
        f"{name}, at the cell size of `standard` ({size:.2f} mm at the bone): resistance off by {min(shares):+.2f} to "
        f"{max(shares):+.2f} %, θ by {rms:.2f} K (root mean square), volume above 50 °C by {min(volumes[:-1]):+.1f} to "
        f"{max(volumes[:-1]):+.1f} %; on the fitted mesh {100.0 * study.resistance_share(fitted):+.2f} %, "
        f"{fitted.rms_K:.2f} K, {volumes[-1]:+.1f} %. With means of σ and k alone: resistance "
        f"{100.0 * study.resistance_share(means):+.1f} %, θ {means.rms_K:.2f} K, volume "
        f"{100.0 * study.volume_share(means):+.1f} %."
    ]


def _rms(values: list[float] | Array) -> float:
    return float(np.sqrt(np.mean(np.square(values))))


MATHS = r"""
An electrode ball of 1 mm at constant voltage, steady, with constant $\sigma$, $k$ and perfusion: muscle, and cortical
bone ($\sigma$ 20 times smaller) beyond a surface 0.5 mm away. Three surfaces: a *plane*, a *ball* of 4 mm, and a round
*hole* of 1.5 mm about the electrode with bone all around. The reference solves the meridian plane with another code on
triangles that follow the surface (0.02 mm); meshes in space that follow it show what quadratic elements cost alone.

The package's own way cuts cells: exact shares of the tissues from the signed distances at the nodes, and in cut cells
layers, through which the mean flux across the surface is continuous. Elements have no kink where cells meet, so the
temperature on the surface itself stays of order 1. Where the current runs along the bone, which conducts badly,
resistance, volume and temperature away from it come out nearly as on fitted meshes: of order 2 beside the ball, between
1 and 2 beside the plane, which runs through the coarse cells too. In the hole all of it has to
cross, the worst there is: at `standard` resistance is held to 2 % and volume to 5 %. There the layers' error is of
order 1 and opposite to the elements' own, so no order is asked for. With means of $\sigma$ and $k$ instead of layers
resistance is 10 % too low.
""".strip()

TITLE = "Cut cells beside meshes fitted to the bone"
CASES = tuple(
    Case(f"interface:{name}", GROUP, TITLE, MATHS, partial(interface, name=name), quick=name == "plane")
    for name in PLACES
)
