"""What a generator can do, and how it holds a temperature."""

from typing import Annotated, Literal

from pydantic import Field

from rfa_model.generator.controllers import ConstantVoltage, Controller, IdealControl, PIControl, SetPoint
from rfa_model.generator.sampled import SampledPI
from rfa_model.sourced import Model, Number, bounds, defaults

_DEFAULT = defaults("generator")


class Generator(Model):
    """Controller and limits of the generator; gains are used by ``pi`` and ``sampled_pi``, the last two by that alone.

    ``sampled_pi`` is a real generator's: it looks at the sensor ``sampling_Hz`` times a second and holds a voltage of
    whole ``voltage_step_V_rms`` in between (0: of any size).
    """

    controller: Literal["ideal", "pi", "sampled_pi"] = "ideal"
    max_power_W: bounds.Power = _DEFAULT["max_power_W"]
    max_voltage_V_rms: bounds.Voltage = _DEFAULT["max_voltage_V_rms"]
    max_current_A_rms: bounds.Current = _DEFAULT["max_current_A_rms"]
    impedance_cutoff_ohm: bounds.Impedance = _DEFAULT["impedance_cutoff_ohm"]
    proportional_gain_W_per_K: bounds.Gain = _DEFAULT["proportional_gain_W_per_K"]
    integral_gain_W_per_Ks: bounds.Gain = _DEFAULT["integral_gain_W_per_Ks"]
    sampling_Hz: Annotated[Number, Field(ge=0.1, le=100)] = _DEFAULT["sampling_Hz"]
    voltage_step_V_rms: Annotated[Number, Field(ge=0, le=10)] = _DEFAULT["voltage_step_V_rms"]

    def clip(self, V2: float, conductance_S: float) -> float:
        """Return V² within [0, what voltage, power and current allow]."""
        highest = min(
            self.max_voltage_V_rms**2,
            self.max_power_W / conductance_S,
            (self.max_current_A_rms / conductance_S) ** 2,
        )
        return min(max(V2, 0.0), highest)

    def following(self, set_point: SetPoint, before: Controller | None, reading_C: float) -> Controller:
        """Return the controller that follows a set point.

        Parameters
        ----------
        set_point : SetPoint
        before : Controller or None
            That of the phase before.
        reading_C : float
            The sensor's as the phase starts.
        """
        if self.controller == "ideal":
            return IdealControl(set_point, self)
        kp, ki = self.proportional_gain_W_per_K, self.integral_gain_W_per_Ks
        # A PI generator keeps its integral from phase to phase: a reset would drop the power it holds.
        integral = before.integral_Ks if isinstance(before, PIControl | SampledPI) else 0.0
        if self.controller == "pi":
            return PIControl(set_point, self, kp, ki, integral)
        return SampledPI(set_point, self, kp, ki, 1.0 / self.sampling_Hz, self.voltage_step_V_rms, reading_C, integral)

    def off(self) -> Controller:
        """Return the controller that applies nothing."""
        return ConstantVoltage(0.0, self)
