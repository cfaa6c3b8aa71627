"""What a law of damage does to tissue that nothing heats: a law that harms it says little of what heat does."""

import numpy as np

from rfa_model.physics.damage import CellDeathLaw, DamageLaw, StepCurve, advanced


def damage_at_rest(law: DamageLaw | CellDeathLaw, body_temperature_C: float, duration_s: float) -> float:
    """Return Ω of tissue that stays at body temperature, °C, as long as a protocol lasts."""
    T = np.array([float(body_temperature_C)])
    damage, _ = advanced(law, np.zeros(1), None, StepCurve(T, T, np.zeros(1), duration_s))
    return float(damage[0])
