"""Standard output that is full, closed or knows few letters, a working folder that is gone: a word, no traceback."""

import errno
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rfa_model.cli import main
from rfa_model.cli.streams import PLAIN, patient_streams

LIST = [sys.executable, "-m", "rfa_model", "list", "laws"]
full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")


class Refusing:
    """A stream that takes nothing."""

    errors, encoding = "strict", "utf-8"

    def __init__(self, number: int) -> None:
        self.number = number

    def write(self, text):
        raise OSError(self.number, os.strerror(self.number))

    def flush(self):
        pass

    def fileno(self):
        raise io.UnsupportedOperation


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        (errno.ENOSPC, 2, "rfa-model: error: standard output cannot be written: No space left on device\n"),
        (errno.EIO, 2, "rfa-model: error: standard output cannot be written: Input/output error\n"),
        (errno.EPIPE, 0, ""),
    ],
)
def test_a_verb_goes_on_to_its_end(monkeypatch, capsys, number, code, said):
    monkeypatch.setattr("sys.stdout", Refusing(number))
    assert main(["schema"]) == code
    assert capsys.readouterr().err == said


def test_all_that_is_printed_after_a_failure_is_taken(monkeypatch):
    monkeypatch.setattr("sys.stdout", Refusing(errno.ENOSPC))
    with patient_streams() as out:
        for _ in range(3):
            print("a")
    assert out.failure is not None


@full
def test_a_full_disk_in_a_real_process():
    with Path("/dev/full").open("w") as stdout:
        done = subprocess.run(LIST, stdout=stdout, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "rfa-model: error: standard output cannot be written: No space left on device\n"


@full
def test_a_full_standard_error_stops_nothing():
    with Path("/dev/full").open("w") as stderr:
        done = subprocess.run(LIST, stdout=subprocess.PIPE, stderr=stderr, check=False)
    assert done.returncode == 0


def test_closed_streams_stop_nothing_and_lend_their_numbers_to_no_file(tmp_path):
    command = f"""
import os, sys
os.close(1)
sys.stdout = None
from rfa_model.cli import main
code = main(["list", "laws"])
print(code, open({str(tmp_path / "file")!r}, "w").fileno() > 2, file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", command], stderr=subprocess.PIPE, text=True, check=False)
    assert done.stderr == "0 True\n"


def test_few_letters_are_made_do_with():
    done = subprocess.run(
        [*LIST[:3], "validate", "l4_medial_branch"],
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\xc2" not in done.stdout
    assert b"deg" in done.stdout


@pytest.mark.parametrize("sign", PLAIN)
def test_every_sign_of_the_table_has_letters(sign):
    assert PLAIN[sign].isascii()
    assert sign.encode("ascii", "rfa_model.plain").decode() == PLAIN[sign]


def test_other_signs_become_their_nearest_letter_or_a_question_mark():
    assert "é½界".encode("ascii", "rfa_model.plain") == b"e?1?2?"


def test_a_removed_working_folder_is_said(tmp_path, capsys, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert main(["validate", "l4_medial_branch"]) == 2
    assert "the folder this was called from has been removed" in capsys.readouterr().err
