"""Kinds of things a scenario chooses from: ours, and those other packages add by entry points."""

from rfa_model.registry.choice import Choice, Kinds, Only
from rfa_model.registry.keyed import Keyed
from rfa_model.registry.named import Named, NameOr
from rfa_model.registry.registered import Registered
from rfa_model.registry.registry import Registry
from rfa_model.registry.under_kind import UnderKind

__all__ = ["Choice", "Keyed", "Kinds", "NameOr", "Named", "Only", "Registered", "Registry", "UnderKind"]
