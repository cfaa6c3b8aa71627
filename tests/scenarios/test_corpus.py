"""Files that once broke something, each read as the program reads it: refused in words that say why, at once.

A file found by ``python -m tests.scenarios.fuzz.run`` comes here, made small, below its kind.
"""

import time
from pathlib import Path

import pytest

from rfa_model.anatomy.readers.curves import read_points
from rfa_model.anatomy.readers.triangles import read_triangles
from rfa_model.anatomy.readers.volume_mesh import read_volume_mesh
from rfa_model.anatomy.readers.volumes import read_volume
from rfa_model.errors import InputError
from rfa_model.meshing.msh_file import read_msh
from rfa_model.results.summary_file import read_summary
from rfa_model.scenario import load_scenario
from rfa_model.studies.fields import unpacked_fields
from rfa_model.studies.read import load_study

FOLDER = Path(__file__).parents[1] / "corpus"
READERS = {
    "scenario": load_scenario,
    "study": load_study,
    "summary": read_summary,
    "mesh": read_msh,
    "labels": read_volume,
    "surface": lambda path: read_triangles(path, "LPS"),
    "volume_mesh": lambda path: read_volume_mesh(path, {"all": "bone"}, "LPS"),
    "curve": lambda path: read_points(path, "LPS"),
    "fields": lambda path: unpacked_fields(path.read_bytes()),
}
REFUSED = {
    "scenario/an_anchor_in_itself.yaml": r"anchors and aliases .* are not allowed",
    "scenario/another_yaml.yaml": r"not valid YAML: version",
    "scenario/binary.yaml": r"is a binary file",
    "scenario/int_of_nothing.yaml": r"1:8: title: cannot read ''",
    "scenario/lone_surrogate.yaml": r"holds control character U\+D800",
    "scenario/metabolism_of_a_furnace.yaml": r"a number from 0 to 100, got 1e\+06",
    "scenario/metal_that_does_not_conduct.yaml": r"a number from 0.001 to 5000, got 1e-300",
    "scenario/python_object.yaml": r"tag .*os.system. is not allowed",
    "scenario/volts_1e308.yaml": r"generators give up to 200 V",
    "study/device_for_a_scenario.yaml": r"'/dev/zero' is no file",
    "study/sigma_of_10000.yaml": r"sigma: expected a number of at most 5",
    "summary/arm_elsewhere": r"arm '../evil' cannot name a folder",
    "summary/arms_null": r"has no 'arms'",
    "summary/deep": r"is damaged: maximum recursion depth",
    "summary/lesions_null": r"arm 'a' has no 'lesions'",
    "summary/nan": r"NaN is no number",
    "summary/provenance_empty": r"'provenance' has no 'versions'",
    "mesh/a_node_that_is_none.msh": r"an element has nodes that are none",
    "mesh/kind_of_element_of_no_kind.msh": r"elements of kind 2147483647",
    "mesh/nodes_in_billions.msh": r"more than there are",
    "labels/an_axis_of_1e308.mha": r"no place in space",
    "labels/dimensions_below_nothing.mha": r"'ndims' of its head is '-1e\+308'",
    "labels/dimensions_in_billions.mha": r"'ndims' of its head is '1000",
    "labels/no_rows.dcm": r"cannot be read as one volume of labels",
    "labels/values_elsewhere.nhdr": r"said to lie in '/dev/zero'",
    "surface/a_block_longer_than_memory.vtp": r"an array is larger than 200 MB",
    "surface/flat.obj": r"expected three",
    "volume_mesh/cells_of_one_point.su2": r"enclose nothing",
    "volume_mesh/encloses_nothing.meshb": r"enclose nothing",
    "volume_mesh/never_ends.mdpa": r"expected a volume mesh: .vtu",
    "volume_mesh/points_of_no_coordinates.su2": r"no three coordinates",
    "volume_mesh/no_cells.msh": r"holds no cells",
    "curve/a_word_for_a_curve.mrk.json": r"cannot be read as a curve",
    "curve/a_word_for_a_point.mrk.json": r"cannot be read as a curve",
    "fields/cut_short.npz": r"not a zip file",
}
READ = ("surface/polygons_in_billions.vtp", "curve/killed_vtk.vtp")
"""What ended VTK's own reader, and is sound in what is wanted of it."""
CPU_S = 2.0


def test_every_file_is_known():
    there = {path.relative_to(FOLDER).as_posix() for kind in READERS for path in (FOLDER / kind).iterdir()}
    assert there == {*REFUSED, *READ}


@pytest.mark.parametrize("name", REFUSED)
def test_what_broke_something_is_refused_in_words(name):
    began = time.process_time()
    with pytest.raises((InputError, ValueError), match=REFUSED[name]) as refused:
        READERS[name.partition("/")[0]](FOLDER / name)
    assert time.process_time() - began < CPU_S
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", READ)
def test_what_broke_something_and_is_sound_is_read(name):
    assert READERS[name.partition("/")[0]](FOLDER / name) is not None
