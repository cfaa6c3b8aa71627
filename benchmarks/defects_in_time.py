"""Defects in what happens in time: phases, pulses, lesions one after the other."""

from benchmarks.defect import Defect

PHASES = "tests/verification/test_phases.py::"
IN_TURN = "tests/scenarios/test_in_turn.py::"
RESUMED = "tests/scenarios/test_resume_in_turn.py::"
FLUID = "tests/unit/anatomy/test_fluid.py::"
MESSAGES = "tests/unit/scenario/test_phase_messages.py::"

TABLE = (
    Defect(
        "a ceiling of temperature not looked at",
        "rfa_model/generator/ceiling.py",
        "return min(told, self.ceiling.voltage_squared(time_s, tau_s, stage, step_s, response))",
        "return told",
        (PHASES + "test_a_ceiling_is_reached_and_never_passed",),
    ),
    Defect(
        "water on throughout, whatever the phase says",
        "rfa_model/generator/protocol.py",
        'phase.coolant != "off"',
        "True",
        (PHASES + "test_water_on_and_off_is_in_the_heat_of_its_phase_alone",),
    ),
    Defect(
        "the balance of heat and the matrix know of other water",
        "rfa_model/physics/bioheat.py",
        "return self._coolants if self.coolant_flows else ()",
        "return self._coolants",
        (PHASES + "test_water_on_and_off_is_in_the_heat_of_its_phase_alone",),
    ),
    Defect(
        "a digital generator samples at the wrong end of its interval",
        "rfa_model/generator/sampled.py",
        "self.held_V2 = self._sampled(self.samples * self.period_s, self.period_s, conductance_S)",
        "self.held_V2 = self._sampled(self.samples * self.period_s, 0.0, conductance_S)",
        (PHASES + "test_a_digital_generator_is_its_recurrence",),
    ),
    Defect(
        "a pause that ends with the next step",
        "rfa_model/generator/impedance_pauses.py",
        "self.resumes_s = time_s + self.pause_s",
        "self.resumes_s = time_s",
        (PHASES + "test_pauses_begin_where_the_impedance_has_risen_and_last_as_told",),
    ),
    Defect(
        "a digital generator's voltage forgotten on resuming",
        "rfa_model/generator/sampled.py",
        'self.held_V2, self.samples = memory["held_V2"], int(memory["samples"])',
        'self.samples = int(memory["samples"])',
        (PHASES + "test_a_run_taken_up_at_any_step_goes_on_as_it_would_have",),
    ),
    Defect(
        "an amplitude taken for RMS within a pulse",
        "rfa_model/generator/phases/pulsed.py",
        "voltage_V_rms=self.voltage_V_peak / math.sqrt(2.0),",
        "voltage_V_rms=self.voltage_V_peak,",
        (PHASES + "test_pulses_one_by_one_and_in_their_mean_heat_as_the_exponentials_say",),
    ),
    Defect(
        "the duty of pulses forgotten in their mean",
        "rfa_model/generator/pulses.py",
        "return self.width_s / self.period_s",
        "return 1.0",
        (PHASES + "test_pulses_one_by_one_and_in_their_mean_heat_as_the_exponentials_say",),
    ),
    Defect(
        "a quadratic potential's gradient taken for constant in a cell",
        "rfa_model/metrics/field.py",
        "slopes[c, i, i] = 4.0 * (c == i) - 1.0",
        "slopes[c, i, i] = 4.0 * (c == 0) - 1.0",
        (PHASES + "test_the_field_and_the_spike_about_a_sphere_are_the_exact_ones",),
    ),
    Defect(
        "a spike of the amplitude without its one half",
        "rfa_model/solver/pulse_record.py",
        "self.heating_K_m2_per_V2 = 0.5 * sigma",
        "self.heating_K_m2_per_V2 = sigma",
        ("tests/scenarios/test_pulsed.py::test_the_power_of_the_field_is_the_generators_in_a_pulse",),
    ),
    Defect(
        "damage of the lesion before lost when the needle is moved",
        "rfa_model/treatment/made.py",
        "damage=there.grown(state.damage),",
        "damage=np.zeros_like(points_mm[:, 0]),",
        (IN_TURN + "test_where_the_needle_stays_two_lesions_are_one_that_is_longer",),
    ),
    Defect(
        "heat of the lesion before lost when the needle is moved",
        "rfa_model/treatment/made.py",
        "temperature_C=linear(state.temperature_C, rest_C),",
        "temperature_C=np.full(len(points_mm), rest_C),",
        (IN_TURN + "test_where_the_needle_stays_two_lesions_are_one_that_is_longer",),
    ),
    Defect(
        "the limits of one generator for both of a dual pair",
        "rfa_model/solver/stage.py",
        "most_seen_S = None if self.separate is None else self.separate.most_seen_S",
        "most_seen_S = None",
        ("tests/scenarios/test_pair.py::test_each_of_two_generators_has_limits_and_a_cut_off_of_its_own",),
    ),
    Defect(
        "the cut-off of a dual pair looks at both needles together",
        "rfa_model/solver/transient.py",
        "return self.separate.highest_impedance_ohm / self.impedance_cutoff_ohm",
        "return 1.0 / (self.current.conductance_S * self.impedance_cutoff_ohm)",
        ("tests/scenarios/test_pair.py::test_each_of_two_generators_has_limits_and_a_cut_off_of_its_own",),
    ),
    Defect(
        "lesions made before forgotten where an arm is gone on with",
        "rfa_model/treatment/in_turn.py",
        "made = all_made(made_before(checkpoint))",
        "made = all_made({})",
        (RESUMED + "test_between_two_lesions_the_first_is_written_before_the_second_is_begun",),
    ),
    Defect(
        "a lesion solved with what the solvers know of the one before",
        "rfa_model/treatment/gone_through.py",
        "anew=behind.lesions > 0",
        "anew=False",
        (RESUMED + "test_every_attempt_comes_further_and_the_end_is_the_same_to_the_bit",),
    ),
    Defect(
        "the lesion of the last needle taken for all of them",
        "rfa_model/metrics/together.py",
        "np.max(peaks, axis=0),",
        "peaks[-1],",
        (IN_TURN + "test_far_apart_they_are_two_single_ones",),
    ),
    Defect(
        "a nerve judged on the last needle's mesh alone",
        "rfa_model/metrics/places.py",
        "return Together(arm, points) if arm.increments else OnOneMesh(arm, points)",
        "return OnOneMesh(arm, points)",
        (IN_TURN + "test_a_nerve_is_covered_by_all_lesions_together",),
    ),
    Defect(
        "the needle's own metal taken for a gap between lesions",
        "rfa_model/metrics/several.py",
        "tissue = ~np.isnan(values)",
        "tissue = np.isnan(values) | ~np.isnan(values)",
        ("tests/unit/metrics/test_together.py::test_where_the_last_needle_is_there_is_no_gap",),
    ),
    Defect(
        "fluid in bone",
        "rfa_model/anatomy/fluid.py",
        '"cortical_bone", "cancellous_bone", "cartilage",',
        '"cartilage",',
        (FLUID + "test_layers_painted_wet_are_what_the_points_are",),
    ),
    Defect(
        "a wet layer painted over all that comes after it",
        "rfa_model/anatomy/fluid.py",
        "found.append(np.maximum(layer, spread))",
        "found.append(spread)",
        (FLUID + "test_layers_painted_wet_are_what_the_points_are",),
    ),
    Defect(
        "a bolus as large as its fluid, as if tissue made way",
        "rfa_model/scenario/fluid.py",
        "(4.0 * math.pi * self.porosity)",
        "(4.0 * math.pi)",
        (FLUID + "test_wet_tissue_holds_what_was_injected_whatever_its_shape",),
    ),
    Defect(
        "a repeat run through once",
        "rfa_model/generator/phases/repeat.py",
        "return self.times * tuple(self.phases)",
        "return tuple(self.phases)",
        (MESSAGES + "test_a_repeat_is_its_phases_so_many_times",),
    ),
)
