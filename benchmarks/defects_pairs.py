"""Defects in several needles at once, and in tines: how they lie, how they are driven, what is measured of them."""

from benchmarks.defect import UNIT, Defect

PAIR = "tests/scenarios/test_pair.py::"
STRIP = UNIT + "metrics/test_strip.py::"
TINES = UNIT + "applicators/test_tined.py::"
OWN = UNIT + "applicators/test_own_electrodes.py::"
LINES = UNIT + "scenario/test_plan_lines.py::"
WORDS = UNIT + "scenario/test_pair_words.py::"
PLACED = UNIT + "scenario/test_placed_pair.py::"

TABLE = (
    Defect(
        "the sensor that asks for most power obeyed",
        "rfa_model/solver/stage.py",
        "least = min(responses,",
        "least = max(responses,",
        (PAIR + "test_one_voltage_holds_the_hotter_sensor_or_their_mean_exactly",),
    ),
    Defect(
        "mixed heat of two generators counted once",
        "rfa_model/solver/separate.py",
        "square[i, j] += 0.5 * gain",
        "square[i, j] += 0.0 * gain",
        (PAIR + "test_separate_generators_each_hold_their_own_sensor",),
    ),
    Defect(
        "separate generators' ratio forgotten at the next solve",
        "rfa_model/solver/unit_potential.py",
        "if not self._steered:",
        "if True:",
        (PAIR + "test_separate_generators_each_hold_their_own_sensor",),
    ),
    Defect(
        "a contact's power without its sign",
        "rfa_model/metrics/history.py",
        "return {name: volts[name] * amperes[name] for name in volts}",
        "return {name: volts[name] * abs(amperes[name]) for name in volts}",
        (PAIR + "test_contacts_add_up_to_the_arm",),
    ),
    Defect(
        "both needles of a pair in one place",
        "rfa_model/applicators/leaning.py",
        "for side, roll in zip((-1, 1),",
        "for side, roll in zip((1, 1),",
        (WORDS + "test_the_contracts_words_make_two_needles_ten_millimetres_apart",),
    ),
    Defect(
        "an angle leans both shafts the same way",
        "rfa_model/applicators/leaning.py",
        "side * whole / 2)",
        "whole / 2)",
        (WORDS + "test_angle_and_depth_are_shared_between_the_needles",),
    ),
    Defect(
        "the lean of needles that are placed one by one taken half",
        "rfa_model/applicators/leaning.py",
        "math.degrees(2.0 * math.atan2(across, z))",
        "math.degrees(math.atan2(across, z))",
        (PLACED + "test_numbers_and_poses_of_a_pair_are_each_others_inverse",),
    ),
    Defect(
        "a placed pair laid without its own turn",
        "rfa_model/plan/laid.py",
        "angles_deg=(0.0, 0.0, roll_deg)",
        "angles_deg=(0.0, 0.0, 0.0)",
        (PLACED + "test_every_needle_lies_where_it_would_lie_alone",),
    ),
    Defect(
        "needles held apart only at their distal ends",
        "rfa_model/applicators/shafts.py",
        "low, high = 0.0, HELD_APART_MM",
        "low, high = 0.0, 0.0",
        (
            PLACED + "test_skew_lines_meet_where_their_distance_says",
            PLACED + "test_needles_that_cannot_lie_so_are_refused_where_they_stand",
        ),
    ),
    Defect(
        "lesions joined where one touches either needle",
        "rfa_model/metrics/lesion.py",
        "parts_at[0] & parts_at[1]",
        "parts_at[0] | parts_at[1]",
        (STRIP + "test_two_balls_apart_have_not_joined",),
    ),
    Defect(
        "the strip measured at the first needle",
        "rfa_model/metrics/strip.py",
        "0.5 * (first + second), across",
        "first, across",
        (STRIP + "test_two_balls_that_overlap_have_the_circles_width_midway",),
    ),
    Defect(
        "the strip's width and length swapped",
        "rfa_model/metrics/strip.py",
        "np.ptp(cut @ self.normal)), float(np.ptp(cut @ self.along))",
        "np.ptp(cut @ self.along)), float(np.ptp(cut @ self.normal))",
        (STRIP + "test_a_slab_over_both_needles_has_its_own_width_and_length",),
    ),
    Defect(
        "tines as long from the axis as from the surface",
        "rfa_model/applicators/tines.py",
        "return rod.radius_mm / math.sin(self.angle) + self.length_mm",
        "return self.length_mm",
        (TINES + "test_a_tines_end_is_as_far_out_as_length_and_angle_say",),
    ),
    Defect(
        "tines left as thin as their facets",
        "rfa_model/applicators/wire_mesh.py",
        "return math.sqrt(0.5 * radius_mm**2 * unrolled / below)",
        "return 1.0",
        (TINES + "test_the_mesh_has_the_tines_own_size_and_passes_the_gate",),
    ),
    Defect(
        "a curved tine's arc the other way round",
        "rfa_model/applicators/bend.py",
        "out = self.radius_mm * (1.0 - cosine)",
        "out = -self.radius_mm * (1.0 - cosine)",
        (
            TINES + "test_a_curved_tine_turns_by_its_bend_on_a_circle_and_keeps_its_length",
            TINES + "test_bending_a_wire_and_straightening_it_are_each_others_inverse",
        ),
    ),
    Defect(
        "a curved tine's arc as long as the whole tine",
        "rfa_model/applicators/bend.py",
        "return self.length_mm - self.cap_mm - self.straight_mm",
        "return self.length_mm",
        (TINES + "test_a_curved_tine_turns_by_its_bend_on_a_circle_and_keeps_its_length",),
    ),
    Defect(
        "a protruding electrode as long from within the needle as from its end",
        "rfa_model/applicators/tines.py",
        "return self.held_mm(rod) + self.length_mm",
        "return self.length_mm",
        (OWN + "test_a_protruding_electrode_is_meshed_at_its_own_size",),
    ),
    Defect(
        "a protruding electrode's needle left at the electrode's end",
        "rfa_model/applicators/protruding.py",
        "Pose.ahead(self.protrusion_mm)",
        "Pose.ahead(0.0)",
        (OWN + "test_the_electrodes_end_is_the_applicators_and_the_needles_is_behind_it",),
    ),
    Defect(
        "a window twice as far about the shaft",
        "rfa_model/applicators/sector.py",
        "middle, half = math.radians(self.middle_deg), math.radians(self.angle_deg) / 2",
        "middle, half = math.radians(self.middle_deg), math.radians(self.angle_deg)",
        (OWN + "test_a_window_has_its_share_of_a_rings_area_and_volume",),
    ),
    Defect(
        "the metal behind a window, not before it, the contact",
        "rfa_model/applicators/windowed_rod.py",
        "return self.sector if part == WINDOW else self.sector.rest",
        "return self.sector.rest if part == WINDOW else self.sector",
        (
            OWN + "test_a_window_has_its_share_of_a_rings_area_and_volume",
            "tests/verification/test_meshed_contacts.py::"
            "test_a_window_lets_through_less_than_a_ring_more_than_its_share_and_to_its_own_side",
        ),
    ),
    Defect(
        "more contacts than can be solved for let through",
        "rfa_model/applicators/applicator.py",
        "yield many > MOST_CONTACTS,",
        "yield many > 99,",
        (LINES + "test_more_than_eight_contacts_are_refused_where_the_applicator_stands",),
    ),
    Defect(
        "a plan's refusals without their place in the file",
        "rfa_model/scenario/read.py",
        "if found is None:",
        "if True:",
        (LINES + "test_a_plans_refusals_name_line_and_column",),
    ),
    Defect(
        "bends that run back into the shaft let through",
        "rfa_model/applicators/tine_bends.py",
        "if min(beside, default=math.inf) < radius_mm + wire:",
        "if min(beside, default=math.inf) < 0.0:",
        (TINES + "test_tines_that_cannot_be_are_refused_where_they_stand",),
    ),
)
