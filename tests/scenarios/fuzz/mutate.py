"""Ways to spoil a file: its bytes, its words, the values of a tree."""

from __future__ import annotations

import copy
import math
import re
import struct
from random import Random

NUMBERS = [
    0, -1, 1, 3, 0.5, -0.0, 1e-300, 1e300, 1e308, -1e308, 2**31, 2**63, 2**64, -(2**63), 10**40, 1e5, 37.0, 99.0,
]  # fmt: skip
TEXTS = [
    "", " ", "a", "x" * 300, "../evil", "/etc/passwd", "..", ".", "\x00", "\x1b[2J", "\ud800", "\u202e", "é", "null",
    "NaN", "1", "true", "{{7*7}}", "${HOME}", "%s%n", "__class__", "<script>", "!!python/object:os.system",
    "con", "a/b", "a\nb", "L4", "muscle", "arrhenius", "custom", "homogeneous", "conventional_18g_10mm",
]  # fmt: skip
VALUES: list[object] = [*NUMBERS, *TEXTS, None, True, False, [], {}, [[]], {"a": 1}, [1, 2, 3], [None] * 5, {"": {}}]
WORDS = [
    b"null", b"~", b".nan", b"-.inf", b"!!int 'x'", b"!!binary x", b"&a", b"*a", b"<<: *a", b"---", b"...",
    b"%YAML 1.9\n---\n", b"? ", b": ", b"- ", b"|", b">", b"#", b"\t", b"\r", b"\xef\xbb\xbf", b"\xff", b"1e999",
    b"0x1F", b"0o17", b"1_000", b"12:30:45", b"2020-01-01", b"'", b'"', b"@", b"`", b"=", b"!!", b"!<", b"{", b"}",
]  # fmt: skip
NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")


def spoiled(content: bytes, random: Random, others: list[bytes], binary: bool = False) -> bytes:
    """A few random edits of bytes and words; of numbers in binary too, if that is what there is."""
    made = bytearray(content)
    for _ in range(random.choice((1, 1, 1, 2, 3, 8))):
        random.choice(_EDITS + (_forge,) * 10 if binary else _EDITS)(made, random, others)
    return bytes(made)


def _flip(made: bytearray, random: Random, others: list[bytes]) -> None:
    if made:
        made[random.randrange(len(made))] ^= 1 << random.randrange(8)


def _cut(made: bytearray, random: Random, others: list[bytes]) -> None:
    at = random.randrange(len(made) + 1)
    del made[at : at + random.choice((1, 2, 10, 100, 10_000))]


def _truncate(made: bytearray, random: Random, others: list[bytes]) -> None:
    del made[random.randrange(len(made) + 1) :]


def _insert(made: bytearray, random: Random, others: list[bytes]) -> None:
    at = random.randrange(len(made) + 1)
    made[at:at] = random.choice((*WORDS, random.randbytes(random.choice((1, 8, 64)))))


def _repeat(made: bytearray, random: Random, others: list[bytes]) -> None:
    at = random.randrange(len(made) + 1)
    made[at:at] = made[at : at + random.choice((1, 20, 200))] * random.choice((1, 2, 50))


def _splice(made: bytearray, random: Random, others: list[bytes]) -> None:
    other = random.choice(others)
    start, at = random.randrange(len(other) + 1), random.randrange(len(made) + 1)
    made[at : at + random.choice((0, 30))] = other[start : start + random.choice((10, 60, 300))]


def _number(made: bytearray, random: Random, others: list[bytes]) -> None:
    found = list(NUMBER.finditer(made[:200_000]))
    if found:
        one = random.choice(found)
        made[one.start() : one.end()] = repr(random.choice(NUMBERS)).encode()


def _forge(made: bytearray, random: Random, others: list[bytes]) -> None:
    """An integer or float of binary data, often of the head or the end, where counts and places stand."""
    size = random.choice((1, 2, 4, 8))
    most = max(1, len(made) - size)
    at = random.choice((random.randrange(most), random.randrange(min(most, 500)), max(0, most - random.randrange(500))))
    if random.random() < 0.2:
        said = struct.pack(random.choice(("<d", ">d", "<f")), random.choice((0.0, -1.0, 1e30, math.inf, math.nan)))
    else:
        number = random.choice(
            (0, 1, 2, 3, 255, 2**15, 2**31 - 1, 2**31, 2**32 - 1, 2**40, 2**63 - 1, 2**63, 2**64 - 1)
        )
        said = (number % 2 ** (8 * size)).to_bytes(size, random.choice(("little", "big")))
    made[at : at + len(said)] = said


def _line(made: bytearray, random: Random, others: list[bytes]) -> None:
    lines = bytes(made).split(b"\n")
    at = random.randrange(len(lines))
    change = random.choice(("gone", "twice", "moved", "indented"))
    line = lines.pop(at)
    if change == "twice":
        lines[at:at] = [line, line]
    elif change == "moved":
        lines.insert(random.randrange(len(lines) + 1), line)
    elif change == "indented":
        lines.insert(at, b"  " * random.randrange(4) + line.lstrip())
    made[:] = b"\n".join(lines)


_EDITS = (_flip, _cut, _truncate, _insert, _repeat, _splice, _number, _number, _line, _line)


def paths_in(tree: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place of a tree of mappings and lists."""
    found = [path]
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        found += paths_in(value, (*path, key))
    return found


def changed(tree: dict[str, object], random: Random) -> dict[str, object]:
    """Change a tree in place: values replaced, keys gone, renamed, moved or new."""
    for _ in range(random.choice((1, 1, 2, 4))):
        place = random.choice([path for path in paths_in(tree) if path] or [("a",)])
        parent: object = tree
        for key in place[:-1]:
            parent = parent[key]  # type: ignore[index]
        key, change = place[-1], random.random()
        if change < 0.6:
            parent[key] = copy.deepcopy(random.choice(VALUES))  # type: ignore[index]
        elif change < 0.75:
            parent.pop(key, None) if isinstance(parent, dict) else parent.pop(key)  # type: ignore[union-attr]
        elif isinstance(parent, dict) and change < 0.9:
            parent[str(random.choice(TEXTS))] = parent.pop(key, None)
        elif isinstance(parent, dict):
            parent[str(random.choice((*TEXTS, "kind", "name", "probe")))] = copy.deepcopy(random.choice(VALUES))
    return tree
