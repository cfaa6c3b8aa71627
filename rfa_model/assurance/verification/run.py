"""Run verification cases over the machine's cores, print what they found, write the page."""

import fnmatch
import os
import shutil
import sys
import time
import traceback
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rfa_model.assurance.verification.case import Case
from rfa_model.assurance.verification.cases import all_cases
from rfa_model.assurance.verification.outcome import CaseOutcome
from rfa_model.errors import InputError
from rfa_model.parallel.workers import spread

FAILED = 3


@dataclass(frozen=True)
class Found:
    """A case's outcome, or the traceback of what stopped it."""

    case: Case
    outcome: CaseOutcome
    failure: str | None
    cpu_s: float

    @property
    def passed(self) -> bool:
        """Whether the case ran to its end and all of it holds."""
        return self.failure is None and self.outcome.passed


def run_verify(
    *, quick: bool = False, patterns: tuple[str, ...] = (), docs: Path | None = None, workers: int | None = None
) -> int:
    """Run cases and print their tables; the command line's ``verify``.

    Parameters
    ----------
    quick : bool
        Fewer and coarser meshes.
    patterns : tuple of str
        Shell patterns of case names; all if empty.
    docs : Path or None
        Folder to write ``verification.md`` and its figures to.

    Returns
    -------
    int
        0 if everything holds, 3 if not.

    Raises
    ------
    InputError
        If no case bears the name, or there is no C compiler.
    """
    from rfa_model.assurance.verification.page import write_page
    from rfa_model.assurance.verification.tables import tables

    found = run_cases(quick, patterns, workers, tell=True)
    print(tables(found))
    if docs is not None:
        print(f"\n{write_page(found, docs, quick)}")
    return 0 if all(one.passed for one in found) else FAILED


def run_cases(
    quick: bool, patterns: tuple[str, ...] = (), workers: int | None = None, tell: bool = False
) -> list[Found]:
    """Return what the chosen cases found, in the order of the report; a case that raises is one that failed."""
    require_compiler()
    cases = _chosen(quick, patterns)
    began, done = time.perf_counter(), {}
    for name, found in spread(partial(run_case, quick=quick), list(cases), workers):
        outcome, failure, cpu_s = found
        done[name] = Found(cases[name], outcome, failure, cpu_s)
        if tell:
            verdict = "ok" if done[name].passed else "FAILED"
            elapsed = time.perf_counter() - began
            print(f"{name}: {verdict} in {cpu_s:.1f} s [{len(done)} of {len(cases)}, {elapsed:.0f} s]", file=sys.stderr)
    return [done[name] for name in cases]


def run_case(name: str, quick: bool) -> tuple[CaseOutcome, str | None, float]:
    """Run one case by name: its outcome, the traceback if it was stopped, and the processor's time in seconds."""
    began = time.process_time()
    try:
        outcome, failure = all_cases()[name].run(quick), None
    except Exception:
        outcome, failure = CaseOutcome(), traceback.format_exc()
    return outcome, failure, time.process_time() - began


def require_compiler() -> None:
    """Raise InputError where there is no C compiler: some exact solutions are integrated by compiled forms."""
    if not any(shutil.which(name) for name in (os.environ.get("CC", "cc"), "cc", "gcc")):
        raise InputError(
            "verify needs a C compiler for DOLFINx's forms: install gcc (Debian: apt install gcc libc6-dev)"
        )


def _chosen(quick: bool, patterns: tuple[str, ...]) -> dict[str, Case]:
    cases = {name: case for name, case in all_cases().items() if case.quick or not quick}
    if not patterns:
        return cases
    for pattern in patterns:
        if not fnmatch.filter(cases, pattern):
            raise InputError(f"no verification case is called '{pattern}', expected one of {', '.join(cases)}")
    return {name: case for name, case in cases.items() if any(fnmatch.fnmatch(name, p) for p in patterns)}
