"""What a generator can do, and how it holds a temperature."""

from typing import Literal

from rfa_model.generator.controllers import ConstantVoltage, Controller, IdealControl, PIControl, SetPoint
from rfa_model.sourced import Model, bounds, defaults

_DEFAULT = defaults("generator")


class Generator(Model):
    """Controller and limits of the generator; gains are used by the ``pi`` controller."""

    controller: Literal["ideal", "pi"] = "ideal"
    max_power_W: bounds.Power = _DEFAULT["max_power_W"]
    max_voltage_V_rms: bounds.Voltage = _DEFAULT["max_voltage_V_rms"]
    max_current_A_rms: bounds.Current = _DEFAULT["max_current_A_rms"]
    impedance_cutoff_ohm: bounds.Impedance = _DEFAULT["impedance_cutoff_ohm"]
    proportional_gain_W_per_K: bounds.Gain = _DEFAULT["proportional_gain_W_per_K"]
    integral_gain_W_per_Ks: bounds.Gain = _DEFAULT["integral_gain_W_per_Ks"]

    def clip(self, V2: float, conductance_S: float) -> float:
        """Return V² within [0, what voltage, power and current allow]."""
        highest = min(
            self.max_voltage_V_rms**2,
            self.max_power_W / conductance_S,
            (self.max_current_A_rms / conductance_S) ** 2,
        )
        return min(max(V2, 0.0), highest)

    def following(self, set_point: SetPoint, before: Controller | None) -> Controller:
        """Return the controller that follows a set point; ``before`` is that of the phase before."""
        if self.controller == "ideal":
            return IdealControl(set_point, self)
        # A PI generator keeps its integral from phase to phase: a reset would drop the power it holds.
        integral = before.integral_Ks if isinstance(before, PIControl) else 0.0
        return PIControl(set_point, self, self.proportional_gain_W_per_K, self.integral_gain_W_per_Ks, integral)

    def off(self) -> Controller:
        """Return the controller that applies nothing."""
        return ConstantVoltage(0.0, self)
