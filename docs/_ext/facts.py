"""Numbers of the equations and the solver that stand in the code, taken from there: ``{{ name }}`` in a page."""

import inspect
from dataclasses import fields
from typing import Any

from _ext.markdown import number

from rfa_model._markdown import table


def facts() -> dict[str, str]:
    """Name -> text."""
    from rfa_model.generator.controllers import IdealControl
    from rfa_model.laws import REFERENCE_TEMPERATURE_C
    from rfa_model.laws.damage import REFUSED_ABOVE, SAID_ABOVE
    from rfa_model.laws.perfusion import SHUTDOWN_WIDTH
    from rfa_model.meshing.generate import MIN_QUALITY
    from rfa_model.metrics.curves import RING_POINTS, SPACING_MM
    from rfa_model.physics.materials import SAMPLES
    from rfa_model.placement.clearance import BONE_TOLERANCE_MM, LONGEST_MM
    from rfa_model.scenario import Body, Numerics
    from rfa_model.solver.stage import (
        CAUTION,
        FOLLOWED_ITERATIONS,
        LEAST_RATE,
        PLAIN_ITERATIONS,
        SETTLED_SHARE,
        StageSolver,
    )
    from rfa_model.solver.stepping import GAMMA, GROWTH, StepSize
    from rfa_model.solver.transient import BOILING_SHARE, BOILING_STEP_S, CONDENSING_SHARE, CUT_OFF_SHARE
    from rfa_model.solver.unit_heat import MISSED
    from rfa_model.solver.unit_potential import CARRIED_PER_C, KEPT_LAG, RTOL, RTOL_OF_STUDIES, UnitPotential

    numerics, body = Numerics(), Body()
    found: dict[str, Any] = {
        "reference_temperature_C": REFERENCE_TEMPERATURE_C,
        "perfusion_width": SHUTDOWN_WIDTH,
        "body_temperature_C": body.temperature_C,
        "rest_said": SAID_ABOVE,
        "rest_refused": REFUSED_ABOVE,
        "ideal_interval_s": _default(IdealControl, "interval_s"),
        "boiling_step_s": BOILING_STEP_S,
        "boiling_percent": round(100.0 * BOILING_SHARE),
        "condensing_percent": round(100.0 * CONDENSING_SHARE),
        "settled_percent": round(100.0 * SETTLED_SHARE),
        "caution": CAUTION,
        "missed_percent": round(100.0 * MISSED),
        "least_rate": LEAST_RATE,
        "plain_iterations": PLAIN_ITERATIONS,
        "kept_percent": round(100.0 * KEPT_LAG),
        "carried_percent": round(100.0 * CARRIED_PER_C),
        "rtol_of_studies": RTOL_OF_STUDIES,
        "rtol": RTOL,
        "cut_off_percent": round(100.0 * CUT_OFF_SHARE),
        "followed_iterations": FOLLOWED_ITERATIONS,
        "max_iterations": _default(StageSolver, "max_iterations"),
        "gamma": round(float(GAMMA), 6),
        "step_safety": _default(StepSize, "safety"),
        "step_growth": GROWTH["standard"],
        "predictive_growth": GROWTH["predictive"],
        "min_step_s": _default(StepSize, "min_s"),
        "time_tolerance_C": numerics.time_tolerance_C,
        "initial_step_s": numerics.initial_step_s,
        "max_step_s": numerics.max_step_s,
        "domain_radius_mm": numerics.domain_radius_mm,
        "sigma_tolerance": inspect.signature(UnitPotential).parameters["tolerance"].default,
        "min_quality": MIN_QUALITY,
        "fraction_samples": len(SAMPLES),
        "ring_points": RING_POINTS,
        "nerve_spacing_mm": SPACING_MM,
        "longest_mm": LONGEST_MM,
        "bone_tolerance_mm": BONE_TOLERANCE_MM,
    }
    return {name: number(value) for name, value in found.items()}


def code_numbers() -> str:
    """Constants of the physics that have no entry in the library's tables."""
    known = facts()
    rows = [
        ("temperature at which tissue values hold", known["reference_temperature_C"], "°C", "`laws/law.py`"),
        ("body and blood temperature, default", known["body_temperature_C"], "°C", "`scenario/settings.py`"),
        ("width of the perfusion's fall in ln Ω", known["perfusion_width"], "–", "`laws/perfusion.py`"),
        ("shortest interval of the ideal controller", known["ideal_interval_s"], "s", "`generator/controllers.py`"),
    ]
    return table(("quantity", "value", "unit", "stands in"), rows)


def resolutions() -> str:
    """Mesh sizes of each resolution."""
    from rfa_model.applicators.cell_sizes import MeshSizes
    from rfa_model.meshing.sizes import RESOLUTIONS

    names = [field.name for field in fields(MeshSizes)]
    rows = [
        (f"`{name}`", *(number(getattr(sizes, key)) for sizes in RESOLUTIONS.values()))
        for name, key in zip(names, names, strict=True)
    ]
    return table(("size", *RESOLUTIONS), rows)


def _default(cls: type, name: str) -> Any:
    return next(field.default for field in fields(cls) if field.name == name)
