"""Scenario files: read them, or refuse with one clear message."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from rfa_model.anatomy import ANATOMIES
from rfa_model.errors import InputError
from rfa_model.scenario.meanings import described
from rfa_model.scenario.messages import describe
from rfa_model.scenario.scenario import Scenario
from rfa_model.scenario.yaml_nodes import Document, parse

MAX_BYTES = 1_000_000
KEY_PATH = re.compile(rf"((?:{'|'.join(Scenario.model_fields)})(?:\.[\w-]+|\[\d+\])*): ")
STEP = re.compile(r"[\w-]+|\[\d+\]")


def load_scenario(path: str | os.PathLike[str]) -> Scenario:
    """Read and check a scenario file (YAML 1.2).

    Raises
    ------
    InputError
        The file cannot be read or is wrong: ``file:line:column: path.to.key: what was expected; did you mean 'x'?``.
    """
    document = parse(text_of(Path(path)), str(path))
    if isinstance(document.data, dict):
        locate(document.data, Path(path).parent)
    return _checked(document)


@contextmanager
def at_their_lines(path: Path) -> Iterator[None]:
    """Have errors that begin with the path of a key, ``arms.a.placement: …``, say where in the file it stands."""
    try:
        yield
    except InputError as error:
        found = KEY_PATH.match(str(error))
        if found is None:
            raise
        document = parse(text_of(path), str(path))
        steps = tuple(int(step[1:-1]) if step[0] == "[" else step for step in STEP.findall(found[1]))
        line, column = document.position(steps)
        raise InputError(f"{path}:{line}:{column}: {error}") from error


def parse_scenario(text: str, file: str = "<text>") -> Scenario:
    """Check a scenario given as YAML text; ``file`` is the name used in messages."""
    return _checked(parse(text, file))


def parse_resolved(text: str, file: str = "scenario.yaml") -> Scenario:
    """Read the scenario of a results folder, whose words may be those of a version of before."""
    document = parse(text, file)
    written = document.data.get("anatomy") if isinstance(document.data, dict) else None
    if isinstance(document.data, dict) and isinstance(written, dict) and (kind := ANATOMIES.chosen(written)):
        document.data["anatomy"] = kind.earlier(written)
    return _checked(document)


def locate(scenario: dict[str, object], folder: Path) -> None:
    """Have the paths that a scenario's anatomy is made from begin in the folder of the file that says them."""
    written = scenario.get("anatomy")
    if isinstance(written, dict) and (kind := ANATOMIES.chosen(written)):
        scenario["anatomy"] = kind.located(written, folder.resolve())


def _checked(document: Document) -> Scenario:
    file = document.file
    if not isinstance(document.data, dict):
        raise InputError(f"{file}:1:1: expected a mapping with keys {', '.join(Scenario.model_fields)}")
    try:
        return Scenario.model_validate(document.data)
    except ValidationError as error:
        raise InputError(describe(error, document)) from None


def is_study(path: Path, expected: str = "study") -> bool:
    """Whether a file is a study's and not a scenario's: it says what varies, or by which design."""
    data = parse(text_of(path, expected), str(path)).data
    return isinstance(data, dict) and "anatomy" not in data and ("design" in data or "vary" in data)


def text_of(path: Path, what: str = "scenario") -> str:
    """Text of a YAML file; InputError, which says what was expected, where it is none."""
    try:
        if path.is_dir():
            raise InputError(f"{path}: is a folder, expected a {what} file")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise InputError(f"{path}: is {size / 1e6:.1f} MB, expected a {what} of at most {MAX_BYTES / 1e6:g} MB")
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(raw) > MAX_BYTES:
        raise InputError(f"{path}: expected a {what} of at most {MAX_BYTES / 1e6:g} MB")
    if b"\0" in raw:
        raise InputError(f"{path}:1:1: is a binary file, expected YAML text")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        raise InputError(f"{path}:{line}:{column}: is not UTF-8 text, expected a YAML {what}") from None


def json_schema() -> dict[str, object]:
    """JSON Schema (2020-12) of a scenario file: every key described, the library's names as enumerations."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **described(Scenario.model_json_schema())}
