"""One arm of a comparison: a probe, where it lies, and what its generator does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from rfa_model import library
from rfa_model.applicators.choice import ApplicatorBase
from rfa_model.generator import Generator, Off, Phase, PhaseBase
from rfa_model.library.names import APPLICATOR_CHOICE, PROBE_CHOICE
from rfa_model.scenario.fluid import Fluid
from rfa_model.scenario.placed import Placement
from rfa_model.scenario.placed_pair import PlacedPair as PlacedPair  # registers it
from rfa_model.sourced import Model, Number, Path, bounds, issues_error

Pause = Annotated[Number, Field(ge=0, le=3600)]
Protocol = Annotated[list[Phase], Field(min_length=1, max_length=100)]


class Lesion(Model):
    """One of several lesions that an arm makes in turn; what is left out is the arm's own.

    ``pause_s`` goes before it, the power off and the needle where it was.
    """

    placement: Placement | None = None
    protocol: Protocol | None = None
    pause_s: Pause = 0.0


class PullBack(Model):
    """The same lesion again and again, the needle drawn back by ``step_mm`` in between.

    ``along`` is up the needle's own shaft, or along the nerve at the target, towards the periphery.
    """

    step_mm: Annotated[Number, Field(ge=0.1, le=50)]
    count: Annotated[int, Field(strict=True, ge=2, le=10)]
    along: Literal["needle", "nerve"] = "needle"
    pause_s: Pause = 0.0


@dataclass(frozen=True)
class InTurn:
    """One lesion of an arm: where, after how many steps of the needle, and what the generator does, pause included."""

    placement: Placement
    protocol: tuple[PhaseBase, ...]
    steps_back: int = 0


class CoolingOverride(Model):
    """Replaces the cooled probe's own values; a coefficient of 0 is the water turned off."""

    heat_transfer_coefficient_W_per_m2K: bounds.HeatTransfer | None = None
    coolant_temperature_C: Annotated[Number, Field(ge=0, le=45)] | None = None


def named_probe(choice: str | ApplicatorBase) -> ApplicatorBase:
    """The probe itself, looked up where a name is given."""
    return library.probes()[choice] if isinstance(choice, str) else choice


def _default_protocol(data: Mapping[str, str | ApplicatorBase | None]) -> list[PhaseBase]:
    choice = data.get("probe") or data.get("applicator")
    return [] if choice is None else library.protocols()[named_probe(choice).protocol]


OPTIONAL = ("probe", "applicator", "sequence", "pull_back", "fluid")
"""Keys that are not written where there is nothing."""


class Arm(Model):
    """One applicator, placed and run; without ``protocol`` its usual one is used.

    What is brought there is a ``probe`` of the library, or one written out, or an ``applicator`` of any kind, written
    under that: ``{pair: {probe: conventional_20g_10mm, spacing_mm: 10}}``.
    """

    probe: Annotated[str | ApplicatorBase | None, PROBE_CHOICE] = None
    applicator: Annotated[ApplicatorBase | None, APPLICATOR_CHOICE] = None
    placement: Placement = Placement()
    protocol: Protocol = Field(default_factory=_default_protocol)
    generator: Generator = Generator()
    cooling: CoolingOverride | None = None
    sequence: Annotated[list[Lesion], Field(min_length=1, max_length=10)] | None = None
    pull_back: PullBack | None = None
    fluid: Fluid | None = None

    @model_validator(mode="after")
    def _is_of_one_applicator(self) -> Self:
        if self.probe is None and self.applicator is None:
            raise issues_error([(("probe",), "required key is missing, or 'applicator' in its place")])
        if self.probe is not None and self.applicator is not None:
            raise issues_error([(("applicator",), "expected none beside 'probe'; keep one of the two")])
        if self.sequence is not None and self.pull_back is not None:
            raise issues_error([(("pull_back",), "expected none beside 'sequence'; keep one of the two")])
        return self

    @model_serializer(mode="wrap")
    def _written(self, handler: SerializerFunctionWrapHandler) -> dict[str, object]:
        values: dict[str, object] = handler(self)
        left_out = {key for key in OPTIONAL if values.get(key) is None} | ({"placement"} if self._is_placed else set())
        return {key: value for key, value in values.items() if key not in left_out}

    @property
    def _is_placed(self) -> bool:
        return self.applicator is not None and self.applicator.is_placed

    @property
    def chosen(self) -> ApplicatorBase:
        """What is brought there, with nothing left to look up."""
        choice = self.probe if self.applicator is None else self.applicator
        assert choice is not None
        return named_probe(choice).looked_up()

    @property
    def chosen_at(self) -> Path:
        """Path of the key it is written under."""
        return ("probe",) if self.applicator is None else ("applicator", self.applicator.kind)

    def with_chosen(self, applicator: ApplicatorBase) -> Self:
        """Return the arm with another one, its coolant as that has it."""
        key = "probe" if self.applicator is None else "applicator"
        return self.model_copy(update={key: applicator, "cooling": None})

    @property
    def is_in_turn(self) -> bool:
        """Whether lesions are told one by one."""
        return self.sequence is not None or self.pull_back is not None

    @property
    def total_time_s(self) -> float:
        """Duration of the whole protocol."""
        return sum(phase.duration_s for phase in self.whole_protocol)

    @property
    def whole_protocol(self) -> list[PhaseBase]:
        """What the generator does from the beginning to the end, lesion after lesion."""
        return [phase for lesion in self.lesions for phase in lesion.protocol]

    @property
    def lesions(self) -> list[InTurn]:
        """The lesions in turn; one, where nothing is said of several."""
        if self.pull_back is not None:
            back = self.pull_back
            pauses = [back.pause_s] * (back.count - 1)
            found = [(self.placement, self.protocol, steps) for steps in range(back.count)]
        else:
            told = self.sequence or [Lesion()]
            pauses = [lesion.pause_s for lesion in told[1:]]
            found = [(one.placement or self.placement, one.protocol or self.protocol, 0) for one in told]
        return [
            InTurn(placement, _with_pause(protocol, pause_s), steps)
            for (placement, protocol, steps), pause_s in zip(found, [*pauses, 0.0], strict=True)
        ]


def _with_pause(protocol: Sequence[PhaseBase], pause_s: float) -> tuple[PhaseBase, ...]:
    """A protocol and a pause after it; one with the cool-down, where it ends with that."""
    if pause_s == 0.0:
        return tuple(protocol)
    last = protocol[-1]
    if isinstance(last, Off) and last.coolant is None:
        return (*protocol[:-1], Off.model_construct(duration_s=last.duration_s + pause_s, coolant=None))
    return (*protocol, Off(duration_s=pause_s))
