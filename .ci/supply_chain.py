"""What an installation consists of: licences and sizes, a bill of materials, known vulnerabilities of the pins.

Run from a checkout, with uv on the path: ``uv run python .ci/supply_chain.py licences|sizes|sbom|vulnerabilities``
"""

import argparse
import re
import subprocess
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]

PERMISSIVE = [
    "0BSD",
    "Apache-2.0",
    "BSD",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "MIT",
    "MIT-0",
    "MIT-CMU",
    "MPICH",
    "PSF-2.0",
    "Zlib",
    "HPND",
    "ISC",
    "Unlicense",
]
FILE_OR_LIBRARY_COPYLEFT = ["LGPL-3.0-or-later", "MPL-2.0"]
COPYLEFT = ["GPL-2.0-or-later"]
"""Compatible with BSD code that imports them; who hands on both together does so under the GPL."""

FULL_NAMES = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "LicenseRef-MPICH": "MPICH",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}


def installed(name: str = "rfa-model", extra: str = "") -> dict[str, Distribution]:
    """Return the distributions that one needs, by normalised name; those for other platforms are left out."""
    found: dict[str, Distribution] = {}
    todo = [(name, extra)]
    seen = set()
    while todo:
        name, extra = todo.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        try:
            found[canonicalize_name(name)] = here = distribution(name)
        except PackageNotFoundError:
            continue
        for line in here.requires or []:
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                todo += [(needed.name, one) for one in ["", *needed.extras]]
    return dict(sorted(found.items()))


def licences_of(one: Distribution) -> list[str]:
    """Return every licence that a distribution's own metadata names, as SPDX names it where that is known."""
    expression = one.metadata.get("License-Expression")
    if expression:
        names = re.split(r"\s+(?:AND|OR)\s+", expression.replace("(", "").replace(")", ""))
    else:
        classifiers = [line.split(" :: ")[-1] for line in one.metadata.get_all("Classifier") or [] if "License" in line]
        names = classifiers or (one.metadata.get("License") or "none stated").splitlines()[:1]
    return [FULL_NAMES.get(name, name) for name in names]


def strangers() -> dict[str, list[str]]:
    """Return the installed distributions with a licence that no list above names."""
    known = {*PERMISSIVE, *FILE_OR_LIBRARY_COPYLEFT, *COPYLEFT}
    named = {name: licences_of(one) for name, one in installed().items()}
    return {name: licences for name, licences in named.items() if not known.issuperset(licences)}


def size_MB(one: Distribution) -> float:
    """Return what a distribution's files take."""
    paths = [Path(str(one.locate_file(file))) for file in one.files or []]
    return sum(path.stat().st_size for path in paths if path.is_file()) / 1e6


def print_licences() -> int:
    """Print each distribution with its licences; 1 if one has a licence that nobody has looked at."""
    for name, one in installed().items():
        print(f"{name:28} {one.version:16} {', '.join(licences_of(one))}")
    for name, licences in (found := strangers()).items():
        print(f"{name}: {', '.join(licences)}: not among the licences known to be compatible", file=sys.stderr)
    return int(bool(found))


def print_sizes() -> int:
    """Print the distributions by size, and the sum."""
    sizes = {name: size_MB(one) for name, one in installed().items()}
    for name, size in sorted(sizes.items(), key=lambda item: -item[1]):
        print(f"{name:28} {size:8.1f} MB")
    print(f"{'together':28} {sum(sizes.values()):8.1f} MB in {len(sizes)} distributions")
    return 0


def run(words: str) -> int:
    """Run a command in the checkout."""
    return subprocess.run(words.split(), cwd=ROOT, check=False).returncode


COMMANDS = {
    "licences": print_licences,
    "sizes": print_sizes,
    "sbom": lambda: run("uv export --quiet --preview-features sbom-export --format cyclonedx1.5 --no-default-groups"),
    "vulnerabilities": lambda: run("uv audit --preview-features audit-command"),
}


def main() -> int:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=COMMANDS)
    return COMMANDS[parser.parse_args().what]()


if __name__ == "__main__":
    sys.exit(main())
