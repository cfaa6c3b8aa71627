"""The question a run was made for, and its answer in a few lines: every headline number by every criterion."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rfa_model.metrics.capture import CaptureMetrics, Outcome
from rfa_model.metrics.catalogue import Quantity, readable
from rfa_model.metrics.entry import ArmEntry, Numbers, number_at
from rfa_model.metrics.evaluate import FIRST_CRITERIA, main_criterion
from rfa_model.metrics.lesion import LesionMetrics
from rfa_model.metrics.nerve_metrics import NerveMetrics, nerve_words
from rfa_model.metrics.run import TemperatureMetrics
from rfa_model.metrics.structures import ClearanceMetrics, StructureMetrics
from rfa_model.results.bracket import AT_REST, WHICHEVER, bracket, places_by_criterion, criterion_words, outcomes
from rfa_model.results.comparison import WIDTH, value_text

SAME_MM = 0.05
STAR_WORDS = f"{AT_REST} by a law of damage that harms tissue at rest."
WORST, BEST = CaptureMetrics.margin_worst_mm, CaptureMetrics.margin_best_mm
MARGIN, WARMTH = NerveMetrics.margin_mm, StructureMetrics.max_temperature_C
Entries = Mapping[str, ArmEntry]
Kind = Literal["lesions", "nerves", "structures"]
Limits = Mapping[str, Mapping[str, float | None]]

# Of one arm, of several, and said of a nerve by some criteria of several.
OUTCOME_WORDS: dict[Outcome, tuple[str, str, str]] = {
    "whole": ("covers the whole target of", "cover the whole target of", "whole target covered"),
    "section": ("covers a part of the target of", "cover a part of the target of", "a part of it covered"),
    "part": ("only grazes", "only graze", "only grazed"),
    "missed": ("misses", "miss", "missed"),
}


@dataclass(frozen=True)
class Answer:
    """The question and (label, sentence) lines that answer it."""

    question: str
    lines: tuple[tuple[str, str], ...]

    def text(self) -> str:
        """For the terminal."""
        wide = max(len(label) for label, _ in self.lines) + 4
        lines = [
            textwrap.fill(sentence, WIDTH, initial_indent=f"  {label}".ljust(wide), subsequent_indent=wide * " ")
            for label, sentence in self.lines
        ]
        return "\n".join([self.question, *lines])


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
    if all(places_by_criterion(entry, name) for entry in entries.values() for name in nerves):
        lines.append(("Lesion", _lesions(entries)))
    if warm:
        question += f", and how warm does the {spared} get"
        lines.append(("To spare", " ".join(_warmth(entries, name, limits.get(name)) for name in warm)))
    starred = [n for n, (_, text) in enumerate(lines) if AT_REST in text]
    if starred:
        label, text = lines[starred[-1]]
        lines[starred[-1]] = label, f"{text} {STAR_WORDS}"
    return Answer(f"{question}?", tuple(lines))


def listed(words: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def _names(entries: Entries, kind: Kind) -> list[str]:
    return list(dict.fromkeys(name for entry in entries.values() for name in entry[kind]))


def _called(entries: Entries, nerve: str) -> str:
    return " or ".join(dict.fromkeys(nerve_words(nerve, entry["nerves"][nerve]) for entry in entries.values()))


def _capture(entries: Entries, nerve: str) -> str:
    if not all(places_by_criterion(entry, nerve) for entry in entries.values()):
        return _capture_by_one(entries, nerve)
    found = {arm: outcomes(entry, nerve) for arm, entry in entries.items()}
    agreed: dict[Outcome, list[str]] = {}
    for arm, said in found.items():
        if len(said) == 1:
            agreed.setdefault(next(iter(said)), []).append(readable(arm))
    sentences = []
    for outcome, arms in agreed.items():
        both = "both " if len(arms) == len(entries) == 2 else ""
        verb = OUTCOME_WORDS[outcome][0 if len(arms) == 1 else 1]
        sentences.append(capital(f"{both}{listed(arms)} {verb} the {_called(entries, nerve)}, {WHICHEVER}."))
    for arm, said in found.items():
        if len(said) > 1:
            split = {name for by in said.values() for name in by if sum(name in other for other in said.values()) > 1}
            parts = [f"{OUTCOME_WORDS[outcome][2]} by {_named(entries[arm], by, split)}" for outcome, by in said.items()]
            sentences.append(capital(f"{readable(arm)} depends on the criterion: {'; '.join(parts)}."))
    return " ".join(sentences)


def _named(entry: ArmEntry, criteria: Sequence[str], split: Collection[str] = ()) -> str:
    """Criteria in words; `split`: those that say one thing at one end of their interval and another at the other."""
    return listed([
        criterion_words(name, entry) + (" at one end of its interval" if name in split else "") for name in criteria
    ])


def margin_words(entry: ArmEntry, nerve: str) -> str:
    """``covered by 2.1 to 3.6 mm at the worst point …, whichever criterion; numerical ± 0.1`` of one arm."""
    worst, best = bracket(entry, WORST, nerve), bracket(entry, BEST, nerve)
    if worst is None or best is None:
        return f"no lesion, {WHICHEVER}"
    doubts = [doubt for doubt in (worst.doubt, best.doubt) if doubt is not None]
    said = outcomes(entry, nerve)
    reach = f"{best.text(1, signed=worst.low < 0)} mm at the best"
    if list(said) == ["whole"]:
        words = f"covered by {worst.text(1)} mm at the worst point of the target and {reach}, {WHICHEVER}"
    elif list(said) == ["missed"]:
        words = f"missed by {_sizes_of(best.low, best.high)} mm at the best point of the target, {WHICHEVER}"
    else:
        words = f"{worst.text(1, signed=True)} mm at the worst point of the target and {reach}, depending on the criterion"
    return words + (replace(worst, doubt=max(doubts)).numerical(1) if doubts else "")


def verdict_in_short(entry: ArmEntry, nerve: str) -> str:
    """What became of a nerve, in a few words for a picture."""
    if not places_by_criterion(entry, nerve):
        return margin_verdict(entry["nerves"][nerve])
    worst, best = bracket(entry, WORST, nerve), bracket(entry, BEST, nerve)
    said = list(outcomes(entry, nerve))
    if worst is None or best is None:
        return "not reached"
    if len(said) > 1:
        return "depends on the criterion"
    words = {
        "whole": f"covered by {worst.text(1)} mm",
        "section": f"covered in part, by {best.text(1)} mm at best",
        "part": "only grazed",
        "missed": f"missed by {_sizes_of(best.low, best.high)} mm",
    }
    return words[said[0]]


def _sizes_of(low: float, high: float) -> str:
    sizes = sorted((f"{abs(low):.1f}", f"{abs(high):.1f}"), key=float)
    return sizes[0] if sizes[0] == sizes[1] else " to ".join(sizes)


def _which_is_more(entries: Entries, nerve: str) -> str:
    """Whether one of two arms has the larger margin by every criterion, and by how much."""
    if len(entries) != 2:
        return ""
    (one, first), (other, second) = entries.items()
    gaps, doubt = [], 0.0
    for place in places_by_criterion(first, nerve):
        values = [number_at(entry, (*place, *WORST.path)) for entry in (first, second)]
        if values[0] is not None and values[1] is not None:
            gaps.append(values[1] - values[0])
        sums = [number_at(entry.get("uncertainty"), (*place, *WORST.path)) or 0.0 for entry in (first, second)]
        doubt = max(doubt, sum(sums))
    if not gaps:
        return ""
    least, most = min(gaps), max(gaps)
    if max(abs(least), abs(most)) <= max(doubt, SAME_MM):
        return " No difference between them beyond the numerical uncertainty."
    if least < 0 < most:
        return " Which of them has the larger margin depends on the criterion."
    more, less = (other, one) if most > 0 else (one, other)
    return (
        f" At the worst point that is {_sizes_of(least, most)} mm more with {readable(more)} than with "
        f"{readable(less)}, {WHICHEVER}."
    )


def _lesions(entries: Entries) -> str:
    """Volume and width of every arm over the criteria."""
    said = []
    for arm, entry in entries.items():
        volume, width = bracket(entry, LesionMetrics.volume_mm3), bracket(entry, LesionMetrics.width_mm)
        if volume is None:
            continue
        first = main_criterion(list(entry["lesions"])) or ""
        shown = _spoken(entry, LesionMetrics.volume_mm3, "lesions", first)
        by = f" ({shown} by {_first_words(first, entry)})"
        across = f", {width.text(1)} mm wide{width.numerical(1, 'mm')}" if width else ""
        said.append(f"{readable(arm)} {volume.text(0)} mm³{volume.numerical(0, 'mm³')}{by}{across}")
    return f"{capital('; '.join(said))}; {WHICHEVER}, at the end of the run."


def _first_words(criterion: str, entry: ArmEntry) -> str:
    """The criterion shown first, by its name where that says more than its level."""
    return f"the {readable(criterion)}" if criterion == FIRST_CRITERIA[0] else criterion_words(criterion, entry)


def _capture_by_one(entries: Entries, nerve: str) -> str:
    """Of runs from before nerves were judged by every criterion."""
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
    if all(places_by_criterion(entry, nerve) for entry in entries.values()):
        each = "; ".join(f"{readable(arm)}: {margin_words(entry, nerve)}" for arm, entry in entries.items())
        return f"{capital(each)}.{_which_is_more(entries, nerve)}"
    said = []
    for arm, entry in entries.items():
        verdict, margin_mm = margin_verdict(entry["nerves"][nerve]), MARGIN.read(entry["nerves"][nerve])
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
    warmth = f"{capital(readable(structure))} at most {listed(said)}" + (f"; {', '.join(known)}." if known else ".")
    return warmth + _clearance(entries, structure)


def _clearance(entries: Entries, structure: str) -> str:
    """How far every arm's lesion keeps from a structure, over the criteria."""
    said, overlaps = [], False
    for arm, entry in entries.items():
        if found := bracket(entry, ClearanceMetrics.clearance_mm, structure, "structures"):
            overlaps |= found.low < 0.0
            least = "" if found.count == len(entry["lesions"]) else "at least "  # by some criterion there is no lesion
            words = found.text(1, signed=found.low < 0.0) if not least else f"{found.low:.1f}"
            said.append(f"{least}{words} mm with {readable(arm)}")
    negative = " (negative: it overlaps)" if overlaps else ""
    return f" The lesion keeps {listed(said)} away from it, {WHICHEVER}{negative}." if said else ""


def _sizes(entries: Entries) -> tuple[tuple[str, str], ...]:
    names = _names(entries, "lesions")
    criterion = main_criterion(names) or ""

    def each(quantity: Quantity[float] | Quantity[float | None], after: str = "") -> str:
        said = []
        for arm, entry in entries.items():
            found, digits = bracket(entry, quantity), quantity.spoken_digits or 0
            first = _spoken(entry, quantity, "lesions", criterion)
            if found is None or found.count == 1:
                said.append(f"{readable(arm)} {first} {quantity.unit}{after}")
            else:
                words = f"{found.text(digits)} {quantity.unit}{after}, {WHICHEVER}{found.numerical(digits)}"
                said.append(f"{readable(arm)} {words} ({first} {quantity.unit} by {criterion_words(criterion, entry)})")
        by = f", by {criterion_words(criterion, next(iter(entries.values())))}" if len(names) == 1 else ""
        return f"{capital('; '.join(said))}{by}."

    return (
        ("Volume", each(LesionMetrics.volume_mm3)),
        ("Width", each(LesionMetrics.width_mm, " across the needle")),
        *_heat(entries),
    )


def _heat(entries: Entries, nerves: Sequence[str] = ()) -> tuple[tuple[str, str], ...]:
    def each(quantity: Quantity[float] | Quantity[float | None], *place: str) -> str:
        said = [f"{readable(arm)} {_spoken(entry, quantity, *place)} {quantity.unit}" for arm, entry in entries.items()]
        return capital("; ".join(said))

    at_nerve = [(name, each(NerveMetrics.max_temperature_C, "nerves", name)) for name in nerves]
    return (
        ("Hottest tissue", f"{each(TemperatureMetrics.max_C, 'temperature')}."),
        *((capital(_called(entries, name)), f"At most {said}.") for name, said in at_nerve),
    )


def margin_verdict(nerve: Mapping[str, object]) -> str:
    """What one criterion's best margin says: `covered with 0.6 mm to spare`, `partly covered, 0.3 mm short`, …"""
    margin = NerveMetrics.margin_mm.read(nerve)
    if margin is None:
        return "not reached"
    size = f"{NerveMetrics.margin_mm.spoken_text(abs(margin))} mm"
    if margin >= 0:
        return f"covered with {size} to spare"
    captured = NerveMetrics.captured_length_mm.read(nerve) or 0.0
    return f"partly covered, {size} short" if captured > 0 else f"missed by {size}"


def capital(text: str) -> str:
    """With its first letter as a capital and the rest, such as `18G`, as it is."""
    return text[:1].upper() + text[1:]
