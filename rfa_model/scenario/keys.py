"""Which keys may stand at a place of a scenario file: read off the models, and off what the file chooses there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Union, get_args, get_origin

from pydantic import BaseModel

from rfa_model.registry import NameOr, Registered, Registry, UnderKind
from rfa_model.registry.registered import KIND
from rfa_model.scenario.placed import TripleOr
from rfa_model.sourced import Path


@dataclass(frozen=True)
class _Slot:
    """What a value of the file may be: a type, and what is said of it beside."""

    annotation: object
    metadata: tuple[object, ...] = ()


def known_keys(root: type[BaseModel], path: Path, data: object) -> list[str]:
    """Keys of the mapping at ``path`` of ``data``, which is read as a ``root``; empty where it may be anything."""
    slot: _Slot | None = _Slot(root)
    for part in path:
        slot = _below(slot, part, data) if slot is not None else None
        data = _item(data, part)
    model = _model(slot, data) if slot is not None else None
    if model is None:
        return []
    kind = [KIND] if issubclass(model, Registered) and not _under_its_kind(model, path) else []
    return list(dict.fromkeys([*kind, *model.model_fields]))


def _below(slot: _Slot, part: str | int, data: object) -> _Slot | None:
    annotation, metadata = slot.annotation, slot.metadata
    for choice in metadata:
        if isinstance(choice, TripleOr | UnderKind) or (isinstance(choice, Registry) and choice.keyed):
            return _Slot(choice.chosen(data))
    model = _model(slot, data)
    if model is not None:
        field = model.model_fields.get(str(part))
        return None if field is None else _given(_Slot(field.annotation, tuple(field.metadata)))
    if get_origin(annotation) in (dict, list):
        return _plain(get_args(annotation)[-1])
    return None


def _model(slot: _Slot, data: object) -> type[BaseModel] | None:
    for choice in slot.metadata:
        if isinstance(choice, Registry | NameOr):
            return choice.chosen(data)
    if get_origin(slot.annotation) in (dict, list, tuple):
        return None
    options = get_args(slot.annotation) or (slot.annotation,)  # Model, or Model | None
    return next((each for each in options if isinstance(each, type) and issubclass(each, BaseModel)), None)


def _plain(annotation: object) -> _Slot:
    """The slot of an item; ``Annotated`` comes apart here."""
    beside = getattr(annotation, "__metadata__", ())
    return _Slot(get_args(annotation)[0] if beside else annotation, tuple(beside))


def _given(slot: _Slot) -> _Slot:
    """The slot where there is a value, of one that may be nothing."""
    options = [each for each in get_args(slot.annotation) if each is not type(None)]
    if get_origin(slot.annotation) in (Union, UnionType) and len(options) == 1:
        found = _plain(options[0])
        return _Slot(found.annotation, (*slot.metadata, *found.metadata))
    return slot


def _under_its_kind(model: type[Registered], path: Path) -> bool:
    return bool(path) and path[-1] in model.kinds()


def _item(data: object, part: str | int) -> object:
    if isinstance(data, Mapping):
        return data.get(part)
    if isinstance(data, Sequence) and isinstance(part, int) and part < len(data):
        return data[part]
    return None
