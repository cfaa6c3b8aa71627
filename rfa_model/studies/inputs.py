"""Files that a study's anatomy is made from: known by what they hold, and sent to workers that share no disc."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from rfa_model._files import whole_file
from rfa_model.anatomy.imaged import distance_cache
from rfa_model.assurance.uncertainty.changes import Path as Place
from rfa_model.assurance.uncertainty.changes import value_at
from rfa_model.errors import InputError
from rfa_model.studies.paths import Content

if TYPE_CHECKING:
    from distributed import Client

MOST_SENT_MB = 300.0
type Hashes = Mapping[str, str]
"""Path -> SHA-256 of what it holds."""


def hashes(content: Content) -> dict[str, str]:
    """The files of a resolved scenario's anatomy; none for one that is made from numbers alone."""
    found = value_at(content, ("anatomy", "sha256"))
    return {path: str(digest) for path, digest in found.items()} if isinstance(found, dict) else {}


def by_content(text: str, files: Hashes) -> str:
    """JSON text with every file named by what it holds, so that it says the same wherever the files lie."""
    for path, digest in files.items():
        text = text.replace(json.dumps(path), json.dumps(digest))
    return text


def here(content: Content) -> Content:
    """The content as this machine has its files: those that were sent to it where they were put."""
    text = json.dumps(content)
    for path, digest in hashes(content).items():
        if (sent := _place(path, digest)).is_file():
            text = text.replace(json.dumps(path), json.dumps(str(sent)))
    found: Content = json.loads(text)
    return found


def refuse_file(place: Place, content: Content) -> None:
    """Raise InputError where a place names a file that the anatomy is made from, which no study can vary."""
    said = json.dumps(value_at(content, place))
    if any(json.dumps(path) in said for path in hashes(content)):
        raise InputError(
            f"{'.'.join(map(str, place))} names a file that the anatomy is made from, which a study takes as it is; "
            "write a study for each anatomy and compare them"
        )


def send(client: Client, address: str, files: Hashes) -> None:
    """Give every worker, and those that come later, what the files hold.

    Raises
    ------
    InputError
        If they are too large to send, a file is no longer what it was, or a worker cannot keep it.
    """
    paths = {path: Path(path) for path in files}
    size_MB = sum(path.stat().st_size for path in paths.values() if path.is_file()) / 1e6
    if size_MB > MOST_SENT_MB:
        raise InputError(
            f"--scheduler {address}: the anatomy's files hold {size_MB:.0f} MB, and at most {MOST_SENT_MB:g} MB are "
            "sent to workers; crop the image to the lumbar spine, or solve with --workers on this machine"
        )
    contents: dict[tuple[str, str], bytes] = {}
    for path, digest in files.items():
        try:
            contents[path, digest] = paths[path].read_bytes()
        except OSError as error:
            raise InputError(f"{path}: cannot be read: {error.strerror}") from None
        _check(path, digest, contents[path, digest])
    if contents:
        try:
            client.register_worker_callbacks(partial(receive, contents))
        except OSError as error:
            raise InputError(f"--scheduler {address}: a worker cannot keep the anatomy's files: {error}") from None


def receive(contents: Mapping[tuple[str, str], bytes]) -> None:
    """Keep what files hold, by (path, SHA-256), below this machine's cache."""
    for (path, digest), held in contents.items():
        _check(path, digest, held)
        place = _place(path, digest)
        if not place.is_file():
            with whole_file(place) as partial_file:
                partial_file.write_bytes(held)


def _check(path: str, digest: str, held: bytes) -> None:
    if hashlib.sha256(held).hexdigest() != digest:
        raise InputError(
            f"{path}: is no longer the file this was made from (SHA-256 {digest[:12]}… expected); put that back, or "
            "begin the study anew"
        )


def _place(path: str, digest: str) -> Path:
    return distance_cache.folder().parent / "inputs" / digest / PurePath(path).name
