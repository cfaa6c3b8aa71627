"""Writing a results folder so that whatever is in it is whole, at any moment, whatever happens."""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from rfa_model.errors import InputError
from rfa_model.metrics.data import ArmData
from rfa_model.metrics.entry import ArmEntry
from rfa_model.metrics.summary import ArmMetrics
from rfa_model.results.provenance import provenance
from rfa_model.results.csv_files import write_csv
from rfa_model.results.summary import SCHEMA, ScenarioInfo, Summary
from rfa_model.results.vtk_files import write_fields, write_surface

NOTHING_KNOWN: ScenarioInfo = {"title": None, "file": None, "sha256": None}
_log = logging.getLogger("rfa_model")


def is_results_folder(folder: Path) -> bool:
    """True if ``folder`` holds a summary of this program."""
    try:
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(summary, dict) and str(summary.get("schema", "")).startswith("rfa-model/summary/")


class ResultsWriter:
    """Context manager that builds a results folder arm by arm.

    Until the first arm is finished everything lies in a hidden sibling of ``out``, and an older results folder stays
    as it is; then the sibling takes its place. Every arm is written into another sibling, by whichever process
    (:func:`write_arm`), and renamed into place before ``summary.json`` is replaced, so ``out`` is a valid results
    folder after each arm. While it is open, what the package logs goes to ``run.log``.

    Parameters
    ----------
    out : the results folder.
    scenario_yaml : text of the resolved scenario.
    scenario_info : ``title``, ``file`` and ``sha256``; missing ones become null.
    references : the sources of the numbers this run uses.
    processes : number of MPI processes. With several, only one of them may write.
    order : names of arms in the order the summary lists them, whichever is finished first; others follow.

    Attributes
    ----------
    staging : Path
        Folder for arms that :meth:`adopt` is to take over.

    Raises
    ------
    InputError
        If ``out`` is something else than a results folder or an empty one.
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
    ) -> None:
        self.out = Path(os.path.abspath(out))
        self._scenario_yaml = scenario_yaml
        self._scenario_info = NOTHING_KNOWN | scenario_info
        self._references = references if isinstance(references, Mapping) else list(references)
        self._processes = processes
        self._order = list(order)
        self._arms: dict[str, ArmEntry] = {}
        self._partial = self.out.with_name(f".{self.out.name}.partial-{os.getpid()}")
        self._folder = self._partial
        self.staging = self.out.with_name(f".{self.out.name}.arms-{os.getpid()}")
        self._handler: logging.Handler | None = None
        self._old_level = _log.level
        self.refuse_foreign(self.out)

    @staticmethod
    def refuse_foreign(out: Path) -> None:
        """Raise InputError if writing to ``out`` would destroy something that is not a results folder."""
        if not out.exists():
            return
        if not out.is_dir():
            raise InputError(f"{out} is a file; choose another results folder with --out")
        if any(out.iterdir()) and not is_results_folder(out):
            raise InputError(f"{out} holds something else than results, so it is left alone; choose another with --out")

    @classmethod
    def refuse_loss(cls, out: Path, arms: Sequence[str]) -> None:
        """Raise InputError if writing only ``arms`` (empty: all) to ``out`` would remove other arms solved before."""
        cls.refuse_foreign(out)
        if not arms or not is_results_folder(out):
            return
        kept = json.loads((out / "summary.json").read_text(encoding="utf-8")).get("arms", {})
        lost = [name for name in kept if name not in arms]
        if lost:
            raise InputError(
                f"{out} holds arm '{lost[0]}', which a run of {', '.join(arms)} alone would remove; "
                "choose another folder with --out"
            )

    def __enter__(self) -> Self:
        self._started, self._clock = datetime.now(UTC), time.perf_counter()
        self._partial.parent.mkdir(parents=True, exist_ok=True)
        for folder in (self._partial, self.staging):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        (self._partial / "scenario.yaml").write_text(self._scenario_yaml, encoding="utf-8")
        self._handler = logging.FileHandler(self._partial / "run.log", encoding="utf-8")
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
        for folder in (self._partial, self.staging):
            shutil.rmtree(folder, ignore_errors=True)
        if kind is None and self._arms:
            self._write_summary()

    def log(self, message: str) -> None:
        """Add a line to ``run.log``."""
        _log.info(message)

    def add_arm(self, arm: ArmData, metrics: ArmMetrics) -> None:
        """Write a finished arm; when this returns, ``out`` is a valid results folder that holds it."""
        self.adopt(arm.name, write_arm(self.staging, arm, metrics))

    def adopt(self, name: str, entry: ArmEntry) -> None:
        """Take over an arm that lies in ``staging``, with its entry of the summary; otherwise as :meth:`add_arm`."""
        if name in self._arms:
            raise ValueError(f"arm '{name}' has been written already")
        (self.staging / name).rename(self._folder / name)
        self._arms[name] = entry
        self._write_summary()
        if self._folder is self._partial:
            self._move_into_place()
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
        arms = {name: self._arms[name] for name in dict.fromkeys([*names, *self._arms])}
        return {"schema": SCHEMA, "scenario": self._scenario_info, "provenance": source, "arms": arms}

    def _write_summary(self) -> None:
        write_json(self._folder / "summary.json", self.summary())

    def _move_into_place(self) -> None:
        self.refuse_foreign(self.out)  # it may have appeared while the arm was being solved
        older = self.out.with_name(f".{self.out.name}.older-{os.getpid()}")
        if self.out.exists():
            self.out.rename(older)
        self._partial.rename(self.out)
        self._folder = self.out
        shutil.rmtree(older, ignore_errors=True)


def write_json(path: Path, content: Mapping[str, object]) -> None:
    """Replace a JSON file in one step; NaN and infinity are refused."""
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    temporary = path.with_name(f".{path.name}.partial-{os.getpid()}")
    temporary.write_text(text + "\n", encoding="utf-8")
    os.replace(temporary, path)


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
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*", arm.name):
        raise InputError(f"arm name '{arm.name}' cannot name a folder; use letters, digits, '_', '-', '+' and '.'")
    try:
        (staging / arm.name).mkdir()
        _write_arm(staging / arm.name, arm, metrics)
    except OSError as error:
        shutil.rmtree(staging / arm.name, ignore_errors=True)  # a full disk needs its place for the arms to come
        raise InputError(
            f"arm '{arm.name}' is solved but cannot be written: {error}; make room, or choose another folder with --out"
        ) from error
    return metrics.to_summary()


def _write_arm(folder: Path, arm: ArmData, metrics: ArmMetrics) -> None:
    write_csv(folder / "history.csv", arm.history.columns)
    write_fields(folder, arm.fields)
    for criterion, surface in metrics.surfaces.items():
        write_surface(folder / f"lesion_{criterion}", surface)
    for nerve, table in metrics.nerve_tables.items():
        write_csv(folder / f"nerve_{nerve}.csv", table)
