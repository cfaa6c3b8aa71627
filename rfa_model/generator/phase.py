"""What every phase of a protocol has. In YAML a phase is a mapping of one key: ``{hold: {temperature_C: 80, …}}``."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from rfa_model.generator.controllers import Controller
from rfa_model.generator.settings import Generator
from rfa_model.registry import Keyed, Registry
from rfa_model.sourced import Issue, Number

Duration = Annotated[Number, Field(gt=0, le=3600)]
Target = Annotated[Number, Field(gt=0, le=150)]


class PhaseBase(Keyed):
    """One stretch of a protocol; ``kind`` is the key it is written under.

    Attributes
    ----------
    words, label : str
        The phase in words, for lists and for pictures: format strings over its fields.
    coolant : "on", "off" or None
        Whether a cooled probe's water flows; None: it does.
    """

    words: ClassVar[str]
    label: ClassVar[str]

    duration_s: Duration
    coolant: Literal["on", "off"] | None = Field(
        default=None, description="whether a cooled probe's water flows; default it does"
    )

    @abstractmethod
    def controller(self, reading_C: float, before: Controller | None, generator: Generator) -> Controller:
        """Return what drives this phase.

        Parameters
        ----------
        reading_C : float
            The sensor's reading as the phase starts.
        before : Controller or None
            That of the phase before; None in the first.
        generator : Generator
            Whose limits hold.
        """

    def parts(self) -> Sequence["PhaseBase"]:
        """Return what the generator goes through: the phase itself, or the phases that it is made of."""
        return (self,)

    @property
    def target_temperature_C(self) -> float | None:
        """Temperature the phase drives the sensor to; None where it does not control temperature."""
        return None

    def voltage_squared(self, resistance_ohm: float) -> float | None:
        """V² that the phase asks for across a resistance; None where it does not say."""
        return None

    def issues(self, body_C: float) -> Iterator[Issue]:
        """What cannot be done in a body of this temperature: (path of the key from the phase on, what was expected)."""
        yield from ()

    def in_words(self) -> str:
        """``ramp to 80 degC in 15 s``."""
        coolant = f", coolant {self.coolant}" if self.coolant else ""
        return self.words.format(**self._numbers()) + coolant

    def picture_label(self) -> str:
        """``ramp to 80 °C``."""
        return self.label.format(**self._numbers())

    def _numbers(self) -> Mapping[str, str]:
        return {name: _number(value) for name, value in self}

    @model_serializer(mode="wrap")
    def _written(self, handler: SerializerFunctionWrapHandler) -> dict[str, object]:
        values: dict[str, object] = handler(self)
        last = {name: values.pop(name) for name in ("duration_s", "coolant")}
        usual = {name: field.default for name, field in type(self).model_fields.items()}
        said = {**values, **last}
        # Nothing is left out where something is usual: `cool` without a word of coolant means that it flows.
        return {self.kind: {name: value for name, value in said.items() if (value, usual[name]) != (None, None)}}


def _number(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_number, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def above_body_issue(key: str, target_C: float | None, body_C: float) -> Iterator[Issue]:
    """A probe cannot heat to less than what is there."""
    if target_C is not None and target_C <= body_C:
        yield (key,), f"expected a temperature above the body's, {body_C:g} degC, got {target_C:g}"


PHASES = Registry("phase", PhaseBase, "rfa_model.phases", keyed=True)
Phase = Annotated[PhaseBase, PHASES]
