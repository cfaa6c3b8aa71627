"""Files of this program that are read again: a study's folder, surrogate, checkpoint, bench run, caches, evidence."""

from __future__ import annotations

import hashlib
import json
import shutil
from functools import cache
from pathlib import Path
from random import Random

import numpy as np

from rfa_model._sealed_arrays import write_sealed
from tests.scenarios.fuzz.format import Format, apart
from tests.scenarios.fuzz.mutate import changed, spoiled

ODD_ARRAYS = (
    np.zeros(0), np.zeros((2, 3, 4)), np.array(np.nan), np.full(7, np.inf), np.array("text"), np.zeros(5, np.int8),
    np.array(1e308), np.array(-1.0), np.zeros(3, complex), np.array(2**62), np.zeros((1, 10**6), np.uint8),
)  # fmt: skip


def _study_folder(folder: Path) -> list[Path]:
    from rfa_model.studies import run_study
    from tests.unit.studies.made import Answered, planned

    place = apart(folder, "study").parent
    done = run_study(planned(), place, engine=Answered())
    fields = place / "fields" / f"{done.rows(done.arms[0])[0]['key']}.npz"
    fields.parent.mkdir()
    np.savez_compressed(fields, points_mm=np.zeros((9, 3), np.float32), nodes=np.array("0123"))
    for path in place.rglob("*"):
        if path.suffix in (".png", ".svg", ".html", ".md"):
            path.unlink()
    return [
        *[place / name for name in ("study.json", "study.yaml", "scenario.yaml")],
        *(place / "trials").glob("*.parquet"),
        fields,
    ]


def _read_study_folder(path: Path) -> object:
    from rfa_model.studies import read_study

    place = path.parent if (path.parent / "study.json").exists() else path.parent.parent
    found = read_study(place)
    for arm in found.arms:
        found.fields(arm, 0) if 0 in found.rows(arm) else None
        for name in [*found.columns, *found.recorder.events()]:
            found.values(arm, name)
        for name in found.planned.places:
            found.draws(arm, name)
    return found.to_pandas()


def _surrogate(folder: Path) -> list[Path]:
    from rfa_model.studies import run_study
    from rfa_model.studies.surrogate.store import write_surrogate
    from rfa_model.studies.surrogate.surrogate import build_surrogate
    from tests.unit.studies import blobs
    from tests.unit.studies.made import Answered

    place = apart(folder, "study").parent
    write_surrogate(build_surrogate(run_study(blobs.study(), place, engine=Answered(blobs.solved)))[0], place)
    for other in set(place.iterdir()) - {place / "surrogate"}:
        shutil.rmtree(other) if other.is_dir() else other.unlink()
    return sorted((place / "surrogate").iterdir())


def _forged_surrogate(path: Path, random: Random) -> None:
    """Another number or word, or another array under a seal that holds."""
    if path.suffix == ".json":
        path.write_text(json.dumps(changed(json.loads(path.read_text()), random), ensure_ascii=True))
    else:
        _forged(path, random)


def _read_surrogate(path: Path) -> object:
    from rfa_model.studies.surrogate.store import read_surrogate

    found = read_surrogate(path.parent.parent)
    for name, arm in found.arms.items():
        found.placed(name, found.aim(name).placement(arm.plan, found.scenario.arms[name].placement))
    return found


@cache
def _run():
    from tests.scenarios.stopped import CASES, Run

    return Run(CASES["ideal"])


def _checkpoint(folder: Path) -> list[Path]:
    from rfa_model.solver.state_file import write_run_state

    path, run = apart(folder, "state.npz"), _run()
    steps = run.steps()
    next(steps)
    write_run_state(path, run.transient, run.phases, next(steps), {"program": "this one", "time_s": 1.0, "wall_s": 2.5})
    return [path]


def _read_checkpoint(path: Path) -> object:
    from rfa_model.solver.state_file import read_run_state, read_stamp

    read_stamp(path, 1)
    return read_run_state(path, _run().transient, _run().phases)


def _forged(path: Path, random: Random) -> None:
    """Other arrays, or bytes, under a seal that holds."""
    if random.random() < 0.3:
        content = spoiled(path.read_bytes()[:-72], random, [path.read_bytes()], binary=True)
        path.write_bytes(content + f"\nsha256 {hashlib.sha256(content).hexdigest()}\n".encode())
        return
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    for _ in range(random.choice((1, 1, 3))):
        name = random.choice(list(arrays))
        if name == "header":
            arrays[name] = np.array(json.dumps(changed(json.loads(str(arrays[name])), random)))
        elif random.random() < 0.3:
            arrays[random.choice(("x", "0/observers/9/x", name + "x"))] = arrays.pop(name)
        else:
            arrays[name] = random.choice(ODD_ARRAYS)
    write_sealed(path, arrays)


def _bench(folder: Path) -> list[Path]:
    from rfa_model.assurance.validation.files import write_json
    from tests.validation.made import run

    path = apart(folder, "bench.json")
    write_json(run(quick=True), path)
    return [path]


def _read_bench(path: Path) -> object:
    from rfa_model.assurance.validation.run import run_bench

    return run_bench(results=path)


def _distances(folder: Path) -> list[Path]:
    path = apart(folder, "distances.npz")
    write_sealed(path, {"content": np.array("[]"), "values": np.zeros((4, 5, 6), np.float32)})
    return [path]


def _read_distances(path: Path) -> object:
    from rfa_model.anatomy.imaged import distance_cache

    text = json.dumps([distance_cache.VERSION, "content"], sort_keys=True)
    name = f"{hashlib.sha256(text.encode()).hexdigest()[:24]}.npz"
    distance_cache.folder().mkdir(parents=True, exist_ok=True)
    shutil.copy(path, distance_cache.folder() / name)
    return distance_cache.cached("content", lambda: np.zeros((4, 5, 6), np.float32))


def _evidence(folder: Path) -> list[Path]:
    from rfa_model._shipped import shipped

    source = next((shipped("scenarios") / "evidence").glob("*.json"))
    return [Path(shutil.copy(source, apart(folder, source.name)))]


def _read_evidence(path: Path) -> object:
    from rfa_model.results import evidence

    return list(evidence._shipped_evidence.__wrapped__(path.parent))


OWN: dict[str, Format] = {
    "study_folder": Format(_study_folder, _read_study_folder),
    "surrogate": Format(_surrogate, _read_surrogate, spoil=_forged_surrogate),
    "checkpoint": Format(_checkpoint, _read_checkpoint, spoil=_forged),
    "bench": Format(_bench, _read_bench, binary=False),
    "distances": Format(_distances, _read_distances, spoil=_forged),
    "evidence": Format(_evidence, _read_evidence, binary=False),
}
