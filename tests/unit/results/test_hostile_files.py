"""Files of a results folder that are bombs, devices, or lead elsewhere: refused, in little memory, at once."""

import lzma
import os
import re
import struct
import tracemalloc
import zlib

import numpy as np
import pytest

from rfa_model.errors import InputError
from rfa_model.results import read_results
from rfa_model.results.csv_files import read_csv
from rfa_model._small_files import contents
from rfa_model.results.vtk_files import read_snapshots, read_surface
from rfa_model.results.vtk_xml import LARGEST_BYTES, Packed, pack, read_vtk, write_vtk

from .test_reader import folder  # noqa: F401


def in_pvd(path, old, new):
    file = path / "conventional" / "fields.pvd"
    file.write_text(file.read_text().replace(old, new))
    return path / "conventional"


@pytest.mark.parametrize("name", ["../../secret.vtu", "/etc/passwd", "fields/../../x", "fields/0000.vtu/..", ""])
def test_a_snapshot_lies_in_its_own_folder(folder, name):  # noqa: F811
    arm = in_pvd(folder, "fields/0000.vtu", name)
    with pytest.raises(InputError, match="cannot be a snapshot"):
        read_snapshots(arm)


@pytest.mark.parametrize("time", ["nan", "inf", "1e9"])
def test_times_rise(folder, time):  # noqa: F811
    with pytest.raises(InputError, match="times do not rise"):
        read_snapshots(in_pvd(folder, 'timestep="0.0"', f'timestep="{time}"'))


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def test_entities_are_refused(folder):  # noqa: F811
    arm = in_pvd(folder, "<VTKFile", LAUGHS + "<VTKFile")
    with pytest.raises(InputError, match="document type"):
        read_snapshots(arm)


PACKERS = {"ZLib": (lambda raw: zlib.compress(raw, 9), 150_000), "LZMA": (lambda raw: lzma.compress(raw, preset=0), 50_000)}
"""What packs 128 MiB of zeros, and into how few bytes; LZMA is read of earlier versions."""


def bomb(path, claimed, packer):
    """128 MiB of zeros, said to be ``claimed`` bytes."""
    block = PACKERS[packer][0](bytes(LARGEST_BYTES))
    data = struct.pack("<4Q", 1, claimed, 0, len(block)) + block
    write_vtk(path, "PolyData", {}, {"Points": {"Points": Packed("Float32", 1, LARGEST_BYTES // 4, data)}})
    path.write_bytes(path.read_bytes().replace(b"vtkZLib", f"vtk{packer}".encode()))
    return path


@pytest.mark.parametrize("packer", PACKERS)
def test_a_bomb_does_not_go_off(tmp_path, packer):
    said_small = bomb(tmp_path / "small.vtp", 1200, packer)
    said_large = bomb(tmp_path / "large.vtp", LARGEST_BYTES + 1, packer)
    assert said_small.stat().st_size < PACKERS[packer][1]
    tracemalloc.start()
    with pytest.raises(InputError, match="incomplete"):
        read_vtk(said_small, {"Points": ("Points",)})
    with pytest.raises(InputError, match="larger than 128 MiB"):
        read_vtk(said_large, {"Points": ("Points",)})
    assert tracemalloc.get_traced_memory()[1] < 10 * 2**20
    tracemalloc.stop()


@pytest.mark.parametrize("reader", [read_csv, read_surface])
def test_a_pipe_is_not_waited_for(tmp_path, reader):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="it is no file"):
        reader(tmp_path / "pipe")


def test_devices_are_no_files(folder):  # noqa: F811
    (folder / "scenario.yaml").unlink()
    (folder / "scenario.yaml").symlink_to("/dev/zero")
    with pytest.raises(InputError, match="it is no file"):
        read_results(folder)


def test_a_file_is_read_no_further_than_it_may_be_long(tmp_path):
    with (tmp_path / "long").open("wb") as stream:
        stream.truncate(10**12)
    with pytest.raises(ValueError, match="larger than 1 MiB"):
        contents(tmp_path / "long", 2**20)


def test_indices_lead_to_points(folder):  # noqa: F811
    file = folder / "conventional" / "lesion_arrhenius.vtp"
    content = file.read_bytes()
    first, then = (
        int(re.search(rb'Name="%s" format="appended" offset="(\d+)"' % name, content)[1])
        for name in (b"Points", b"connectivity")
    )
    fewer = pack(np.zeros((3, 3), dtype=np.float32))
    start = content.index(b"_", content.index(b"<AppendedData")) + 1
    file.write_bytes(content[: start + first] + fewer.data.ljust(then - first, b"\0") + content[start + then :])
    with pytest.raises(InputError, match="an index leads beyond 3"):
        read_surface(file)
