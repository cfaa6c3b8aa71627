"""Run verification cases over the machine's cores, print what they found, write the page."""

import fnmatch
import os
import shutil
import time
import traceback
from functools import partial
from pathlib import Path

from rfa_model.assurance.progress import spread_telling
from rfa_model.assurance.verification.case import Case, Found
from rfa_model.assurance.verification.cases import all_cases
from rfa_model.assurance.verification.outcome import CaseOutcome
from rfa_model.assurance.verification.page import write_page
from rfa_model.assurance.verification.tables import tables
from rfa_model.errors import InputError

FAILED = 3


def run_verify(
    *,
    quick: bool = False,
    patterns: tuple[str, ...] = (),
    docs: Path | None = None,
    workers: int | None = None,
    quiet: bool = False,
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
    quiet : bool
        Say nothing on stderr.

    Returns
    -------
    int
        0 if everything holds, 3 if not.

    Raises
    ------
    InputError
        If no case bears the name, or there is no C compiler.
    """
    found = run_cases(quick, patterns, workers, quiet)
    print(tables(found))
    if docs is not None:
        print(f"\n{write_page(found, docs, quick)}")
    return 0 if all(one.passed for one in found) else FAILED


def run_cases(
    quick: bool, patterns: tuple[str, ...] = (), workers: int | None = None, quiet: bool = False
) -> list[Found]:
    """Return what the chosen cases found, in the order of the report; a case that raises is one that failed."""
    require_compiler()
    names = list(_chosen(quick, patterns))
    done = dict(spread_telling(partial(run_case, quick=quick), names, workers, _line, quiet))
    return [done[name] for name in names]


def run_case(name: str, quick: bool) -> Found:
    """Run one case by name; what stops it is part of what is found."""
    case, began = all_cases()[name], time.process_time()
    try:
        outcome, failure = case.run(quick), None
    except Exception:
        outcome, failure = CaseOutcome(), traceback.format_exc()
    return Found(case, outcome, failure, time.process_time() - began)


def _line(name: str, found: Found) -> str:
    return f"{name}: {'ok' if found.passed else 'FAILED'} in {found.cpu_s:.1f} s"


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
