"""An arm of a scenario as a treatment."""

from collections.abc import Sequence
from dataclasses import replace

from rfa_model.anatomy import Anatomy
from rfa_model.anatomy.fluid import with_fluid
from rfa_model.applicators.applicator import Applicator
from rfa_model.applicators.driving import Driving
from rfa_model.applicators.pose import Pose
from rfa_model.errors import InputError
from rfa_model.physics.drives import Bipolar, Drive, Monopolar, Separate
from rfa_model.physics.laws import TissueLaws
from rfa_model.scenario import Scenario
from rfa_model.scenario.arm import InTurn
from rfa_model.treatment.treatment import Treatment


def treatment_of(
    scenario: Scenario,
    name: str,
    anatomy: Anatomy,
    applicator: Applicator,
    pose: Pose,
    earlier: Sequence[Pose] = (),
) -> Treatment:
    """Return one arm of a scenario, its applicator in place; ``earlier`` are the poses of lesions made before.

    Raises
    ------
    InputError
        If the arm makes another number of lesions.
    """
    lesions, poses = scenario.arms[name].lesions, (*earlier, pose)
    if len(poses) != len(lesions):
        raise InputError(
            f"arms.{name}: makes {len(lesions)} lesions in turn and is given {len(poses)} poses; give the others as "
            "'earlier', in turn, as Plan does"
        )
    *before, last = (
        _one_lesion(scenario, name, anatomy, applicator, where, lesion)
        for where, lesion in zip(poses, lesions, strict=True)
    )
    return replace(last, before=tuple(before))


def _one_lesion(
    scenario: Scenario, name: str, anatomy: Anatomy, applicator: Applicator, pose: Pose, lesion: InTurn
) -> Treatment:
    arm, probe = scenario.arms[name], scenario.resolved_probe(name)
    tissues = scenario.resolved_tissues()
    if arm.fluid is not None:
        wet = with_fluid(anatomy, arm.fluid.spread(pose, anatomy.target.away_from_bone))
        anatomy, tissues = wet, wet.tissues(tissues)
    return Treatment(
        anatomy=anatomy,
        applicator=applicator,
        pose=pose,
        protocol=lesion.protocol,
        laws=tissue_laws(scenario),
        tissues=tissues,
        body=scenario.body,
        generator=arm.generator,
        criteria=scenario.resolved_criteria(),
        limits=scenario.limits,
        numerics=scenario.numerics,
        name=name,
        placement=lesion.placement,
        probe=probe,
        drive=drive_of(probe.driving),
        control=probe.driving.control,
    )


def drive_of(driving: Driving) -> Drive:
    """Return how generators are joined to contacts, as the electric problem takes it."""
    if driving.source:
        return Bipolar(driving.source, driving.sink)
    return Separate() if driving.control == "each" else Monopolar()


def tissue_laws(scenario: Scenario) -> TissueLaws:
    """Return the scenario's laws, which the equations use as they are."""
    laws = scenario.laws
    return TissueLaws(
        electric_conductivity=laws.electric_conductivity,
        thermal_conductivity=laws.thermal_conductivity,
        perfusion=laws.perfusion,
        vaporisation=laws.vaporisation,
        damage=scenario.resolved_damage_law(),
    )
