"""Defects in how runs are built, stepped, controlled and read."""

from benchmarks.defect import BALANCES, DEFECTS, FRAMES, GENERATOR, META, UNIT, WORKSPACE, Defect

RESUME = "tests/scenarios/test_resume.py::"

TABLE = (
    Defect(
        "coolant temperature of the scenario ignored",
        "rfa_model/applicators/needle.py",
        "Coolant(self.heat_transfer_coefficient_W_per_m2K, self.coolant_temperature_C)",
        "Coolant(self.heat_transfer_coefficient_W_per_m2K, 22.0)",
        (META + "TestCooling::test_the_coolants_temperature_matters",),
    ),
    Defect(
        "PI integral reset each step",
        "rfa_model/generator/controllers.py",
        "self.integral_Ks += self._weights[0]",
        "self.integral_Ks = self._weights[0]",
        (
            UNIT + "solver/test_controllers.py::TestPI::test_the_hold_is_reached_without_lasting_error",
            GENERATOR + "test_the_pi_generator_reaches_the_set_point_with_little_overshoot",
        ),
    ),
    Defect(
        "PI integral reset between phases",
        "rfa_model/generator/settings.py",
        "integral = before.integral_Ks if isinstance(before, PIControl | SampledPI) else 0.0",
        "integral = 0.0",
        (
            META + "TestProtocol::test_a_hold_split_in_two_is_the_same_hold_for_a_pi_generator",
            GENERATOR + "test_the_pi_generators_power_does_not_fall_where_the_hold_begins",
        ),
    ),
    Defect(
        "perfusion never stops",
        "rfa_model/treatment/of_scenario.py",
        "perfusion=laws.perfusion,",
        'perfusion=laws.perfusion.model_copy(update={"shutdown": False}),',
        (DEFECTS + "TestPerfusion::test_it_stops_where_tissue_is_coagulated_and_nowhere_else",),
    ),
    Defect(
        "twice the heat and the power, as of an amplitude",
        "rfa_model/generator/controllers.py",
        "return self.limits.clip(self.voltage_V_rms**2, response.limited_S)",
        "return self.limits.clip(2.0 * self.voltage_V_rms**2, response.limited_S)",
        (
            DEFECTS + "test_an_rms_voltage_heats_by_its_square_over_the_resistance",
            UNIT + "solver/test_controllers.py::TestPrescribed::test_voltage_is_rms_squared_and_clipped",
        ),
    ),
    Defect(
        "a field outside the mesh given the nearest cell's value",
        "rfa_model/metrics/sampling.py",
        "return np.where(self.found, result, np.nan)",
        "return result",
        (UNIT + "metrics/test_sampling.py::test_points_outside_are_outside_not_their_neighbour",),
    ),
    Defect(
        "a sensor outside the mesh given the nearest cell's value",
        "rfa_model/solver/sensor.py",
        "own = [[int(cell) for cell in holding.links(n) if cell < owned] for n in range(len(points))]",
        "middles = mesh.geometry.x[mesh.geometry.dofmaps[0]].mean(axis=1)\n"
        "        own = [[int(np.linalg.norm(middles - point, axis=1).argmin())] for point in points]",
        (UNIT + "solver/test_sensor.py::test_a_point_outside_is_an_error_not_a_neighbours_value",),
    ),
    Defect(
        "mm taken for m in the far field",
        "rfa_model/treatment/workspace.py",
        "far_field_m = radius_mm * 1e-3 if",
        "far_field_m = radius_mm if",
        (DEFECTS + "test_the_far_field_adds_the_body_beyond_the_sphere",),
    ),
    Defect(
        "mm taken for m in the sensor's place",
        "rfa_model/applicators/placed.py",
        "np.array(self.position_mm) * 1e-3",
        "np.array(self.position_mm)",
        (DEFECTS + "test_the_needle_is_as_large_as_the_library_says",),
    ),
    Defect(
        "m taken for mm in the fields",
        "rfa_model/treatment/recording.py",
        "points_mm=pose.to_patient(points * 1e3)",
        "points_mm=pose.to_patient(points)",
        (DEFECTS + "test_the_needle_is_as_large_as_the_library_says",),
    ),
    Defect(
        "solvers handed on as the arm before left them",
        "rfa_model/treatment/workspace.py",
        "        kept.systems.begin(arm, anew=anew or self._anew)\n",
        "",
        (WORKSPACE + "test_an_arm_that_failed_leaves_nothing_to_the_next",),
    ),
    Defect(
        "no damage while tissue cools",
        "rfa_model/solver/transient.py",
        "            damage=damage,",
        "            damage=damage if second.V2 > 0.0 else state.damage,",
        (META + "TestOrder::test_the_cool_down_adds_damage",),
    ),
    Defect(
        "the generator's limits ignored",
        "rfa_model/generator/settings.py",
        "return min(max(V2, 0.0), highest)",
        "return max(V2, 0.0)",
        (
            GENERATOR + "test_a_power_limit_is_met_exactly_and_leaves_the_sensor_short",
            GENERATOR + "test_voltage_and_current_limits_are_met",
        ),
    ),
    Defect(
        "the coolant left out of the energy balance",
        "rfa_model/solver/balance.py",
        "- self.perfused_J - self.cooled_J - self.outflow_J",
        "- self.perfused_J - self.outflow_J",
        (BALANCES + "test_conventional_and_cooled",),
    ),
    Defect(
        "the needle's pose forgotten where tissue is looked up",
        "rfa_model/treatment/treatment.py",
        "lambda q: self.anatomy.tissue_at(self.pose.to_patient(q))",
        "lambda q: self.anatomy.tissue_at(q)",
        (FRAMES + "test_the_scene_moved_as_a_whole_gives_the_same_numbers",),
    ),
    Defect(
        "a run changes its own scenario",
        "rfa_model/treatment/gone_through.py",
        "    progress.finish()\n",
        "    progress.finish()\n    one.protocol.append(one.protocol[-1])\n",
        (
            META + "TestIndependence"
            "::test_the_second_run_in_a_process_is_the_first_one_and_the_scenario_stays_as_it_was",
        ),
    ),
    Defect(
        "a restarted run forgets the damage done",
        "rfa_model/solver/transient.py",
        "        self.current.update(state.temperature_C)\n        self.balance.start",
        "        state = replace(state, damage=0.0 * state.damage)\n"
        "        self.current.update(state.temperature_C)\n        self.balance.start",
        ("tests/scenarios/test_restart.py::test_the_end_is_the_same",),
    ),
    Defect(
        "a checkpoint forgets the damage by a criterion's own law",
        "rfa_model/solver/exposure.py",
        'self._states = {name: np.asarray(values) for name, values in part("states", memory).items()}',
        "self._states = {}",
        (RESUME + "test_stopped_and_resumed_it_ends_as_the_run_that_nobody_stopped",),
    ),
    Defect(
        "a checkpoint of another scenario is gone on from",
        "rfa_model/simulation/resume.py",
        "if found.get(key) != here:",
        "if False:",
        (RESUME + "test_what_is_not_its_own_is_refused_with_the_cure",),
    ),
    Defect(
        "arms of an edited scenario are taken for its own",
        "rfa_model/simulation/resume.py",
        "for name, entry in whole.items() if name in of_this}",
        "for name, entry in whole.items()}",
        (RESUME + "test_results_from_before_a_rerun_that_was_stopped_are_not_taken_for_its_own",),
    ),
    Defect(
        "the heat made on other processes left out",
        "rfa_model/solver/unit_potential.py",
        "self.volume_power_W = comm.allreduce(float(load.sum()), op=MPI.SUM)",
        "self.volume_power_W = float(load.sum())",
        ("tests/mpi/test_two_processes.py::test_the_steps_are_the_same",),
    ),
)
