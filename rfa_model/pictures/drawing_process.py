"""Pictures drawn in a process of their own, while the arms that are not finished yet are being solved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rfa_model.applicators.pose import Pose
from rfa_model.errors import RfaModelError, SolveError
from rfa_model.parallel.workers import processes
from rfa_model.results import read_results

if TYPE_CHECKING:
    from rfa_model.pictures.draw import Gallery


class Drawing:
    """A run's pictures, drawn by the one process of `pool` from the results `folder` and into it.

    `poses` are those of all arms.
    """

    def __init__(self, pool: ProcessPoolExecutor, poses: Mapping[str, Pose], folder: Path) -> None:
        self._pool, self._poses, self._folder = pool, dict(poses), folder
        self._drawn: list[Future[list[Path]]] = []

    def add(self, arm_name: str) -> None:
        """Draw what can be drawn of an arm alone, once it is written; what goes wrong is told by :meth:`finish`."""
        with suppress(BrokenProcessPool):  # which the work it broke at tells as well
            self._drawn.append(self._pool.submit(_draw_own, arm_name, self._poses, self._folder))

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
            If the process is ended from outside.
        """
        self.wait()
        try:
            own = [path for drawn in self._drawn for path in drawn.result()]
            return [*own, *self._pool.submit(_draw_shared, self._folder).result()]
        except BrokenProcessPool:
            raise SolveError(
                f"the process that drew the pictures was ended from outside; all else is in {self._folder}, "
                "from which report and figures draw"
            ) from None

    def wait(self) -> None:
        """Let each arm added so far be drawn, or fail to be."""
        wait(self._drawn)


@contextmanager
def drawing_process(poses: Mapping[str, Pose], folder: Path) -> Iterator[Drawing]:
    """A drawing whose process ends with the `with`; when the run fails, the arms added before keep their pictures."""
    try:
        with processes(1) as pool:
            drawing = Drawing(pool, poses, folder)
            try:
                yield drawing
            except RfaModelError:
                drawing.wait()
                raise
    except BaseException:
        for leftover in folder.rglob(".*.partial.png"):  # of a process that was ended while it wrote
            leftover.unlink(missing_ok=True)
        raise


_galleries: dict[Path, Gallery] = {}  # what the drawing process keeps from one arm to the next


def _draw_own(arm_name: str, poses: Mapping[str, Pose], folder: Path) -> list[Path]:
    from rfa_model.pictures.draw import Gallery

    results = read_results(folder)
    results.arms = {arm_name: results.arms[arm_name]}
    if folder in _galleries:
        _galleries[folder].add(results)
    else:
        _galleries[folder] = Gallery(results, poses)
    return _galleries[folder].draw_own(arm_name, folder)


def _draw_shared(folder: Path) -> list[Path]:
    return _galleries[folder].draw_shared(folder)
