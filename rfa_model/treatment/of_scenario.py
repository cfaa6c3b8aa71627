"""An arm of a scenario as a treatment."""

from rfa_model.anatomy import Anatomy
from rfa_model.applicators.pose import Pose
from rfa_model.library import Probe
from rfa_model.physics.damage import ArrheniusRate
from rfa_model.physics.laws import ConductivityLaw, PerfusionLaw, ThermalConductivityLaw
from rfa_model.scenario import Scenario
from rfa_model.solver.build import TissueLaws
from rfa_model.treatment.treatment import Treatment


def treatment_of(scenario: Scenario, name: str, anatomy: Anatomy, probe: Probe, pose: Pose) -> Treatment:
    """Return one arm of a scenario, its probe in place."""
    arm, boiling = scenario.arms[name], scenario.laws.vaporisation
    return Treatment(
        anatomy=anatomy,
        applicator=probe,
        pose=pose,
        protocol=arm.protocol,
        laws=tissue_laws(scenario),
        latent_heat_J_per_kg=boiling.latent_heat_J_per_kg if boiling.enabled else 0.0,
        tissues=scenario.resolved_tissues(),
        body=scenario.body,
        generator=arm.generator,
        criteria=scenario.resolved_criteria(),
        limits=scenario.limits,
        numerics=scenario.numerics,
        name=name,
        placement=arm.placement,
    )


def tissue_laws(scenario: Scenario) -> TissueLaws:
    """Return the scenario's laws as the solver's."""
    laws, damage = scenario.laws, scenario.resolved_damage_law()
    return TissueLaws(
        conductivity=ConductivityLaw(**laws.electric_conductivity.model_dump()),
        thermal_conductivity=ThermalConductivityLaw(**laws.thermal_conductivity.model_dump()),
        perfusion=PerfusionLaw(laws.perfusion.shutdown),
        boiling_start_C=laws.vaporisation.start_C,
        boiling_end_C=laws.vaporisation.end_C,
        gas_heat_capacity_J_per_m3K=laws.vaporisation.gas_heat_capacity_J_per_m3K,
        damage=ArrheniusRate(damage.frequency_factor_per_s, damage.activation_energy_J_per_mol),
    )
