"""One arm of a comparison: a probe, where it lies, and what its generator does."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from rfa_model import library
from rfa_model.library import Phase, Probe
from rfa_model.scenario.names import ProbeName
from rfa_model.sourced import Flag, Model, NonNegative, Number, Positive

Offset = Annotated[Number, Field(ge=-60, le=60)]
Angle = Annotated[Number, Field(ge=-180, le=180)]
Vector = tuple[Number, Number, Number]
_GENERATOR = library.defaults("generator")


class Placement(Model):
    """Where the probe lies.

    ``offset_mm``: along the nerve, across it, away from bone. ``angles_deg``: tilt, swing, roll.
    ``target_mm`` (patient frame) replaces the anatomy's target; ``direction`` (custom approach only) points from the
    tip up the shaft, patient frame, any length.
    """

    approach: Literal["parallel", "perpendicular", "custom"] = "parallel"
    offset_mm: tuple[Offset, Offset, Offset] = (0.0, 0.0, 0.0)
    angles_deg: tuple[Angle, Angle, Angle] = (0.0, 0.0, 0.0)
    target_mm: Vector | None = None
    direction: Vector | None = None
    allow_inside_bone: Flag = False


class Generator(Model):
    """Controller and limits of the generator; gains are used by the ``pi`` controller."""

    controller: Literal["ideal", "pi"] = "ideal"
    max_power_W: Positive = _GENERATOR["max_power_W"]
    max_voltage_V_rms: Positive = _GENERATOR["max_voltage_V_rms"]
    max_current_A_rms: Positive = _GENERATOR["max_current_A_rms"]
    impedance_cutoff_ohm: Positive = _GENERATOR["impedance_cutoff_ohm"]
    proportional_gain_W_per_K: NonNegative = _GENERATOR["proportional_gain_W_per_K"]
    integral_gain_W_per_Ks: NonNegative = _GENERATOR["integral_gain_W_per_Ks"]


class CoolingOverride(Model):
    """Replaces the cooled probe's own values; a coefficient of 0 is the water turned off."""

    heat_transfer_coefficient_W_per_m2K: NonNegative | None = None
    coolant_temperature_C: Annotated[Number, Field(ge=0, le=45)] | None = None


def _name_or_inline(value: Any) -> str:
    return "name" if isinstance(value, str) else "inline"


ProbeChoice = Annotated[
    Annotated[ProbeName, Tag("name")] | Annotated[Probe, Tag("inline")], Discriminator(_name_or_inline)
]


def named_probe(choice: str | Probe) -> Probe:
    """The probe itself, looked up where a name is given."""
    return library.probes()[choice] if isinstance(choice, str) else choice


def _default_protocol(data: dict[str, Any]) -> list[Phase]:
    return library.protocols()[named_probe(data["probe"]).protocol]


class Arm(Model):
    """One probe, placed and run; without ``protocol`` the probe's usual one is used."""

    probe: ProbeChoice
    placement: Placement = Placement()
    protocol: Annotated[list[Phase], Field(min_length=1, max_length=100)] = Field(default_factory=_default_protocol)
    generator: Generator = Generator()
    cooling: CoolingOverride | None = None

    @property
    def total_time_s(self) -> float:
        """Duration of the whole protocol."""
        return sum(phase.duration_s for phase in self.protocol)
