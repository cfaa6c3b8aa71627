"""One table of kinds: the word in the scenario file -> the class that holds its words and its behaviour."""

from collections.abc import Iterator, Mapping
from types import GenericAlias
from typing import cast

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError, core_schema

from rfa_model._near import near_match
from rfa_model.errors import InputError
from rfa_model.registry.choice import one_of
from rfa_model.registry.plug_ins import PlugIn, plug_ins
from rfa_model.registry.registered import KIND, Registered


class Registry[T: Registered](Mapping[str, type[T]]):
    """Kinds by their word. ``Annotated[Base, REGISTRY]`` makes a pydantic field of whatever is registered.

    Parameters
    ----------
    what : str
        What its entries are, for messages: ``phase``.
    base : type
        Which every entry derives from.
    group : str
        Entry points under which other packages offer theirs; an entry point's name is the kind.
    keyed : bool
        Whether an entry is written under its kind, ``{hold: {...}}``, instead of with a key ``kind``.
    """

    def __init__(self, what: str, base: type[T], group: str, *, keyed: bool = False) -> None:
        self.what, self.base, self.group, self.keyed = what, base, group, keyed
        self._classes: dict[str, type[T]] = {}
        self._packages: dict[str, str] = {}
        self._complete = False

    def register[C: Registered](self, cls: type[C]) -> type[C]:
        """Add a class under its ``kind``; may stand over it as a decorator.

        Raises
        ------
        InputError
            If it is not derived from this registry's base, or another class has its kind.
        """
        self._add(cls, "this program")
        return cls

    def __getitem__(self, kind: str) -> type[T]:
        return self._all()[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    __hash__ = object.__hash__  # two registries are never the same, whatever they hold
    __eq__ = object.__eq__

    def package(self, kind: str) -> str:
        """Who offers a kind: ``rfa-model``, or the name of another package."""
        self._all()
        return self._packages[kind]

    @property
    def default(self) -> str | None:
        """The kind that a mapping without ``kind`` is of; None if it has to be written."""
        return next((kind for kind, cls in self.items() if cls.is_default), None)

    def chosen(self, data: object) -> type[T] | None:
        """The class that ``data``, as written in the file, asks for; None if that cannot be told."""
        if not isinstance(data, Mapping):
            return None
        word = next(iter(data), None) if self.keyed else data.get(KIND, self.default)
        return self.get(word) if isinstance(word, str) else None

    def read(self, data: object) -> T:
        """An entry from what the file says; one made in Python is taken as it is, registered or not."""
        if isinstance(data, self.base):
            return data
        if self.keyed:
            kind = self.only_key(data)
            # In a mapping, so that messages name the key it is written under.
            form = cast("type[dict[str, T]]", GenericAlias(dict, (str, self[kind])))
            return TypeAdapter(form).validate_python(data)[kind]
        return self[self._kind(data)].model_validate(data)

    def only_key(self, data: object) -> str:
        """The kind that a mapping of one key is written under."""
        choice = ", ".join(self)
        if not isinstance(data, Mapping) or len(data) != 1:
            message = "expected a mapping of one key, one of {choice}"
            raise PydanticCustomError("unknown_name", message, {"choice": choice})
        (key,) = map(str, data)
        if key not in self:
            text = f"unknown {self.what} '{key}', expected one of {choice}{near_match(key, self)}"
            raise PydanticCustomError("unknown_name", "{expected}", {"expected": text})
        return key

    def _kind(self, data: object) -> str:
        if not isinstance(data, Mapping):
            raise PydanticKnownError("model_type", {"class_name": self.base.__name__})
        word = data.get(KIND, self.default)
        if word is None:
            text = f"required key '{KIND}' is missing, expected one of {', '.join(self)}"
            raise PydanticCustomError("unknown_name", "{expected}", {"expected": text})
        if not isinstance(word, str) or word not in self:
            choice = ", ".join(f"'{kind}'" for kind in self)
            text = f"expected one of {choice}, got '{word}'{near_match(str(word), self)}"
            issue = {"loc": (KIND,), "message": text}
            raise PydanticCustomError("issues", "{summary}", {"summary": f"{KIND}: {text}", "issues": [issue]})
        return word

    def _all(self) -> dict[str, type[T]]:
        if not self._complete:
            self._complete = True
            try:
                for found in plug_ins(self.group):
                    self._adopt(found)
            except InputError:
                self._complete = False
                raise
        return self._classes

    def _adopt(self, found: PlugIn) -> None:
        cls = found.load()
        if self._classes.get(found.name) is cls:
            return
        if isinstance(cls, type) and issubclass(cls, Registered) and found.name not in cls.kinds():
            raise found.refused(f"its class says kind '{cls.kinds()[0]}'; both have to be the same")
        try:
            self._add(cls, found.package)
        except InputError as error:
            raise found.refused(str(error)) from None

    def _add(self, cls: object, package: str) -> None:
        if not (isinstance(cls, type) and issubclass(cls, self.base)):
            raise InputError(f"expected a {self.what}, a class derived from {self.base.__name__}, got {cls!r}")
        if cls.__module__.partition(".")[0] == __name__.partition(".")[0]:
            package = "rfa-model"
        for kind in cls.kinds():
            other = self._classes.get(kind)
            if other is not None and other is not cls:
                raise InputError(f"{self.what} '{kind}' is offered twice, by {other.__module__} and {cls.__module__}")
            if cls.is_default and any(each.is_default for word, each in self._classes.items() if word != kind):
                raise InputError(f"{self.what} '{kind}' cannot be the default beside the one there is")
            self._classes[kind], self._packages[kind] = cls, package

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return self.json_schema(handler)

    def json_schema(self, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """JSON Schema of all kinds."""
        classes = list(dict.fromkeys(self.values()))
        found = one_of(classes, handler)
        if self.keyed or self.default is not None or "oneOf" not in found:
            return found
        schemas = dict(zip(classes, found["oneOf"], strict=True))
        mapping = {kind: schemas[cls]["$ref"] for kind, cls in self.items()}
        return {"discriminator": {"mapping": mapping, "propertyName": KIND}, **found}
