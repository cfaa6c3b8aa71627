"""Put known defects into a copy of the package, one at a time, and see the tests that guard against them fail.

    python benchmarks/mutations.py [--only WORDS]

Exit code 0: every guard passed on the sound copy, and failed on every defect. Takes some minutes.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import defects_in_time, defects_pairs, defects_physics, defects_runs  # noqa: E402
from benchmarks.defect import Defect  # noqa: E402

TABLE = (*defects_physics.TABLE, *defects_runs.TABLE, *defects_in_time.TABLE, *defects_pairs.TABLE)

COPIED = ("rfa_model", "tests", "meshes", "scenarios", "benchmarks", "docs", "pyproject.toml", "README.md")
FAILED, PASSED = 1, 0
"""Exit codes of pytest."""
BROKEN = re.compile(r"^E +(?:(?:Name|Attribute|Type|Syntax|Import)Error\b|.*(?:TimeoutExpired|TIMED OUT)).*", re.M)
"""What a defect must not be noticed by: code that does not run, or not in time, says nothing about the tests."""


def copy_of(root: Path, into: Path) -> Path:
    """Copy what the tests need."""
    for name in COPIED:
        if (root / name).is_dir():
            shutil.copytree(root / name, into / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif (root / name).exists():
            shutil.copy2(root / name, into / name)
    return into


def run(folder: Path, guards: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run tests in a copy, with the copy's package and a mesh cache of its own."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        "XDG_CACHE_HOME": str(folder / "cache"),
    }
    command = [sys.executable, "-m", "pytest", "-q", "-n0", "-m", "", "-p", "no:cacheprovider", *guards]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def check_isolation(folder: Path) -> None:
    """Break the copy beyond use and see that its tests notice, and not those of an installed package."""
    file = folder / "rfa_model" / "errors.py"
    sound = file.read_text()
    file.write_text("raise RuntimeError('the copy is what is imported')\n")
    done = run(folder, ["tests/unit/metrics/test_sampling.py"])
    file.write_text(sound)
    if done.returncode in (FAILED, PASSED) or "the copy is what is imported" not in done.stdout + done.stderr:
        raise RuntimeError(f"the tests do not import the copy's package:\n{done.stdout}{done.stderr}")


def unmoved(folder: Path, defect: Defect) -> tuple[list[str], str]:
    """Put one defect in, run its guards, take it out; the guards that did not notice, what pytest printed."""
    file = folder / defect.file
    sound = file.read_text()
    file.write_text(defect.put_into(sound))
    try:
        done = run(folder, defect.guards)
    finally:
        file.write_text(sound)
    if (broken := BROKEN.search(done.stdout)) is not None:
        return list(defect.guards), f"not a verdict: {broken.group()}"
    noticed = re.findall(r"^(?:FAILED|ERROR) (\S+?::[^\s\[]+)", done.stdout, re.M)
    return [guard for guard in defect.guards if guard not in noticed], done.stdout[-3000:] + done.stderr[-1000:]


def main(argv: Sequence[str] | None = None) -> int:
    """Run all mutations, or those whose name contains some words; print a table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only", default="", metavar="WORDS", help="only defects whose name contains these")
    args = options.parse_args(argv)
    chosen = [defect for defect in TABLE if args.only in defect.name]
    if not chosen:
        options.error(f"no defect is called '{args.only}'")
    for defect in TABLE:
        defect.put_into((ROOT / defect.file).read_text())
    with tempfile.TemporaryDirectory(prefix="rfa-mutations-") as name:
        folder = copy_of(ROOT, Path(name))
        check_isolation(folder)
        sound = run(folder, sorted({guard for defect in chosen for guard in defect.guards}))
        if sound.returncode != PASSED:
            print(sound.stdout[-5000:], sound.stderr[-2000:], sep="\n")
            print("the guards do not pass on the sound copy")
            return 1
        survived = 0
        print("| defect | file | verdict | s |\n|---|---|---|---|", flush=True)
        for defect in chosen:
            clock = time.perf_counter()
            blind, printed = unmoved(folder, defect)
            survived += bool(blind)
            word = "SURVIVED" if blind else "caught"
            print(f"| {defect.name} | {defect.file} | {word} | {time.perf_counter() - clock:.0f} |", flush=True)
            if blind:
                print(printed, *(f"did not notice: {guard}" for guard in blind), sep="\n", flush=True)
    print(f"\n{len(chosen) - survived} of {len(chosen)} defects caught")
    return int(survived > 0)


if __name__ == "__main__":
    sys.exit(main())
