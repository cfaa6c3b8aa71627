"""The scale bar of the interactive view, measured anew before every drawing."""

from __future__ import annotations

import numpy as np
import pyvista as pv
from vtkmodules.vtkRenderingCore import vtkActor2D, vtkCoordinate, vtkPolyDataMapper2D, vtkTextActor

from rfa_model.drawing import canvas, style

RIGHT, BOTTOM, THICKNESS = 0.80, 0.03, 0.009  # shares of the window
HALO, LETTERS_ABOVE = 0.003, 0.01
FONT_PX = 18


class LiveBar:
    """A bar of a round number of millimetres that goes with zoom and window.

    The view is a parallel projection, so the bar is true at every depth. It is laid out in shares of the window, which
    hold in a screenshot of any resolution too.
    """

    def __init__(self, plotter: pv.Plotter) -> None:
        self.length_mm = 0.0
        self._plotter = plotter
        self._halo, self._bar = pv.PolyData(), pv.PolyData()
        for shape, colour in ((self._halo, "white"), (self._bar, style.INK)):
            plotter.renderer.AddViewProp(_flat(shape, colour))
        self._words = _words()
        plotter.renderer.AddViewProp(self._words)
        plotter.renderer.AddObserver("StartEvent", self._measure)

    @property
    def ends(self) -> tuple[float, float]:
        """Where the bar begins and ends across the window, as shares of its width."""
        low, high, *_ = self._bar.bounds
        return float(low), float(high)

    def _measure(self, *_: object) -> None:
        width, height = self._plotter.render_window.GetSize()
        px_per_mm = height / (2.0 * self._plotter.camera.parallel_scale)
        self.length_mm = canvas.scale_bar_length_mm(px_per_mm, width)
        left = RIGHT - self.length_mm * px_per_mm / width
        across, upward = HALO * height / width, HALO
        _rectangle(self._bar, left, RIGHT, BOTTOM, BOTTOM + THICKNESS)
        _rectangle(self._halo, left - across, RIGHT + across, BOTTOM - upward, BOTTOM + THICKNESS + upward)
        self._words.SetInput(f"{self.length_mm:g} mm")
        self._words.SetPosition((left + RIGHT) / 2, BOTTOM + THICKNESS + LETTERS_ABOVE)


def _flat(shape: pv.PolyData, colour: str) -> vtkActor2D:
    """A plane shape whose coordinates are shares of the window."""
    window = vtkCoordinate()
    window.SetCoordinateSystemToNormalizedViewport()
    mapper = vtkPolyDataMapper2D()
    mapper.SetInputData(shape)
    mapper.SetTransformCoordinate(window)
    actor = vtkActor2D()
    actor.SetMapper(mapper)
    actor.GetProperty().SetColor(*pv.Color(colour).float_rgb)
    return actor


def _words() -> vtkTextActor:
    words = vtkTextActor()
    words.GetPositionCoordinate().SetCoordinateSystemToNormalizedViewport()
    look = words.GetTextProperty()
    look.SetColor(*pv.Color(style.INK).float_rgb)
    look.SetFontSize(FONT_PX)
    look.SetJustificationToCentered()
    look.SetVerticalJustificationToBottom()
    look.SetBackgroundColor(1.0, 1.0, 1.0)
    look.SetBackgroundOpacity(0.7)
    return words


def _rectangle(shape: pv.PolyData, left: float, right: float, bottom: float, top: float) -> None:
    shape.points = np.array([[left, bottom, 0.0], [right, bottom, 0.0], [right, top, 0.0], [left, top, 0.0]])
    shape.faces = np.array([4, 0, 1, 2, 3])
