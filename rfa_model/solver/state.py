"""What a transient carries from step to step, and what it reports."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rfa_model.physics.bioheat import Flows

Array = NDArray[np.float64]


@dataclass
class State:
    """Nodal fields (process-local, ghosts included) at one time.

    Attributes
    ----------
    time_s : float
    temperature_C, damage, cem43_min, peak_temperature_C : arrays
    slope_C_per_s : array or None
        dT/dt, None right after a kink of the protocol.
    damage_states : (states, n) array or None
        Of a damage law that has states of its own.
    """

    time_s: float
    temperature_C: Array
    damage: Array
    cem43_min: Array
    peak_temperature_C: Array
    slope_C_per_s: Array | None = None
    damage_states: Array | None = None

    @classmethod
    def at_rest(cls, temperature_C: Array) -> "State":
        """Return the state before anything happens."""
        zero = np.zeros_like(temperature_C)
        return cls(0.0, temperature_C.copy(), zero.copy(), zero.copy(), temperature_C.copy())


@dataclass(frozen=True)
class Stage:
    """One converged implicit stage.

    Attributes
    ----------
    temperature_C, slope_C_per_s : arrays
        Nodal temperature and its time derivative.
    V2, power_W, heat_in_W : float
        Square of the RMS voltage; the generator's power; its part inside the mesh.
    outflow_W : float
        Heat leaving through the outer boundary.
    flows : Flows
        Other heat flows of this process's cells.
    """

    temperature_C: Array
    slope_C_per_s: Array
    V2: float
    power_W: float
    heat_in_W: float
    outflow_W: float
    flows: Flows


@dataclass
class Totals:
    """Running counters of a transient.

    ``conductivity_lag`` is the largest |σ(T)/σ − 1| at the end of any step under power, σ being what the step's
    current heated: how far current and temperature were apart where tissue dries; ``conductivity_lag_at_s`` is when.
    """

    energy_J: float = 0.0
    steps: int = 0
    conductivity_lag: float = 0.0
    conductivity_lag_at_s: float = 0.0
