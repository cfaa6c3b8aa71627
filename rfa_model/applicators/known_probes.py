"""The needles of the library's table, as models."""

from functools import cache

from rfa_model.applicators.needle import Cannula, Cooling, Probe, Solid
from rfa_model.sourced import table, with_sources


@cache
def known_probes() -> dict[str, Probe]:
    """Probes by name; not to be changed."""
    data = table("probes")
    solids = {name: with_sources(Solid, row) for name, row in data["materials"].items()}
    coolings = {name: with_sources(Cooling, row) for name, row in data["cooling"].items()}
    cannulas = {name: with_sources(Cannula, row) for name, row in data["cannulas"].items()}
    found = {}
    for name, row in data["probes"].items():
        parts = {
            "metal": solids[row["metal"]],
            "sleeve": solids[row["sleeve"]],
            "cannula": cannulas[row["cannula"]] if "cannula" in row else None,
            "cooling": coolings[row["cooling"]] if "cooling" in row else None,
        }
        found[name] = with_sources(Probe, row, name=name, **parts)
    return found


def probe_of(choice: str | Probe) -> Probe:
    """Return what a name of the table stands for; a model stands for itself."""
    return known_probes()[choice] if isinstance(choice, str) else choice
