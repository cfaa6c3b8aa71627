"""Short whole runs, from a scenario through every room to results: draft meshes, linear elements unless told."""

from collections.abc import Mapping, Sequence

from rfa_model.results.reader import ArmResults
from rfa_model.scenario import Scenario
from rfa_model.simulation import simulate

Phase = Mapping[str, Mapping[str, object]]


def ramp(to_C: float, duration_s: float) -> Phase:
    """Set point rising linearly from where the sensor is."""
    return {"ramp": {"to_C": to_C, "duration_s": duration_s}}


def hold(temperature_C: float, duration_s: float) -> Phase:
    """Constant set point."""
    return {"hold": {"temperature_C": temperature_C, "duration_s": duration_s}}


def power(power_W: float, duration_s: float) -> Phase:
    """Constant power."""
    return {"power": {"power_W": power_W, "duration_s": duration_s}}


def off(duration_s: float) -> Phase:
    """Nothing applied."""
    return {"off": {"duration_s": duration_s}}


def treatment(temperature_C: float, hold_s: float = 25.0) -> list[Phase]:
    """Ramp, hold, cool-down."""
    return [ramp(temperature_C, 5.0), hold(temperature_C, hold_s), off(5.0)]


def short_arm(
    probe: str,
    protocol: Sequence[Phase],
    *,
    order: int = 1,
    generator: Mapping[str, object] | None = None,
    numerics: Mapping[str, object] | None = None,
    **rest: object,
) -> ArmResults:
    """One probe in homogeneous muscle; ``rest`` goes into the scenario (body, laws)."""
    arm = {"probe": probe, "protocol": protocol} | ({"generator": generator} if generator else {})
    return arm_of(arm, order=order, numerics=numerics, **rest)


def arm_of(
    arm: Mapping[str, object],
    *,
    order: int = 1,
    numerics: Mapping[str, object] | None = None,
    **rest: object,
) -> ArmResults:
    """One arm as a scenario writes it, in homogeneous muscle."""
    content = {
        "title": "verification",
        "anatomy": {"kind": "homogeneous", "tissue": "muscle"},
        "arms": {"arm": arm},
        "numerics": {"resolution": "draft", "element_order": order, **(numerics or {})},
        **rest,
    }
    return simulate(Scenario.model_validate(content)).arms["arm"]
