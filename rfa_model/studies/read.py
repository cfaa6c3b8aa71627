"""Study files: read them, or refuse with one clear message; the scenario behind one, resolved and checked."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from pydantic import ValidationError

from rfa_model._shipped import shipped_scenarios
from rfa_model.assurance.uncertainty.changes import Path as Place
from rfa_model.assurance.uncertainty.changes import content, value_at
from rfa_model.errors import InputError
from rfa_model.metrics.entry import JSON
from rfa_model.scenario import Scenario, dump_yaml, load_scenario
from rfa_model.scenario.messages import describe
from rfa_model.scenario.read import locate, text_of
from rfa_model.scenario.yaml_nodes import Document, parse, path_text
from rfa_model.studies.designs import Draw
from rfa_model.studies.inputs import refuse_file
from rfa_model.studies.paths import Changes, Content, checked, places, put
from rfa_model.studies.recordable import recordable, refuse_unknown
from rfa_model.studies.study import Factor, Study


def load_study(path: str | os.PathLike[str]) -> PlannedStudy:
    """Read and check a study file (YAML 1.2), and the scenario it names.

    Raises
    ------
    InputError
        The file or what it names is wrong: ``file:line:column: path.to.key: what was expected; did you mean 'x'?``.
    """
    path = Path(path)
    document = parse(text_of(path, "study"), str(path))
    if not isinstance(document.data, dict):
        raise InputError(f"{path}:1:1: expected a mapping with keys {', '.join(Study.model_fields)}")
    if isinstance(inline := document.data.get("scenario"), dict):
        locate(inline, path.parent)
    try:
        study = Study.model_validate(document.data)
    except ValidationError as error:
        raise InputError(describe(error, document, Study)) from None
    return PlannedStudy.of(study, path.parent, document)


@dataclass(frozen=True)
class PlannedStudy:
    """A study whose scenario has been found and whose values have all been tried in it.

    Attributes
    ----------
    study : Study
    scenario : Scenario
        Resolved, with what the study sets.
    content : dict
        The same as plain data.
    places : mapping of str to tuple of paths
        Where each name's value goes.
    """

    study: Study
    scenario: Scenario
    content: Content = field(repr=False)
    places: Mapping[str, tuple[Place, ...]]

    @classmethod
    def of(cls, study: Study, folder: Path = Path(), document: Document | None = None) -> PlannedStudy:
        """Find the scenario, by name or from ``folder``, and try every distribution's ends in it.

        Raises
        ------
        InputError
            If a path leads nowhere, or an end of a distribution is nothing the scenario takes.
        """
        said = _Said(document)
        base = _content(study, folder, said)
        fixed: dict[Place, JSON] = {}
        for text, value in study.set.items():
            with said.at("set", text):
                chosen = places(text, base)
                for place in chosen:
                    refuse_file(place, base)
                fixed |= dict.fromkeys(chosen, cast(JSON, value))
                base = content(checked(put(base, fixed)))
        found: dict[str, tuple[Place, ...]] = {}
        for name, factor in study.vary.items():
            with said.at("vary", name, "path"):
                found[name] = tuple(place for text in factor.paths for place in places(text, base))
                for place in found[name]:
                    refuse_file(place, base)
        planned = cls(study, checked(base), base, found)
        planned.refuse_rest(said)
        planned.refuse_overlap(said)
        for name, factor in study.vary.items():
            with said.at("vary", name, "distribution"):
                planned.try_ends(name, factor)
        known = recordable(planned.scenario) if study.record else []
        for index, path in enumerate(study.record):
            with said.at("record", index):
                refuse_unknown(path, known)
        return planned

    def refuse_rest(self, said: _Said) -> None:
        """Raise InputError where needles that are placed one by one should come to rest on bone."""
        for name, arm in self.scenario.arms.items():
            if self.study.on_bone == "rest" and arm.chosen.is_placed:
                with said.at("on_bone"):
                    raise InputError(f"arm '{name}' places its needles one by one, expected refuse, not rest")

    @property
    def arms(self) -> list[str]:
        """Names of the scenario's arms."""
        return list(self.scenario.arms)

    @cached_property
    def count(self) -> int:
        """How many draws there are."""
        return self.study.design.count(self.study.space)

    @cached_property
    def draws(self) -> list[Draw]:
        """Every trial's values by name."""
        return list(self.study.design.draws(self.study.space))

    def changes(self, draw: Draw) -> Changes:
        """What a draw changes in the scenario."""
        made: dict[Place, JSON] = {}
        for name, value in draw.items():
            for place in self.places[name]:
                made[place] = self.combined(name, place, value)
        return made

    def trial(self, draw: Draw) -> Content:
        """The scenario of a draw as plain data."""
        return put(self.content, self.changes(draw))

    def combined(self, name: str, place: Place, value: JSON) -> JSON:
        """What a value drawn makes of the scenario's own at a place."""
        factor = self.study.vary[name]
        if factor.how == "replace":
            return value
        own = value_at(self.content, place)
        if not _is_number(own) or not _is_number(value):
            raise InputError(f"{name} is to {factor.how} numbers, got {_shown(value)} and {_shown(own)}")
        a, b = cast(float, own), cast(float, value)
        return a + b if factor.how == "add" else a * b

    @contextmanager
    def as_file(self) -> Iterator[Path]:
        """The scenario, resolved, as a file for what reads one."""
        with TemporaryDirectory() as folder:
            stem = self.study.scenario if isinstance(self.study.scenario, str) else "scenario"
            path = Path(folder) / f"{Path(stem).stem}.yaml"
            path.write_text(dump_yaml(self.scenario), encoding="utf-8")
            yield path

    def refuse_overlap(self, said: _Said) -> None:
        """Raise InputError if two names set the same place."""
        taken: dict[Place, str] = {}
        for name, found in self.places.items():
            for place in found:
                for earlier, other in taken.items():
                    short = min(len(place), len(earlier))
                    if place[:short] == earlier[:short]:
                        with said.at("vary", name, "path"):
                            raise InputError(f"{'.'.join(map(str, place))} is varied by '{other}' too")
                taken[place] = name

    def try_ends(self, name: str, factor: Factor) -> None:
        """Raise InputError if the scenario refuses an end of a distribution."""
        for value in factor.distribution.ends():
            changes = self.changes({name: value})
            try:
                checked(put(self.content, changes))
            except InputError as error:
                raise InputError(
                    f"{factor.distribution.words()} reaches {_shown(value)}, which the scenario refuses: {error}; "
                    "cut it off (truncated_normal, or high of log_normal) or choose another"
                ) from None

    def with_samples(self, count: int | None) -> PlannedStudy:
        """The same with another number of samples; itself for None."""
        if count is None:
            return self
        design = self.study.design
        if design.counted is None:
            raise InputError(f"--samples: design {design.kind} says itself how many trials there are")
        changed = self.study.model_copy(update={"design": design.with_samples(count)})
        if issue := changed.design.issues(changed.space):
            raise InputError(f"--samples: {design.kind} {issue}")
        return PlannedStudy(changed, self.scenario, self.content, self.places)

    def at_resolution(self, resolution: str | None) -> PlannedStudy:
        """The same at another resolution; itself for None."""
        if resolution is None:
            return self
        data = self.study.model_dump(exclude={"scenario"}) | {"resolution": resolution}
        try:
            made = Study.model_validate({**data, "scenario": self.study.scenario})
        except ValidationError as error:
            raise InputError(f"--resolution: {error.errors(include_url=False)[0]['msg']}") from None
        return PlannedStudy(made, self.scenario, self.content, self.places)


class _Said:
    """Where in a file something was said, for messages; nowhere for a study made in Python."""

    def __init__(self, document: Document | None) -> None:
        self._document = document
        self._path: tuple[str | int, ...] = ()

    def at(self, *path: str | int) -> _Said:
        self._path = path
        return self

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, InputError):
            where = path_text(self._path)
            if self._document is None:
                raise InputError(f"{where}: {error}") from None
            line, column = self._document.position(self._path)
            raise InputError(f"{self._document.file}:{line}:{column}: {where}: {error}") from None


def _content(study: Study, folder: Path, said: _Said) -> Content:
    if isinstance(study.scenario, Scenario):
        return content(study.scenario)
    named = study.scenario
    if named in shipped_scenarios():
        return content(load_scenario(shipped_scenarios()[named]))
    path = folder / named
    with said.at("scenario"):
        if not path.suffix and not path.exists():
            raise InputError(_unknown(named))
        if path.exists() and not path.is_file():
            raise InputError(f"'{named}' is no file, expected a scenario's")
    return content(load_scenario(path))


def _unknown(named: str) -> str:
    from rfa_model._near import near_match

    known = shipped_scenarios()
    return (
        f"'{named}' is no file beside the study and no shipped scenario, expected one of {', '.join(known)}"
        f"{near_match(named, known)}"
    )


def _is_number(value: JSON) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shown(value: JSON) -> str:
    return f"{value:g}" if isinstance(value, float) else json.dumps(value, ensure_ascii=False)[:80]


def json_schema() -> dict[str, object]:
    """JSON Schema (2020-12) of a study file; keys that it shares with a scenario's are described there too."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Study.model_json_schema()}
