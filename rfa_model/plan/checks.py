"""What a run would refuse before, or only after, it has been solved: asked here before anything is begun."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rfa_model.anatomy import Anatomy
from rfa_model.applicators.applicator import Applicator
from rfa_model.applicators.labels import labels_of
from rfa_model.applicators.pose import Pose
from rfa_model.errors import InputError
from rfa_model.laws.damage import REFUSED_ABOVE
from rfa_model.meshing import check_domain
from rfa_model.metrics.curves import sample_curve
from rfa_model.parallel.workers import under_mpiexec
from rfa_model.physics.rest import damage_at_rest
from rfa_model.placement import place
from rfa_model.placement.clearance import check_clearance
from rfa_model.scenario import Scenario

# The sphere's facets lie inside it: by this share of its radius at the coarsest resolution, rounded up.
SAGITTA = 0.02
# Of resting tissue, at the end of a protocol.
LEAST_PERFUSION = 0.999


def buildable(scenario: Scenario, arm: str) -> Applicator:
    """Return an arm's probe as an applicator; InputError if it has none, or no room in its sphere."""
    probe = scenario.resolved_probe(arm)
    where = ".".join(map(str, ("arms", arm, *scenario.arms[arm].chosen_at)))
    try:
        applicator = probe.applicator()
    except (InputError, ValueError) as error:
        raise InputError(f"{where}: {error}") from error
    try:
        check_domain(applicator, scenario.numerics.domain_radius_mm)
    except InputError as error:
        raise InputError(f"{where}: numerics.{error}") from error
    return applicator


def placed(scenario: Scenario, arm: str, applicator: Applicator, anatomy: Anatomy) -> Pose:
    """Return an arm's pose; InputError if its needle cannot lie there."""
    try:
        return place(applicator, scenario.arms[arm].placement, anatomy, scenario.numerics.domain_radius_mm)
    except InputError as error:
        reason = str(error).removeprefix("placement: ")
        raise InputError(f"arms.{arm}.placement: {reason}") from error


def placed_in_turn(scenario: Scenario, arm: str, applicator: Applicator, anatomy: Anatomy) -> list[Pose]:
    """Return the pose of every lesion of an arm; InputError, which says whose, if the needle cannot lie there."""
    words, radius_mm = scenario.arms[arm], scenario.numerics.domain_radius_mm
    if not words.is_in_turn:
        return [placed(scenario, arm, applicator, anatomy)]
    if under_mpiexec() and len(words.lesions) > 1:
        key = "pull_back" if words.pull_back else "sequence"
        raise InputError(
            f"arms.{arm}.{key}: several lesions in turn are solved by one process; run this arm without mpiexec"
        )
    poses: list[Pose] = []
    for index, lesion in enumerate(words.lesions):
        own = words.sequence is not None and words.sequence[index].placement is not None
        key = f"sequence[{index}].placement" if own else "pull_back" if words.pull_back else "placement"
        where = f"arms.{arm}.{key}"
        try:
            pose = place(applicator, lesion.placement, anatomy, radius_mm)
            if words.pull_back is not None and lesion.steps_back:
                way = pose.axis if words.pull_back.along == "needle" else np.asarray(anatomy.target.tangent)
                moved = pose.translation_mm + lesion.steps_back * words.pull_back.step_mm * way
                pose = Pose(pose.rotation, moved)
                check_clearance(pose, applicator, anatomy, lesion.placement.allow_inside_bone, radius_mm)
        except InputError as error:
            raise InputError(f"{where}: lesion {index + 1}: {str(error).removeprefix('placement: ')}") from error
        poses.append(pose)
    return poses


def check_nerves(scenario: Scenario, arm: str, applicator: Applicator, poses: Sequence[Pose], anatomy: Anatomy) -> None:
    """Raise InputError if the target segment of a nerve leaves the spheres about the contacts' middles in all poses."""
    radius_mm = scenario.numerics.domain_radius_mm
    centres = np.array([pose.to_patient(applicator.centre_mm) for pose in poses])
    for nerve in anatomy.nerves.values():
        curve = sample_curve(nerve)
        sections = curve.sections_mm[curve.in_segment].reshape(-1, 3)
        away = np.linalg.norm(sections[:, None] - centres, axis=2).min(axis=1)
        farthest = float(away.max())
        if farthest > (1.0 - SAGITTA) * radius_mm:
            needed = np.ceil(farthest / (1.0 - SAGITTA))
            raise InputError(
                f"arms.{arm}.placement: the target segment of nerve '{nerve.name}' reaches {farthest:.1f} mm from the "
                f"middle of the {labels_of(applicator).contacts} and leaves the computed sphere, "
                f"numerics.domain_radius_mm = {radius_mm:g}; make that {needed:g} or more, or move the probe nearer"
            )


def check_rest(scenario: Scenario, arm: str) -> None:
    """Raise InputError if a law of damage would destroy resting tissue within a protocol, and something hangs on it."""
    body, duration_s = scenario.body, scenario.arms[arm].total_time_s
    own = scenario.resolved_damage_law()
    at_rest = damage_at_rest(own, body.temperature_C, duration_s)
    for name, criterion in scenario.resolved_criteria().items():
        if criterion.quantity != "damage":
            continue
        law = criterion.law or own
        omega = at_rest if law is own else damage_at_rest(law, body.temperature_C, duration_s)
        if omega > REFUSED_ABOVE:
            raise InputError(
                f"arms.{arm}.protocol: damage law '{law.name}' gives tissue that nothing heats, at "
                f"{body.temperature_C:g} degC, Ω = {omega:.2g} over these {duration_s:g} s (refused above "
                f"{REFUSED_ABOVE:g}), and criterion '{name}' hangs on it; leave that out of criteria and keep "
                "isotherms, or choose a law that lets tissue live, such as skin, or a shorter protocol"
            )
    perfusion = scenario.laws.perfusion
    before, after = perfusion.factor(np.array([0.0, at_rest]), np.full(2, float(body.temperature_C)))
    kept = float(after / before) if body.perfusion and before > 0.0 else 1.0
    if kept < LEAST_PERFUSION:
        raise InputError(
            f"arms.{arm}.protocol: damage law '{own.name}' gives tissue that nothing heats Ω = {at_rest:.2g} over "
            f"these {duration_s:g} s, which would leave it {100.0 * kept:.0f} % of its perfusion; set laws.damage to "
            "one that lets tissue live, such as skin, or laws.perfusion.shutdown: false"
        )


def check_tissues(scenario: Scenario, anatomy: Anatomy) -> None:
    """Raise InputError if a tissue has no values, or nothing carries metabolic heat away."""
    tissues = scenario.resolved_tissues()
    missing = [name for name in anatomy.tissue_names if name not in tissues]
    if missing:
        raise InputError(f"anatomy: it uses tissue '{missing[0]}', which the library does not hold")
    perfused = any(tissues[name].perfusion_W_per_m3K > 0.0 for name in anatomy.tissue_names)
    if scenario.body.metabolic_heat and not (scenario.body.perfusion and perfused):
        raise InputError(
            "body.metabolic_heat: expected perfusion with it, because without any the body at rest has no steady "
            "temperature; set body.perfusion: true, or metabolic_heat: false"
        )
