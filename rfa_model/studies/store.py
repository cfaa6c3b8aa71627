"""A folder of trials that survives: parts in Parquet, written whole as trials finish, found again by their key."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rfa_model._files import whole_file, writing
from rfa_model.errors import InputError
from rfa_model.results.claim import ROOM, Claim
from rfa_model.scenario import dump_yaml
from rfa_model.scenario.dump import yaml_text
from rfa_model.studies.inputs import by_content, hashes
from rfa_model.studies.needs import needed
from rfa_model.studies.read import PlannedStudy
from rfa_model.studies.record import Cell, Recorder, Row, drawn
from rfa_model.studies.trial import Outcome, Trial

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA = "rfa-model/study/1"
STUDY_FILE, SCENARIO_FILE, SUMMARY_FILE = "study.yaml", "scenario.yaml", "study.json"
ROWS_A_PART, SECONDS_A_PART = 64, 10.0
SPENT = ("wall_s", "cpu_s", "peak_rss_MiB")
"""Columns that tell of whoever solved a trial; all others are the same whoever does."""
type Place = tuple[int, str, str]
"""Draw, arm, resolution."""


class Store:
    """The trials of one study; :meth:`opened` for writing, one process at a time.

    Attributes
    ----------
    folder : Path
    planned : PlannedStudy
    rows : dict
        Every trial known, by draw, arm and resolution.
    """

    def __init__(self, folder: Path, planned: PlannedStudy) -> None:
        self.folder, self.planned = folder, planned
        self.recorder = Recorder.of(planned.scenario, tuple(planned.study.record))
        self.texts = {name: _is_text(planned, name) for name in planned.study.vary}
        self.rows: dict[Place, Row] = {}
        self._by_key: dict[str, Row] = {}
        self._unwritten: list[Row] = []
        self._written_at = time.monotonic()

    @classmethod
    @contextmanager
    def opened(cls, folder: Path, planned: PlannedStudy, *, resume: bool) -> Iterator[Store]:
        """Claim a folder for a study; what has been solved is written however this ends.

        Raises
        ------
        InputError
            If another process writes it, it holds something else or another study, or it holds this one and is not to
            be resumed.
        """
        needed("pyarrow.parquet")
        refuse_other(folder, planned, resume=resume)
        claim = Claim(folder)
        claim.take()
        try:
            store = cls(folder, planned)
            store._begin()
            try:
                yield store
            finally:
                store.flush()
        finally:
            claim.release()

    def known(self, trial: Trial) -> bool:
        """Whether a trial has been solved, or refused for good; one solved at another place of the study is taken."""
        place = (trial.index, trial.arm, trial.resolution)
        row = self.rows.get(place)
        if row is not None and row["key"] == trial.key and row["status"] != "lost":
            return True
        other = self._by_key.get(trial.key)
        if other is None or other["status"] == "lost":
            return False
        names = drawn(self.planned.draws[trial.index], self.texts)
        self._keep({**other, **names, "index": trial.index, **dict.fromkeys(SPENT, 0.0)})
        return True

    def add(self, trial: Trial, outcome: Outcome) -> Row:
        """Keep what became of a trial; it is on the disk within seconds."""
        row: Row = {
            "key": trial.key,
            "index": trial.index,
            "arm": trial.arm,
            "resolution": trial.resolution,
            "status": outcome.status,
            "reason": outcome.reason,
            "wall_s": outcome.wall_s,
            "cpu_s": outcome.cpu_s,
            "peak_rss_MiB": outcome.peak_rss_MiB,
            **drawn(self.planned.draws[trial.index], self.texts),
            **outcome.row,
        }
        if outcome.fields is not None:
            with whole_file(self.folder / "fields" / f"{trial.key}.npz") as partial:
                partial.write_bytes(outcome.fields)
        self._keep(row)
        late = time.monotonic() - self._written_at > SECONDS_A_PART
        if late or len(self._unwritten) >= ROWS_A_PART:
            self.flush()
        return row

    def flush(self) -> None:
        """Write what is not yet written, as a part of its own."""
        if self._unwritten:
            self._write(self._unwritten)
            self._unwritten = []
        self._written_at = time.monotonic()

    def compact(self) -> None:
        """One part instead of many, in the order of the study, whoever was quicker."""
        self.flush()
        older = parts(self.folder)
        if len(older) > 1:
            self._write([self.rows[place] for place in sorted(self.rows)])
            for path in older:
                path.unlink()

    def table(self) -> pa.Table:
        """Every trial, in the order of the study."""
        return self._table([self.rows[place] for place in sorted(self.rows)])

    def _begin(self) -> None:
        study, folder = self.planned.study, self.folder
        with writing(folder):
            for row in read_rows(folder):
                self._index(row)
            told = study.model_dump(mode="json") | {"scenario": SCENARIO_FILE, "set": {}}
            _write_text(folder / SCENARIO_FILE, dump_yaml(self.planned.scenario))
            _write_text(folder / STUDY_FILE, yaml_text(told))
            if not (folder / SUMMARY_FILE).exists():
                begun = {"schema": SCHEMA, "identity": identity(self.planned), "title": study.title}
                _write_text(folder / SUMMARY_FILE, json.dumps(begun, indent=1) + "\n")

    def _keep(self, row: Row) -> None:
        self._index(row)
        self._unwritten.append(row)

    def _index(self, row: Row) -> None:
        index, arm, resolution = row["index"], row["arm"], row["resolution"]
        assert isinstance(index, int)
        self.rows[index, str(arm), str(resolution)] = row
        self._by_key[str(row["key"])] = row

    def _write(self, rows: list[Row]) -> None:
        parquet = needed("pyarrow.parquet")
        number = max((int(path.stem.split("-")[1]) for path in parts(self.folder)), default=0) + 1
        with whole_file(self.folder / "trials" / f"part-{number:06d}.parquet") as partial:
            parquet.write_table(self._table(rows), partial)

    def _table(self, rows: list[Row]) -> pa.Table:
        pyarrow = needed("pyarrow")
        kinds = {"text": pyarrow.string(), "int": pyarrow.int64(), "number": pyarrow.float64(), "flag": pyarrow.bool_()}
        fields = {name: kinds[kind] for name, kind in self.schema().items()}
        columns = {
            name: pyarrow.array([row.get(name) for row in rows], type=kind, from_pandas=True)
            for name, kind in fields.items()
        }
        return pyarrow.table(columns, schema=pyarrow.schema(list(fields.items())))

    def schema(self) -> dict[str, str]:
        """Kind of every column: ``text``, ``int``, ``number`` or ``flag``."""
        return {
            "index": "int",
            "arm": "text",
            "resolution": "text",
            "status": "text",
            **{f"x.{name}": "text" if is_text else "number" for name, is_text in self.texts.items()},
            **dict.fromkeys(self.recorder.events(), "flag"),
            **{column.name: "number" for column in self.recorder.columns()},
            "pushed_mm": "number",
            "flags": "text",
            "reason": "text",
            "wall_s": "number",
            "cpu_s": "number",
            "peak_rss_MiB": "number",
            "key": "text",
        }


def parts(folder: Path) -> list[Path]:
    """Parts in the order they were written."""
    return sorted((folder / "trials").glob("part-*.parquet"))


def rows_in(folder: Path) -> int:
    """How many rows there are, by the parts' own word; 0 where a part is damaged."""
    parquet = needed("pyarrow.parquet")
    try:
        return sum(int(parquet.read_metadata(path).num_rows) for path in parts(folder))
    except Exception:
        return 0


def read_rows(folder: Path) -> Iterator[dict[str, Cell]]:
    """Rows of every part, the last written of a trial last."""
    parquet = needed("pyarrow.parquet")
    for path in parts(folder):
        try:
            yield from parquet.read_table(path).to_pylist()
        except Exception as error:
            reason = str(error).splitlines()[0]
            raise InputError(f"{path}: damaged ({reason}); remove it, and its trials are solved again") from None


def identity(planned: PlannedStudy) -> str:
    """Hash of what makes a study the same one: all but how many samples, when to stop and how long it may take."""
    study = planned.study
    told = study.model_dump(mode="json", exclude={"title", "scenario", "set", "until", "max_hours", "paired", "vary"})
    if (key := study.design.counted) is not None:
        told["design"] = {study.design.kind: {k: v for k, v in told["design"][study.design.kind].items() if k != key}}
    told["vary"] = {
        name: [[list(place) for place in planned.places[name]], factor.distribution.model_dump(mode="json"), factor.how]
        for name, factor in study.vary.items()
    }
    text = by_content(json.dumps([planned.content, told], sort_keys=True), hashes(planned.content))
    return hashlib.sha256(text.encode()).hexdigest()


def refuse_other(folder: Path, planned: PlannedStudy, *, resume: bool) -> None:
    """Raise InputError unless a folder is empty, or holds this study and is to be resumed."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise InputError(f"{folder} is a file; choose another folder with --out")
    if not any(path.name != ROOM for path in folder.iterdir()):
        return
    there = read_summary(folder)
    if there is None:
        raise InputError(f"{folder} holds something else than a study, so it is left alone; choose another with --out")
    if there.get("identity") != identity(planned):
        raise InputError(
            f"{folder} holds another study, '{there.get('title')}': its scenario, what varies, its design or its "
            "resolution differs; choose another folder with --out"
        )
    if not resume and parts(folder):
        raise InputError(f"{folder} holds trials of this study; give --resume to go on, or another folder with --out")


def read_summary(folder: Path) -> Mapping[str, object] | None:
    """``study.json`` of a study's folder, None where it is none."""
    try:
        found = json.loads((folder / SUMMARY_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    ours = isinstance(found, dict) and str(found.get("schema", "")).startswith("rfa-model/study/")
    return found if ours else None


def _is_text(planned: PlannedStudy, name: str) -> bool:
    values = planned.study.vary[name].distribution.ends()
    return any(isinstance(value, bool) or not isinstance(value, int | float) for value in values)


def _write_text(path: Path, text: str) -> None:
    with whole_file(path) as partial:
        partial.write_text(text, encoding="utf-8")
