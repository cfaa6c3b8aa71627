"""The generator's impedance cut-off, in tissue that dries."""

import numpy as np

from rfa_model.assurance.verification.case import Case
from rfa_model.assurance.verification.cases.controllers import GROUP
from rfa_model.assurance.verification.outcome import CaseOutcome, Check
from rfa_model.assurance.verification.tools.short_arm import off, power, short_arm
from rfa_model.generator import Generator
from rfa_model.results.reader import ArmResults

# A limit cut off at 200 Ω by tissue that dries without boiling is cheap; boiling dry with 30 W is not.
DRIES_AT_80C = {"electric_conductivity": {"dry_start_C": 80}, "vaporisation": {"enabled": False}}


def cut_off(quick: bool) -> CaseOutcome:
    """Tissue dries until the impedance crosses the limit."""
    runs = [("5 W, dries at 80 °C", 5.0, [power(5, 10), power(5, 5), off(2)], 200.0, DRIES_AT_80C)]
    if not quick:
        runs.append(("30 W, boils dry", 30.0, [power(30, 20), off(5)], 1000.0, {}))
    found = CaseOutcome()
    for name, watts, protocol, limit, laws in runs:
        arm = short_arm("conventional_22g_5mm", protocol, generator={"impedance_cutoff_ohm": limit}, laws=laws)
        found.checks += _cut_off_checks(name, arm, watts, limit)
    return found


def _cut_off_checks(name: str, arm: ArmResults, watts: float, limit: float) -> list[Check]:
    h, cutoff = arm.history, arm.cutoff
    # Never cut off: nothing after the end, and the impedance says by how much it was missed.
    at = int(np.flatnonzero(h["time_s"] == cutoff)[0]) if cutoff is not None else len(h["time_s"]) - 1
    impedance, watts_after = h["impedance_ohm"], h["power_W"][at + 1 :]
    # Drying tissue asks for more volts than the generator has: it then gives what these yield.
    most = Generator().max_voltage_V_rms
    freely = h["power_W"][1 : at + 1][h["voltage_V_rms"][1 : at + 1] < most * (1.0 - 1e-9)]
    return [
        Check(f"impedance at the cut-off, {name}", limit, float(impedance[at]), 0.0, "Ω", "at least"),
        Check(f"impedance before, {name}", limit, float(impedance[:at].max()), 0.0, "Ω", "at most"),
        Check(f"power up to it below the voltage limit, {name}", watts, float(freely.min()), 1e-6, "W"),
        Check(f"voltage, {name}", most, float(h["voltage_V_rms"].max()), 1e-9, "V", "at most"),
        Check(f"power ever after, {name}", 0.0, float(watts_after.max(initial=0.0)), 0.0, "W", "absolute"),
        Check(f"steps after it, {name}", 1.0, float(len(watts_after)), 0.0, "", "at least"),
    ]


CASES = (
    Case(
        "impedance-cut-off",
        GROUP,
        "The generator cuts off where the impedance crosses its limit",
        r"""
Constant power on a 22G needle until dried tissue lifts the impedance over the limit: from the first step's end above
it nothing is applied any more, in that phase and in the next, and the run goes on to its end. The full run boils tissue
dry with 30 W up to the usual 1000 Ω.""",
        cut_off,
    ),
)
