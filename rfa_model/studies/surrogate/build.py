"""A surrogate from a study's trials: arms of one probe learn together."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import cast

import numpy as np
from numpy.typing import NDArray

from rfa_model._progress import SILENT, Pieces
from rfa_model._sealed_arrays import DAMAGED
from rfa_model.anatomy.base import Anatomy, Curve
from rfa_model.applicators.applicator import Applicator
from rfa_model.errors import InputError
from rfa_model.laws import Criterion
from rfa_model.metrics.curves import sample_curve
from rfa_model.metrics.entry import JSON
from rfa_model.placement.way import length_to_skin_mm
from rfa_model.studies.read import PlannedStudy
from rfa_model.studies.results import StudyResults
from rfa_model.studies.surrogate.edge import SPACING_MM, EdgeFinder
from rfa_model.studies.surrogate.inputs import Inputs, contacts_mm
from rfa_model.studies.surrogate.learnt import LearntFields
from rfa_model.studies.surrogate.model import Probe, Site, Tube
from rfa_model.studies.surrogate.needle_distance import NeedleDistance
from rfa_model.studies.surrogate.poses import Aim, Poses
from rfa_model.studies.surrogate.process import Processes
from rfa_model.studies.surrogate.resting import Resting, needle_points_mm
from rfa_model.studies.surrogate.surroundings import nerve_lattice

FloatArray = NDArray[np.float64]
LEAST = 24
"""Trials below which nothing is learnt from a probe."""
NERVE_MM, TUBE_MM, TUBE_REACH_MM = 0.3, 1.0, 12.0
LEFT, MOST_EDGE, MOST_FIELD = 1e-4, 16, 12
"""Share of the variance that a basis may leave out, and how many modes it has at most."""
LOG_DAMAGE = (-9.0, 7.0)
"""Ln Ω is learnt between these: below nothing is harmed, above nothing is left to be."""
PLACED = ("offset_mm", "angles_deg")
CANAL_PAD_MM = 6.0


@dataclass(frozen=True)
class Trials:
    """What the solved trials of arms with one probe say, one a row.

    Attributes
    ----------
    arms, indices : lists
    poses : Poses
        Where the needles came to lie.
    temperature_C, log_damage : (n, N) arrays
    nodes_mm : (N, 3) array
    further : (n, E) array
        Inputs beside the pose.
    numbers : mapping of str to (n,) array
        Columns of the table.
    """

    arms: list[str]
    indices: list[int]
    poses: Poses
    temperature_C: FloatArray
    log_damage: FloatArray
    nodes_mm: FloatArray
    further: FloatArray
    numbers: Mapping[str, FloatArray]


def pooled(planned: PlannedStudy) -> dict[str, list[str]]:
    """Arms that differ in offset, tilt and swing alone, by the beginning of their names."""
    alike: dict[str, list[str]] = {}
    for arm in planned.arms:
        if planned.scenario.arms[arm].chosen.is_placed:
            raise InputError(f"arm '{arm}' places its needles one by one, and a surrogate knows one placement alone")
        alike.setdefault(treatment_key(planned.content, arm), []).append(arm)
    names = [_common(arms) for arms in alike.values()]
    if len(set(names)) < len(names):
        names = [arms[0] for arms in alike.values()]
    return dict(zip(names, alike.values(), strict=True))


def _common(names: Sequence[str]) -> str:
    """What names begin with; the first where that is nothing."""
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False))
    return "".join(letters[0] for letters in alike).strip("_") or names[0]


def treatment_key(content: Mapping[str, JSON], arm: str) -> str:
    """All that an arm's lesion hangs on beside offset, tilt and swing: the arm, the anatomy, tissues and laws."""
    arms = cast(Mapping[str, Mapping[str, JSON]], content["arms"])
    placement = cast(Mapping[str, JSON], arms[arm]["placement"])
    bare: dict[str, JSON] = {key: value for key, value in placement.items() if key not in PLACED}
    bare["roll_deg"] = cast(Sequence[JSON], placement["angles_deg"])[2]
    own: dict[str, JSON] = {**arms[arm], "placement": bare}
    rest = {key: value for key, value in content.items() if key not in _BESIDE}
    return json.dumps([own, rest], sort_keys=True)


_BESIDE = ("arms", "title", "criteria", "limits", "numerics")


def further_names(planned: PlannedStudy, arms: Sequence[str]) -> list[str]:
    """Names that vary beside the placement of these arms.

    Raises
    ------
    InputError
        If one is nothing that a surrogate can take: no number, or part of the anatomy.
    """
    found = []
    for name, places in planned.places.items():
        mine = [place for place in places if place[0] != "arms" or place[1] in arms]
        if not mine or all(place[0] == "arms" and place[2:4] == ("placement", "offset_mm") for place in mine):
            continue
        if all(
            place[0] == "arms" and place[2:4] == ("placement", "angles_deg") and place[4] in (0, 1) for place in mine
        ):
            continue
        if any(place[0] in ("anatomy", "numerics") or "placement" in place for place in mine):
            shown = ".".join(map(str, mine[0]))
            raise InputError(
                f"'{name}' varies {shown}, and a surrogate takes offsets, tilt, swing and numbers of tissue, device "
                "and laws; leave it out of the study"
            )
        values = planned.study.vary[name].distribution.ends()
        if any(isinstance(value, bool) or not isinstance(value, int | float) for value in values):
            raise InputError(f"'{name}' takes values that are no numbers, and a surrogate takes numbers alone")
        found.append(name)
    return found


def gathered(results: StudyResults, arms: Sequence[str], further: Sequence[str], numbers: Sequence[str]) -> Trials:
    """The solved trials of some arms.

    Raises
    ------
    InputError
        If fields were not kept, lie on different nodes, or there are too few trials.
    """
    # A folder once solved with more samples holds trials whose draws are not planned any more.
    known = len(results.planned.draws)
    rows = [(arm, index, row) for arm in arms for index, row in results.rows(arm).items() if index < known]
    fields, kept = [], []
    for arm, index, row in rows:
        values = [row.get(name) for name in numbers]
        for name, value in zip(numbers, values, strict=True):
            if not isinstance(value, int | float):
                raise InputError(
                    f"{results.folder}: trial {index} of {arm} has no {name} (no lesion, or a structure beyond what is "
                    "computed), and a surrogate needs it of every trial"
                )
        one = _sound(results, arm, index)
        if one is None:
            continue
        fields.append(one)
        kept.append((arm, index, values, [row[f"x.{name}"] for name in further]))
    if len(rows) and not fields:
        raise InputError(
            f"{results.folder}: its trials have kept no fields; add `fields: {{radius_mm: 15}}` to the study, "
            "solve it again"
        )
    if len(fields) < LEAST:
        raise InputError(
            f"{results.folder}: {len(fields)} solved trials of {', '.join(arms)} are too few to learn from, at least "
            f"{LEAST} are needed; --samples with --resume adds to them"
        )
    if len({str(one["nodes"]) for one in fields}) > 1:
        raise InputError(
            f"{results.folder}: the fields of {', '.join(arms)} lie on different nodes; a probe must not vary"
        )
    low, high = LOG_DAMAGE
    return Trials(
        [arm for arm, *_ in kept],
        [index for _, index, *_ in kept],
        Poses(
            np.array([one["rotation"] for one in fields], dtype=float),
            np.array([one["translation_mm"] for one in fields], dtype=float),
        ),
        np.array([one["peak_temperature_C"] for one in fields], dtype=float),
        np.clip(np.array([one["log_damage"] for one in fields], dtype=float), low, high),
        np.asarray(fields[0]["points_mm"], dtype=float),
        np.array([values for *_, values in kept], dtype=float).reshape(len(kept), len(further)),
        dict(zip(numbers, np.array([values for _, _, values, _ in kept], dtype=float).T, strict=True)),
    )


def _sound(results: StudyResults, arm: str, index: int) -> Mapping[str, NDArray[np.generic]] | None:
    """Fields of a trial, None where they were not kept; InputError where a file was changed."""
    try:
        found = results.fields(arm, index)
        if found is None:
            return None
        count = len(found["points_mm"])
        shapes = {"points_mm": (count, 3), "peak_temperature_C": (count,), "log_damage": (count,)}
        shapes |= {"rotation": (3, 3), "translation_mm": (3,)}
        for name, shape in shapes.items():
            if found[name].shape != shape or found[name].dtype.kind != "f" or not np.isfinite(found[name]).all():
                raise ValueError(name)
        str(found["nodes"])
    except (OSError, MemoryError, *DAMAGED) as error:
        raise InputError(
            f"{results.folder}: the fields of trial {index} of {arm} are damaged ({type(error).__name__}); solve the "
            "study again in another folder"
        ) from None
    return found


def build_probe(results: StudyResults, arms: Sequence[str], progress: Pieces = SILENT) -> tuple[Probe, Trials]:
    """Learn one probe from the trials of the arms that have it."""
    planned, recorder = results.planned, results.recorder
    scenario = planned.scenario
    if recorder.criterion is None or recorder.nerve is None:
        raise InputError("a surrogate tells whether a nerve is taken: the scenario needs a nerve and a criterion")
    if len(scenario.arms[arms[0]].lesions) > 1:
        raise InputError(f"arms.{arms[0]}: makes several lesions in turn, and a surrogate takes one; leave the arm out")
    criterion = scenario.resolved_criteria()[recorder.criterion]
    further = further_names(planned, arms)
    spared = _spared_names(planned)
    names = ("margin_best_mm", "margin_worst_mm", "lesion_volume_mm3", *(f"{name}_max_C" for name in spared))
    trials = gathered(results, arms, further, names)
    anatomy, applicator = scenario.anatomy.build(), scenario.resolved_probe(arms[0]).applicator()
    aim = Aim.of(applicator, scenario.arms[arms[0]].placement, anatomy)
    site = _site(planned, anatomy, applicator, aim, trials, recorder.nerve, spared)
    bone = site.resting.bone.lattice if site.resting else None
    lattices = {"bone": bone, "nerves": nerve_lattice(anatomy, contacts_mm(applicator), trials.poses)}
    known = {name: lattice for name, lattice in lattices.items() if lattice is not None}
    inputs = Inputs.learnt(aim, applicator, known, trials.poses, trials.further)
    scaled = inputs.scaled(inputs.raw(trials.poses, trials.further))
    progress.done("poses")
    finder = EdgeFinder.of(trials.nodes_mm, applicator)
    edges = _edges(finder, criterion, trials)
    progress.done("edges of lesions")
    edge = LearntFields.of(scaled, edges, LEFT, MOST_EDGE)
    progress.done("edge")
    temperature = LearntFields.of(scaled, trials.temperature_C, LEFT, MOST_FIELD)
    progress.done("temperature")
    damage = LearntFields.of(scaled, trials.log_damage, LEFT, MOST_FIELD)
    progress.done("damage")
    volume = Processes.learnt(scaled, np.log(trials.numbers["lesion_volume_mm3"])[:, None])
    every = np.concatenate([temperature.basis.mean[None], temperature.basis.modes])
    warm = finder.spread(every)
    return Probe(
        applicator, inputs, site, edge, temperature, damage, trials.nodes_mm, warm, volume, finder.low_mm, SPACING_MM,
        finder.shape, tuple(further),
    ), trials  # fmt: skip


def _edges(finder: EdgeFinder, criterion: Criterion, trials: Trials) -> FloatArray:
    known = {"peak_temperature": trials.temperature_C, "damage": trials.log_damage}
    if criterion.quantity not in known or criterion.law is not None:
        raise InputError(
            f"criterion '{criterion.name}' hangs on what a trial's fields do not keep; put one of peak temperature or "
            "of damage by the scenario's own law first"
        )
    edges = np.array([finder.distance_mm(row, criterion.interpolated_level) for row in known[criterion.quantity]])
    if np.isnan(edges).any():
        raise InputError(f"a trial has no lesion by criterion '{criterion.name}', so there is no edge to learn")
    return edges.reshape(len(edges), -1)


def _spared_names(planned: PlannedStudy) -> list[str]:
    found = []
    for name, limits in planned.scenario.limits.items():
        if limits.min_clearance_mm or limits.max_damage:
            raise InputError(
                f"limits.{name}: a surrogate tells harm by temperature; leave out min_clearance_mm and max_damage"
            )
        if limits.max_temperature_C is not None:
            found.append(name)
    return found


def _site(
    planned: PlannedStudy, anatomy: Anatomy, applicator: Applicator, aim: Aim, trials: Trials, nerve: str,
    spared: Sequence[str],
) -> Site:  # fmt: skip
    curve = sample_curve(anatomy.nerves[nerve], NERVE_MM)
    centres = trials.poses.to_patient(applicator.centre_mm[None])[:, 0]
    tubes = {}
    for name in spared:
        structure = anatomy.structures[name]
        if not isinstance(structure, Curve):
            raise InputError(f"limits.{name}: a surrogate tells harm to nerves, and this is a surface; leave it out")
        points = sample_curve(structure, TUBE_MM).sections_mm.reshape(-1, 3)
        reach = np.linalg.norm(points[:, None] - centres[None], axis=2).min(axis=1) <= TUBE_REACH_MM
        near = points[reach] if reach.any() else points[:1]
        tubes[name] = Tube(np.asarray(near, dtype=float), planned.scenario.limits[name])
    way = length_to_skin_mm(aim.start, anatomy)
    needle, rests = needle_points_mm(applicator, way), planned.study.on_bone == "rest"
    resting = Resting.of(anatomy, needle, trials.poses, aim.frame.away, rests)
    canal = NeedleDistance.of(anatomy, "canal", needle, trials.poses, CANAL_PAD_MM)
    return Site(np.asarray(curve.points_mm[curve.in_segment], dtype=float), curve.radius_mm, tubes, resting, canal)
