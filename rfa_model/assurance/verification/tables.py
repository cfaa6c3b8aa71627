"""Verification results as text: the same rows for the terminal and for the page."""

from collections.abc import Iterable, Sequence

from rfa_model.assurance.verification.case import Found
from rfa_model.assurance.verification.outcome import Check, Convergence
from rfa_model.library.tables import aligned

CHECK_HEAD = ("quantity", "exact", "computed", "error", "tolerance", "")
CONVERGENCE_HEAD = ("quantity", "sizes", "errors", "order", "at least", "")
_BOUND = {"at least": "≥ ", "at most": "≤ "}


def check_row(check: Check) -> tuple[str, ...]:
    """Cells of one check, as in ``CHECK_HEAD``."""
    unit = f" {check.unit}" if check.unit else ""
    bound = check.kind in _BOUND
    error, tolerance = (
        (f"{100.0 * check.error:+.3g} %", f"{100.0 * check.tolerance:.3g} %")
        if check.kind == "relative"
        else (f"{check.error:+.3g}{unit}", "" if bound else f"{check.tolerance:.3g}{unit}")
    )
    exact = f"{_BOUND.get(check.kind, '')}{check.exact:.6g}{unit}"
    return (check.quantity, exact, f"{check.computed:.6g}{unit}", error, tolerance, mark(check.passed))


def convergence_row(one: Convergence) -> tuple[str, ...]:
    """Cells of one convergence study, as in ``CONVERGENCE_HEAD``."""
    sizes = ", ".join(f"{size:.3g}" for size in one.sizes)
    errors = ", ".join(f"{error:.2g}" for error in one.errors)
    return (
        one.quantity,
        f"{one.size_label} {sizes} {one.size_unit}",
        f"{errors} {one.error_unit}",
        f"{one.order:.2f}",
        f"{one.least_order:g}",
        mark(one.passed),
    )


def mark(passed: bool) -> str:
    """One word for a verdict."""
    return "ok" if passed else "FAILED"


def tables(found: Sequence[Found]) -> str:
    """Every check and every order of the given cases, with what stopped a case, and a closing line."""
    checks = [(one.case.name, *check_row(check)) for one in found for check in one.outcome.checks]
    orders = [(one.case.name, *convergence_row(study)) for one in found for study in one.outcome.convergences]
    blocks = []
    for title, head, rows in (
        ("Beside exact values", CHECK_HEAD, checks),
        ("Orders of convergence", CONVERGENCE_HEAD, orders),
    ):
        if rows:
            blocks.append(f"{title}\n" + aligned(_without_repeats([("case", *head), *rows])))
    blocks += [f"{one.case.name} was stopped:\n{one.failure}" for one in found if one.failure]
    blocks.append(closing(found))
    return "\n\n".join(blocks)


def closing(found: Sequence[Found]) -> str:
    """How many cases, checks and orders hold, and the names of the cases that do not."""
    checks = [check.passed for one in found for check in one.outcome.checks]
    orders = [study.passed for one in found for study in one.outcome.convergences]
    failed = [one.case.name for one in found if not one.passed]
    text = (
        f"{len(found) - len(failed)} of {len(found)} cases, {sum(checks)} of {len(checks)} checks and "
        f"{sum(orders)} of {len(orders)} orders hold"
    )
    return text + (f"; failed: {', '.join(failed)}" if failed else "")


def _without_repeats(rows: Iterable[Sequence[str]]) -> list[list[str]]:
    """Name a case once, on its first row."""
    shown, last = [], None
    for row in rows:
        shown.append(["" if row[0] == last else row[0], *row[1:]])
        last = row[0]
    return shown
