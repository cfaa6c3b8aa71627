"""How far a result can be trusted: numerical uncertainty and sensitivity, run by ``rfa-model study``."""
