"""Properties of every scenario and study file that can be written, by Hypothesis over their own schemas."""

import json
import re
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from rfa_model.errors import InputError
from rfa_model.scenario import Scenario, dump_yaml, json_schema, parse_scenario
from rfa_model.scenario.dump import yaml_text
from rfa_model.studies import Study
from rfa_model.studies.read import load_study
from tests.scenarios.grammar.strategies import Grammar, spoiled

SCHEMA = json_schema()
OF_FILES = frozenset({"LabelAnatomy", "SurfaceAnatomy", "VolumeMeshAnatomy"})
"""Anatomies that are made from files, of which there are none here."""
SCENARIOS = Grammar(SCHEMA, OF_FILES).of(SCHEMA)
QUICK_S = 2.0
"""Of CPU for one file: checks a scenario takes 3 ms, and a hang takes for ever."""
SAME = settings(
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
"""The same examples every time, not made smaller where one fails, which takes minutes."""


def as_yaml(tree: object) -> str:
    """JSON, which is YAML but for the numbers that JSON has not."""
    text = json.dumps(tree, ensure_ascii=True)
    return re.sub(
        r"(?<![\w\"])(-?)(NaN|Infinity)(?![\w\"])", lambda m: m[1] + {"N": ".nan", "I": ".inf"}[m[2][0]], text
    )


def refused(text: str, file: str, read: Callable[[], object]) -> bool:
    """Whether a file is refused; it is then for something at a line and column, and soon."""
    began, said = time.process_time(), ""
    try:
        read()
    except InputError as error:
        said = str(error)
    assert time.process_time() - began < QUICK_S
    assert not said or not file or re.match(rf"{re.escape(file)}:\d+:\d+: \S", said), (said, text)
    return bool(said)


def sound(tree: dict[str, Any]) -> Scenario | None:
    """The scenario of a tree, without the keys that go against others; None where it needs one of them."""
    for _ in range(16):
        try:
            return Scenario.model_validate(tree)
        except ValidationError as error:
            found = [
                (*one["loc"], *issue["loc"])
                for one in error.errors(include_url=False)
                for issue in (one["ctx"]["issues"] if one["type"] == "issues" else [{"loc": ()}])
            ]
            if not any([without(tree, place) for place in found]):
                return None
    return None


def without(tree: Any, place: tuple[str | int, ...]) -> bool:
    """Take the deepest key of a place out of a tree, if it is there."""
    parent, last = None, None
    for key in place:
        if not isinstance(tree, dict | list) or (key not in tree if isinstance(tree, dict) else key >= len(tree)):
            break
        parent, last, tree = tree, key, tree[key]
    if parent is not None:
        del parent[last]
    return parent is not None


def test_every_scenario_that_is_taken_is_read_back_the_same():
    seen: Counter[bool] = Counter()

    @settings(SAME, max_examples=70)
    @given(SCENARIOS)
    def holds(tree):
        made = sound(tree)
        seen[made is not None] += 1
        if made is None:
            return
        assert parse_scenario(dump_yaml(made)) == made
        if seen[True] % 8 == 1:  # every value of every tissue: that takes ten times as long
            resolved = made.resolved()
            assert parse_scenario(dump_yaml(resolved)) == resolved

    holds()
    assert seen[True] >= 5, seen  # or it states nothing


@settings(SAME, max_examples=80)
@given(spoiled(SCENARIOS))
def test_a_spoiled_scenario_is_taken_or_refused_at_its_place(tree):
    text = as_yaml(tree)
    refused(text, "<text>", lambda: parse_scenario(text))


STUDY = Study.model_json_schema()
PARTS = Grammar(STUDY)
BENCH = "bench_muscle_conventional"
PATHS = [f"arms.*.placement.offset_mm.{axis}" for axis in range(3)]
STUDIES = st.fixed_dictionaries(
    {
        "title": st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=9),
        "scenario": st.just(BENCH),
        "design": PARTS.of(STUDY["properties"]["design"]),
        "vary": st.dictionaries(
            st.sampled_from("abc"),
            st.fixed_dictionaries(
                {
                    "path": st.sampled_from(PATHS),
                    "distribution": PARTS.of(STUDY["$defs"]["Factor"]["properties"]["distribution"]),
                }
            ),
            min_size=1,
            max_size=2,
        ),
    }
)


def test_every_study_is_read_back_the_same_or_refused_at_its_place(tmp_path):
    seen: Counter[bool] = Counter()
    file = tmp_path / "study.yaml"

    @settings(SAME, max_examples=80)
    @given(st.one_of(STUDIES, STUDIES, spoiled(STUDIES)))
    def holds(tree):
        text = as_yaml(tree)
        file.write_text(text)
        named = tree.get("scenario") in (BENCH, None)  # what is wrong with another scenario is said of its own file
        no = refused(text, str(file) if named else "", lambda: load_study(file))
        seen[not no] += 1
        if not no:
            study = load_study(file).study
            file.write_text(yaml_text(study.model_dump(mode="json")))
            assert load_study(file).study == study

    holds()
    assert min(seen.values()) > 1, seen  # or it states nothing
