"""Pulses: one by one beside exact exponentials, their mean, ceilings, and field and spike about a sphere."""

import numpy as np
from numpy.typing import NDArray

from rfa_model.assurance.verification.case import Case
from rfa_model.assurance.verification.outcome import CaseOutcome, Check
from rfa_model.assurance.verification.tools.bioheat import SIGMA, UNLIMITED, muscle_tables
from rfa_model.assurance.verification.tools.block import Block
from rfa_model.assurance.verification.tools.shells import electrode_current, sphere_electrode
from rfa_model.assurance.verification.tools.short_arm import short_arm
from rfa_model.generator import Pulsed, phase_runs
from rfa_model.metrics.data import FieldSeries, PulseFields
from rfa_model.metrics.field import PulseField
from rfa_model.results.reader import ArmResults
from rfa_model.solver.gather import VTK_ORDER
from rfa_model.solver.stepping import StepSize

Array = NDArray[np.float64]
GROUP = "Pulses"
C, G = 1.0, 0.05
WIDTH_S, PERIOD_S, PULSES = 0.02, 0.5, 20
PEAK_V, RADIUS_MM, OUTER_MM = 45.0, 1.0, 20.0
CAPACITY_J_PER_M3K = 3.7e6
CEILING_C = 0.2
"""By how much a reading may pass a ceiling that it rises towards by several degrees a second."""
AGREE = 0.02
"""Of the rise, how far the mean pulse may be from pulses gone through one by one."""


def one_by_one(quick: bool) -> CaseOutcome:
    """A block of 1 Ω under pulses of 10 V amplitude: sawtooth, and its mean."""
    watts = 0.5 * 10.0**2
    mean_of = Pulsed(voltage_V_peak=10.0, width_ms=1e3 * WIDTH_S, rate_Hz=1.0 / PERIOD_S, duration_s=PULSES * PERIOD_S)
    resolved = mean_of.model_copy(update={"resolved_pulses": PULSES})
    times, rises, powers = Block(C, G).run(phase_runs([resolved], UNLIMITED), StepSize(0.1, 0.05, 2.0))
    theta, exact = 0.0, []
    for _ in range(PULSES):
        theta = theta * np.exp(-G / C * WIDTH_S) + watts / G * -np.expm1(-G / C * WIDTH_S)
        exact.append(theta)
        theta *= np.exp(-G / C * (PERIOD_S - WIDTH_S))
    at_end = np.array([rises[np.isclose(times, n * PERIOD_S + WIDTH_S)][0] for n in range(PULSES)])
    energy_J = float(np.diff(times) @ powers[1:])
    _, means, _ = Block(C, G).run(phase_runs([mean_of], UNLIMITED), StepSize(0.01, 0.05, 2.0))
    mean = watts * WIDTH_S / PERIOD_S / G * -np.expm1(-G / C * PULSES * PERIOD_S)
    last = times >= times[-1] - PERIOD_S - 1e-9
    over_last = float(np.trapezoid(rises[last], times[last]) / PERIOD_S)
    return CaseOutcome(
        [
            Check("θ at a pulse's end, worst", 0.0, float(np.abs(at_end - exact).max()), 1e-4, "K", "absolute"),
            Check("energy of all pulses", PULSES * WIDTH_S * watts, energy_J, 1e-6, "J"),
            Check("θ of the mean at the end", float(mean), float(means[-1]), 1e-3, "K"),
            Check("θ of pulses one by one over the last period", float(means[-1]), over_last, AGREE, "K"),
        ]
    )


def mean_of_a_needle(quick: bool) -> CaseOutcome:
    """45 V, 20 ms, 2 Hz at a 22G needle in muscle: the mean beside pulses one by one."""
    count = 40
    told: dict[str, object] = {"voltage_V_peak": PEAK_V, "width_ms": 20.0, "rate_Hz": 2.0, "duration_s": 0.5 * count}
    one_by_one: dict[str, object] = {"resolved_pulses": count}
    mean = short_arm("conventional_22g_10mm", [{"pulsed": told}])
    resolved = short_arm("conventional_22g_10mm", [{"pulsed": told | one_by_one}])
    over_last = _mean_of_last(resolved, 0.5)
    found = [Check("sensor's rise over the last period", _mean_of_last(mean, 0.5), over_last, AGREE, "K")]
    energies = [float(arm.history["energy_J"][-1]) for arm in (mean, resolved)]
    found.append(Check("energy", energies[0], energies[1], AGREE, "J"))
    return CaseOutcome(found)


def _mean_of_last(arm: ArmResults, period_s: float) -> float:
    time, rise = arm.history["time_s"], arm.history["sensor_C"] - 37.0
    at = np.linspace(time[-1] - period_s, time[-1], 401)
    return float(np.interp(at, time, rise).mean())


def ceilings(quick: bool) -> CaseOutcome:
    """Pulses that a ceiling cuts back, by voltage and by rate: the same heat, other pulses."""
    told = {"voltage_V_peak": 60.0, "width_ms": 20.0, "rate_Hz": 5.0, "ceiling_C": 42.0, "duration_s": 20.0}
    by_voltage, by_rate = (
        short_arm("conventional_22g_10mm", [{"pulsed": told | {"ceiling_by": by}}]) for by in ("voltage", "rate")
    )
    found = [
        Check(f"hottest reading, by {name}", 42.0, float(arm.history["sensor_C"].max()), CEILING_C, "°C", "absolute")
        for name, arm in (("voltage", by_voltage), ("rate", by_rate))
    ]
    energies = [float(arm.history["energy_J"][-1]) for arm in (by_voltage, by_rate)]
    found.append(Check("energy by rate beside that by voltage", energies[0], energies[1], 1e-6, "J"))
    found += [
        Check(f"amplitude of the highest pulse, by {name}", 60.0, _peak_V(arm), 1e-3, "V")
        for name, arm in (("voltage", by_voltage), ("rate", by_rate))
    ]
    return CaseOutcome(found)


def _peak_V(arm: ArmResults) -> float:
    assert arm.fields.pulse is not None
    return arm.fields.pulse.peak_V


def sphere(quick: bool) -> CaseOutcome:
    """A sphere of 1 mm at 45 V amplitude: |E| = V a/r², and the adiabatic spike from it."""
    level, tolerance = ((2, 18), 0.05) if quick else ((3, 26), 0.02)
    shells = sphere_electrode(*level, bore_mm=0.5, electrode_mm=RADIUS_MM, outer_mm=OUTER_MM)
    tables = muscle_tables(shells.mesh, 2)
    current = electrode_current(shells, tables, OUTER_MM * 1e-3)
    cells = tables.dofs[shells.tissue][:, VTK_ORDER[10]]
    points_mm = tables.V.tabulate_dof_coordinates() * 1e3
    nodal, count = np.zeros(len(points_mm)), len(cells)
    heating = 0.5 * SIGMA * WIDTH_S / CAPACITY_J_PER_M3K
    fields = FieldSeries(
        points_mm=points_mm,
        cells=cells,
        cell_region=np.zeros(count, int),
        cell_tissue=np.zeros(count, int),
        tissue_names=("muscle",),
        times_s=np.zeros(1),
        temperature_C=nodal[None],
        damage=nodal[None],
        peak_temperature_C=nodal,
        cem43_min=nodal,
        damage_final=nodal,
        unit_potential=current.potential,
        pulse=PulseFields(PEAK_V * current.potential, np.full(count, heating)),
    )
    pulse, found = PulseField(fields), CaseOutcome()
    surface_V_per_m = 1e3 * PEAK_V / RADIUS_MM
    for share in (0.5, 0.1, 0.02):
        exact = 4.0 / 3.0 * np.pi * RADIUS_MM**3 * (share**-1.5 - 1.0)
        volume = pulse.volume_mm3(pulse.field_V_per_m, share * surface_V_per_m)
        found.checks.append(
            Check(f"tissue above {share * surface_V_per_m / 1e3:g} kV/m", exact, volume, tolerance, "mm³")
        )
    spike = heating * surface_V_per_m**2
    for share in (0.25, 0.01):
        exact = 4.0 / 3.0 * np.pi * RADIUS_MM**3 * (share**-0.75 - 1.0)
        volume = pulse.volume_mm3(pulse.spike_K, share * spike)
        found.checks.append(Check(f"tissue warmed by {share * spike:.2g} K", exact, volume, tolerance, "mm³"))
    at = np.array([[0.0, 0.0, 2.0], [3.0, 0.0, 0.0], [2.0, 2.0, 1.0]])
    distance = np.linalg.norm(at, axis=1)
    exact_field = 1e3 * PEAK_V * RADIUS_MM / distance**2
    E = pulse.at(at)
    found.checks += [
        Check(f"E outwards, {r:g} mm off", float(field), float(e @ p / r), tolerance, "V/m")
        for r, p, e, field in zip(distance, at, E, exact_field, strict=True)
    ]
    return found


CASES = (
    Case(
        "pulses-one-by-one",
        GROUP,
        "Pulses gone through one by one, and their mean",
        r"""
An insulated, perfused block heated evenly, $C\dot\theta=P-G\theta$, 1 Ω: 20 pulses of 10 V amplitude, so 50 W, 20 ms at
2 Hz. Rising and falling exponentials in turn; their mean over a period is that of the mean power
$\bar P=P\tau f$, $\theta=\bar P/G\,(1-e^{-Gt/C})$.""",
        one_by_one,
    ),
    Case(
        "pulses-of-a-needle",
        GROUP,
        "The mean of pulses at a needle",
        r"""
45 V, 20 ms, 2 Hz at a 22G needle with a 10 mm tip in perfused muscle, all laws on: heat is linear in $V^2$, so the mean
of the temperature over a period is that under the mean of $V^2$, up to what $\sigma(T)$ changes within a period.""",
        mean_of_a_needle,
        quick=False,
    ),
    Case(
        "pulses-below-a-ceiling",
        GROUP,
        "Pulses below a ceiling of temperature",
        r"""
60 V, 20 ms, 5 Hz would heat far beyond 42 °C. Cut back by voltage or by rate, the sensor stays below and the heat is
the same; the highest pulse has the whole amplitude.""",
        ceilings,
    ),
    Case(
        "pulse-about-a-sphere",
        GROUP,
        "Field and spike of one pulse about a sphere",
        r"""
A sphere of radius $a=1$ mm at an amplitude of 45 V: $E=Va/r^2$, above a level within $r<\sqrt{Va/E}$. Nothing flows
away within a pulse: $\Delta T=\sigma E^2\tau/2\rho c$ with the amplitude $E$ of a sine.""",
        sphere,
    ),
)
