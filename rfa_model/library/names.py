"""Names of library entries as field types: unknown ones are refused with a near match."""

from typing import Annotated

from rfa_model._near import near_match
from rfa_model.applicators.choice import APPLICATORS
from rfa_model.applicators.known_probes import known_probes
from rfa_model.applicators.needle import Probe
from rfa_model.applicators.pair import Pair as Pair  # registers it
from rfa_model.applicators.protruding import Protruding as Protruding  # registers it
from rfa_model.applicators.side_exposed import SideExposed as SideExposed  # registers it
from rfa_model.applicators.tined import Tined as Tined  # registers it
from rfa_model.errors import InputError
from rfa_model.laws import DAMAGE_LAWS, DamageBase
from rfa_model.library import load
from rfa_model.registry import Named, NameOr, UnderKind


def find_probe(name: str) -> Probe:
    """The library's probe; InputError with the near match if there is none."""
    known = known_probes()
    if name not in known:
        raise InputError(f"unknown probe '{name}', expected one of {', '.join(known)}{near_match(name, known)}")
    return known[name]


TissueName = Annotated[str, Named("tissue", load.tissues)]
CRITERION_NAMES = Named("criterion", load.criteria)
PROBE_CHOICE = NameOr(Named("probe", known_probes), APPLICATORS)
APPLICATOR_CHOICE = UnderKind(APPLICATORS)
DamageChoice = Annotated[str | DamageBase, NameOr(Named("damage law", load.damage_laws), DAMAGE_LAWS)]
