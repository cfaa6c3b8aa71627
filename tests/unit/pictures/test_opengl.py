import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from rfa_model.drawing import opengl
from rfa_model.errors import InputError

DRAW = """
from rfa_model.drawing import render
from rfa_model.drawing.orthographic import look_from
from tests.unit.pictures.made import made_picture
import numpy as np
view = look_from(np.array([0.1, -1.0, 0.2]), np.zeros(3), 30.0, (80, 60))
print(render.render([made_picture()], view)[0].std() > 5)
"""


def window(name: str) -> SimpleNamespace:
    return SimpleNamespace(GetClassName=lambda: name)


def test_drawing_without_a_display_says_nothing_on_the_terminal():
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", opengl.WINDOW_VARIABLE)}
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", DRAW]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=root, timeout=300)
    assert (done.stdout, done.stderr, done.returncode) == ("True\n", "", 0)


def test_a_machine_without_opengl_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(opengl, "_loads", lambda library: False)
    opengl.require(window("vtkEGLRenderWindow"))
    with pytest.raises(InputError, match="no OpenGL"):
        opengl.require(window("vtkOSOpenGLRenderWindow"))
    monkeypatch.setattr(opengl, "_loads", lambda library: library == "libOSMesa.so.8")
    opengl.require(window("vtkOSOpenGLRenderWindow"))


def test_a_display_and_a_users_choice_are_respected(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    for display, choice, expected in ((":0", None, None), ("", "mine", "mine"), ("", None, opengl.OFF_SCREEN_WINDOW)):
        monkeypatch.setenv("DISPLAY", display)
        monkeypatch.delenv(opengl.WINDOW_VARIABLE, raising=False)
        if choice:
            monkeypatch.setenv(opengl.WINDOW_VARIABLE, choice)
        with opengl.quiet():
            assert os.environ.get(opengl.WINDOW_VARIABLE) == expected
