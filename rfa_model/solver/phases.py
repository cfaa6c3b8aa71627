"""From a protocol's phases and a generator's settings to controllers."""

from collections.abc import Callable, Sequence
from typing import Any

from rfa_model.solver.controllers import (
    ConstantPower,
    ConstantVoltage,
    Controller,
    IdealControl,
    Limits,
    PIControl,
    SetPoint,
)
from rfa_model.solver.transient import PhaseRun

Maker = Callable[[float, Controller | None], Controller]


def generator_limits(generator: Any) -> Limits:
    """Return the limits of a generator (``max_power_W``, ``max_voltage_V_rms``, …)."""
    return Limits(
        max_power_W=generator.max_power_W,
        max_voltage_V_rms=generator.max_voltage_V_rms,
        max_current_A_rms=generator.max_current_A_rms,
        impedance_cutoff_ohm=generator.impedance_cutoff_ohm,
    )


def generator_off(limits: Limits) -> Controller:
    """Return the controller that applies nothing."""
    return ConstantVoltage(0.0, limits)


def phase_runs(protocol: Sequence[Any], generator: Any) -> list[PhaseRun]:
    """Return one run per phase (``kind``, ``duration_s`` and the kind's own value)."""
    limits = generator_limits(generator)

    def controlled(set_point: SetPoint, before: Controller | None) -> Controller:
        if generator.controller == "ideal":
            return IdealControl(set_point, limits)
        # A PI generator keeps its integral from phase to phase: a reset would drop the power it holds.
        integral = before.integral_Ks if isinstance(before, PIControl) else 0.0
        return PIControl(
            set_point, limits, generator.proportional_gain_W_per_K, generator.integral_gain_W_per_Ks, integral
        )

    def maker(phase: Any) -> Maker:
        makers: dict[str, Maker] = {
            "ramp": lambda reading, before: controlled(SetPoint(reading, phase.to_C, phase.duration_s), before),
            "hold": lambda _, before: controlled(
                SetPoint(phase.temperature_C, phase.temperature_C, phase.duration_s), before
            ),
            "voltage": lambda _, __: ConstantVoltage(phase.voltage_V_rms, limits),
            "power": lambda _, __: ConstantPower(phase.power_W, limits),
            "off": lambda _, __: generator_off(limits),
        }
        return makers[phase.kind]

    return [PhaseRun(phase.kind, phase.duration_s, maker(phase)) for phase in protocol]
