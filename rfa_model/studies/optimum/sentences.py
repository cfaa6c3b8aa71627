"""What the default aim gets and what the best one gets, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rfa_model.metrics.catalogue import readable
from rfa_model.results.answer import capital, listed
from rfa_model.studies.estimators import Estimate
from rfa_model.studies.optimum.confirm import PLANS, Confirmed
from rfa_model.studies.optimum.search import SHIFT_MM, TURN_DEG, Found, Outlook
from rfa_model.studies.optimum.settings import Setting
from rfa_model.studies.sentences import VERBS, in_hundred
from rfa_model.studies.surrogate.surrogate import Surrogate


def sentences(
    surrogate: Surrogate, found: Found, real: Confirmed | None, max_harm: float, drawn_too: Sequence[Setting] = ()
) -> Iterator[str]:
    """By the surrogate, then by solutions; ``drawn_too`` are settings that were drawn and not chosen."""
    name, best = capital(readable(found.arm)), found.best
    spares = bool(surrogate.probe(found.arm).site.spared)
    what = "aim and protocol" if found.settings else "aim"
    yield f"{name}: best {what} found, from the default: {_moved(surrogate, found)}."
    if drawn_too:
        names = listed([one.label for one in drawn_too])
        yield f"{name}: {names} drawn for every placement as the study has it; --protocol chooses among them instead."
    for words, one in (("default", found.default), ("best", best)):
        yield (
            f"{name}, {words} aim, by the surrogate: {VERBS[found.which]} in {in_hundred(one.event)} of 100 placements "
            f"({100 * one.low:.0f} to {100 * one.high:.0f} by its own error), {_harms(one.harm, spares)}; margin "
            f"{one.margin_mm[0]:+.1f} mm or less in 5 of 100{_unknown(one)}."
        )
    if best.harm.value > max_harm:
        reach = (f", {one.label} of {one.low:g} to {one.high:g} {one.unit}" for one in found.settings)
        yield (
            f"{name}: no aim within {SHIFT_MM:g} mm and {TURN_DEG:g}° of the default{''.join(reach)} was found that "
            f"harms in at most {100 * max_harm:g} of 100; of those tried this one comes nearest."
        )
    if not found.is_default:
        yield (
            f"{name}: best minus default, by the surrogate, draw by draw: {_difference(found.better)} of 100 taken, "
            f"{_difference(found.harmed)} of 100 harmed (the aim was chosen by these draws, which flatters it)."
        )
    yield from _solved(name, found, real, spares)


def _moved(surrogate: Surrogate, found: Found) -> str:
    names = surrogate.aim(found.arm).names
    units = ["°" if key.endswith("_deg") else " mm" for key in names]
    moved = [
        f"{readable(key.rsplit('_', 1)[0])} {value:+.3g}{unit}"
        for key, value, unit in zip(names, (found.best.plan - found.default.plan)[:5], units, strict=True)
        if abs(value) > 1e-9
    ]
    chosen = zip(found.settings, found.best.plan[5:], found.default.plan[5:], strict=True)
    moved += [f"{one.label} {new:g} for {old:g} {one.unit}".rstrip() for one, new, old in chosen if new != old]
    held = listed([readable(key.rsplit("_", 1)[0]) for key in found.held])
    return (", ".join(moved) or "the default itself") + (
        f" ({held} held, which the study has not varied)" if held else ""
    )


def _solved(name: str, found: Found, real: Confirmed | None, spares: bool) -> Iterator[str]:
    if real is None:
        yield f"{name}: not confirmed by solutions (--confirm 0)."
        return
    for plan in PLANS[: 1 if found.is_default else 2]:
        if plan in real.event:
            right, known = real.told_right[plan]
            yield (
                f"{name}, {plan} aim, {real.event[plan].count} fresh placements solved at {real.resolution}: "
                f"{VERBS[found.which]} in {in_hundred(real.event[plan])} of 100, "
                f"{_harms(real.harm.get(plan), spares)}; mean margin {_mean_mm(real.margin_mm.get(plan))}; the "
                f"surrogate had told {right} of the {known} it knows right."
            )
    if not found.is_default and real.better is not None:
        harm = f", {_difference(real.harmed)} of 100 harmed" if spares and real.harmed is not None else ""
        yield (
            f"{name}: best minus default by these solutions, draw by draw: {_difference(real.better)} of 100 taken"
            f"{harm}; margin gained {_mean_mm(real.gained_mm)}. {_decided(real)}"
        )
    if real.flags:
        kinds = listed([f"{readable(kind)} in {count}" for kind, count in real.flags.items()])
        yield f"{name}: solutions of the best aim are flagged more often than of the default: {kinds}."
    if real.failed:
        yield f"{name}: {real.failed} of these could not be solved, and count for nothing."
    for plan, count in real.refused.items():
        if count:
            where = f"{name}, {plan} aim: {count} of these cannot lie there (bone, canal)"
            yield f"{where}: counted as missed and as harmed."


def _decided(real: Confirmed) -> str:
    """Whether so many solutions tell the two apart."""
    known = [
        (words, one.low > 0.0)
        for one, words in (
            (real.better, ("that it takes the nerve more often", "that it takes the nerve less often")),
            (real.harmed, ("that it harms more often", "that it harms less often")),
            (real.gained_mm, ("that its margin is larger", "that its margin is smaller")),
        )
        if one is not None and (one.low > 0.0 or one.high < 0.0)
    ]
    if known:
        return f"They show {listed([more if is_more else less for (more, less), is_more in known])}."
    return "They do not decide which is better; a larger --confirm goes on from these."


def _harms(one: Estimate | None, spares: bool) -> str:
    return f"harms in {in_hundred(one)}" if one is not None and spares else "harm not judged (no limits)"


def _mean_mm(one: Estimate | None) -> str:
    return "of too few to tell" if one is None else f"{one.value:+.2f} mm ({one.low:+.2f} to {one.high:+.2f})"


def _unknown(one: Outlook) -> str:
    share = 100 * one.unknown
    return f"; {share:.1f} of 100 lie beyond what it knows and count as missed and as harmed" if share else ""


def _difference(one: Estimate) -> str:
    return f"{100 * one.value:+.0f} ({100 * one.low:+.0f} to {100 * one.high:+.0f})"
