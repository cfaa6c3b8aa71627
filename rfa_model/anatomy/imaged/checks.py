"""Whether what a file holds can be a spine the right way round."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from typing import Literal, get_args

from rfa_model.anatomy.imaged.source import Found
from rfa_model.anatomy.readers.structures import CRANIAL
from rfa_model.errors import InputError

Check = Literal["volume", "order", "posterior", "sides", "cut_off", "crossing"]
CHECKS: tuple[Check, ...] = get_args(Check)
VERTEBRA_CM3 = (15.0, 120.0)
# A vertebra's centre of mass lies in front of the middle of its length; on Visible-Human bones by 9 to 12 mm.
LEAST_POSTERIOR_MM = 2.0
LEAST_STEP_MM = 8.0


def vertebrae(found: Mapping[str, Found]) -> dict[str, Found]:
    """Level -> vertebra, from cranial to caudal; the sacrum counts as S1 where there is no S1 of its own."""
    by_level = {}
    for part in found.values():
        level = part.structure.level
        if level and (level not in by_level or part.structure.name != "sacrum"):
            by_level[level] = part
    return {level: by_level[level] for level in CRANIAL if level in by_level}


def complaints(found: Mapping[str, Found]) -> Iterator[tuple[Check, str]]:
    """What contradicts anatomy: (check, what was seen)."""
    levels = vertebrae(found)
    for level, part in levels.items():
        name, (low, high) = part.structure.name, VERTEBRA_CM3
        if level != "S1" and not low <= part.volume_cm3 <= high:
            yield (
                "volume",
                (
                    f"{name} has {part.volume_cm3:.3g} cm³, and a lumbar vertebra {low:g} to {high:g} cm³: wrong "
                    "units, another scheme, or a piece"
                ),
            )
        middle = float(part.low_mm[1] + part.high_mm[1]) / 2
        if level != "S1" and middle - float(part.centroid_mm[1]) < LEAST_POSTERIOR_MM:
            yield (
                "posterior",
                (
                    f"{name}'s long spinous process points forwards (its centre of mass lies "
                    f"{float(part.centroid_mm[1]) - middle:.1f} mm behind the middle of its length): the header's axes "
                    "are wrong, or RAS was taken for LPS"
                ),
            )
    for upper, lower in pairwise(levels):
        between = CRANIAL[CRANIAL.index(upper) + 1 : CRANIAL.index(lower)]
        if missing := [level for level in between if level != "L6"]:
            yield (
                "order",
                f"{upper} and {lower} are there without {', '.join(missing)}: another scheme's numbers?",
            )
    if "L6" in levels and "L5" not in levels:
        yield "order", "L6 is there without L5: another scheme's numbers, perhaps"
    for (upper, above), (lower, below) in pairwise(levels.items()):
        step = float(above.centroid_mm[2] - below.centroid_mm[2])
        if step < LEAST_STEP_MM:
            yield (
                "order",
                (
                    f"{upper} lies {abs(step):.0f} mm {'above' if step > 0 else 'below'} {lower}: the axes run the "
                    "wrong way, or another scheme's numbers were taken"
                ),
            )
    for name, part in found.items():
        if name.endswith("_left") and (twin := found.get(name.removesuffix("_left") + "_right")):
            apart = float(part.centroid_mm[0] - twin.centroid_mm[0])
            if apart < 0.0:
                yield (
                    "sides",
                    f"{name} lies {-apart:.0f} mm to the right of {twin.structure.name}: left and right are swapped",
                )


def check(found: Mapping[str, Found], target: str, file: str, overruled: Collection[str] = ()) -> list[str]:
    """Raise InputError for the first contradiction; return those that were overruled.

    Parameters
    ----------
    found : mapping of str to Found
    target : str
        The part the nerve lies on, which must not be cut off.
    file : str
        For messages.
    overruled : collection of str
        Checks whose complaint is only noted.
    """
    notes = []
    every = list(complaints(found))
    if found[target].cut_off and found[target].structure.name != "sacrum":
        every.append(("cut_off", f"{target} reaches the edge of the image and may be cut off"))
    for which, seen in every:
        if which not in overruled:
            raise InputError(f"{file}: {seen}; mend the file, or write overrule: [{which}] if this is so")
        notes.append(f"overruled ({which}): {seen}")
    for name, part in found.items():
        if part.cut_off and name != target and part.structure.role == "bone":
            notes.append(f"{name} reaches the edge of the image")
    return notes
