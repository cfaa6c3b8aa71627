"""The verb ``optimise``: the best aim of every arm, solved for real, drawn, and told as an operator needs it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Literal

import numpy as np

from rfa_model._files import whole_file, writing
from rfa_model._near import near_match
from rfa_model._progress import Pieces
from rfa_model.errors import InputError
from rfa_model.metrics.catalogue import readable
from rfa_model.results.answer import capital
from rfa_model.studies.estimators import Estimate
from rfa_model.studies.optimum.confirm import PLANS, Confirmed, confirmed, refuse_unsolvable
from rfa_model.studies.optimum.operator import Row, as_csv, rows_of
from rfa_model.studies.optimum.pictures import draw_aims
from rfa_model.studies.optimum.search import SHIFT_MM, TURN_DEG, Found, Outlook, sought
from rfa_model.studies.page import write_page
from rfa_model.studies.progress import StudyProgress
from rfa_model.studies.results import read_study
from rfa_model.studies.sentences import VERBS, in_hundred
from rfa_model.studies.surrogate.store import read_surrogate
from rfa_model.studies.surrogate.surrogate import Surrogate

SCHEMA = "rfa-model/optimum/1"
FOLDER, WORDS, TABLE = "optimum", "optimum.json", "operator.csv"
Event = Literal["capture", "capture_whole"]


def run(
    folder: Path,
    *,
    arms: Sequence[str],
    event: Event,
    max_harm: float,
    samples: int,
    confirm: int,
    resolution: str,
    out: Path | None,
    workers: int | None,
    quiet: bool,
) -> int:
    """Seek, confirm, draw and tell; return the exit code.

    Raises
    ------
    InputError
        If there is no study or surrogate, an arm is unknown, or the study's design makes no draws.
    SolveError
        If a confirmation cannot be solved.
    """
    results, surrogate = read_study(folder), read_surrogate(folder)
    refuse_unsolvable(confirm, resolution)
    for name in arms:
        if name not in surrogate.arms:
            known = ", ".join(surrogate.arms)
            raise InputError(f"--arm {name}: expected one of {known}{near_match(name, surrogate.arms)}")
    chosen = list(arms or surrogate.arms)
    there = out or folder / FOLDER
    with writing(there):
        there.mkdir(parents=True, exist_ok=True)
    with Pieces(quiet) as progress:
        progress.expect(len(chosen))
        found = []
        for arm in chosen:
            found.append(sought(surrogate, results, arm, event, max_harm, samples))
            progress.done(readable(arm))
    anatomy = surrogate.scenario.anatomy.build()
    nerve = anatomy.nerves[str(results.recorder.nerve)]
    rows: list[Row] = []
    real: dict[str, Confirmed] = {}
    pictures: dict[str, str] = {}
    for one in found:
        rows += rows_of(surrogate, one, anatomy)
        words = f"{capital(readable(one.arm))}: needle, nerve and where the best aim's end may lie, seen two ways"
        pictures[draw_aims(surrogate, one, nerve, there)] = words
        if confirm:
            real[one.arm] = confirmed(
                surrogate, results, one, confirm, there / f"confirm_{one.arm}", resolution=resolution, workers=workers,
                progress=StudyProgress(quiet),
            )  # fmt: skip
    _write(there / TABLE, as_csv(rows))
    said = [line for one in found for line in sentences(surrogate, one, real.get(one.arm), max_harm)]
    told = {
        "schema": SCHEMA,
        "event": event,
        "max_harm": max_harm,
        "draws": samples,
        "arms": {one.arm: _as_json(surrogate, one, real.get(one.arm)) for one in found},
        "pictures": pictures,
        "sentences": said,
    }
    _write(there / WORDS, json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    if out is None and "samples" in results.summary:
        write_page(results)
    print(surrogate.title)
    for line in said:
        print(f"  {line}")
    print(f"\n{there}: {WORDS}, {TABLE}, pictures{f', trials in confirm_*, at {resolution}' if confirm else ''}")
    return 0


def sentences(surrogate: Surrogate, found: Found, real: Confirmed | None, max_harm: float) -> Iterator[str]:
    """What the default gets and what the best gets."""
    name, best, default = capital(readable(found.arm)), found.best, found.default
    names, spares = surrogate.aim(found.arm).names, bool(surrogate.probe(found.arm).site.spared)
    units = ["°" if key.endswith("_deg") else " mm" for key in names]
    moved = [
        f"{readable(key.rsplit('_', 1)[0])} {value:+.3g}{unit}"
        for key, value, unit in zip(names, best.plan - default.plan, units, strict=True)
        if abs(value) > 1e-9
    ]
    yield f"{name}: best aim found, from the default: {', '.join(moved) or 'the default itself'}."
    for words, one in (("default", default), ("best", best)):
        yield (
            f"{name}, {words} aim, by the surrogate: {VERBS[found.which]} in {in_hundred(one.event)} of 100 placements "
            f"({100 * one.low:.0f} to {100 * one.high:.0f} by its own error), {_harms(one.harm, spares)}; margin "
            f"{one.margin_mm[0]:+.1f} mm or less in 5 of 100{_unknown(one)}."
        )
    if best.harm.value > max_harm:
        yield (
            f"{name}: no aim within {SHIFT_MM:g} mm and {TURN_DEG:g}° of the default was found that harms in at most "
            f"{100 * max_harm:g} of 100; of those tried this one comes nearest."
        )
    yield f"{name}: best minus default, draw by draw: {_difference(found.better)} of 100."
    if real is None:
        yield f"{name}: not confirmed by solutions (--confirm 0)."
        return
    for plan in PLANS:
        if plan in real.event:
            yield (
                f"{name}, {plan} aim, {real.event[plan].count} placements solved at {real.resolution}: "
                f"{VERBS[found.which]} in {in_hundred(real.event[plan])} of 100, "
                f"{_harms(real.harm.get(plan), spares)}; mean margin "
                f"{_mean_mm(real.margin_mm.get(plan))}."
            )
    if real.gained_mm is not None:
        yield f"{name}: margin gained, draw by draw: {_mean_mm(real.gained_mm)}."
    if real.failed:
        yield f"{name}: {real.failed} of these could not be solved."


def _harms(one: Estimate | None, spares: bool) -> str:
    return f"harms in {in_hundred(one)}" if one is not None and spares else "harm not judged (no limits)"


def _mean_mm(one: Estimate | None) -> str:
    return "of too few to tell" if one is None else f"{one.value:+.2f} mm ({one.low:+.2f} to {one.high:+.2f})"


def _unknown(one: Outlook) -> str:
    share = 100 * one.unknown
    return f"; {share:.1f} of 100 lie beyond what it knows and count as missed and as harmed" if share else ""


def _difference(one: Estimate) -> str:
    return f"{100 * one.value:+.0f} ({100 * one.low:+.0f} to {100 * one.high:+.0f})"


def _as_json(surrogate: Surrogate, found: Found, real: Confirmed | None) -> dict[str, object]:
    def of(one: Outlook) -> dict[str, object]:
        return {
            "plan": dict(zip(surrogate.aim(found.arm).names, one.plan.tolist(), strict=True)),
            found.which: asdict(one.event),
            "harm": asdict(one.harm),
            "by_its_own_error": {"low": one.low, "high": one.high},
            "margin_mm": {
                share: round(float(value), 4) if np.isfinite(value) else None
                for share, value in zip(("0.05", "0.5", "0.95"), one.margin_mm, strict=True)
            },
            "unknown": one.unknown,
        }

    return {
        "default": of(found.default),
        "best": of(found.best),
        "better": asdict(found.better),
        "confirmed": None if real is None else asdict(real),
    }


def _write(path: Path, text: str) -> None:
    with whole_file(path) as partial:
        partial.write_text(text, encoding="utf-8")
