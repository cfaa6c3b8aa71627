import errno

import pytest

from rfa_model._files import check_file, whole_file, writing
from rfa_model.errors import InputError


def half_written(path):
    with whole_file(path) as partial:
        partial.write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_failed_write_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "film.gif"
    path.write_text("old")
    with pytest.raises(InputError, match=r"film\.gif: cannot be written: No space left"):
        half_written(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_whole_file_takes_its_place(tmp_path):
    path = tmp_path / "new" / "film.gif"
    with whole_file(path) as partial:
        assert partial.suffix == ".gif"
        partial.write_text("new")
    assert path.read_text() == "new"
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_is_no_file_and_a_file_no_folder(tmp_path):
    with pytest.raises(InputError, match=r"--out .*: is a folder, expected the name of a file"):
        check_file(tmp_path, "--out")
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"--screenshot .*is a file, expected a folder"):
        check_file(tmp_path / "file" / "shot.png", "--screenshot")
    with pytest.raises(InputError, match="cannot be written: No such file"), writing(tmp_path):
        (tmp_path / "file").rename(tmp_path / "no" / "taken")
