"""The command line, ``rfa-model``: a module per verb. Heavy imports happen inside the verb that needs them."""

from rfa_model.cli.command_line import main, parser

__all__ = ["main", "parser"]
