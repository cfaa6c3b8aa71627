"""Which tests guard what has to hold whatever the numbers are, and what other open models got wrong.

``tests/unit/project/test_guards.py`` checks that these tests exist; ``benchmarks/mutations.py`` breaks the code and
sees them fail.
"""

METAMORPHIC = {
    "rotate or translate the whole scene: same numbers to mesh accuracy": (
        "tests/scenarios/test_frames.py::test_the_scene_moved_as_a_whole_gives_the_same_numbers",
        "tests/scenarios/test_frames.py::test_a_needle_rolled_about_its_axis_gives_the_same_numbers",
        "tests/scenarios/test_frames.py::test_where_the_needle_lies_in_homogeneous_tissue_does_not_matter",
        "tests/unit/metrics/test_nerve.py::test_nerve_metrics_do_not_depend_on_where_the_patient_lies",
    ),
    "mirror left and right: same": ("tests/scenarios/test_frames.py::test_left_and_right_are_mirror_images",),
    "scale σ by s at constant power: T unchanged, impedance 1/s": (
        "tests/scenarios/test_metamorphic.py::TestScaling"
        "::test_conductivity_changes_impedance_and_nothing_else_at_constant_power",
    ),
    "double w: smaller lesion": (
        "tests/scenarios/test_metamorphic.py::TestOrder::test_twice_the_perfusion_makes_every_lesion_smaller",
    ),
    "longer, hotter, thicker: never smaller": (
        "tests/scenarios/test_metamorphic.py::TestOrder::test_longer",
        "tests/scenarios/test_metamorphic.py::TestOrder::test_hotter",
        "tests/scenarios/test_metamorphic.py::TestOrder::test_thicker",
        "tests/scenarios/test_metamorphic.py::TestOrder::test_longer_tip",
    ),
    "cooled with h → 0: as the same electrode uncooled": (
        "tests/scenarios/test_metamorphic.py::TestCooling::test_water_off_behaves_like_a_solid_electrode",
        "tests/scenarios/test_metamorphic.py::TestCooling::test_water_off_is_the_same_electrode_without_coolant",
        "tests/scenarios/test_metamorphic.py::TestCooling::test_less_and_less_exchange_tends_to_none",
    ),
    "split a protocol phase in two: same": (
        "tests/scenarios/test_metamorphic.py::TestProtocol::test_a_ramp_split_in_two_is_the_same_ramp",
        "tests/scenarios/test_metamorphic.py::TestProtocol::test_a_hold_split_in_two_is_the_same_hold",
        "tests/scenarios/test_metamorphic.py::TestProtocol"
        "::test_a_hold_split_in_two_is_the_same_hold_for_a_pi_generator",
    ),
    "independent of the number of processes": (
        "tests/mpi/test_two_processes.py::test_the_numbers_do_not_depend_on_the_number_of_processes",
        "tests/mpi/test_two_processes.py::test_the_steps_are_the_same",
    ),
    "restarted run = uninterrupted run": (
        "tests/scenarios/test_restart.py::test_the_end_is_the_same",
        "tests/scenarios/test_restart.py::test_steps_energy_and_heat_add_up",
        "tests/scenarios/test_resume.py::test_stopped_and_resumed_it_ends_as_the_run_that_nobody_stopped",
        "tests/scenarios/test_killed.py::test_a_run_killed_three_times_is_resumed_to_its_end",
        "tests/mpi/test_resume_two_processes.py::test_stopped_on_two_processes_it_goes_on_on_two",
    ),
    "order of arms: no effect": (
        "tests/scenarios/test_metamorphic.py::TestIndependence::test_order_of_arms",
        "tests/scenarios/test_metamorphic.py::TestIndependence::test_one_arm_alone",
    ),
    "two runs in one process: same": (
        "tests/scenarios/test_metamorphic.py::TestIndependence"
        "::test_the_second_run_in_a_process_is_the_first_one_and_the_scenario_stays_as_it_was",
    ),
}

DEFECTS = {
    "coolant temperature accepted and ignored": (
        "tests/scenarios/test_metamorphic.py::TestCooling::test_the_coolants_temperature_matters",
        "tests/scenarios/test_metamorphic.py::TestCooling::test_coolant_alone_cools_tissue_towards_its_own_temperature",
    ),
    "PI integral reset each step": (
        "tests/unit/solver/test_controllers.py::TestPI::test_the_hold_is_reached_without_lasting_error",
        "tests/unit/solver/test_controllers.py::test_the_integral_goes_from_the_ramp_into_the_hold",
        "tests/scenarios/test_generator.py::test_the_pi_generator_reaches_the_set_point_with_little_overshoot",
    ),
    "perfusion shut off for the whole run": (
        "tests/scenarios/test_defects.py::TestPerfusion::test_it_flows_while_tissue_lives",
        "tests/scenarios/test_defects.py::TestPerfusion::test_it_stops_where_tissue_is_coagulated_and_nowhere_else",
    ),
    "latent heat 1000 times too small, one name for two densities": (
        "tests/scenarios/test_defects.py::test_boiling_takes_the_latent_heat_of_the_wet_tissues_water",
        "tests/unit/physics/test_materials.py::test_latent_heat_of_muscle_uses_the_wet_density",
    ),
    "amplitude taken for RMS, a factor 2 in the source": (
        "tests/scenarios/test_defects.py::test_an_rms_voltage_heats_by_its_square_over_the_resistance",
        "tests/unit/solver/test_controllers.py::TestPrescribed::test_voltage_is_rms_squared_and_clipped",
    ),
    "a Robin term not scaled by Δt": (
        "tests/scenarios/test_defects.py::test_convection_does_not_depend_on_the_time_step",
    ),
    "a point outside the mesh silently given a neighbour's value": (
        "tests/unit/solver/test_sensor.py::test_a_point_outside_is_an_error_not_a_neighbours_value",
        "tests/unit/metrics/test_sampling.py::test_points_outside_are_outside_not_their_neighbour",
        "tests/unit/metrics/test_sampling.py::test_a_hole_is_outside",
    ),
    "tests that print and assert nothing": (
        "tests/unit/project/test_tests_assert.py::test_no_test_prints_and_asserts_nothing",
    ),
    "a command line whose verbs are stubs": (
        "tests/unit/project/test_guards.py::test_every_verb_is_run_by_a_test",
        "tests/unit/project/test_guards.py::test_nothing_is_left_to_be_implemented",
    ),
    "mm taken for m": (
        "tests/scenarios/test_defects.py::test_the_impedance_is_ohms_not_milliohms",
        "tests/scenarios/test_defects.py::test_the_far_field_adds_the_body_beyond_the_sphere",
        "tests/scenarios/test_defects.py::test_the_needle_is_as_large_as_the_library_says",
        "tests/unit/solver/test_sensor.py::test_a_point_outside_is_an_error_not_a_neighbours_value",
    ),
}

VERBS = {
    "run": "tests/scenarios/test_command_line.py::test_the_folder_reads_back_what_the_solver_said",
    "validate": "tests/unit/cli/test_cli_answers.py::test_validate_prints_the_resolved_setup",
    "anatomy": "tests/unit/cli/test_anatomy_inspect.py::test_it_leaves_what_it_understood",
    "list": "tests/unit/cli/test_cli_answers.py::test_list_has_every_name_in_aligned_columns",
    "schema": "tests/unit/cli/test_cli_answers.py::test_schema_is_json",
    "mesh": "tests/scenarios/test_command_line.py::test_mesh_makes_and_exports",
    "compare": "tests/scenarios/test_command_line.py::test_compare_prints_both_folders_side_by_side",
    "report": "tests/unit/report/test_report.py::test_the_verb_says_what_it_wrote",
    "export": "tests/unit/exports/test_export.py::test_the_verb_writes_every_format",
    "animate": "tests/unit/pictures/test_animation.py::test_the_verb_animates_a_results_folder",
    "view": "tests/unit/pictures/test_interactive.py::test_a_screenshot_shows_the_lesion",
    "figures": "tests/unit/pictures/test_figures.py::test_the_verb_writes_vectors_and_numbers",
    "verify": "tests/unit/verification/test_verify.py::test_a_case_that_raises_is_a_failure_and_the_others_go_on",
    "bench": "tests/validation/test_page.py::test_files_are_written_and_drawn_from_again",
    "study": "tests/unit/uncertainty/test_study.py::test_the_parts_add_up",
    "surrogate": "tests/unit/studies/test_surrogate.py::test_what_cannot_be_learnt_is_said",
    "optimise": "tests/unit/studies/test_surrogate.py::test_the_verbs_leave_numbers_pictures_and_the_operators_table",
    "clean": "tests/unit/results/test_writer.py::test_a_verb_sweeps_what_dead_runs_left_and_nothing_else",
}
