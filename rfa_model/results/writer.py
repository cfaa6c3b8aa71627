"""Writing a results folder so that whatever is in it is whole, at any moment, whatever happens."""

from __future__ import annotations

import json
import logging
import os
import shutil
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from rfa_model._files import whole_file, writing
from rfa_model._machine import scarcity_words
from rfa_model._paths import is_plain_name
from rfa_model.errors import InputError
from rfa_model.metrics.data import ArmData
from rfa_model.metrics.entry import ArmEntry
from rfa_model.metrics.summary import ArmMetrics
from rfa_model.results.claim import LOG, Claim, checkpoint_path
from rfa_model.results.csv_files import write_csv
from rfa_model.results.inventory import remove_arms
from rfa_model.results.keeping import older_summary, refuse_foreign
from rfa_model.results.provenance import provenance
from rfa_model.results.summary import SCHEMA, ScenarioInfo, Summary
from rfa_model.results.vtk_files import write_fields, write_surface

NOTHING_KNOWN: ScenarioInfo = {"title": None, "file": None, "sha256": None}
_log = logging.getLogger("rfa_model")


class ResultsWriter:
    """Context manager that builds a results folder arm by arm.

    While it is open the folder is claimed (:class:`~rfa_model.results.claim.Claim`), and arms are written into a hidden
    room within it, by whichever process (:func:`write_arm`). A finished arm is moved into place between two writings of
    ``summary.json``, so ``out`` is a valid results folder after each arm, and what the summary lists is whole at any
    moment. Older results stay as they are until the first arm is finished; then the files that this program wrote of
    them go, by name, and nothing else. What the package logs goes to ``run.log``.

    Parameters
    ----------
    out : the results folder; links are followed.
    scenario_yaml : text of the resolved scenario.
    scenario_info : ``title``, ``file`` and ``sha256``; missing ones become null.
    references : the sources of the numbers this run uses.
    processes : number of MPI processes. With several, only one of them may write.
    order : names of arms in the order the summary lists them, whichever is finished first; others follow.
    kept : entries of arms that lie in ``out`` and stay there, where an earlier run is resumed; None where none is.

    Attributes
    ----------
    staging : Path
        Folder for arms that :meth:`adopt` is to take over.

    Raises
    ------
    InputError
        If ``out`` is something else than a results folder or an empty one, or another run is writing it.
    """

    def __init__(
        self,
        out: str | os.PathLike[str],
        scenario_yaml: str,
        scenario_info: ScenarioInfo,
        *,
        references: Mapping[str, str] | Iterable[str] = (),
        processes: int = 1,
        order: Sequence[str] = (),
        kept: Mapping[str, ArmEntry] | None = None,
    ) -> None:
        self.out = Path(os.path.realpath(out))
        self._scenario_yaml = scenario_yaml
        self._scenario_info = NOTHING_KNOWN | scenario_info
        self._references = references if isinstance(references, Mapping) else list(references)
        self._processes = processes
        self._order = list(order)
        self._arms: dict[str, ArmEntry] = dict(kept or {})
        self._resumes = kept is not None
        self._cleared = False
        self._claim = Claim(self.out)
        self.staging = self._claim.room / "arms"
        self._handler: logging.Handler | None = None
        self._old_level = _log.level
        refuse_foreign(self.out)

    def __enter__(self) -> Self:
        self._started, self._clock = datetime.now(UTC), time.perf_counter()
        self._claim.take(self._resumes)
        before = older_summary(self.out).get("provenance") if self._arms else None
        if isinstance(before, Mapping):
            with suppress(KeyError, TypeError, ValueError):
                earlier_s, self._started = float(before["wall_s"]), datetime.fromisoformat(before["started"])
                self._clock -= earlier_s
        if self._arms:  # which are the same in this scenario; the rest of it may have changed
            write_text(self.out / "scenario.yaml", self._scenario_yaml)
        for name in self._arms:
            checkpoint_path(self.out, name).unlink(missing_ok=True)
        self._log_path = (self.out if self._arms else self._claim.room) / LOG
        try:
            with writing(self._log_path):
                self._handler = _Log(self._log_path, encoding="utf-8")
        except BaseException:
            self._claim.release()
            raise
        self._handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        _log.addHandler(self._handler)
        if _log.getEffectiveLevel() > logging.INFO:
            _log.setLevel(logging.INFO)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            _log.error("stopped: %s: %s", kind.__name__, error)
        if self._handler is not None:
            _log.removeHandler(self._handler)
            self._handler.close()
        _log.setLevel(self._old_level)
        try:
            if kind is None and self._cleared:
                self._write_summary()
        finally:
            self._claim.release()
        if kind is None and (lost := [name for name in self._arms if not (self.out / name).is_dir()]):
            raise InputError(
                f"{self.out} was removed during the run, and arm '{lost[0]}' with it; run again with --arm {lost[0]}"
            )

    def log(self, message: str) -> None:
        """Add a line to ``run.log``."""
        _log.info(message)

    def add_arm(self, arm: ArmData, metrics: ArmMetrics) -> None:
        """Write a finished arm; when this returns, ``out`` is a valid results folder that holds it."""
        self.adopt(arm.name, write_arm(self.staging, arm, metrics))

    def adopt(self, name: str, entry: ArmEntry) -> None:
        """Take over an arm that lies in ``staging``, with its entry of the summary; otherwise as :meth:`add_arm`.

        Raises
        ------
        InputError
            If it cannot be moved into place.
        """
        if name in self._arms:
            raise ValueError(f"arm '{name}' has been written already")
        try:
            if not self._cleared:
                self._clear()
            _move_into(self.staging / name, self.out / name)
            self._arms[name] = entry
            self._write_summary()
            checkpoint_path(self.out, name).unlink(missing_ok=True)
        except (OSError, InputError) as error:
            words = scarcity_words(error) or error
            raise InputError(f"arm '{name}' is solved but cannot be put into {self.out}: {words}") from error
        _log.info("arm %s written", name)

    def summary(self) -> Summary:
        """The contents of ``summary.json`` as of now."""
        source = provenance(
            self._started,
            time.perf_counter() - self._clock,
            processes=self._processes,
            references=self._references,
        )
        names = [name for name in self._order if name in self._arms]
        arms = {name: self._arms[name] for name in dict.fromkeys([*names, *self._arms]) if (self.out / name).is_dir()}
        return {"schema": SCHEMA, "scenario": self._scenario_info, "provenance": source, "arms": arms}

    def _write_summary(self) -> None:
        write_json(self.out / "summary.json", self.summary())  # first: by it the next run knows the folder for its own
        if not (self.out / "scenario.yaml").exists():
            write_text(self.out / "scenario.yaml", self._scenario_yaml)

    def _clear(self) -> None:
        """Take older results away; from here on the folder is this run's."""
        refuse_foreign(self.out)  # it may have appeared while the arm was being solved
        older = older_summary(self.out).get("arms")
        self._write_summary()
        if isinstance(older, Mapping):
            remove_arms(self.out, {name: entry for name, entry in older.items() if name not in self._arms})
        write_text(self.out / "scenario.yaml", self._scenario_yaml)
        if self._log_path.parent == self._claim.room and self._log_path.exists():
            self._log_path.replace(self.out / LOG)
        self._cleared = True


class _Log(logging.FileHandler):
    """What cannot be logged is no reason to lose a run, nor to say so with a traceback."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Go on."""


def _move_into(made: Path, place: Path) -> None:
    """Move files one by one: what else lies in `place` stays."""
    for path in sorted(made.rglob("*")):
        target = place / path.relative_to(made)
        if path.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
    shutil.rmtree(made)


def write_json(path: Path, content: Mapping[str, object]) -> None:
    """Replace a JSON file in one step; NaN and infinity are refused."""
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def write_text(path: Path, text: str) -> None:
    """Replace a file in one step; its folder is made if need be."""
    with whole_file(path) as partial:
        partial.write_text(text, encoding="utf-8")


def write_arm(staging: Path, arm: ArmData, metrics: ArmMetrics) -> ArmEntry:
    """Write an arm's files for :meth:`ResultsWriter.adopt`, from any process.

    Returns
    -------
    The arm's entry of the summary.

    Raises
    ------
    InputError
        If its name cannot name a folder, or the files cannot be written.
    """
    if not is_plain_name(arm.name):
        raise InputError(f"arm name '{arm.name}' cannot name a folder; use letters, digits, '_', '-', '+' and '.'")
    try:
        (staging / arm.name).mkdir(parents=True)
        _write_arm(staging / arm.name, arm, metrics)
    except OSError as error:
        shutil.rmtree(staging / arm.name, ignore_errors=True)  # a full disk needs its place for the arms to come
        words = scarcity_words(error) or f"{error}; choose another folder with --out"
        raise InputError(f"arm '{arm.name}' is solved but cannot be written: {words}") from error
    return metrics.to_summary()


def _write_arm(folder: Path, arm: ArmData, metrics: ArmMetrics) -> None:
    write_csv(folder / "history.csv", arm.history.columns)
    write_fields(folder, arm.fields)
    for criterion, surface in metrics.surfaces.items():
        write_surface(folder / f"lesion_{criterion}", surface)
    for nerve, table in metrics.nerve_tables.items():
        write_csv(folder / f"nerve_{nerve}.csv", table)
