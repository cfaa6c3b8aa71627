"""The grid: every probe, set temperature and start that is solved, and its scenario."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

from rfa_model import library
from rfa_model.assurance.validation.bands import Kind, Reading
from rfa_model.laws.damage import REFUSED_ABOVE
from rfa_model.library import Probe
from rfa_model.physics.rest import damage_at_rest
from rfa_model.scenario import Scenario

Filling = Literal["fluid", "air"]
RAMP_S = 15.0
SNAPSHOT_S = 15.0
COOL_DOWN_S = 30.0
FLUID_ML = 0.5
KINDS: dict[Kind, str] = {
    "conventional": "", "cooled": " cooled", "water_off": " cooled, water off", "tined": " with three tines",
    "bipolar": " bipolar pair",
}  # fmt: skip
TINES = {"tines": 3, "tine_length_mm": 3, "tine_diameter_mm": 0.35, "tine_angle_deg": 45, "tine_exit_mm": 2.5}
"""Of no maker's: nobody's were read."""
SPACING_MM = 10.0
"""Of a bipolar pair."""
FLUIDS = ("water", "saline_0_7", "saline_23_4")
GAUGES = (22, 20, 18, 16)
CRITERIA = ("isotherm_50C", "isotherm_45C", "isotherm_60C", "arrhenius")
"""Lesions measured of every run, as far as :func:`reads` lets them."""


@dataclass(frozen=True)
class Trial:
    """One run: a probe held at a temperature in muscle that starts at ``start_C``, for ``hold_s`` after the ramp.

    ``filling``: of a cannula's bore; ``fluid``: injected about the tip before, ``FLUID_ML`` of it.
    """

    kind: Kind
    gauge: int
    tip_mm: float
    set_C: float
    start_C: float
    hold_s: float
    filling: Filling = "fluid"
    fluid: str = ""

    @property
    def name(self) -> str:
        """The run in words."""
        kind = KINDS[self.kind]
        dry = ", air in its bore" if self.filling == "air" else ""
        held = f"{self.set_C:g} °C for {self.hold_s:g} s from {self.start_C:g} °C"
        wet = f", {self.fluid} at the tip" if self.fluid else ""
        return f"{self.gauge}G {self.tip_mm:g} mm{kind}{dry}{wet}, {held}"

    def answers(self, reading: Reading, start_C: float) -> bool:
        """Whether this run holds that reading."""
        asked = ("kind", "gauge", "tip_mm", "set_C", "fluid")
        same = all(getattr(self, name) == getattr(reading, name) for name in asked)
        return same and self.start_C == start_C and reading.hold_s <= self.hold_s


def grid(quick: bool) -> list[Trial]:
    """Return every run, the longest first so that the last ones to finish are short."""
    return sorted(_quick() if quick else _full(), key=lambda trial: -trial.hold_s)


def _quick() -> list[Trial]:
    gauges = [Trial("conventional", gauge, 10, 80, 37, 180) for gauge in GAUGES]
    ends = [Trial("conventional", 18, 10, set_C, 37, 180) for set_C in (60, 90)]
    return gauges + ends + _cooled(37)[:2] + [Trial("water_off", 17, 4, 60, 37, 150)]


def _full() -> list[Trial]:
    long = {(18, 80): 720.0, (16, 90): 720.0}
    trials = [
        Trial("conventional", gauge, 10, set_C, 37, long.get((gauge, set_C), 180))
        for gauge in GAUGES
        for set_C in (60, 80, 90)
    ]
    trials += [Trial("conventional", 18, 10, 70, 37, 180)]
    trials += [Trial("conventional", gauge, tip_mm, 80, 37, 180) for gauge in GAUGES for tip_mm in (5, 15)]
    trials += [Trial("conventional", gauge, 10, 80, 21, 180) for gauge in GAUGES]
    trials += [Trial("conventional", 18, 10, set_C, 21, 180) for set_C in (60, 90)]
    trials += [Trial("conventional", gauge, tip_mm, 80, 21, 120) for gauge in (22, 16) for tip_mm in (5, 15)]
    trials += [Trial("conventional", 18, 5, 80, 21, 90)]
    for start_C, fluid in product((37, 21), FLUIDS):
        trials.append(Trial("conventional", 18, 10, 80, start_C, 90, fluid=fluid))
    for start_C in (37, 21):
        trials += [*_cooled(start_C), Trial("water_off", 17, 4, 60, start_C, 150)]
        trials += [Trial("tined", 18, 5, 80, start_C, 120), Trial("bipolar", 20, 10, 80, start_C, 90)]
    return trials


def _cooled(start_C: float) -> list[Trial]:
    return [Trial("cooled", 17, tip_mm, 60, start_C, 150) for tip_mm in (2, 4, 5.5)]


def probe(trial: Trial) -> Probe | str:
    """The library's probe, or a conventional one of the library with another tip."""
    if trial.kind in ("cooled", "water_off"):
        return f"cooled_{trial.gauge}g_{f'{trial.tip_mm:g}'.replace('.', '_')}mm"
    name = f"conventional_{trial.gauge}g_{trial.tip_mm:g}mm"
    known = library.probes()
    if name in known and trial.filling == "fluid":
        return name
    near = known[f"conventional_{trial.gauge}g_10mm"].model_dump()
    cannula = {**near["cannula"], "filling": trial.filling}
    return Probe(**{**near, "name": name, "tip_length_mm": trial.tip_mm, "cannula": cannula})


def chosen(trial: Trial) -> dict[str, object]:
    """What the arm has for an applicator: a probe, or what is made of it."""
    if trial.kind == "tined":
        return {"applicator": {"tined": {"probe": probe(trial), **TINES}}}
    if trial.kind == "bipolar":
        return {"applicator": {"pair": {"probe": probe(trial), "spacing_mm": SPACING_MM}}}
    return {"probe": probe(trial)}


def scenario(trial: Trial, numerics: Mapping[str, float | str], criteria: Sequence[str] = CRITERIA) -> Scenario:
    """The trial as a scenario of one arm, in homogeneous muscle without blood flow."""
    arm: dict[str, object] = {
        **chosen(trial),
        "protocol": [
            {"ramp": {"to_C": trial.set_C, "duration_s": RAMP_S}},
            {"hold": {"temperature_C": trial.set_C, "duration_s": trial.hold_s}},
            {"off": {"duration_s": COOL_DOWN_S}},
        ],
    }
    if trial.fluid:
        arm["fluid"] = {"fluid": trial.fluid, "volume_mL": FLUID_ML}
    if trial.kind == "water_off":
        arm["cooling"] = {"heat_transfer_coefficient_W_per_m2K": 0.0}
    return Scenario(
        title=trial.name,
        anatomy={"kind": "homogeneous", "tissue": "muscle"},  # type: ignore[arg-type]
        body={"temperature_C": trial.start_C, "perfusion": False},  # type: ignore[arg-type]
        criteria=[name for name in criteria if reads(trial, name, trial.hold_s + COOL_DOWN_S)],
        arms={"bench": arm},  # type: ignore[dict-item]
        numerics={"snapshot_interval_s": SNAPSHOT_S, **numerics},  # type: ignore[arg-type]
    )


def reads(trial: Trial, criterion: str, since_ramp_s: float) -> bool:
    """Whether a criterion's lesion says anything then: not where its law harms tissue that nothing heats."""
    found = library.criteria()[criterion]
    if found.quantity != "damage":
        return True
    law = found.law or library.damage_laws()["coagulation"]  # a scenario's own, unless told
    return damage_at_rest(law, trial.start_C, RAMP_S + since_ramp_s) <= REFUSED_ABOVE
