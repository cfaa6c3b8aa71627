"""Two needles as a scenario has them: the hotter sensor, the mean, each its own; swapped; far apart."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rfa_model.assurance.verification.case import Case
from rfa_model.assurance.verification.outcome import CaseOutcome, Check
from rfa_model.assurance.verification.tools.bioheat import SIGMA
from rfa_model.assurance.verification.tools.short_arm import arm_of, hold, ramp
from rfa_model.metrics.data import History
from rfa_model.results.reader import ArmResults

GROUP = "Several contacts"
THIN, THICK = "conventional_22g_5mm", "conventional_18g_5mm"
PROTOCOL = [ramp(60, 3), hold(60, 3)]
SENSORS = ("sensor_first_sensor_C", "sensor_second_sensor_C")
# The iteration of a stage stops within a thousandth of a kelvin; two meshes of the same needles differ by more.
ON_SET_POINT_K, TWO_MESHES, PAD, SUM = 0.01, 0.01, 1e-6, 1e-9
# Length of a tip over the distance, squared, of the other needle's share, and what two meshes differ by.
FAR_MM, FAR = 30.0, 0.01

WORDS = r"""
A 22G and an 18G needle of 5 mm, 8 mm apart, to 60 °C within 3 s and held for 3 s: the readings meet the set point at
every step, the larger of both (*hotter*), their mean, or, with two generators in phase, either. The currents of a
bipolar pair cancel, powers of contacts add up to the generator's. Needles that change places take the same power, on
another mesh. Two generators $s=30$ mm apart each send the current of a single needle of that kind, at its voltage and
the potential of the other there, $I/4\pi\sigma s$ (a point's, 3 % of the whole).
""".strip()


def _arm(drive: str, control: str, probe: str = THIN, second: str = THICK, apart_mm: float = 8.0) -> ArmResults:
    words = {"probe": probe, "second_probe": second, "spacing_mm": apart_mm, "drive": drive, "control": control}
    return arm_of({"applicator": {"pair": words}, "protocol": PROTOCOL})


def _off(history: History, told: Mapping[str, np.ndarray] | np.ndarray) -> float:
    apart = (np.asarray(told) - history["set_point_C"])[..., 1:]
    return float(np.abs(apart).max())


def controls(quick: bool) -> CaseOutcome:
    """One mesh, three controls; then the same needles the other way round, and far apart."""
    found, arms = CaseOutcome(), {}
    for drive, control, of in (("bipolar", "hotter", np.max), ("bipolar", "mean", np.mean), ("dual", "each", None)):
        if quick and control == "mean":
            continue
        arms[control] = _arm(drive, control)
        history = arms[control].history
        readings = np.array([history[name] for name in SENSORS])
        worst = _off(history, readings if of is None else of(readings, axis=0))
        found.checks.append(
            Check(f"{drive}, {control}: off the set point", 0.0, worst, ON_SET_POINT_K, "K", "absolute")
        )
    pad = arms["hotter"].balance["pad_current"]
    for control, arm in arms.items():
        history = arm.history
        contacts = sum(history[f"contact_{which}_tip_W"][1:] for which in ("first", "second"))
        left = float(np.abs(contacts / history["power_W"][1:] - 1.0).max())
        found.checks.append(Check(f"{control}: contacts' power over the arm's, − 1", SUM, left, 0.0, "", "at most"))
    found.checks.append(
        Check("bipolar: current to the pad over the contacts'", PAD, float(pad or 0.0), 0.0, "", "at most")
    )
    if quick:
        return found
    swapped = _arm("bipolar", "hotter", THICK, THIN)
    ends = [float(arm.history["power_W"][-1]) for arm in (arms["hotter"], swapped)]
    found.checks.append(Check("needles that change places: power", ends[0], ends[1], TWO_MESHES, "W"))
    far, needles = _arm("dual", "each", apart_mm=FAR_MM).history, {"first": THIN, "second": THICK}
    volts, amperes = ({w: float(far[f"contact_{w}_tip_{unit}_rms"][-1]) for w in needles} for unit in "VA")
    mutual_ohm = 1e3 / (4.0 * np.pi * SIGMA * FAR_MM)
    for (which, probe), other in zip(needles.items(), reversed(needles), strict=True):
        alone = arm_of({"probe": probe, "protocol": PROTOCOL}).history
        own_V = volts[which] - mutual_ohm * amperes[other]
        found.checks += [
            Check(f"30 mm apart, {probe}: current", float(alone["current_A_rms"][-1]), amperes[which], FAR, "A"),
            Check(f"30 mm apart, {probe}: own voltage", float(alone["voltage_V_rms"][-1]), own_V, FAR, "V"),
        ]
    return found


CASES = (Case("pair-controls", GROUP, "Two needles, one voltage or two", WORDS, controls),)
