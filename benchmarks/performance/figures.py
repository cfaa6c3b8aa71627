"""The page's figures."""

from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peer_page import COLOURS, STYLE


def draw(measured: dict[str, dict[str, Any]], folder: Path) -> None:
    """Draw what there are measurements for."""
    import matplotlib as mpl

    for name, picture in {"growth": _growth, "equal_error": _equal_error}.items():
        if name in measured:
            with mpl.rc_context(STYLE):
                picture(measured[name], folder / f"{name}.svg")


def _axes() -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 4.0), layout="constrained")
    axes = figure.subplots()
    axes.grid(visible=True, which="both", linewidth=0.3, alpha=0.6)
    return figure, axes


def _growth(data: dict[str, Any], path: Path) -> None:
    figure, axes = _axes()
    dofs, seconds = np.array([[p["dofs"], p["step_s"]] for p in data["points"]]).T
    fit = np.polyfit(np.log(dofs), np.log(seconds), 1)
    axes.loglog(
        dofs, np.exp(np.polyval(fit, np.log(dofs))), "-", color="0.5", linewidth=1.0, label=f"slope {fit[0]:.2f}"
    )
    axes.loglog(dofs, seconds, "o", color=COLOURS[1], markersize=5, label="measured")
    axes.set(xlabel="unknowns of a field", ylabel="seconds per accepted step")
    axes.legend(frameon=False)
    figure.savefig(path, metadata={"Date": None})


def _plain_numbers(axes: Any) -> None:
    """0.5 rather than 5 × 10⁻¹."""
    from matplotlib.ticker import FuncFormatter, NullFormatter

    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axis.set_minor_formatter(NullFormatter())


def _equal_error(data: dict[str, Any], path: Path) -> None:
    figure, axes = _axes()
    names = list(dict.fromkeys(run["solver"] for run in data["tried"]))
    for name, colour, mark in zip(names, (*COLOURS[:4], "#E69F00"), "osD^v", strict=False):
        for run in (run for run in data["tried"] if run["solver"] == name):
            # Hollow: the lesion may be near, the temperature at the end is not.
            fill = colour if abs(run["rise_error"]) <= 0.01 else "none"
            error = 100.0 * abs(run["error"])
            axes.loglog(run["wall_s"], error, mark, color=colour, markerfacecolor=fill, markersize=6)
        axes.plot([], [], mark, color=colour, markersize=6, label=name)
    axes.axhline(0.5, color="0.4", linewidth=0.9, linestyle=":")
    axes.set(xlabel="seconds", ylabel="error of the lesion, %")
    axes.legend(frameon=False, fontsize=8)
    _plain_numbers(axes)
    figure.savefig(path, metadata={"Date": None})
