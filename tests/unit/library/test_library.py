"""The tables are complete, possible and cited."""

import re

import pytest
from pydantic import ValidationError

from rfa_model import library
from rfa_model.library import Cooling, Probe

STATUSES = {"read", "computed", "unverified", "calibrated", "assumed"}
NAMELESS = {
    "fibres",
    "name",
    "kind",
    "metal",
    "sleeve",
    "cannula",
    "filling",
    "cooling",
    "protocol",
    "quantity",
    "logarithmic",
    "label",
    "law",
}


def everything():
    tables = {
        "tissue": library.tissues(),
        "probe": library.probes(),
        "law": library.damage_laws(),
        "criterion": library.criteria(),
    }
    for kind, table in tables.items():
        for name, model in table.items():
            yield pytest.param(model, id=f"{kind}-{name}")
    for name, probe in library.probes().items():
        yield pytest.param(probe.metal, id=f"{name}-metal")
        yield pytest.param(probe.sleeve, id=f"{name}-sleeve")
        if probe.cannula:
            yield pytest.param(probe.cannula, id=f"{name}-cannula")
        if probe.cooling:
            yield pytest.param(probe.cooling, id=f"{name}-cooling")


@pytest.mark.parametrize("model", list(everything()))
def test_every_number_has_a_known_source_and_status(model):
    numbers = {name for name in type(model).model_fields if getattr(model, name) is not None} - NAMELESS
    assert set(model.sources) == numbers
    for key, status in model.sources.values():
        assert key in library.references()
        assert status in STATUSES


def test_every_tissue_of_the_model_is_there():
    expected = (
        "muscle fat cortical_bone cancellous_bone nerve spinal_cord csf dura cartilage tendon skin liver blood air"
    )
    assert set(library.tissues()) == set(expected.split())
    assert all(tissue.name == name for name, tissue in library.tissues().items())


def test_muscle_values():
    muscle = library.tissues()["muscle"]
    assert (muscle.density_kg_per_m3, muscle.specific_heat_J_per_kgK) == (1090, 3421)
    assert (muscle.thermal_conductivity_W_per_mK, muscle.electric_conductivity_S_per_m) == (0.49, 0.446)
    assert muscle.sources["electric_conductivity_S_per_m"] == ("gabriel1996", "unverified")


def test_every_probe_is_there_with_its_size_in_its_name():
    probes = library.probes()
    conventional = {f"conventional_{gauge}g_{length}mm" for gauge in (16, 18, 20, 22) for length in (5, 10)}
    assert set(probes) == conventional | {"cooled_17g_2mm", "cooled_17g_4mm", "cooled_17g_5_5mm"}
    for name, probe in probes.items():
        length = float(re.search(r"_(\d(?:_\d)?|10)mm$", name).group(1).replace("_", "."))
        assert probe.tip_length_mm == length
        assert (probe.cooling is not None) == (probe.kind == "cooled") == name.startswith("cooled")
        if probe.kind == "conventional":
            assert probe.tip_rounding_mm == pytest.approx(probe.outer_diameter_mm / 2, abs=1e-12)
            assert probe.sensor_offset_mm == pytest.approx(-probe.outer_diameter_mm / 2, abs=1e-12)


def test_conventional_needles_are_hollow_and_one_tube_passes_through_all_their_bores():
    for name, probe in library.probes().items():
        assert (probe.cannula is None) == (probe.kind == "cooled"), name
    cannulas = {probe.outer_diameter_mm: probe.cannula for probe in library.probes().values() if probe.cannula}
    bores = [diameter - 2 * cannula.wall_thickness_mm for diameter, cannula in cannulas.items()]
    # Bores of regular tubing of 16, 18, 20 and 22 gauge as needle tables give them, mm.
    assert bores == pytest.approx([1.194, 0.838, 0.603, 0.413], abs=2e-3)
    assert {cannula.sensor_tube_diameter_mm for cannula in cannulas.values()} == {0.4}
    assert {cannula.filling for cannula in cannulas.values()} == {"fluid"}


def test_thicker_gauges_are_thicker():
    diameters = [library.probes()[f"conventional_{gauge}g_10mm"].outer_diameter_mm for gauge in (22, 20, 18, 16)]
    assert diameters == sorted(diameters)
    assert len(set(diameters)) == 4


@pytest.mark.parametrize(("name", "target", "hold_s"), [("conventional_18g_10mm", 80, 90), ("cooled_17g_4mm", 60, 150)])
def test_usual_protocols(name, target, hold_s):
    ramp, hold, off = library.protocols()[library.probes()[name].protocol]
    assert (ramp.kind, ramp.to_C, ramp.duration_s) == ("ramp", target, 15)
    assert (hold.kind, hold.temperature_C, hold.duration_s) == ("hold", target, hold_s)
    assert (off.kind, off.duration_s) == ("off", 30)


def test_models_are_frozen_and_tables_cannot_be_spoilt():
    muscle = library.tissues()["muscle"]
    with pytest.raises(ValidationError):
        muscle.density_kg_per_m3 = 1.0
    library.tissues().pop("muscle")
    assert library.tissues()["muscle"] == muscle


def test_references_used_are_those_of_the_given_models_and_their_parts():
    probe, muscle = library.probes()["cooled_17g_4mm"], library.tissues()["muscle"]
    used = library.references_used([muscle], probe, library.damage_laws()["skin"], ["hall2015"])
    assert {"hasgall-itis", "gabriel1996", "k163461", "steel-handbook", "henriques1947", "hall2015"} <= set(used)
    assert "jacques" not in used
    assert used["hall2015"] == library.references()["hall2015"]


def test_overriding_marks_the_value_as_given():
    tissue = library.tissues()["muscle"].overridden({"perfusion_W_per_m3K": 0.0})
    assert tissue.perfusion_W_per_m3K == 0.0
    assert tissue.sources["perfusion_W_per_m3K"] == ("scenario", "given")
    assert tissue.sources["density_kg_per_m3"] == ("hasgall-itis", "read")


LUMEN = Cooling(
    lumen_diameter_mm=0.5, lumen_end_gap_mm=0.3, heat_transfer_coefficient_W_per_m2K=3500, coolant_temperature_C=22
)
GOOD = {"kind": "cooled", "outer_diameter_mm": 1.5, "tip_length_mm": 4, "sensor_offset_mm": 0.1, "cooling": LUMEN}


def test_inline_probe_has_defaults():
    probe = Probe(**GOOD)
    assert (probe.name, probe.protocol) == ("inline", "cooled_60C_150s")
    assert probe.metal.model_dump() == library.probes()["cooled_17g_4mm"].metal.model_dump()
    assert probe.sleeve.model_dump() == library.probes()["cooled_17g_4mm"].sleeve.model_dump()
    assert probe.sources == {}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"tip_rounding_mm": 0.8}, "radius"),
        ({"tip_length_mm": 0.5, "tip_rounding_mm": 0.6}, "rounding"),
        ({"bevel_angle_deg": 5.0}, "greater than or equal to 10"),
        ({"bevel_angle_deg": 45.0, "tip_rounding_mm": 0.2}, r"expected none \(0\), because the end is bevelled"),
        ({"bevel_angle_deg": 20.0}, "within the active tip of 4 mm, got 4.50"),
        ({"bevel_angle_deg": 45.0}, r"in the metal behind the bevel \(at most -0.75 mm\)"),
        ({"bevel_angle_deg": 45.0, "sensor_offset_mm": -1.0}, "more metal than -0.4"),
        ({"sleeve_thickness_mm": 0.75}, "radius"),
        ({"sensor_offset_mm": -4.5}, "active tip"),
        ({"cooling": None}, "cooling"),
        ({"kind": "conventional"}, "cooling"),
        ({"cooling": LUMEN.overridden({"lumen_diameter_mm": 1.4})}, "metal inside the sleeve"),
        ({"cooling": LUMEN.overridden({"lumen_end_gap_mm": 4.0})}, "active tip"),
        ({"protocol": "pulsed"}, "conventional_80C_90s"),
        ({"outer_diameter_mm": 0.1}, "0.2"),
    ],
)
def test_impossible_probes_are_refused(changes, named):
    with pytest.raises(ValidationError, match=named):
        Probe(**GOOD | changes)


@pytest.mark.parametrize("kind", ["lumbar", "homogeneous"])
def test_the_anatomys_sources_are_listed(kind):
    from rfa_model.anatomy import HomogeneousAnatomy, LumbarAnatomy

    lumbar = LumbarAnatomy(kind="lumbar_medial_branch", nerve="L4", side="left")
    anatomy = (lumbar if kind == "lumbar" else HomogeneousAnatomy(kind="homogeneous")).build()
    assert set(anatomy.reference_keys) <= set(library.references())
    assert ("medicine2015" in anatomy.reference_keys) == (kind == "lumbar")
