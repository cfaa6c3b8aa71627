"""Kinds of things a scenario chooses from: ours, and those other packages add by entry points."""

from rfa_model.registry.choice import Choice, Kinds, Only
from rfa_model.registry.keyed import Keyed
from rfa_model.registry.registered import Registered
from rfa_model.registry.registry import Registry

__all__ = ["Choice", "Keyed", "Kinds", "Only", "Registered", "Registry"]
