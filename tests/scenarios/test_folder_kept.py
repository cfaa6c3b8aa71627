"""What happens to a results folder while arms are being solved, and to what lies in it."""

import hashlib
import shutil
import subprocess
import sys
import time
from pathlib import Path

from rfa_model.cli import main
from rfa_model.errors import InputError
from rfa_model.results import ResultsWriter, read_results
from rfa_model.results.claim import holder
from tests.scenarios.test_side_by_side import QUICK, SLOW, scenario, with_many_steps

ENDLESS = SLOW.replace("duration_s: 20", "duration_s: 2000")


def test_an_arm_that_cannot_be_taken_over_ends_the_run(tmp_path, capsys, monkeypatch):
    def refuses(self, name, entry):
        raise InputError(f"no room for {name}")

    monkeypatch.setattr(ResultsWriter, "adopt", refuses)
    file = with_many_steps(scenario(tmp_path / "two.yaml", slow=ENDLESS, quick=QUICK))
    assert main(["run", str(file), "--workers", "2", "--quiet", "--out", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err == "rfa-model: error: no room for quick\n"
    assert not (tmp_path / "out").exists()


def test_a_folder_removed_between_two_arms(tmp_path, capsys, monkeypatch):
    adopt = ResultsWriter.adopt

    def and_gone(self, name, entry):
        adopt(self, name, entry)
        if len(self._arms) == 1:
            shutil.rmtree(self.out)

    monkeypatch.setattr(ResultsWriter, "adopt", and_gone)
    file = scenario(tmp_path / "two.yaml", one=QUICK, two=QUICK)
    assert main(["run", str(file), "--workers", "1", "--quiet", "--out", str(tmp_path / "out")]) == 2
    assert "was removed during the run, and arm 'one' with it; run again with --arm one" in capsys.readouterr().err
    assert list(read_results(tmp_path / "out").arms) == ["two"]


def test_the_second_run_into_a_folder_is_told_who_holds_it(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("rfa_model.simulation.run._draw_all", lambda out: [])
    out = tmp_path / "out"
    file = with_many_steps(scenario(tmp_path / "one.yaml", arm=ENDLESS))
    command = [sys.executable, "-m", "rfa_model", "run", str(file), "--out", str(out), "--quiet"]
    with subprocess.Popen(command) as running:
        while holder(out) is None and running.poll() is None:
            time.sleep(0.1)
        assert main(["run", str(file), "--out", str(out), "--quiet"]) == 2
        assert f"is being written by process {running.pid} on " in capsys.readouterr().err
        running.kill()
    assert main(["run", str(scenario(tmp_path / "one.yaml", arm=QUICK)), "--out", str(out), "--quiet"]) == 0
    assert [path.name for path in out.iterdir() if path.name.startswith(".")] == []


def test_a_run_leaves_the_users_files_as_they_were(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("rfa_model.simulation.run._draw_all", lambda out: [])
    out = tmp_path / "out"
    assert main(["run", str(scenario(tmp_path / "one.yaml", arm=QUICK)), "--out", str(out), "--quiet"]) == 0
    theirs = ["notes.md", "report.html", "arm/remark.txt", "export/arm.stl"]
    for name in theirs:
        (out / name).parent.mkdir(exist_ok=True)
        (out / name).write_text(name)
    before = hashes(out)
    command = ["run", str(scenario(tmp_path / "other.yaml", arm=QUICK, second=QUICK)), "--out", str(out), "--quiet"]
    assert main(command) == 2
    assert "holds results of another scenario" in capsys.readouterr().err
    assert hashes(out) == before
    assert main([*command, "--overwrite"]) == 0
    after = hashes(out)
    assert [after[name] for name in theirs] == [before[name] for name in theirs]
    assert read_results(out).summary["scenario"]["file"].endswith("other.yaml")


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }
