"""Help, validation and lists answer at once because nothing heavy is loaded for them.

Nor does a run load what only its drawing process needs.
"""

import subprocess
import sys

import pytest

HEAVY = {"dolfinx", "gmsh", "matplotlib", "jinja2", "meshio", "petsc4py", "plotly", "pyvista", "vtkmodules"}


@pytest.mark.parametrize(
    "module",
    [
        "rfa_model",
        "rfa_model.cli",
        "rfa_model.scenario",
        "rfa_model.library",
        "rfa_model.registry",
        "rfa_model.laws",
        "rfa_model.generator",
        "rfa_model.anatomy",
        "rfa_model.pictures.drawing_process",
    ],
)
def test_import_is_light(module):
    program = f"import sys, {module}; print(*{{m.split('.')[0] for m in sys.modules}})"
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert HEAVY.intersection(run.stdout.split()) == set()


def test_a_run_loads_nothing_that_draws():
    program = "import sys, rfa_model.simulation; print(*{m.split('.')[0] for m in sys.modules})"
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert {"matplotlib", "pyvista"}.intersection(run.stdout.split()) == set()


def test_the_forms_are_compiled_only_where_they_are_used():
    program = "import sys, rfa_model.physics.forms; print(*{m.split('.')[0] for m in sys.modules})"
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert {"cffi", "dolfinx", "ffcx"}.intersection(run.stdout.split()) == set()
