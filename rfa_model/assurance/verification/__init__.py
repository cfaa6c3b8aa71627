"""Are the equations solved right: exact solutions, rates and balances, run by ``rfa-model verify``."""
