"""OpenGL without a display: quiet where it works, a clear word where there is none."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rfa_model._machine import refuse_scarcity
from rfa_model.errors import InputError

if TYPE_CHECKING:
    from vtkmodules.vtkRenderingCore import vtkRenderWindow

WINDOW_VARIABLE = "VTK_DEFAULT_OPENGL_WINDOW"
OFF_SCREEN_WINDOW = "vtkEGLRenderWindow"
LAST_RESORT = "vtkOSOpenGLRenderWindow"
LAST_RESORT_LIBRARIES = ("libOSMesa.so", "libOSMesa.so.8", "libOSMesa.so.6")


@contextmanager
def quiet() -> Iterator[None]:
    """Keep VTK's search for a display off the terminal; real errors still come through."""
    from vtkmodules.vtkCommonCore import vtkLogger

    # Without a display VTK would ask for an X server in vain; where EGL fails it still goes on to OSMesa.
    if sys.platform == "linux" and not os.environ.get("DISPLAY"):
        os.environ.setdefault(WINDOW_VARIABLE, OFF_SCREEN_WINDOW)
    before = vtkLogger.GetCurrentVerbosityCutoff()
    vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_ERROR)
    try:
        yield
    finally:
        vtkLogger.SetStderrVerbosity(before)


def require(window: vtkRenderWindow) -> None:
    """Raise InputError where drawing into a VTK render window would end the process."""
    if window.GetClassName() == LAST_RESORT and not any(map(_loads, LAST_RESORT_LIBRARIES)):
        refuse_scarcity()  # which looks the same to VTK
        raise InputError(
            "this machine has no OpenGL to draw pictures with; install EGL or OSMesa (Debian, Ubuntu: "
            "apt install libegl1 libgl1-mesa-dri), or set DISPLAY to an X server"
        )


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
