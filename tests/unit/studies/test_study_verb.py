"""What the verb refuses, and the older studies of a scenario as designs."""

import re

import pytest

from rfa_model.cli import main
from rfa_model.errors import InputError
from rfa_model.studies import verb
from rfa_model.studies.engine import _check_workers
from rfa_model.studies.needs import needed
from rfa_model.studies.trial import solving_versions

OLDER = "title: x\nscenario: l4_medial_branch\ndesign: {%s: {}}\n"


@pytest.mark.parametrize(
    ("text", "only"),
    [(OLDER % "numerics", "numerics"), (OLDER % "one_at_a_time", "sensitivity"), (None, None)],
)
def test_the_older_studies_are_designs_and_a_scenario_goes_their_way(tmp_path, monkeypatch, text, only):
    asked = {}
    monkeypatch.setattr(verb, "judge_scenario", lambda path, **said: asked.update(said, stem=path.stem) or 0)
    path = tmp_path / "s.yaml"
    path.write_text(text or "")
    assert main(["study", str(path) if text else "l4_medial_branch", "--out", str(tmp_path / "out")]) == 0
    assert asked["only"] == only
    assert asked["stem"] == "l4_medial_branch"


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["placement_l5"], "not a shipped study .* did you mean 'placement_l4'"),
        (["placement_l4", "--quick"], "--quick: that is for a scenario by itself"),
        (["l4_medial_branch", "--samples", "9"], "--samples: a scenario by itself is judged in full"),
        (["protocol_sweep", "--samples", "9"], "--samples: design grid says itself how many"),
        (["what_matters", "--samples", "9"], "--samples: sobol_indices expects base_samples that are a power of two"),
        (["placement_l4", "--samples", "1000000"], "1000000 trials of 4 arms would take at least"),
    ],
)
def test_refused_with_one_line_before_anything_is_written(tmp_path, capsys, argv, message):
    assert main(["study", *argv, "--workers", "1", "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err.strip().splitlines()
    assert len(said) == 1
    assert re.search(message, said[0])
    assert not (tmp_path / "out").exists()


def test_a_missing_extra_is_named_with_the_command_that_installs_it():
    with pytest.raises(InputError, match=r"studies need salib_of_mars, .* `uv sync --extra studies`"):
        needed("salib_of_mars")


class Cluster:
    """A client whose one worker answers with these versions, and what makes it slow."""

    def __init__(self, versions, slow=""):
        self.versions, self.slow = versions, slow

    def run(self, asked):
        if self.versions is None:
            raise ModuleNotFoundError("No module named 'rfa_model'")
        return {"tcp://10.0.0.7:4000": (self.versions, self.slow)}


def test_a_slow_worker_is_named(caplog):
    _check_workers(Cluster(solving_versions(), "is half as fast"), "tcp://a:1")
    assert caplog.messages == ["worker tcp://10.0.0.7:4000 is half as fast"]


def test_workers_of_other_versions_are_refused(caplog):
    _check_workers(Cluster(solving_versions()), "tcp://a:1")
    assert not caplog.messages
    other = solving_versions() | {"dolfinx": "0.9.0"}
    with pytest.raises(InputError, match=r"worker tcp://10\.0\.0\.7:4000 has .*dolfinx 0\.9\.0.*same versions"):
        _check_workers(Cluster(other), "tcp://a:1")
    with pytest.raises(InputError, match="cannot load rfa_model"):
        _check_workers(Cluster(None), "tcp://a:1")
