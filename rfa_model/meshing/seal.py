"""A mesh file's own word on what it is: the hash it was made for and a checksum, in a comment at its end."""

import hashlib
import re
from pathlib import Path

_SEAL = re.compile(rb"\$Comments\nmesh (\S+) sha256 ([0-9a-f]{64})\n\$EndComments\n\Z")
_LONGEST = 400


def seal(path: Path, key: str) -> None:
    """Append the comment to a finished file."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with path.open("ab") as stream:
        stream.write(f"$Comments\nmesh {key} sha256 {digest}\n$EndComments\n".encode())


def holds(path: Path, key: str) -> bool:
    """Whether a file was made for this hash and is, to the last bit, as it was then."""
    content = path.read_bytes()
    found = _SEAL.search(content, max(0, len(content) - _LONGEST))
    if found is None or found[1] != key.encode():
        return False
    return hashlib.sha256(content[: found.start()]).hexdigest().encode() == found[2]
