"""What a surrogate and its tolerances say, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rfa_model.metrics.catalogue import readable
from rfa_model.results.answer import capital, listed
from rfa_model.studies.surrogate.surrogate import Surrogate
from rfa_model.studies.surrogate.tolerance import Tolerance

OFF_MM = 2.0
WANTED_MM, WANTED_SHARE, WANTED_RIGHT = 0.3, 0.03, 0.99


def surrogate_sentences(surrogate: Surrogate) -> Iterator[str]:
    """How wrong it was about trials left out, an arm each, and whether that is as good as was wanted."""
    for name, arm in surrogate.arms.items():
        one = arm.errors
        right = f"{one.right} of {one.decided}"
        harm = f", harm in {one.harm_right} of {one.trials}" if one.spared_C else ""
        yield (
            f"{capital(readable(name))}: left out one by one, 95 of 100 of {one.trials} trials are told to within "
            f"{one.margin_best_mm:.2f} mm (best point) and {one.margin_worst_mm:.2f} mm (worst point) of their margin, "
            f"{100 * one.volume_share:.1f} % of their volume; capture is told right in {right} that lie farther than "
            f"{WANTED_MM:g} mm from the edge{harm}."
        )
        missed = [
            words
            for words, bad in (
                (f"margin to {WANTED_MM:g} mm", max(one.margin_best_mm, one.margin_worst_mm) > WANTED_MM),
                (f"volume to {100 * WANTED_SHARE:g} %", one.volume_share > WANTED_SHARE),
                (f"capture in {100 * WANTED_RIGHT:g} of 100", one.right < WANTED_RIGHT * one.decided),
            )
            if bad
        ]
        if missed:
            yield f"{capital(readable(name))}: short of what is wanted ({', '.join(missed)}); more trials help."


def harm_words(surrogate: Surrogate) -> str:
    """What counts as harm, and where a needle cannot lie."""
    sites = [probe.site for probe in surrogate.probes.values()]
    limits = {
        f"the {readable(name)} above {tube.error_C:g} °C": None
        for site in sites
        for name, tube in site.spared.items()
        if tube.error_C is not None
    }
    told = f"Harm is told by {listed(list(limits))} alone" if limits else "Harm is not told: the study sets no limits"
    canal = any(site.canal is not None for site in sites)
    return told + ("; a needle in the spinal canal is none that it knows." if canal else ".")


def beside_words(surrogate: Surrogate) -> list[str]:
    """What tolerances are told at, where more than the pose varied."""
    names = dict.fromkeys(readable(name) for probe in surrogate.probes.values() for name in probe.further)
    return [f"Displacements are told with {listed(list(names))} at the mean of what was learnt."] if names else []


def tolerance_sentences(words: str, one: Tolerance) -> list[str]:
    """What if I am 2 mm off?"""
    held, lost, unknown = one.held_at(OFF_MM)
    count, least = len(one.every), one.least
    lines = []
    if one.named["deep"].mm == 0.0 and least.mm == 0.0 and held == 0:
        return [
            f"{capital(words)}: the nerve is not taken where the needle is, so there is nothing to lose by moving it."
        ]
    told = f"{OFF_MM:g} mm off, the nerve is still taken in {held} of {count} directions"
    told += f", lost in {lost}" if lost else ""
    told += f" and not known in {unknown}" if unknown else ""
    lines.append(f"{capital(words)}: {told}.")
    if least.end == "lost":
        lines.append(
            f"{capital(words)}: it forgives least {_way(least.direction)}, where {least.words} lose the nerve."
        )
    named = ", ".join(f"{name} {reach.words.removesuffix(' mm')}" for name, reach in one.named.items())
    lines.append(f"{capital(words)}: largest displacement that still takes the nerve, mm: {named}.")
    return lines


def _way(direction: object) -> str:
    """``lateral and cranial``: the axes that a direction leans on."""
    import numpy as np

    values = np.asarray(direction, dtype=float)
    pairs = (("lateral", "medial"), ("cranial", "caudal"), ("deep", "short"))
    order = np.argsort(-np.abs(values))
    parts = [pairs[k][0 if values[k] > 0 else 1] for k in order if abs(values[k]) > 0.35]
    return " and ".join(parts)


def table(found: Mapping[str, Tolerance]) -> tuple[list[str], list[list[str]]]:
    """Head and rows: the largest displacement each way that still takes the nerve."""
    names = list(next(iter(found.values())).named) if found else []
    rows = [
        [words, *(reach.words.removesuffix(" mm") for reach in one.named.values()), one.least.words.removesuffix(" mm")]
        for words, one in found.items()
    ]
    return ["arm", *(f"{name}, mm" for name in names), "whichever way, mm"], rows
