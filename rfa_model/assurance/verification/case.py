"""One verification case (an exact solution, a rate or a balance that the code has to meet) and what it found."""

from collections.abc import Callable
from dataclasses import dataclass

from rfa_model.assurance.verification.outcome import CaseOutcome


@dataclass(frozen=True)
class Case:
    """A name, a title and a function that solves.

    Parameters
    ----------
    name : str
        Unique, with hyphens; variants of one case share the part before the colon (``theorem:cooled_17g_4mm``).
    group : str
        Heading in the report.
    title : str
        What is compared, in a line.
    maths : str
        The exact solution, as Markdown with LaTeX between dollar signs.
    run : callable
        ``run(quick)``, a function of a module or a partial of one, for it travels between processes; ``quick`` may
        take fewer or coarser meshes, never wider tolerances for the same mesh.
    quick : bool
        Whether ``verify --quick`` runs it at all.
    """

    name: str
    group: str
    title: str
    maths: str
    run: Callable[[bool], CaseOutcome]
    quick: bool = True


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
