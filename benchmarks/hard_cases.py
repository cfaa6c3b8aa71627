"""Runs whose tissue boils: CPU seconds, steps, lesions; beside the same with steps of a given length.

``python -m benchmarks.hard_cases [CASE...] [--steps SECONDS]`` prints a line of JSON for each; a case that cannot be
solved says why.
"""

import argparse
import json
import sys
import time
from typing import Any

from rfa_model._progress import Progress
from rfa_model.errors import SolveError
from rfa_model.scenario import Scenario
from rfa_model.simulation import simulate

# No such tip is in the library: an 18G needle, solid.
SEVEN_MM = {
    "kind": "conventional",
    "outer_diameter_mm": 1.27,
    "tip_length_mm": 7,
    "tip_rounding_mm": 0.635,
    "sensor_offset_mm": -0.635,
}
CASES: dict[str, dict[str, Any]] = {
    "5W_7mm": {"probe": SEVEN_MM, "protocol": [{"power": {"power_W": 5, "duration_s": 60}}]},
    "30W_5mm": {"probe": "conventional_22g_5mm", "protocol": [{"power": {"power_W": 30, "duration_s": 2}}]},
    "200V_10mm": {
        "probe": "conventional_18g_10mm",
        "protocol": [{"voltage": {"voltage_V_rms": 200, "duration_s": 2}}],
        "generator": {"max_voltage_V_rms": 200, "max_power_W": 200},
    },
    "hold_99C": {
        "probe": "conventional_18g_10mm",
        "protocol": [
            {"ramp": {"to_C": 99, "duration_s": 15}},
            {"hold": {"temperature_C": 99, "duration_s": 60}},
        ],
    },
}


def scenario(name: str, numerics: dict[str, float]) -> Scenario:
    """One case in muscle, at draft."""
    return Scenario.model_validate(
        {
            "title": name,
            "anatomy": {"kind": "homogeneous", "tissue": "muscle"},
            "arms": {name: CASES[name]},
            "numerics": {"resolution": "draft", **numerics},
        }
    )


def measured(name: str, numerics: dict[str, float]) -> dict[str, Any]:
    """Solve a case."""
    began = time.process_time()
    try:
        arm = simulate(scenario(name, numerics), progress=Progress()).arms[name]
    except SolveError as reason:
        return {"case": name, "cpu_s": time.process_time() - began, "failed": str(reason)}
    h = arm.history
    return {
        "case": name,
        "cpu_s": time.process_time() - began,
        "steps": len(h["time_s"]) - 1,
        "lesions_mm3": {key: round(float(h[key][-1]), 3) for key in h.columns if key.startswith("lesion_")},
        "hottest_C": float(h["max_C"].max()),
        "impedance_end_ohm": float(h["impedance_ohm"][-1]),
        "cutoff_s": arm.cutoff,
        "energy_J": float(h["energy_J"][-1]),
        "balance": arm.summary["balance"],
    }


def main() -> int:
    """Measure the cases asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hard_cases", description=__doc__.partition(":")[0])
    parser.add_argument("cases", nargs="*", default=[*CASES], metavar="CASE", help=", ".join(CASES))
    parser.add_argument("--steps", type=float, help="longest step, s; 0.0125 is the reference")
    args = parser.parse_args()
    numerics = {"max_step_s": args.steps, "initial_step_s": args.steps} if args.steps else {}
    for name in args.cases:
        print(json.dumps(measured(name, numerics)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
