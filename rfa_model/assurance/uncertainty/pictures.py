"""The pictures of a study: per arm, a tornado plot of the lesion's volume and one of each nerve's margin."""

from collections.abc import Sequence
from pathlib import Path

from rfa_model.assurance.uncertainty.headline import Headline
from rfa_model.assurance.uncertainty.sensitivity import Effect, Sensitivity
from rfa_model.assurance.uncertainty.tables import end_text, named
from rfa_model.assurance.uncertainty.tornado import SUFFIXES, Bar, draw_tornado

# Last key of a headline number's path -> what its picture is called.
PICTURED = {"volume_mm3": "lesion-volume", "margin_mm": "{name}-margin"}


def draw_all(effects: Sequence[Sensitivity], folder: Path, suffixes: Sequence[str] = SUFFIXES) -> dict[str, list[str]]:
    """Draw every arm's pictures into ``folder``; return their names per arm, those with the last of ``suffixes``."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn: dict[str, list[str]] = {one.arm: [] for one in effects}
    for one in effects:
        for headline in one.headlines:
            *parents, key = headline.path.split(".")
            base = headline.of(one.base)
            if key in PICTURED and base is not None:
                bars = [bar(effect, headline) for effect in one.effects]
                path = folder / f"{one.arm}-{PICTURED[key].format(name=parents[-1])}"
                title, quantity = f"{one.arm}: {headline.label}", f"{headline.label}, {headline.unit}"
                drawn[one.arm].append(draw_tornado(bars, base, title, quantity, path, suffixes)[-1].name)
    return drawn


def bar(effect: Effect, headline: Headline) -> Bar:
    """One input's bar for one number; the scenario's own value of the input stands in its label."""
    values = effect.values(headline)
    texts = end_text(effect.factor, "low"), end_text(effect.factor, "high")
    factor = effect.factor
    label = named(factor) if factor.shift else f"{factor.label} {factor.text(effect.base)} {factor.unit}".rstrip()
    return Bar(label, *texts, values["low"], values["high"])
