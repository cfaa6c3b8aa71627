"""The aim that takes the nerve most often under a study's own placement errors, sought on its surrogate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rfa_model.errors import InputError
from rfa_model.studies.designs import Draw
from rfa_model.studies.estimators import Estimate, paired_difference, probability
from rfa_model.studies.optimum.settings import Setting
from rfa_model.studies.results import StudyResults
from rfa_model.studies.surrogate.inputs import FIXED
from rfa_model.studies.surrogate.model import Answers, Probe
from rfa_model.studies.surrogate.poses import Aim
from rfa_model.studies.surrogate.surrogate import Surrogate, draw_controls

FloatArray = NDArray[np.float64]
SHIFT_MM, TURN_DEG = 4.0, 10.0
"""How far from the default an aim is sought."""
SEARCHED, MEMBERS, GENERATIONS, SEED = 64, 5, 14, 1
QUANTILE, WEIGHT_PER_MM, MOST_MM = 0.05, 0.005, 3.0
"""Where capture is near certain, the worse placements' margin decides: a millimetre is worth half in a hundred."""
HARMED = 10.0
"""Harm beyond what is allowed counts so many times what capture does."""
FINALISTS = 4


@dataclass(frozen=True)
class Draws:
    """Placement errors (M, 5) about an arm's default, and further inputs (M, E), of draws in common for every aim."""

    errors: FloatArray
    further: FloatArray


@dataclass(frozen=True)
class Outlook:
    """What the surrogate says of one aim over the draws.

    Attributes
    ----------
    plan : (5 + S,) array
        Offset and angles aimed at, then the protocol's settings, where these are chosen too.
    event, harm : Estimate
        Their probabilities; draws that the surrogate does not know count as missed and as harmed.
    low, high : float
        Probability of the event by margins worse and better by the surrogate's error.
    margin_mm : (3,) array
        5 %, median and 95 % of the event's margin.
    unknown : float
        Share of draws that the surrogate does not know.
    known, happened, harmed : (M,) bool arrays
    """

    plan: FloatArray
    event: Estimate
    harm: Estimate
    low: float
    high: float
    margin_mm: FloatArray
    unknown: float
    known: NDArray[np.bool_]
    happened: NDArray[np.bool_]
    harmed: NDArray[np.bool_]


@dataclass(frozen=True)
class Found:
    """An arm's default and its best aim.

    Attributes
    ----------
    arm, which : str
        Which event was sought.
    default, best : Outlook
    better, harmed : Estimate
        Probability of the event, and of harm, best minus default, draw by draw.
    settings : tuple of Setting
        Numbers of the protocol that were chosen too.
    held : tuple of str
        Numbers of the aim that were left alone, for the study has not varied them.
    """

    arm: str
    which: str
    default: Outlook
    best: Outlook
    better: Estimate
    harmed: Estimate
    settings: tuple[Setting, ...] = ()
    held: tuple[str, ...] = ()

    @property
    def is_default(self) -> bool:
        """Whether nothing better than the default was found."""
        return bool(np.array_equal(self.best.plan, self.default.plan))


def drawn(results: StudyResults, first: int, end: int) -> list[Draw]:
    """Draws of the study's own design, those planned and those that more samples would add.

    Raises
    ------
    InputError
        If the design makes no draws.
    """
    planned = results.planned
    if not planned.study.design.is_draw(1, len(planned.study.vary)) or planned.study.design.counted is None:
        raise InputError(
            f"design {planned.study.design.kind} makes no draws, so there are no placement errors to be robust "
            "against; solve a study with random, sobol_points or latin_hypercube"
        )
    return list(planned.with_samples(end).draws[first:])


def draws_of(surrogate: Surrogate, results: StudyResults, arm: str, count: int, first: int = 0) -> Draws:
    """So many draws of the study's own design; InputError if it makes none."""
    found = drawn(results, first, first + count)
    controls = draw_controls(results, arm, found, surrogate.aim(arm))
    names = surrogate.probe(arm).further
    further = np.array([[float(str(draw[name])) for name in names] for draw in found]).reshape(len(found), len(names))
    return Draws(controls - surrogate.arms[arm].plan, further)


def outlook(
    surrogate: Surrogate, arm: str, plan: FloatArray, draws: Draws, event: str, settings: Sequence[Setting] = ()
) -> Outlook:
    """What becomes of the draws about one aim."""
    answers = _answers(surrogate.probe(arm), surrogate.aim(arm), plan, draws, settings)
    margin, error = _margin(answers, event), _error_mm(surrogate, arm, event)
    happened, harmed = margin >= 0.0, answers.harm | ~answers.known
    one, other = probability(happened.tolist()), probability(harmed.tolist())
    assert one is not None
    assert other is not None
    known = margin[np.isfinite(margin)]
    quantiles = np.quantile(known, (0.05, 0.5, 0.95)) if len(known) else np.full(3, np.nan)
    low, high = (float((margin >= shift).mean()) for shift in (error, -error))
    return Outlook(
        plan, one, other, low, high, quantiles, float((~answers.known).mean()), answers.known,
        happened, harmed,
    )  # fmt: skip


def sought(
    surrogate: Surrogate, results: StudyResults, arm: str, event: str, max_harm: float, samples: int,
    settings: Sequence[Setting] = (),
) -> Found:  # fmt: skip
    """Find the aim with the largest probability of an event while that of harm is at most so large.

    A differential evolution over offset and angles, and over settings of the protocol where there are any, on the
    surrogate with the same draws for every aim. The surrogate answers in a thousandth of a solution's time, so that
    nothing has to be saved by guessing where to look next.

    Where no aim keeps harm so rare, harm beyond it counts ten times what capture does.

    Raises
    ------
    InputError
        If the design makes no draws.
    """
    from scipy.optimize import differential_evolution

    draws = draws_of(surrogate, results, arm, samples)
    few = Draws(draws.errors[:SEARCHED], draws.further[:SEARCHED])
    probe, aim = surrogate.probe(arm), surrogate.aim(arm)
    start = np.concatenate([surrogate.arms[arm].plan, [one.own for one in settings]])
    spread_mm = max(surrogate.arms[arm].errors.margin_sd_mm, 1e-3)

    def bad(plan: FloatArray, over: Draws) -> float:
        return _badness(_answers(probe, aim, plan, over, settings, refine=False), event, max_harm, spread_mm)

    # What no draw varied was not learnt, and every other value of it would count as unknown.
    varied = draws.errors.std(axis=0) > FIXED
    reach = np.where(varied, [SHIFT_MM] * 3 + [TURN_DEG] * 2, 0.0)
    bounds = list(zip(start[:5] - reach, start[:5] + reach, strict=True)) + [(one.low, one.high) for one in settings]
    searched = differential_evolution(
        lambda plan: bad(plan, few), bounds, maxiter=GENERATIONS, popsize=MEMBERS, rng=SEED,
        x0=np.clip(start, *np.array(bounds).T), polish=False, tol=1e-4,
    )  # fmt: skip
    # Few draws flatter what was chosen by them: of the last aims, and the default, the best over all draws is taken.
    last = np.argsort(searched.population_energies)[:FINALISTS]
    held = np.concatenate([~varied, np.zeros(len(settings), bool)])
    finalists = [start, *(np.where(held, start, _rounded(searched.population[at], settings)) for at in last)]
    default = outlook(surrogate, arm, start, draws, event, settings)
    chosen = finalists[int(np.argmin([bad(plan, draws) for plan in finalists]))]
    best = outlook(surrogate, arm, chosen, draws, event, settings)
    better = paired_difference(best.happened.tolist(), default.happened.tolist())
    harmed = paired_difference(best.harmed.tolist(), default.harmed.tolist())
    assert better is not None
    assert harmed is not None
    kept = tuple(name for name, free in zip(aim.names, varied, strict=True) if not free)
    return Found(arm, event, default, best, better, harmed, tuple(settings), kept)


def _badness(answers: Answers, event: str, max_harm: float, spread_mm: float) -> float:
    """What is made small: harm beyond what is allowed, then misses, then small margins of the worse placements."""
    margin = _margin(answers, event)
    harm = float((answers.harm | ~answers.known).mean())
    low = float(np.quantile(np.clip(margin, -MOST_MM, MOST_MM), QUANTILE))
    return HARMED * max(harm - max_harm, 0.0) - _likely(margin, spread_mm) - WEIGHT_PER_MM * low


def _answers(
    probe: Probe, aim: Aim, plan: FloatArray, draws: Draws, settings: Sequence[Setting], *, refine: bool = True
) -> Answers:
    further = with_settings(draws.further, plan, settings)
    return probe.answers(aim.poses(plan[:5] + draws.errors), further, refine=refine)


def with_settings(further: FloatArray, plan: FloatArray, settings: Sequence[Setting]) -> FloatArray:
    """Further inputs (M, E) with a plan's settings in place of those drawn."""
    made = further.copy()
    made[:, [one.column for one in settings]] = plan[5:]
    return made


def _margin(answers: Answers, event: str) -> FloatArray:
    return np.where(answers.known, np.nan_to_num(answers.margin_mm(event), nan=-np.inf), -np.inf)


def _error_mm(surrogate: Surrogate, arm: str, event: str) -> float:
    errors = surrogate.arms[arm].errors
    return errors.margin_best_mm if event == "capture" else errors.margin_worst_mm


def _likely(margin: FloatArray, spread_mm: float) -> float:
    """Probability of the event, each margin being known with the surrogate's own scatter: smooth in the aim."""
    from scipy.special import ndtr

    return float(ndtr(margin / spread_mm).mean())


def _rounded(plan: FloatArray, settings: Sequence[Setting]) -> FloatArray:
    """An aim an operator can be told: tenths of a millimetre, whole degrees, settings in usual steps."""
    told = [one.told(float(value)) for one, value in zip(settings, plan[5:], strict=True)]
    return np.concatenate([np.round(plan[:3], 1), np.round(plan[3:5]), told])
