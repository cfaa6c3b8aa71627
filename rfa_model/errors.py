"""What can go wrong, by who can mend it: the user (input) or the model (solve)."""


class RfaModelError(Exception):
    """Base of every error this package raises on purpose."""

    exit_code = 1


class InputError(RfaModelError):
    """The scenario, an argument or a file is wrong; the message says which and how to mend it (exit code 2)."""

    exit_code = 2


class SolveError(RfaModelError):
    """The physics or a solver failed; the message names the arm, the time and the cure (exit code 3)."""

    exit_code = 3
