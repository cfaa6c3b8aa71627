"""The voltage of every contact for 1 V of the generator, from the conductances among the contacts.

The electric problem is linear: contacts at V carry the currents I = G·V. A drive gives some voltages and lets the
others float: what floats takes the voltage at which no net current leaves it. The dispersive pad is far away, at 0 V.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rfa_model.errors import InputError

Array = NDArray[np.float64]


class Drive(Protocol):
    """How a generator is joined to the contacts of an applicator."""

    def uses_conductance(self, contacts: Sequence[str]) -> bool:
        """Whether the voltages depend on the conductances; if not, one solution with all contacts will do."""
        ...

    def pattern(self, contacts: Sequence[str], conductance_S: Array) -> Array:
        """Return the voltage of every contact.

        Parameters
        ----------
        contacts : sequence of str
            Names of the n contacts.
        conductance_S : (n, n) array
            Entry i, j is the current out of contact i for 1 V on contact j; NaN if :meth:`uses_conductance` says no.

        Returns
        -------
        (n,) array
            Volts per volt of the generator.

        Raises
        ------
        InputError
            If the drive names a contact that is not there.
        """
        ...


@dataclass(frozen=True)
class Monopolar:
    """Contacts at the generator's voltage against the pad; the others float.

    Attributes
    ----------
    live : tuple of str
        The contacts that are joined to the generator; none named means all.
    """

    live: tuple[str, ...] = ()

    def uses_conductance(self, contacts: Sequence[str]) -> bool:
        """Only where a contact floats."""
        return bool(set(contacts) - set(self.live or contacts))

    def pattern(self, contacts: Sequence[str], conductance_S: Array) -> Array:
        """Return 1 for live contacts and what floating ones come to."""
        live = _marks(self.live or contacts, contacts)
        return settled(conductance_S, live, _singles(live == 0.0))


@dataclass(frozen=True)
class Bipolar:
    """The generator between two contacts (or two groups of contacts), nothing through the pad; the others float.

    Attributes
    ----------
    source, sink : tuple of str
        What is at the generator's one pole and at the other.
    """

    source: tuple[str, ...]
    sink: tuple[str, ...]

    def __post_init__(self) -> None:
        if isinstance(self.source, str) or isinstance(self.sink, str):  # whose letters would be taken for contacts
            raise InputError("a bipolar drive takes tuples of contacts, Bipolar(('left_tip',), ('right_tip',))")
        if not self.source or not self.sink or set(self.source) & set(self.sink):
            raise InputError(
                f"a bipolar drive needs a source and a sink that share no contact, not {self.source} and {self.sink}"
            )

    def uses_conductance(self, contacts: Sequence[str]) -> bool:
        """Always: it is the conductances that say how the volt divides between the two."""
        return True

    def pattern(self, contacts: Sequence[str], conductance_S: Array) -> Array:
        """Return voltages 1 V apart whose currents cancel."""
        source, sink = _marks(self.source, contacts), _marks(self.sink, contacts)
        both = source + sink
        return settled(conductance_S, source, np.vstack([both, _singles(both == 0.0)]))


@dataclass(frozen=True)
class Separate:
    """Every contact against the pad by a generator of its own, all of one frequency and in phase."""

    def uses_conductance(self, contacts: Sequence[str]) -> bool:
        """Always: their voltages differ from moment to moment."""
        return True

    def pattern(self, contacts: Sequence[str], conductance_S: Array) -> Array:
        """Return equal voltages: what holds until each generator has found its own."""
        return np.ones(len(contacts))


def settled(conductance_S: Array, given_V: Array, floating: Array) -> Array:
    """Return ``given_V`` with each floating group raised by a voltage of its own, so that no net current leaves it.

    With the groups as rows of Z: Z·G·(v + Zᵀq) = 0 for q. This is also the least power among all q.

    Parameters
    ----------
    conductance_S : (n, n) array
        Not looked at if nothing floats.
    given_V : (n,) array
    floating : (groups, n) array
        1 for the contacts of a group, 0 elsewhere.
    """
    if not len(floating):
        return given_V
    by_group = floating @ conductance_S
    raised: Array = np.linalg.solve(by_group @ floating.T, -by_group @ given_V)
    return given_V + raised @ floating


def _marks(names: Sequence[str], contacts: Sequence[str]) -> Array:
    unknown = [name for name in names if name not in contacts]
    if unknown:
        raise InputError(f"the applicator has no contact '{unknown[0]}'; its contacts are {', '.join(contacts)}")
    return np.array([float(contact in names) for contact in contacts])


def _singles(which: NDArray[np.bool_]) -> Array:
    return np.eye(len(which))[which]
