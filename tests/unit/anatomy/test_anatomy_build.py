"""Building from a scenario's words, the homogeneous block, and what is refused."""

import numpy as np
import pytest

from rfa_model.anatomy import HomogeneousAnatomy, LumbarAnatomy
from rfa_model.anatomy.lumbar import LumbarLevel
from rfa_model.anatomy.lumbar.dimensions import CommonDimensions, VertebraDimensions, table
from rfa_model.errors import InputError

WORDS = {"nerve": "L4", "side": "left", "nerve_diameter_mm": 1.0, "nerve_bone_gap_mm": 0.75}


def test_homogeneous_is_one_tissue_without_bone() -> None:
    anatomy = HomogeneousAnatomy(tissue="liver").build()
    points = np.array([[0.0, 0.0, 0.0], [1e3, -50.0, 2.0]])
    assert anatomy.tissue_names == ("liver",)
    assert anatomy.tissue_at(points).tolist() == [0, 0]
    assert (anatomy.distance_mm("bone", points) == np.inf).all()
    assert (anatomy.distance_mm("body", points) == -np.inf).all()
    assert anatomy.surfaces() == {}
    assert anatomy.target.tangent @ anatomy.target.away_from_bone == 0.0


@pytest.mark.parametrize("nerve", ["T12", "L1", "L2", "L3", "L4", "L5"])
@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize(("diameter", "gap"), [(0.6, 0.5), (1.0, 0.75), (1.5, 1.0)])
def test_every_nerve_builds_on_both_sides(nerve: str, side: str, diameter: float, gap: float) -> None:
    anatomy = LumbarAnatomy(nerve=nerve, side=side, nerve_diameter_mm=diameter, nerve_bone_gap_mm=gap).build()
    (curve,) = anatomy.nerves.values()
    assert curve.name == ("dorsal_ramus" if nerve == "L5" else "medial_branch")
    assert curve.words == f"{nerve} dorsal ramus" if nerve == "L5" else f"{nerve} medial branch"
    assert curve.diameter_mm == diameter
    assert np.isfinite(curve.points_mm).all()
    assert np.sign(anatomy.target.point_mm[0]) == (1.0 if side == "left" else -1.0)
    assert curve.segment_mm[1] - curve.segment_mm[0] == pytest.approx(10.0, abs=2.0)
    assert curve.segment_mm[0] > 0.0
    assert curve.segment_mm[1] < curve.arc_length_mm()[-1]


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"nerve": "L6"}, "L6"),
        ({"side": "middle"}, "middle"),
        ({"nerve_diameter_mm": 5.0}, "nerve_diameter_mm"),
        ({"nerve_bone_gap_mm": float("nan")}, "nerve_bone_gap_mm"),
        ({"nerve": "L5", "nerve_bone_gap_mm": 2.0}, "nerve_bone_gap_mm"),
    ],
)
def test_bad_words_are_refused_by_name(changes: dict[str, object], word: str) -> None:
    with pytest.raises(InputError, match=word):
        LumbarLevel(**(WORDS | changes))


def test_bad_points_and_parts_are_refused() -> None:
    anatomy = LumbarAnatomy(nerve="L4", side="left").build()
    with pytest.raises(InputError, match=r"\(N, 3\)"):
        anatomy.tissue_at(np.zeros(3))
    with pytest.raises(InputError, match="point 1"):
        anatomy.tissue_at(np.array([[0.0, 0.0, 0.0], [0.0, np.nan, 0.0]]))
    with pytest.raises(InputError, match="femur"):
        anatomy.distance_mm("femur", np.zeros((1, 3)))


def test_every_dimension_has_unit_source_and_status() -> None:
    raw = table()
    for section, model in (("per_vertebra", VertebraDimensions), ("common", CommonDimensions)):
        assert set(raw[section]) == set(model.__dataclass_fields__)
    for row in (*raw["per_vertebra"].values(), *raw["common"].values()):
        assert row["unit"] in ("mm", "deg")
        assert row["source"]
        assert row["status"] in ("read", "unverified", "assumed")
