"""The question a run was made for, and its answer in three lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rfa_model.drawing.captions import criterion_words, nerve_verdict
from rfa_model.metrics.catalogue import Quantity, readable
from rfa_model.metrics.entry import ArmEntry, Numbers, number_at
from rfa_model.metrics.evaluate import main_criterion
from rfa_model.metrics.lesion import LesionMetrics
from rfa_model.metrics.nerve import NerveMetrics, nerve_words
from rfa_model.metrics.run import TemperatureMetrics
from rfa_model.metrics.structures import StructureMetrics
from rfa_model.results.comparison import value_text

SAME_MM = 0.05
MARGIN, WARMTH = NerveMetrics.margin_mm, StructureMetrics.max_temperature_C
Entries = Mapping[str, ArmEntry]
Kind = Literal["lesions", "nerves", "structures"]
Limits = Mapping[str, Mapping[str, float | None]]


@dataclass(frozen=True)
class Answer:
    """The question and (label, sentence) lines that answer it."""

    question: str
    lines: tuple[tuple[str, str], ...]


def answer(entries: Entries, limits: Mapping[str, Limits]) -> Answer:
    """Words from the arms' entries of ``summary.json``.

    Parameters
    ----------
    limits : per protected structure the scenario's limits (``max_temperature_C`` with ``warning`` and ``error``).
    """
    nerves = _names(entries, "nerves")
    warm = [name for name in _names(entries, "structures") if _temperatures(entries, name)]
    if not _names(entries, "lesions"):
        return Answer("How hot does the tissue become?", _heat(entries, nerves))
    if not nerves:
        return Answer("How large does the lesion become, and how hot the tissue?", _sizes(entries))
    target = listed([_called(entries, name) for name in nerves])
    spared = listed([readable(name) for name in warm])
    question = f"Which probe captures the {target}, by what margin"
    lines = [
        ("Capture", " ".join(_capture(entries, name) for name in nerves)),
        ("Margin", " ".join(_margins(entries, name) for name in nerves)),
    ]
    if warm:
        question += f", and how warm does the {spared} get"
        lines.append(("To spare", " ".join(_warmth(entries, name, limits.get(name)) for name in warm)))
    return Answer(f"{question}?", tuple(lines))


def listed(words: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def _names(entries: Entries, kind: Kind) -> list[str]:
    return list(dict.fromkeys(name for entry in entries.values() for name in entry[kind]))


def _called(entries: Entries, nerve: str) -> str:
    return " or ".join(dict.fromkeys(nerve_words(nerve, entry["nerves"][nerve]) for entry in entries.values()))


def _capture(entries: Entries, nerve: str) -> str:
    groups: dict[str, list[str]] = {"captures": [], "covers only in part": [], "misses": []}
    for arm, entry in entries.items():
        groups[_outcome(entry["nerves"][nerve])].append(readable(arm))
    said = [f"{listed(arms)} {_verb(verb, len(arms))}" for verb, arms in groups.items() if arms]
    sentence = f"{'; '.join(said)} the {_called(entries, nerve)}."
    return f"Both {sentence}" if len(said) == 1 and len(entries) == 2 else capital(sentence)


def _outcome(nerve: Numbers) -> str:
    margin_mm = MARGIN.read(nerve)
    if margin_mm is not None and margin_mm >= 0:
        return "captures"
    return "covers only in part" if (NerveMetrics.captured_length_mm.read(nerve) or 0.0) > 0 else "misses"


def _verb(verb: str, count: int) -> str:
    singular, *rest = verb.split()
    plural = {"captures": "capture", "covers": "cover", "misses": "miss"}[singular]
    return " ".join([singular if count == 1 else plural, *rest])


def _margins(entries: Entries, nerve: str) -> str:
    said = []
    for arm, entry in entries.items():
        verdict, margin_mm = nerve_verdict(entry["nerves"][nerve]), MARGIN.read(entry["nerves"][nerve])
        if margin_mm is not None:
            exact = _spoken(entry, MARGIN, "nerves", nerve).lstrip("+-")
            verdict = verdict.replace(f"{MARGIN.spoken_text(abs(margin_mm))} mm", f"{exact} mm")
        said.append(f"{readable(arm)}: {verdict}")
    return f"{capital('; '.join(said))}.{_difference(entries, nerve)}"


def _spoken(entry: ArmEntry, quantity: Quantity[object], *place: str) -> str:
    """A number as a sentence says it, with its ± where that is known."""
    return value_text(entry, quantity, place, quantity.spoken_digits)


def _difference(entries: Entries, nerve: str) -> str:
    """Which of two arms has the larger margin, where the numbers tell them apart."""
    found = {arm: MARGIN.read(entry["nerves"][nerve]) for arm, entry in entries.items()}
    margins = {arm: margin_mm for arm, margin_mm in found.items() if margin_mm is not None}
    if len(found) != 2 or len(margins) < 2:
        return ""
    (less, low), (more, high) = sorted(margins.items(), key=lambda item: item[1])
    path = ("nerves", nerve, *MARGIN.path)
    doubt = sum(number_at(entry.get("uncertainty"), path) or 0.0 for entry in entries.values())
    if doubt and high - low <= doubt:
        return " No difference beyond the numerical uncertainty."
    if high - low <= SAME_MM:
        return f" No difference at a precision of {2 * SAME_MM:g} mm."
    return f" That is {high - low:.1f} mm more with {readable(more)} than with {readable(less)}."


def _temperatures(entries: Entries, structure: str) -> dict[str, str]:
    """Peak temperature in words per arm, of those that computed one."""
    return {
        arm: _spoken(entry, WARMTH, "structures", structure)
        for arm, entry in entries.items()
        if number_at(entry, ("structures", structure, *WARMTH.path)) is not None
    }


def _warmth(entries: Entries, structure: str, limits: Limits | None) -> str:
    said = []
    for arm, warm in _temperatures(entries, structure).items():
        verdict = StructureMetrics.verdict.read(entries[arm]["structures"][structure])
        said.append(f"{warm} °C with {readable(arm)}" + (f" ({verdict})" if verdict else ""))
    thresholds = (limits or {}).get("max_temperature_C") or {}
    known = [f"{kind} from {value:g} °C" for kind, value in thresholds.items() if value is not None]
    return f"{capital(readable(structure))} at most {listed(said)}" + (f"; {', '.join(known)}." if known else ".")


def _each(entries: Entries, quantity: Quantity[object], *place: str, after: str = "") -> str:
    said = [f"{readable(arm)} {_spoken(entry, quantity, *place)} {quantity.unit}" for arm, entry in entries.items()]
    return f"{capital(f'{after}; '.join(said))}{after}"


def _sizes(entries: Entries) -> tuple[tuple[str, str], ...]:
    criterion = main_criterion(_names(entries, "lesions"))
    assert criterion is not None
    by = f", by {criterion_words(criterion)}."
    lesion = ("lesions", criterion)
    return (
        ("Volume", _each(entries, LesionMetrics.volume_mm3, *lesion) + by),
        ("Width", _each(entries, LesionMetrics.width_mm, *lesion, after=" across the needle") + by),
        *_heat(entries),
    )


def _heat(entries: Entries, nerves: Sequence[str] = ()) -> tuple[tuple[str, str], ...]:
    hottest = _each(entries, TemperatureMetrics.max_C, "temperature")
    at_nerve = [(name, _each(entries, NerveMetrics.max_temperature_C, "nerves", name)) for name in nerves]
    return (
        ("Hottest tissue", f"{hottest}."),
        *((capital(_called(entries, name)), f"At most {said}.") for name, said in at_nerve),
    )


def capital(text: str) -> str:
    """With its first letter as a capital and the rest, such as `18G`, as it is."""
    return text[:1].upper() + text[1:]
