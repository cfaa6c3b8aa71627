"""Resolve the dependencies afresh and write the pins to requirements.lock and pyproject.toml.

Run from a checkout on x86-64 Linux, with uv on the path: ``python .ci/refresh_lock.py``
"""

import re
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PINS = re.compile(r"^constraint-dependencies = \[\n.*?^\]\n", re.MULTILINE | re.DOTALL)


def with_pins(project: str, pins: list[str]) -> str:
    """Return the text of a pyproject.toml with its constraint-dependencies replaced by `pins`."""
    block = "constraint-dependencies = [\n" + "".join(f'    "{pin}",\n' for pin in pins) + "]\n"
    replaced, count = PINS.subn(lambda _: block, project)
    if count != 1:
        raise SystemExit(f"pyproject.toml should hold one constraint-dependencies list, found {count}")
    return replaced


def resolve(project: str) -> str:
    """Return the pinned and hashed requirements of a pyproject.toml, development tools included."""
    with tempfile.TemporaryDirectory() as folder:  # away from the checkout, whose own pins would apply otherwise
        Path(folder, "pyproject.toml").write_text(project)
        words = "uv pip compile pyproject.toml --quiet --group dev --generate-hashes --no-header --no-annotate"
        target = "--python-version 3.12 --python-platform x86_64-manylinux_2_34"
        command = f"{words} {target}".split()
        return subprocess.run(command, cwd=folder, check=True, text=True, stdout=subprocess.PIPE).stdout


def main() -> None:
    """Write both files."""
    path = ROOT / "pyproject.toml"
    project = path.read_text()
    lock = resolve(with_pins(project, []))
    (ROOT / "requirements.lock").write_text(lock)
    path.write_text(with_pins(project, re.findall(r"^\S+==[^\s;\\]+", lock, re.MULTILINE)))


if __name__ == "__main__":
    main()
