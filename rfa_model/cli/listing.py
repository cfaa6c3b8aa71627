"""``list``: what is in the library."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable

from rfa_model._shipped import shipped_scenarios
from rfa_model.cli.verb import Verb


def probes() -> str:
    """Needles with their dimensions."""
    from rfa_model.library.tables import probe_table

    return probe_table()


def tissues() -> str:
    """Tissues with their properties."""
    from rfa_model.library.tables import tissue_table

    return tissue_table()


def scenarios() -> str:
    """Shipped scenarios: name, arms, title."""
    from rfa_model.library.tables import aligned
    from rfa_model.scenario import load_scenario

    rows = [["scenario", "arms", "title"]]
    for name, path in shipped_scenarios().items():
        scenario = load_scenario(path)
        rows.append([name, ", ".join(scenario.arms), scenario.title])
    return aligned(rows)


def studies() -> str:
    """Shipped studies: name, design, title."""
    from rfa_model.library.tables import aligned
    from rfa_model.studies import load_study, shipped_studies

    rows = [["study", "design", "draws", "title"]]
    for name, path in shipped_studies().items():
        planned = load_study(path)
        rows.append([name, planned.study.design.kind, str(planned.count), planned.study.title])
    return aligned(rows)


def distributions() -> str:
    """Distributions of a study, and their keys."""
    from rfa_model.library.tables import kind_table
    from rfa_model.studies.distributions import DISTRIBUTIONS

    return kind_table(DISTRIBUTIONS)


def designs() -> str:
    """Designs of a study, and their keys."""
    from rfa_model.library.tables import kind_table
    from rfa_model.studies.designs import DESIGNS

    return kind_table(DESIGNS)


def criteria() -> str:
    """Lesion criteria with their levels."""
    from rfa_model.library.tables import criterion_table

    return criterion_table()


def anatomies() -> str:
    """Kinds of anatomy and their keys."""
    from rfa_model.anatomy import ANATOMIES
    from rfa_model.library.tables import kind_table

    return kind_table(ANATOMIES)


def approaches() -> str:
    """Ways of a needle to its target, with their sources."""
    from rfa_model.library.tables import aligned
    from rfa_model.placement import APPROACHES

    rows = [[name, ", ".join(way.sources) or "-", way.words] for name, way in APPROACHES.items()]
    return aligned([["approach", "source", "how"], *rows])


def offsets() -> str:
    """Frames that an offset may be told in, and their keys."""
    from rfa_model.library.tables import kind_table
    from rfa_model.placement import OFFSETS

    return kind_table(OFFSETS)


def applicators() -> str:
    """Kinds of applicator and their keys."""
    from rfa_model.applicators.choice import APPLICATORS
    from rfa_model.library.tables import kind_table

    return kind_table(APPLICATORS)


def phases() -> str:
    """Kinds of phase and their keys."""
    from rfa_model.generator import PHASES
    from rfa_model.library.tables import kind_table

    return kind_table(PHASES)


def laws() -> str:
    """Kinds of law and their keys, by what they are the law of; the coefficients used where none are given."""
    from rfa_model.laws import LAWS
    from rfa_model.library import damage_laws
    from rfa_model.library.tables import kind_table, value_table
    from rfa_model.scenario import Laws

    kinds = [f"laws.{section}\n{kind_table(registry)}" for section, registry in LAWS.items()]
    usual = Laws()
    values = [(section, getattr(usual, section)) for section in LAWS if section != "damage"]
    named = [(f"damage: {name}", law) for name, law in damage_laws().items()]
    usual_values = (
        f"coefficients where none are given, and damage laws by name\n{value_table('law', [*values, *named])}"
    )
    return "\n\n".join([*kinds, usual_values])


def protocols() -> str:
    """Protocols phase by phase."""
    from rfa_model.library.tables import protocol_table

    return protocol_table()


TABLES: dict[str, Callable[[], str]] = {
    "probes": probes,
    "tissues": tissues,
    "scenarios": scenarios,
    "studies": studies,
    "criteria": criteria,
    "protocols": protocols,
    "anatomies": anatomies,
    "applicators": applicators,
    "approaches": approaches,
    "offsets": offsets,
    "phases": phases,
    "laws": laws,
    "distributions": distributions,
    "designs": designs,
}


def arguments(parser: ArgumentParser) -> None:
    """Which table."""
    parser.add_argument("what", choices=tuple(TABLES))


def run(args: Namespace) -> int:
    """Print one table."""
    print(TABLES[args.what]())
    return 0


VERB = Verb("list", "what is in the library, with units and sources", arguments, run)
