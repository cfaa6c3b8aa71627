"""Pictures drawn in processes of their own, while the arms that are not finished yet are being solved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rfa_model.applicators.pose import Pose
from rfa_model.errors import RfaModelError, SolveError
from rfa_model.parallel.workers import processes
from rfa_model.results import read_results

if TYPE_CHECKING:
    from rfa_model.pictures.draw import Gallery


class Drawing:
    """A run's pictures, drawn from the results `folder` and into it by two processes: one renders, one plots.

    `poses` are those of all arms.
    """

    def __init__(
        self, rendering: ProcessPoolExecutor, plotting: ProcessPoolExecutor, poses: Mapping[str, Pose], folder: Path
    ) -> None:
        self._rendering, self._plotting, self._poses, self._folder = rendering, plotting, dict(poses), folder
        self._drawn: list[Future[list[Path]]] = []

    def add(self, arm_name: str) -> None:
        """Draw what can be drawn of an arm alone, once it is written; what goes wrong is told by :meth:`finish`."""
        for pool, work in ((self._rendering, _render), (self._plotting, _plot)):
            with suppress(BrokenProcessPool):  # which the work it broke at tells as well
                self._drawn.append(pool.submit(work, arm_name, self._poses, self._folder))

    def finish(self) -> list[Path]:
        """Draw the rest, once all arms have been added.

        Returns
        -------
        Paths of all pictures.

        Raises
        ------
        InputError
            As :func:`rfa_model.pictures.draw_all`.
        SolveError
            If a process is ended from outside.
        """
        try:
            rest = [
                self._rendering.submit(_render_together, self._folder),
                self._plotting.submit(_plot_together, self._folder),
            ]
            return [path for drawn in (*self._drawn, *rest) for path in drawn.result()]
        except BrokenProcessPool:
            raise SolveError(
                f"a process that drew pictures was ended from outside; all else is in {self._folder}, "
                "from which report and figures draw"
            ) from None

    def wait(self) -> None:
        """Let each arm added so far be drawn, or fail to be."""
        wait(self._drawn)


@contextmanager
def drawing_process(poses: Mapping[str, Pose], folder: Path) -> Iterator[Drawing]:
    """A drawing whose processes end with the `with`; when the run fails, the arms added before keep their pictures."""
    try:
        with _process() as rendering, _process() as plotting:
            drawing = Drawing(rendering, plotting, poses, folder)
            try:
                yield drawing
            except RfaModelError:
                drawing.wait()
                raise
    except BaseException:
        for leftover in folder.rglob(".*.partial.png"):  # of a process that was ended while it wrote
            leftover.unlink(missing_ok=True)
        raise


def _process() -> AbstractContextManager[ProcessPoolExecutor]:
    return processes(1, background=True, loaded="rfa_model.pictures.draw")


_galleries: dict[Path, Gallery] = {}  # what a drawing process keeps from one arm to the next


def _gallery(arm_name: str, poses: Mapping[str, Pose], folder: Path) -> Gallery:
    """Return the gallery of this process, with an arm added."""
    from rfa_model.pictures.draw import Gallery

    results = read_results(folder)
    results.arms = {arm_name: results.arms[arm_name]}
    if folder in _galleries:
        _galleries[folder].add(results)
    else:
        _galleries[folder] = Gallery(results, poses)
    return _galleries[folder]


def _render(arm_name: str, poses: Mapping[str, Pose], folder: Path) -> list[Path]:
    return [_gallery(arm_name, poses, folder).draw_scene(arm_name, folder / arm_name)]


def _plot(arm_name: str, poses: Mapping[str, Pose], folder: Path) -> list[Path]:
    return _gallery(arm_name, poses, folder).draw_plots(arm_name, folder)


def _render_together(folder: Path) -> list[Path]:
    gallery = _galleries.get(folder)  # where an arm is lacking, what was done for it tells why
    return [gallery.draw_comparison(folder)] if gallery is not None and gallery.is_whole else []


def _plot_together(folder: Path) -> list[Path]:
    gallery = _galleries.get(folder)
    return gallery.draw_slices(folder) if gallery is not None and gallery.is_whole else []
