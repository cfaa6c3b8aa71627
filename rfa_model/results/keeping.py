"""What a run must not take away: folders of others, results of other scenarios, arms solved before."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath

from rfa_model._paths import is_plain_name
from rfa_model.errors import InputError
from rfa_model.results.claim import ROOM, refuse_held
from rfa_model._small_files import contents
from rfa_model.results.summary import ScenarioInfo


def older_summary(folder: Path) -> Mapping[str, object]:
    """``summary.json`` of a results folder of this program, empty where it is none."""
    try:
        summary = json.loads(contents(folder / "summary.json"))
    except (OSError, ValueError, RecursionError):
        return {}
    ours = isinstance(summary, dict) and str(summary.get("schema", "")).startswith("rfa-model/summary/")
    return summary if ours else {}


def refuse_foreign(out: Path) -> None:
    """Raise InputError if ``out`` is a file, or holds something and no results."""
    if not out.exists():
        return
    if not out.is_dir():
        raise InputError(f"{out} is a file; choose another results folder with --out")
    if any(path.name != ROOM for path in out.iterdir()) and not older_summary(out):
        raise InputError(f"{out} holds something else than results, so it is left alone; choose another with --out")


def refuse_loss(out: Path, info: ScenarioInfo, arms: Sequence[str]) -> None:
    """Refuse to take away, unasked, what was computed before.

    Parameters
    ----------
    out : Path
    info : ScenarioInfo
        The scenario to be solved. It is the one of before if its file has the same name or the same contents.
    arms : sequence of str
        To be solved.

    Raises
    ------
    InputError
        If results of another scenario or of other arms would go, the folder is another's, or is being written.
    """
    refuse_foreign(out)
    refuse_held(out)
    older = older_summary(out)
    cure = "give --overwrite to replace it, or choose another folder with --out"
    there, before = older.get("arms"), older.get("scenario")
    kept = list(there) if isinstance(there, Mapping) else []
    if kept and isinstance(before, Mapping) and not _same(before, info):
        raise InputError(f"{out} holds results of another scenario, {before.get('file')}; {cure}")
    if lost := [name for name in kept if name not in arms]:
        raise InputError(f"{out} holds arm '{lost[0]}', which a run of {', '.join(arms)} would remove; {cure}")
    refuse_blocked(out, arms)


def refuse_blocked(out: Path, arms: Sequence[str]) -> None:
    """Raise InputError where a file stands in the way of an arm's folder."""
    for name in filter(is_plain_name, arms):
        if (out / name).exists() and not (out / name).is_dir():
            raise InputError(f"{out / name} is a file, where the folder of arm '{name}' belongs; choose another --out")


def _same(before: Mapping[str, object], now: ScenarioInfo) -> bool:
    names = [PurePath(str(file)).name for file in (before.get("file"), now["file"])]
    return names[0] == names[1] or (now["sha256"] is not None and before.get("sha256") == now["sha256"])
