"""A defect to put into a copy of the package, and the tests that must notice."""

from dataclasses import dataclass

META = "tests/scenarios/test_metamorphic.py::"
FRAMES = "tests/scenarios/test_frames.py::"
DEFECTS = "tests/scenarios/test_defects.py::"
GENERATOR = "tests/scenarios/test_generator.py::"
BALANCES = "tests/scenarios/test_balances.py::"
WORKSPACE = "tests/scenarios/test_workspace.py::"
UNIT = "tests/unit/"


@dataclass(frozen=True)
class Defect:
    """``old`` stands exactly once in ``file`` and becomes ``new``; every test of ``guards`` must then fail.

    A guard names a test without its parameters; one failing parameter is enough.
    """

    name: str
    file: str
    old: str
    new: str
    guards: tuple[str, ...]

    def put_into(self, text: str) -> str:
        """Return the file's text with the defect.

        Raises
        ------
        ValueError
            If the text to replace does not stand there exactly once: the table has to follow the code.
        """
        count = text.count(self.old)
        if count != 1:
            raise ValueError(f"{self.name}: found {count} times in {self.file}, expected once: {self.old!r}")
        return text.replace(self.old, self.new)
