"""Text of ``rfa-model list``."""

from collections.abc import Callable

from rfa_model._shipped import shipped_scenarios
from rfa_model.library.tables import aligned, criterion_table, probe_table, tissue_table


def scenario_table() -> str:
    """Shipped scenarios: name, arms, title."""
    from rfa_model.scenario import load_scenario

    rows = [["scenario", "arms", "title"]]
    for name, path in shipped_scenarios().items():
        scenario = load_scenario(path)
        rows.append([name, ", ".join(scenario.arms), scenario.title])
    return aligned(rows)


TABLES: dict[str, Callable[[], str]] = {
    "probes": probe_table,
    "tissues": tissue_table,
    "scenarios": scenario_table,
    "criteria": criterion_table,
}
