"""Defects in the equations and laws."""

from benchmarks.defect import BALANCES, DEFECTS, GENERATOR, META, UNIT, Defect

TABLE = (
    Defect(
        "coolant temperature ignored in the equation",
        "rfa_model/physics/bioheat.py",
        "self.block.apply(h, temperature_C - self.temperature_C)",
        "self.block.apply(h, temperature_C - 37.0)",
        (
            META + "TestCooling::test_the_coolants_temperature_matters",
            META + "TestCooling::test_coolant_alone_cools_tissue_towards_its_own_temperature",
        ),
    ),
    Defect(
        "perfusion shut off for the whole run",
        "rfa_model/solver/build.py",
        "in_tissue(materials.perfusion_W_per_m3K * blood.perfusion)",
        "in_tissue(materials.perfusion_W_per_m3K * 0.0)",
        (
            DEFECTS + "TestPerfusion::test_it_flows_while_tissue_lives",
            META + "TestOrder::test_twice_the_perfusion_makes_every_lesion_smaller",
        ),
    ),
    Defect(
        "perfusion dies at the first trace of damage",
        "rfa_model/laws/perfusion.py",
        "np.log(np.maximum(damage, 1e-300)) / SHUTDOWN_WIDTH + 0.5",
        "np.log(np.maximum(damage, 1e-300)) / SHUTDOWN_WIDTH + 50.0",
        (DEFECTS + "TestPerfusion::test_it_flows_while_tissue_lives",),
    ),
    Defect(
        "latent heat a thousandth",
        "rfa_model/physics/materials.py",
        "t.density_kg_per_m3 * t.water_fraction * latent_J_per_kg",
        "1.09 * t.water_fraction * latent_J_per_kg",
        (
            DEFECTS + "test_boiling_takes_the_latent_heat_of_the_wet_tissues_water",
            UNIT + "physics/test_materials.py::test_latent_heat_of_muscle_uses_the_wet_density",
        ),
    ),
    Defect(
        "a cell goes to its temperature whatever heat it took up",
        "rfa_model/physics/bioheat.py",
        "np.where(np.abs(by_heat - tangent_C) < np.abs(mean - tangent_C), by_heat, mean)",
        "np.where(np.abs(by_heat - tangent_C) < 0.0, by_heat, mean)",
        (UNIT + "solver/test_stage.py::test_many_cells_cross_the_boiling_band_in_one_step",),
    ),
    Defect(
        "half the Joule heat, as of an amplitude",
        "rfa_model/physics/electric.py",
        "load = self.tissue.gradient_square_load(potential, conductivity_S_per_m)",
        "load = 0.5 * self.tissue.gradient_square_load(potential, conductivity_S_per_m)",
        (
            DEFECTS + "test_an_rms_voltage_heats_by_its_square_over_the_resistance",
            BALANCES + "test_conventional_and_cooled",
        ),
    ),
    Defect(
        "convection multiplied by the time step once more",
        "rfa_model/solver/stage.py",
        "            residual = passive + carried + V2 * self._unit.load - storage\n",
        "            residual = passive + carried + V2 * self._unit.load - storage\n"
        "            for coolant in self.heat._coolants:\n"
        "                extra = (tau - 1.0) * coolant.taken(T)\n"
        "                residual = residual - self.heat.tables.scatter((coolant.block.dofs, extra))\n",
        (DEFECTS + "test_convection_does_not_depend_on_the_time_step",),
    ),
    Defect(
        "conductivity's slope ignored",
        "rfa_model/laws/electric_conductivity.py",
        "wet = 1.0 + self.slope_per_C * (",
        "wet = 1.0 + 0.0 * (",
        (
            GENERATOR + "test_constant_voltage_is_the_voltage_told_at_every_step",
            UNIT + "physics/test_laws.py::test_conductivity_rises_by_its_slope",
        ),
    ),
    Defect(
        "R of CEM43 on the wrong sides",
        "rfa_model/physics/damage.py",
        "np.where(above >= 0.0, above, 2.0 * above)",
        "np.where(above >= 0.0, 2.0 * above, above)",
        (DEFECTS + "test_equivalent_minutes_halve_above_43_and_quarter_below",),
    ),
)
