"""Registries: what may be registered, what a mapping without a kind means, what is taken as it is."""

from typing import Annotated, ClassVar

import pytest
from pydantic import BaseModel, ValidationError

from rfa_model.errors import InputError
from rfa_model.registry import Registered, Registry


class Shape(Registered):
    """A shape."""


class Ball(Shape):
    """Round.

    All over.
    """

    kind: ClassVar[str] = "ball"
    is_default: ClassVar[bool] = True
    radius_mm: float


class Box(Shape):
    """Square."""

    kind: ClassVar[str] = "box"
    side_mm: float = 1.0


def shapes() -> Registry[Shape]:
    registry = Registry("shape", Shape, "rfa_model.tests.nothing")
    registry.register(Ball)
    registry.register(Box)
    return registry


SHAPES = shapes()


class Holder(BaseModel):
    shape: Annotated[Shape, SHAPES]


def test_it_is_a_mapping_of_kinds():
    assert list(SHAPES) == ["ball", "box"]
    assert SHAPES["box"] is Box
    assert SHAPES.default == "ball"
    assert SHAPES["ball"].summary() == "Round."


def test_without_a_kind_it_is_the_default_which_is_not_written_out():
    held = Holder.model_validate({"shape": {"radius_mm": 2.0}})
    assert held.shape == Ball(radius_mm=2.0)
    assert held.model_dump() == {"shape": {"radius_mm": 2.0}}
    assert Holder.model_validate({"shape": {"kind": "ball", "radius_mm": 2.0}}) == held


def test_another_kind_is_written_and_read_back():
    held = Holder.model_validate({"shape": {"kind": "box", "side_mm": 3.0}})
    assert held.model_dump() == {"shape": {"kind": "box", "side_mm": 3.0}}
    assert Holder.model_validate(held.model_dump()) == held


def test_what_is_made_in_python_need_not_be_registered():
    class Own(Ball):
        kind: ClassVar[str] = "own"

    held = Holder(shape=Own(radius_mm=1.0))
    assert type(held.shape) is Own
    assert held.model_dump() == {"shape": {"kind": "own", "radius_mm": 1.0}}


def test_what_is_registered_later_is_known_from_then_on():
    registry = shapes()

    class Late(Shape):
        """Late."""

        kind: ClassVar[str] = "late"

    class Keeper(BaseModel):
        shape: Annotated[Shape, registry]

    with pytest.raises(ValidationError, match="expected one of 'ball', 'box', got 'late'"):
        Keeper.model_validate({"shape": {"kind": "late"}})
    registry.register(Late)
    assert type(Keeper.model_validate({"shape": {"kind": "late"}}).shape) is Late
    assert "Late" in Keeper.model_json_schema()["$defs"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"kind": "bxo"}, "kind: expected one of 'ball', 'box', got 'bxo'; did you mean 'box'"),
        ({"kind": 3}, "got '3'"),
        ({"kind": "box", "side": 1.0}, "side"),
        ({}, "radius_mm"),
        ("box", "valid dictionary"),
    ],
)
def test_what_is_wrong_is_said(given, words):
    with pytest.raises(ValidationError, match=words):
        Holder.model_validate({"shape": given})


def test_a_kind_is_offered_once():
    class Other(Shape):
        kind: ClassVar[str] = "box"

    with pytest.raises(InputError, match="shape 'box' is offered twice"):
        shapes().register(Other)


def test_there_is_one_default():
    class Other(Shape):
        kind: ClassVar[str] = "other"
        is_default: ClassVar[bool] = True

    with pytest.raises(InputError, match="cannot be the default beside"):
        shapes().register(Other)


def test_only_what_is_of_the_kind_is_registered():
    with pytest.raises(InputError, match="expected a shape, a class derived from Shape"):
        shapes().register(Registered)


def test_a_registry_is_itself_alone():
    assert shapes() != shapes()
    assert SHAPES in {SHAPES}
