"""Short runs at draft resolution through the Python API, each solved once per session however many tests ask for it."""

import json
from typing import Any

from rfa_model.results.reader import ArmResults, Results
from rfa_model.scenario import Scenario
from rfa_model.simulation import simulate

MUSCLE = {"kind": "homogeneous", "tissue": "muscle"}
NO_LAWS = {
    "electric_conductivity": {"slope_per_C": 0.0},
    "thermal_conductivity": {"slope_W_per_mK2": 0.0},
    "perfusion": {"shutdown": False},
}
LUMBAR = {"kind": "lumbar_medial_branch", "nerve": "L4", "side": "left"}
_solved: dict[str, Results] = {}


def ramp(to_C: float, duration_s: float) -> dict[str, Any]:
    return {"ramp": {"to_C": to_C, "duration_s": duration_s}}


def hold(temperature_C: float, duration_s: float) -> dict[str, Any]:
    return {"hold": {"temperature_C": temperature_C, "duration_s": duration_s}}


def power(power_W: float, duration_s: float) -> dict[str, Any]:
    return {"power": {"power_W": power_W, "duration_s": duration_s}}


def voltage(voltage_V_rms: float, duration_s: float) -> dict[str, Any]:
    return {"voltage": {"voltage_V_rms": voltage_V_rms, "duration_s": duration_s}}


def off(duration_s: float) -> dict[str, Any]:
    return {"off": {"duration_s": duration_s}}


def treatment(temperature_C: float = 80.0, hold_s: float = 25.0) -> list[dict[str, Any]]:
    """Ramp, hold, cool-down: a treatment in short."""
    return [ramp(temperature_C, 5.0), hold(temperature_C, hold_s), off(5.0)]


def scenario(arms: dict[str, Any], *, order: int = 1, numerics: dict[str, Any] | None = None, **rest: Any) -> Scenario:
    """A scenario at draft resolution, in muscle unless told otherwise; linear elements, which cost a fifth."""
    content = {"title": "test", "anatomy": MUSCLE, "arms": arms, **rest}
    return Scenario(**content, numerics={"resolution": "draft", "element_order": order, **(numerics or {})})


def solve_all(arms: dict[str, Any], **rest: Any) -> Results:
    """Results of all arms; the same request is solved once."""
    key = json.dumps([arms, rest], sort_keys=True)
    if key not in _solved:
        _solved[key] = simulate(scenario(arms, **rest))
    return _solved[key]


def solve(probe: Any, protocol: list[dict[str, Any]], *, arm: dict[str, Any] | None = None, **rest: Any) -> ArmResults:
    """The one arm of a one-arm scenario."""
    return solve_all({"arm": {"probe": probe, "protocol": protocol, **(arm or {})}}, **rest).arms["arm"]


def lesion_mm3(arm: ArmResults, criterion: str = "arrhenius") -> float:
    """Volume of a lesion."""
    return float(arm.summary["lesions"][criterion]["volume_mm3"])
