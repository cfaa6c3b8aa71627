"""What a bevel does to the lesion of a cannula, beside a flat and a round end: one table, at draft resolution."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import rfa_model
from rfa_model import library
from rfa_model.applicators.needle import Probe
from rfa_model.applicators.wall import bevel_length_mm
from rfa_model.scenario import Scenario

GAUGES, ANGLES_DEG, TIP_MM, SET_C, HOLD_S = (16, 18, 22), (20.0, 30.0, 45.0), 10.0, 80.0, 90.0
CRITERION = "visible_edge"
SIZES = {"width_mm": "width, mm", "length_mm": "length, mm", "distal_mm": "beyond the tip, mm", "volume_mm3": "mm³"}
Row = dict[str, float]


def ends(gauge: int) -> Iterator[tuple[str, Probe]]:
    """The library's needle with its round end, a flat one, and cut at each angle; sensor where the bore is whole."""
    known = library.probes()[f"conventional_{gauge}g_10mm"].model_dump()
    yield "round", Probe(**known)
    yield "flat", Probe(**known | {"tip_rounding_mm": 0.0})
    for angle_deg in ANGLES_DEG:
        heel_mm = bevel_length_mm(0.5 * known["outer_diameter_mm"], angle_deg)
        changes = {"tip_rounding_mm": 0.0, "bevel_angle_deg": angle_deg}
        sensor_mm = min(known["sensor_offset_mm"], -heel_mm)
        yield f"bevel {angle_deg:g}°", Probe(**known | changes | {"sensor_offset_mm": sensor_mm})


def solve(needle: Probe) -> Row:
    """Sizes of the lesion that the bench sees, display and cannula at the end of heating."""
    arm = rfa_model.simulate(
        Scenario(
            title="A cannula's end",
            anatomy={"kind": "homogeneous", "tissue": "muscle"},
            body={"perfusion": False},
            criteria=[CRITERION],
            arms={
                "bench": {
                    "probe": needle,
                    "protocol": [
                        {"ramp": {"to_C": SET_C, "duration_s": 15.0}},
                        {"hold": {"temperature_C": SET_C, "duration_s": HOLD_S}},
                    ],
                }
            },
            numerics={"resolution": "draft", "snapshot_interval_s": 105.0},
        )
    ).arms["bench"]
    lesion = arm.summary["lesions"][CRITERION]
    history = arm.history
    found = {name: float(lesion[name]) for name in SIZES}
    return found | {
        "hottest_C": float(history["max_C"].max()),
        "cannula_C": float(history["cannula_C"][-1]),
        "impedance_ohm": float(history["impedance_ohm"][0]),
    }


def run(kept: Path | None = None) -> dict[int, dict[str, Row]]:
    """Every gauge with every end; what ``kept`` holds already is not solved again."""
    found: dict[str, dict[str, Row]] = json.loads(kept.read_text()) if kept and kept.is_file() else {}
    for gauge in GAUGES:
        rows = found.setdefault(str(gauge), {})
        for name, needle in ends(gauge):
            if name not in rows:
                rows[name] = solve(needle)
                print(gauge, name, rows[name], file=sys.stderr, flush=True)
                if kept:
                    kept.write_text(json.dumps(found))
    return {int(gauge): rows for gauge, rows in found.items()}


if __name__ == "__main__":
    run(Path(sys.argv[1]))
