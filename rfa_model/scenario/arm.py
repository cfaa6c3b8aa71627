"""One arm of a comparison: a probe, where it lies, and what its generator does."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from rfa_model import library
from rfa_model.applicators.choice import ApplicatorBase
from rfa_model.generator import Generator, Phase, PhaseBase
from rfa_model.library.names import ProbeChoice
from rfa_model.scenario.placed import ApproachName, OffsetChoice
from rfa_model.sourced import Flag, Model, Number, bounds

Angle = Annotated[Number, Field(ge=-180, le=180)]
Vector = tuple[Number, Number, Number]


class Placement(Model):
    """Where the probe lies.

    ``offset_mm``: along the nerve, across it, off the bone; or one of the frames ``nerve``, ``patient``, ``operator``
    with its own words, ``{operator: {deep_mm: 2, lateral_mm: 1}}``. ``angles_deg``: tilt, swing, roll. ``target_mm``
    (patient frame) replaces the anatomy's target; ``direction`` (custom approach only) points from the tip up the
    shaft, patient frame, any length.
    """

    approach: ApproachName = "parallel"
    offset_mm: OffsetChoice = (0.0, 0.0, 0.0)
    angles_deg: tuple[Angle, Angle, Angle] = (0.0, 0.0, 0.0)
    target_mm: Vector | None = None
    direction: Vector | None = None
    allow_inside_bone: Flag = False


class CoolingOverride(Model):
    """Replaces the cooled probe's own values; a coefficient of 0 is the water turned off."""

    heat_transfer_coefficient_W_per_m2K: bounds.HeatTransfer | None = None
    coolant_temperature_C: Annotated[Number, Field(ge=0, le=45)] | None = None


def named_probe(choice: str | ApplicatorBase) -> ApplicatorBase:
    """The probe itself, looked up where a name is given."""
    return library.probes()[choice] if isinstance(choice, str) else choice


def _default_protocol(data: Mapping[str, str | ApplicatorBase]) -> list[PhaseBase]:
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
