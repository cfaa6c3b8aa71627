"""Every number of the library and of the anatomy with unit, source and status, as Markdown tables."""

from collections import Counter
from collections.abc import Iterator

from _ext.markdown import number, source, sourced, split_unit, status

from rfa_model import library
from rfa_model._markdown import table
from rfa_model.anatomy.lumbar import dimensions
from rfa_model.applicators.needle import Cannula, Cooling, Probe, Solid
from rfa_model.generator.protocol import describe_protocol
from rfa_model.laws import Criterion
from rfa_model.library.models import Tissue
from rfa_model.sourced import Sourced, with_sources
from rfa_model.sourced import table as raw

LEGEND = {
    "read": "seen in the source, in its abstract, or in a later work that quotes it",
    "computed": "follows from values that were read",
    "unverified": "recalled or second-hand; to be checked by a reader",
    "calibrated": "chosen so that the model meets a stated target",
    "assumed": "chosen here: a reasoned guess, or picked within the range of the source it names",
}


def legend() -> str:
    """What each status means and how many numbers have it."""
    counts = Counter(word for _, word in origins())
    rows = [(status(word), str(counts[word]), meaning) for word, meaning in LEGEND.items()]
    return f"{sum(counts.values())} numbers stand in the tables below.\n\n" + table(
        ("status", "numbers", "meaning"), rows
    )


def tissues() -> str:
    """Tissues by property."""
    return _matrix("tissue", library.tissues(), tuple(n for n in Tissue.model_fields if n not in ("name", "fibres")))


def probes() -> str:
    """Dimensions of the probes."""
    lengths = tuple(name for name in Probe.model_fields if name.endswith("_mm"))
    return _matrix("probe", library.probes(), lengths)


def solids() -> str:
    """Metal and sleeve of the probes."""
    return _matrix("solid", _parts("materials", Solid), tuple(Solid.model_fields))


def cannulas() -> str:
    """Wall of the tubing and the sensor's tube."""
    return f"{_users('cannula')}\n\n" + _long("cannula", _parts("cannulas", Cannula))


def cooling() -> str:
    """Lumen, coolant and heat transfer."""
    return f"{_users('cooling')}\n\n" + _long("cooling", _parts("cooling", Cooling))


def _users(key: str) -> str:
    """Which probes use each entry, in words."""
    users: dict[str, list[str]] = {}
    for name, row in raw("probes")["probes"].items():
        if key in row:
            users.setdefault(row[key], []).append(f"`{name}`")
    return "\n".join(f"`{name}` belongs to {', '.join(found)}." for name, found in users.items())


def fluids() -> str:
    """Fluids at the tip."""
    rows = []
    for name, entries in raw("fluids").items():
        for field, (value, key, word) in entries.items():
            words, unit = _quantity(field)
            rows.append((f"`{name}`", words, number(value), unit, source(key), status(word)))
    return table(("fluid", "quantity", "value", "unit", "source", "status"), rows)


def protocols() -> str:
    """Named protocols in words."""
    origin = library.protocol_sources()
    rows = [
        (f"`{name}`", describe_protocol(phases).replace("degC", "°C"), source(origin[name][0]), status(origin[name][1]))
        for name, phases in library.protocols().items()
    ]
    return table(("protocol", "phases", "source", "status"), rows)


def damage_laws() -> str:
    """Laws of damage."""
    return _long("law", library.damage_laws())


def criteria() -> str:
    """Lesion criteria with their levels, and the interval of those that are known to one."""
    rows = []
    for name, item in library.criteria().items():
        ends = [] if item.interval is None else zip(("low end", "high end"), item.interval, strict=True)
        levels = [("", item.level, "level"), *((f", {end}", value, "interval") for end, value in ends)]
        rows += [_criterion_row(f"`{name}`{words}", item, value, field) for words, value, field in levels]
    return table(("criterion", "lesion where … is at least", "level", "unit", "interpolated", "source", "status"), rows)


def _criterion_row(name: str, item: Criterion, value: float, field: str) -> tuple[str, ...]:
    law = f" by {item.law.name.replace('_', ' ')}" if item.law else ""
    return (
        name,
        item.quantity.replace("_", " ") + law,
        number(value),
        {"degC": "°C", "min": "min", "-": "–"}[item.unit],
        "ln" if item.logarithmic else "linear",
        *_origin(item, field),
    )


def defaults() -> str:
    """Default coefficients of the laws, the generator, limits and nerve."""
    rows = []
    for section, entries in raw("defaults").items():
        for name, (value, key, word) in entries.items():
            words, unit = split_unit(name)
            # The limits' unit stands in the name of their section.
            unit = unit or split_unit(section)[1] or "–"
            rows.append((f"`{section}`", words, number(value), unit, source(key), status(word)))
    return table(("section", "quantity", "value", "unit", "source", "status"), rows)


def vertebrae() -> str:
    """Dimensions of the parametric vertebrae."""
    rows = [
        (
            *_quantity(name),
            *(number(row["values"][v]) if v in row["values"] else "–" for v in dimensions.VERTEBRAE),
            source(row["source"]),
            status(row["status"]),
        )
        for name, row in dimensions.table()["per_vertebra"].items()
    ]
    return table(("dimension", "unit", *dimensions.VERTEBRAE, "source", "status"), rows)


def common_anatomy() -> str:
    """Dimensions shared by all levels."""
    rows = [
        (*_quantity(name), number(row["value"]), source(row["source"]), status(row["status"]))
        for name, row in dimensions.table()["common"].items()
    ]
    return table(("dimension", "unit", "value", "source", "status"), rows)


def references() -> str:
    """The reference list, with how many numbers rest on each entry."""
    counts = Counter(key for key, _ in origins())
    rows = [(f"[{key}]{{#ref-{key}}}", text, str(counts[key])) for key, text in library.references().items()]
    return table(("key", "reference (and what it is used for)", "numbers"), rows)


def origins() -> Iterator[tuple[str, str]]:
    """(Reference key, status) of every number in the tables; a dimension of seven vertebrae counts seven."""
    yield from _origins_of(
        raw("tissues"),
        raw("probes"),
        raw("damage_laws"),
        raw("criteria"),
        raw("visible_edge"),
        raw("defaults"),
        raw("fluids"),
    )
    yield from library.protocol_sources().values()
    for row in dimensions.table()["per_vertebra"].values():
        yield from [(row["source"], row["status"])] * len(row["values"])
    for row in dimensions.table()["common"].values():
        yield row["source"], row["status"]


def _origins_of(*entries: object) -> Iterator[tuple[str, str]]:
    for entry in entries:
        if isinstance(entry, dict):
            yield from _origins_of(*entry.values())
        elif isinstance(entry, list):
            yield str(entry[1]), str(entry[2])


def _parts[S: Sourced](section: str, model: type[S]) -> dict[str, S]:
    """Materials or coolings, which the library hands out inside probes only."""
    return {name: with_sources(model, row) for name, row in raw("probes")[section].items()}


def _matrix(heading: str, models: dict[str, Sourced], fields: tuple[str, ...]) -> str:
    """One row per model, one column per field, source and status in every cell."""
    head = [f"{words} {f'({unit})' if unit else ''}".strip() for words, unit in map(split_unit, fields)]
    rows = [
        (f"`{name}`", *(sourced(number(getattr(model, field)), *model.sources[field]) for field in fields))
        for name, model in models.items()
    ]
    return table((heading, *head), rows)


def _long(heading: str, models: dict[str, Sourced]) -> str:
    """One row per number."""
    rows = []
    for name, model in models.items():
        for field in model.sources:
            words, unit = _quantity(field)
            rows.append((f"`{name}`", words, number(getattr(model, field)), unit, *_origin(model, field)))
    return table((heading, "quantity", "value", "unit", "source", "status"), rows)


def _quantity(field: str) -> tuple[str, str]:
    words, unit = split_unit(field)
    return words, unit or "–"


def _origin(model: Sourced, field: str) -> tuple[str, str]:
    if field not in model.sources:  # of another package that names none
        return "–", "–"
    key, word = model.sources[field]
    return source(key), status(word)


def approaches() -> str:
    """Ways of a needle to its target."""
    from rfa_model.placement import APPROACHES

    meets = {"beside": "beside it", "end_on": "end-on", "origin": "as given"}
    rows = [(f"`{name}`", way.words, meets[way.meets], ", ".join(way.sources)) for name, way in APPROACHES.items()]
    return table(("approach", "how", "meets the nerve", "source"), rows)
