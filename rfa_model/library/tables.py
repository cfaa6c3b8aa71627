"""The library as plain text: aligned columns, units in the headings, the source of each number below."""

from collections.abc import Iterable, Sequence

from rfa_model.generator.protocol import describe_protocol
from rfa_model.laws import Criterion
from rfa_model.library.load import criteria, probes, protocol_sources, protocols, tissues
from rfa_model.library.models import Tissue
from rfa_model.registry import Kinds
from rfa_model.sourced import Sourced

TISSUE_COLUMNS = {
    "density_kg_per_m3": "density kg/m3",
    "specific_heat_J_per_kgK": "heat J/kgK",
    "thermal_conductivity_W_per_mK": "k W/mK",
    "electric_conductivity_S_per_m": "sigma S/m",
    "perfusion_W_per_m3K": "perfusion W/m3K",
    "metabolic_heat_W_per_kg": "metabolic W/kg",
    "water_fraction": "water -",
}
PROBE_COLUMNS = {
    "outer_diameter_mm": "diameter mm",
    "tip_length_mm": "tip mm",
    "tip_rounding_mm": "rounding mm",
    "sleeve_thickness_mm": "sleeve mm",
    "sensor_offset_mm": "sensor mm",
}
COOLING_COLUMNS = {"heat_transfer_coefficient_W_per_m2K": "h W/m2K", "coolant_temperature_C": "coolant degC"}
NUMERIC = tuple("0123456789-")
STATUS_MARKS = {"read": "", "computed": "", "given": "*", "unverified": "?", "calibrated": "c", "assumed": "a"}
LEGEND = "? unverified (recalled, to be read)   a assumed   c calibrated   * given in the scenario"


def aligned(rows: Iterable[Sequence[str]]) -> str:
    """Columns under the headings of the first row: numbers flush right, text flush left."""
    lines = [list(row) for row in rows]
    widths = [max(len(row[column]) for row in lines) for column in range(len(lines[0]))]
    signs = [">" if all(row[column][:1] in NUMERIC for row in lines[1:]) else "<" for column in range(len(widths))]
    return "\n".join(
        "  ".join(f"{cell:{sign}{width}}" for cell, sign, width in zip(row, signs, widths, strict=True)).rstrip()
        for row in lines
    )


def marked(model: Sourced, field: str) -> str:
    """The value, followed by the mark of its status."""
    _, status = model.sources.get(field, ("", "given"))
    return f"{getattr(model, field):g}{STATUS_MARKS[status]}"


def cited(models: Sequence[Sourced], columns: dict[str, str]) -> str:
    """Column heading -> the references of its values."""
    lines = []
    for field, heading in columns.items():
        keys = dict.fromkeys(model.sources[field][0] for model in models if field in model.sources)
        lines.append(f"  {heading}: {', '.join(keys)}")
    return "\n".join(lines)


def tissue_table(chosen: Iterable[Tissue] | None = None) -> str:
    """Tissues with their sources."""
    rows = list(tissues().values() if chosen is None else chosen)
    body = [[tissue.name, *(marked(tissue, field) for field in TISSUE_COLUMNS)] for tissue in rows]
    return "\n".join(
        [aligned([["tissue", *TISSUE_COLUMNS.values()], *body]), LEGEND, "sources", cited(rows, TISSUE_COLUMNS)]
    )


def probe_table() -> str:
    """Probes with dimensions, cooling, usual protocol and sources."""
    rows = list(probes().values())
    body = [
        [probe.name, probe.kind, *(marked(probe, field) for field in PROBE_COLUMNS)]
        + [marked(probe.cooling, field) if probe.cooling else "-" for field in COOLING_COLUMNS]
        + [probe.protocol]
        for probe in rows
    ]
    heading = ["probe", "kind", *PROBE_COLUMNS.values(), *COOLING_COLUMNS.values(), "protocol"]
    coolings = [probe.cooling for probe in rows if probe.cooling]
    usual = [
        f"  {name}: {describe_protocol(phases)} ({', '.join(protocol_sources()[name])})"
        for name, phases in protocols().items()
    ]
    return "\n".join(
        [
            aligned([heading, *body]),
            LEGEND,
            "sensor: + ahead of the distal face, - inside the metal",
            "protocols",
            *usual,
            "sources",
            cited(rows, PROBE_COLUMNS),
            cited(coolings, COOLING_COLUMNS),
        ]
    )


def criterion_table() -> str:
    """Lesion criteria with levels, units and sources."""
    body = [
        [item.name, item.quantity, f"{item.level:g}", item.unit, *item.sources.get("level", ("-", "given")), item.label]
        for item in criteria().values()
    ]
    return aligned([["criterion", "quantity", "level", "unit", "source", "status", "meaning"], *body])


def protocol_table() -> str:
    """Protocols phase by phase, with their sources and the probes that usually run them."""
    used: dict[str, list[str]] = {}
    for probe in probes().values():
        used.setdefault(probe.protocol, []).append(probe.name)
    rows = [
        [
            name,
            f"{sum(phase.duration_s for phase in phases):g}",
            *protocol_sources()[name],
            describe_protocol(phases),
            ", ".join(used.get(name, ["-"])),
        ]
        for name, phases in protocols().items()
    ]
    return aligned([["protocol", "duration s", "source", "status", "phases", "probes"], *rows])


def value_table(what: str, models: Iterable[tuple[str, Sourced]]) -> str:
    """Every number of each model, the unit in its key, with its source."""
    rows = [
        [name, key, f"{getattr(model, key):g}", *model.sources.get(key, ("-", "given"))]
        for name, model in models
        for key in type(model).model_fields
        if isinstance(getattr(model, key), int | float)
    ]
    return aligned([[what, "key", "value", "source", "status"], *rows])


def kind_table(kinds: Kinds) -> str:
    """Kinds with the package that offers each, the keys of their own and what they are."""
    rows = [
        [kind, kinds.package(kind), ", ".join(cls.model_fields) or "-", cls.summary()] for kind, cls in kinds.items()
    ]
    return aligned([[kinds.what, "from", "keys", "meaning"], *rows])


def criterion_lines(chosen: Iterable[Criterion]) -> str:
    """One line per criterion: name and meaning."""
    return "\n".join(f"  {item.name}: {item.label}" for item in chosen)
