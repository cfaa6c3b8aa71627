"""What if the needle lies some millimetres off: a part of the report, from a study's surrogate."""

from __future__ import annotations

import json
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from rfa_model.assurance.figure import drawing
from rfa_model.assurance.uncertainty.changes import content
from rfa_model.errors import InputError
from rfa_model.metrics.catalogue import readable
from rfa_model.metrics.entry import JSON
from rfa_model.report.further import FurtherPart
from rfa_model.results import read_results
from rfa_model.results.answer import capital
from rfa_model.scenario import parse_resolved
from rfa_model.studies.surrogate.build import treatment_key
from rfa_model.studies.surrogate.pictures import tolerance_figure
from rfa_model.studies.surrogate.poses import Poses
from rfa_model.studies.surrogate.sentences import beside_words, table, tolerance_sentences
from rfa_model.studies.surrogate.store import read_surrogate
from rfa_model.studies.surrogate.tolerance import Tolerance, tolerance_of

TITLE = "What if the needle lies elsewhere?"


def tolerance_part(folder: Path, study: Path) -> FurtherPart:
    """Tolerances of every arm of a results folder that a study's surrogate knows, about where its needle lies.

    Raises
    ------
    InputError
        If there is no surrogate, or it knows none of the arms: their probe, protocol, anatomy, tissues or laws differ.
    """
    results, surrogate = read_results(folder), read_surrogate(study)
    own = content(parse_resolved(results.scenario_yaml, f"{folder}/scenario.yaml"))
    # Of arms that learn together, the one that the surrogate knows worst.
    worst_last = sorted(surrogate.arms.items(), key=lambda one: one[1].errors.margin_best_mm)
    known = {arm.treatment: name for name, arm in worst_last}
    found: dict[str, Tolerance] = {}
    lines: list[str] = []
    for name, solved in results.arms.items():
        if (like := known.get(treatment_key(own, name))) is None:
            unlike = unlikeness(treatment_key(own, name), list(known))
            lines.append(
                f"{capital(readable(name))}: the study has no arm with its probe, protocol, anatomy, tissues{unlike}."
            )
            continue
        error_mm = surrogate.arms[like].errors.margin_best_mm
        try:
            found[readable(name)] = tolerance_of(surrogate.probe(like), Poses.of(solved.pose), error_mm)
        except InputError as error:
            lines.append(f"{capital(readable(name))}: {error}.")
    if not any(treatment_key(own, name) in known for name in results.arms):
        raise InputError(
            f"--study {study}: its surrogate knows none of the arms in {folder}; learn from a study of the same "
            f"scenario. {lines[0]}"
        )
    said = [line for words, one in found.items() for line in tolerance_sentences(words, one)]
    head, rows = table(found)
    stream = BytesIO()
    if found:
        with drawing({"legend.frameon": False}):
            tolerance_figure(found).savefig(stream, format="svg", metadata={"Date": None})
    rests = any(probe.site.resting is not None and probe.site.resting.rests for probe in surrogate.probes.values())
    at_bone = "a needle that would run into bone " + ("comes to lie on it" if rests else "is not known about")
    errors = ", ".join(f"{readable(words)} ± {one.error_mm:.2f} mm" for words, one in found.items())
    lines += [
        *said,
        *beside_words(surrogate),
        f"Told by a surrogate of the study “{surrogate.title}” ({surrogate.resolution} mesh, lesions by "
        f"{readable(surrogate.criterion)}), not solved; its margins are off by no more than so much in 95 of 100 "
        f"trials left out: {errors or '-'}. Directions are those of an operator who looks down the needle; {at_bone}.",
    ]
    return FurtherPart(
        key="tolerance",
        title=TITLE,
        entry="Elsewhere",
        lines=lines,
        caption="Largest displacement that still takes the nerve, with the surrogate's error band",
        head=head,
        rows=rows,
        pictures=[(stream.getvalue(), "Margin of the nerve over displacements of the needle")] if found else [],
    )


def unlikeness(one: str, others: Sequence[str]) -> str:
    """Where a treatment's key differs from the likest of others, in brackets: the first three places."""
    found = min((_unlike(json.loads(one), json.loads(other)) for other in others), key=len, default=[])
    return f" (they differ in {', '.join(found[:3])}{' and more' if len(found) > 3 else ''})" if found else ""


def _unlike(one: JSON, other: JSON, place: str = "") -> list[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        keys = sorted(set(one) | set(other))
        return [path for key in keys for path in _unlike(one.get(key), other.get(key), f"{place}.{key}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        # The key's own two parts, the arm and the rest, need no number.
        pairs = enumerate(zip(one, other, strict=True))
        return [path for index, (a, b) in pairs for path in _unlike(a, b, f"{place}.{index}" if place else "")]
    return [] if one == other else [place.lstrip(".")]
