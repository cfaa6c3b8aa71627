"""Every verification case, in the order of the report."""

from importlib import import_module

from rfa_model.assurance.verification.case import Case

# A module with CASES, a tuple of Case.
MODULES = (
    "theorem",
    "electrodes",
    "contacts",
    "pairs",
    "own_electrodes",
    "perfused_sphere",
    "transients",
    "vaporisation",
    "classical",
    "manufactured",
    "time_order",
    "controllers",
    "phases",
    "pulses",
    "modes",
    "sensor_tube",
    "cut_off",
    "damage",
    "interface",
    "balances",
)


def all_cases() -> dict[str, Case]:
    """Cases by name."""
    found = [case for module in MODULES for case in import_module(f"{__name__}.{module}").CASES]
    names = [case.name for case in found]
    if len(set(names)) != len(names):
        raise ValueError("two verification cases share a name")
    return dict(zip(names, found, strict=True))
