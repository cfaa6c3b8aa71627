"""Dask's workers are set up as the shipped file says, on this machine and wherever else they are started."""

import copy
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dask
import distributed

from rfa_model.studies.engine import DASK_CONFIG, OnDask, _described, engine_for

(SHIPPED,) = dask.config.collect_yaml([str(DASK_CONFIG)])


def leaves(settings: dict[str, Any], at: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in settings.items():
        if isinstance(value, dict) and key != "pre-spawn-environ":
            yield from leaves(value, f"{at}{key}.")
        else:
            yield at + key, value


WANTED = dict(leaves(SHIPPED))
ENVIRONMENT = {name: str(value) for name, value in WANTED["distributed.nanny.pre-spawn-environ"].items()}


def told() -> tuple[dict[str, Any], dict[str, str | None], object]:
    found = {key: dask.config.get(key) for key in WANTED}
    return found, {name: os.environ.get(name) for name in ENVIRONMENT}, dask.config.get("distributed.comm.retry.count")


def test_local_workers_have_them_beside_the_users_own(monkeypatch):
    for name in ENVIRONMENT:  # Dask prefers what is exported
        monkeypatch.delenv(name, raising=False)
    before = copy.deepcopy(dask.config.config)
    with dask.config.set({"distributed.comm.retry.count": 7}), engine_for(None, 2) as engine:
        assert isinstance(engine, OnDask)
        assert engine.workers == 2
        found = engine.client.run(told)
    assert len(found) == 2
    assert all(one == (WANTED, ENVIRONMENT, 7) for one in found.values())
    assert dask.config.config == before


def test_others_have_them_where_the_file_is_named():
    asks = f"import dask, distributed; print({{key: dask.config.get(key) for key in {list(WANTED)}}})"
    environment = os.environ | {"DASK_CONFIG": str(DASK_CONFIG)}
    done = subprocess.run(
        [sys.executable, "-c", asks], env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == repr(WANTED)


def test_every_one_is_a_setting_that_dask_has():
    (defaults,) = dask.config.collect_yaml([str(Path(distributed.__file__).with_name("distributed.yaml"))])
    assert set(WANTED) <= set(dict(leaves(defaults)))


def test_a_slow_worker_is_told_what_helps(monkeypatch):
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "65536")
    assert f"half as fast; start it with DASK_CONFIG={DASK_CONFIG}" in _described()[1]
    monkeypatch.delenv("MALLOC_TRIM_THRESHOLD_")
    assert "an eighth slower" in _described()[1]
    with dask.config.set({"distributed.worker.profile.enabled": False}):
        assert _described()[1] == ""
