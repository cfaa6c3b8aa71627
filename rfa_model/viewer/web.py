"""The interactive view in a browser on the same machine, served by trame."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import TYPE_CHECKING

from rfa_model.errors import InputError
from rfa_model.viewer.layers import Layers

if TYPE_CHECKING:
    from trame_server import Server

HOST = "127.0.0.1"
NEVER = 0  # seconds without a browser after which the server ends
NEEDED = ("trame", "trame_vtk")
PAGE_STYLE = "position: fixed; inset: 0; display: flex; flex-direction: column; font-family: sans-serif;"
BAR_STYLE = "display: flex; flex-wrap: wrap; gap: 1.2em; padding: 0.6em 1em;"
SCENE_STYLE = "flex: 1 1 0; min-height: 0; position: relative;"


def require() -> None:
    """Raise InputError where trame is not installed."""
    if any(find_spec(name) is None for name in NEEDED):
        raise InputError(
            "there is no display, or --web was asked for, and the view in a browser needs the extra 'web' "
            "(in a checkout: uv sync --extra web, or pip install '.[web]'); --screenshot FILE works without"
        )


def serve(layers: Layers, title: str, port: int = 0) -> None:
    """Serve the view until interrupted, to this machine alone; the address is printed.

    Parameters
    ----------
    layers : what is shown.
    title : heading of the page.
    port : 0 for any that is free.
    """
    server = page(layers, title)

    def ready(**_: object) -> None:
        print(f"http://{HOST}:{server.port}/  (Ctrl+C ends it)", flush=True)

    server.controller.on_server_ready.add(ready)
    # trame takes options from this variable, or else from our command line, and prefers their host to the one given.
    os.environ["TRAME_ARGS"] = f"--host {HOST}"
    server.start(host=HOST, port=port, timeout=NEVER, open_browser=False, show_connection_info=False)


def page(layers: Layers, title: str) -> Server:
    """The trame server with its page: the scene, drawn here, and a switch for each layer."""
    from trame.app import get_server
    from trame.ui.html import DivLayout
    from trame.widgets import html, vtk

    server = get_server(title, client_type="vue3")
    state = server.state
    state.trame__title = title
    switches = {f"layer_{index}": name for index, name in enumerate(layers.actors)}
    state.update(dict.fromkeys(switches, True))
    state.heading, state.names = title, switches  # shown by reference: as part of the template they would be run
    with DivLayout(server) as layout:
        layout.root.style = PAGE_STYLE
        with html.Div(style=BAR_STYLE):
            html.B(v_text=("heading",))
            for key in switches:
                with html.Label():
                    html.Input(type="checkbox", v_model=key)
                    html.Span(v_text=(f"names.{key}",))
        with html.Div(style=SCENE_STYLE):
            scene = vtk.VtkRemoteView(
                layers.plotter.render_window, interactive_ratio=1, style="width: 100%; height: 100%;"
            )

    def switch(**_: object) -> None:
        for key, name in switches.items():
            layers.show(name, bool(state[key]))
        scene.update()

    state.change(*switches)(switch)
    return server
