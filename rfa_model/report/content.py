"""Everything the report shows, as plain data for the template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TypedDict, cast

import numpy as np
from ruamel.yaml import YAML

from rfa_model._progress import SILENT, Pieces
from rfa_model.anatomy.base import Anatomy, Curve, Noted
from rfa_model.applicators.labels import common_labels
from rfa_model.drawing import style
from rfa_model.drawing.arm_picture import ArmPicture
from rfa_model.drawing.collect import bone_distance, collect_arms
from rfa_model.drawing.lesion import DrawnLesion
from rfa_model.library import known_misses
from rfa_model.metrics.catalogue import readable
from rfa_model.metrics.entry import ArmEntry
from rfa_model.metrics.flag import flags_in
from rfa_model.pictures.draw import common_view
from rfa_model.pictures.scene import common_legend
from rfa_model.report import charts, parts, scene
from rfa_model.report.bone_labels import AZIMUTH_STEP_DEG, ELEVATIONS_DEG, bone_labels, open_sides
from rfa_model.report.encode import data_uri, script_json
from rfa_model.report.further import FurtherPart, PartWords, part_words
from rfa_model.report.nerves import NerveTables, nerve_tables
from rfa_model.report.pictures import Embedded, embedded
from rfa_model.report.still import nerve_svg
from rfa_model.results import Results
from rfa_model.results.answer import Answer, answer, capital
from rfa_model.results.comparison import Group, comparison_groups, solution_groups
from rfa_model.scenario import Scenario, parse_resolved


class Limits(TypedDict):
    """``limits.yaml``: what a reader has to know before believing a number."""

    use: str
    parametric: str
    from_files: str
    limits: list[str]
    criteria: dict[str, str]


class NerveWords(TypedDict):
    """Of a nerve's plot: its name, text alternative, still drawing, and the key to its curves."""

    name: str
    alt: str
    still: str
    key: list[dict[str, str]]


class Content(TypedDict):
    """What the template takes; criteria are (name, short words, explanation)."""

    title: str
    answer: Answer
    arms: list[dict[str, str]]
    applicator: str
    groups: list[Group]
    solved: list[Group]
    legend: list[tuple[str, str]]
    criteria: list[tuple[str, str, str]]
    main_criterion: str | None
    isotherms: list[tuple[str, str]]
    has: dict[str, bool]
    nerves: list[NerveWords]
    further: list[PartWords]
    pictures: list[Embedded]
    whole: Embedded | None
    scenario_yaml: str
    provenance: Mapping[str, object]
    use: str
    limits: list[str]
    flags: list[str]
    colours: ModuleType
    payload: str


def report_content(
    results: Results, folder: Path, progress: Pieces = SILENT, further: Sequence[FurtherPart] = ()
) -> Content:
    """What the template needs, read and computed from a results folder.

    Raises
    ------
    InputError
        If the folder lacks something.
    """
    scenario = parse_resolved(results.scenario_yaml, f"{folder}/scenario.yaml")
    anatomy = scenario.anatomy.build()
    nerves = {name: nerve_tables(results, name, folder) for name in anatomy.nerves}
    entries: Mapping[str, ArmEntry] = results.summary["arms"]
    for arm in results.arms.values():
        arm.fields  # noqa: B018 - all snapshots at once; `collect` would read one of them alone
    progress.expect(2 + len(results.arms))
    pictures = collect_arms(results, scenario, anatomy)
    first = next(iter(pictures.values()))
    labels = {name: picture.applicator.labels for name, picture in pictures.items()}
    words, drawn = _limits(), list(embedded(folder, entries, labels))
    progress.done("pictures")
    has_bone = bone_distance(anatomy) is not None
    return {
        "title": results.title,
        "answer": answer(entries, scenario.limit_values()),
        "arms": [_arm_words(name, picture) for name, picture in pictures.items()],
        "groups": comparison_groups(entries.values()),
        "solved": solution_groups(entries.values()),
        "applicator": common_labels(labels.values()).whole,
        "legend": _legend(list(pictures.values()), has_bone=has_bone),
        "criteria": _criteria(first.lesions, words["criteria"]),
        "main_criterion": first.lesion.name if first.lesion else None,
        "isotherms": [(f"{level:g}", style.criterion_colour(f"isotherm_{level:g}C")) for level in style.ISOTHERMS_C],
        "has": {"bone": has_bone, "muscle": len(anatomy.tissue_names) > 1, "nerve": bool(nerves)},
        "nerves": [_nerve_words(tables, anatomy.nerves[name], first.lesion) for name, tables in nerves.items()],
        "further": [part_words(part) for part in further],
        "pictures": drawn,
        "whole": next((picture for picture in drawn if picture.wide), None),
        "scenario_yaml": results.scenario_yaml,
        "provenance": results.summary["provenance"],
        "use": words["use"],
        "limits": [known_misses(), *_anatomy_words(words, anatomy), *words["limits"]],
        "flags": [flag.sentence(name) for name, entry in entries.items() for flag in flags_in(entry)],
        "colours": style,
        "payload": script_json(_payload(results, scenario, anatomy, pictures, nerves, progress)),
    }


def _payload(
    results: Results,
    scenario: Scenario,
    anatomy: Anatomy,
    pictures: Mapping[str, ArmPicture],
    nerves: Mapping[str, NerveTables],
    progress: Pieces,
) -> dict[str, object]:
    """What the script draws."""
    first = next(iter(pictures.values()))
    origin = first.target_mm
    arms = []
    opened = open_sides(first)
    for name, solved in results.arms.items():
        arms.append(scene.arm_scene(solved, pictures[name]))
        arms[-1]["bones"] = bone_labels(pictures[name], opened, origin)
        progress.done(name)
    times = scene.all_times_s(arms)
    for arm in arms:
        arm["reading"] = scene.reading(results.arms[arm["name"]], [one.name for one in first.lesions], np.array(times))
    shared = [*parts.bone(anatomy, origin), *parts.muscle(anatomy, origin)]
    progress.done("anatomy")
    history = charts.history_charts(pictures)
    return {
        "camera": scene.camera(common_view(list(pictures.values()))),
        "sides": {"azimuth_step": AZIMUTH_STEP_DEG, "elevations": ELEVATIONS_DEG},
        "times": times,
        "shared": shared,
        "arms": arms,
        "criteria": {one.name: one.words for one in first.lesions},
        "instruments": scene.instruments(),
        "colours": {one.name: one.colour for one in first.lesions},
        "history": list(history.values()),
        "nerves": [charts.nerve_chart(tables, anatomy.nerves[name], first.lesion) for name, tables in nerves.items()],
    }


def _anatomy_words(words: Limits, anatomy: Anatomy) -> list[str]:
    """What is to be known of the anatomy: that it is nobody's, or what was assumed of somebody's."""
    if not isinstance(anatomy, Noted):
        return [words["parametric"]]
    return [words["from_files"], *(f"Of this anatomy: {note}." for note in anatomy.notes)]


@cache
def _limits() -> Limits:
    return cast(Limits, YAML(typ="safe").load(Path(__file__).with_name("limits.yaml").read_text(encoding="utf-8")))


def _arm_words(name: str, picture: ArmPicture) -> dict[str, str]:
    return {
        "name": readable(name),
        "probe": picture.probe_label,
        "applicator": picture.applicator.labels.whole,
        "headline": picture.headline,
    }


def _criteria(lesions: Iterable[DrawnLesion], words: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """(name, short words, explanation) of every criterion of the scenario, that shown first in front."""
    return [(one.name, one.words, words.get(one.name, one.criterion.label)) for one in lesions]


def _legend(pictures: list[ArmPicture], *, has_bone: bool) -> list[tuple[str, str]]:
    """(colour, words) of what the scenes may show, lesion and isotherms left to their own switches."""
    drawn = {one.colour for picture in pictures for one in picture.lesions}
    entries = dict.fromkeys(entry for entry in common_legend(pictures) if entry[0] not in drawn)
    if has_bone:
        entries |= dict.fromkeys([(style.BONE, "bone"), (style.DISC, "cartilage, disc")])
    return list(entries)


def _nerve_words(tables: NerveTables, curve: Curve, lesion: DrawnLesion | None) -> NerveWords:
    said = []
    for name, nerve in tables.items():
        peak, inside = np.nanmax(nerve["peak_T_C"]), nerve["arc_mm"][nerve["inside"] > 0]
        held = f"inside the lesion from {inside[0]:.1f} to {inside[-1]:.1f} mm" if inside.size else "outside the lesion"
        said.append(f"{capital(readable(name))}: at most {peak:.1f} °C, {held}.")
    segment = "target segment from {:.1f} to {:.1f} mm".format(*curve.segment_mm)
    return {
        "name": capital(", ".join(filter(None, (curve.words, curve.place)))),
        "alt": f"Peak temperature and damage along the {curve.words}, {segment}. {' '.join(said)}",
        "still": data_uri(nerve_svg(tables, curve, lesion), "image/svg+xml"),
        "key": [charts.arm_key(number, name) for number, name in enumerate(tables)],
    }
