"""The joint fit in words: its part of the page, and its lines on a terminal."""

from collections.abc import Sequence

from rfa_model._markdown import table
from rfa_model.assurance.validation.bands import bench
from rfa_model.assurance.validation.emulate import FILLINGS
from rfa_model.assurance.validation.joint import EDGE_SPREAD_C, START_GRID_C, Joint, Posterior, Predicted
from rfa_model.assurance.validation.tables import figure
from rfa_model.library.tables import aligned

HEADING = "## One edge and one start, fitted to all bands"
METHOD = """\
Neither the edge of visible coagulation nor the start of the tissue was read in any of these works. Here both are taken
as unknown instead of chosen: one edge per tissue ({tissues}), normal about a common mean with {spread:g} °C; one start
per study, anywhere from {low:g} to {high:g} °C; and on all benches alike either fluid or air in the cannulas' bores,
evens. Bayes' rule on a grid, over runs on draft meshes. A band's likelihood is 1 inside and falls off outside with the
scatter of a mean over repeats, and counts once however many configurations it has. No case has a parameter of its own,
and **the verdicts of the choice made beforehand stand**: this is what one would choose now, having looked."""
READING = """\
*Held* means that the median of every configuration lies in the band, *on average* that their mean does: several
statements are about averages over gauges or tips, and the abstracts do not say which. *Predicted* leaves out all bands
of the band's own study: its edge then comes from the others, its start from nowhere. *Chance* is the posterior
probability that every configuration lies in the band at once."""
CAPTION = "What the bands say of edge and start: before, by the ratios alone, and by all asserted bands"


def parts(joint: Joint, picture: str) -> list[str]:
    """The page's part."""
    studies = bench().studies
    tissues = ", ".join(dict.fromkeys(about.tissue for about in studies.values()))
    method = METHOD.format(tissues=tissues, spread=EDGE_SPREAD_C, low=START_GRID_C[0], high=START_GRID_C[-1])
    bands = bands_table(joint)
    return [
        HEADING,
        method,
        "\n".join(f"- {study}: {about.tissue}, because {about.reason}." for study, about in studies.items()),
        f"**{closing(joint)}.**",
        _markdown(posterior_table(joint)),
        f"![{CAPTION}](validation/{picture})\n\n*{CAPTION}.*",
        READING,
        _markdown(bands),
    ]


def terminal(joint: Joint) -> str:
    """The same, on a terminal."""
    return "\n\n".join([aligned(posterior_table(joint)), aligned(bands_table(joint)), closing(joint)])


def closing(joint: Joint) -> str:
    """How many asserted bands hold, before, after and out of sample."""
    count = len(joint.asserted)
    prior, after = (sum(joint.held(one, by) for one in joint.asserted) for by in (joint.prior, joint.by_all))
    out = sum(joint.held(one, joint.without[one.band.source]) for one in joint.asserted)
    mean = sum(joint.held_on_average(one, joint.by_all) for one in joint.asserted)
    return (
        f"{after} of {count} asserted bands of size hold with the joint posterior ({100 * after / count:.0f} %), "
        f"{prior} with the prior, {out} when their study is predicted from the others; "
        f"{mean} of {count} by the mean of their configurations ({100 * mean / count:.0f} %)"
    )


def posterior_table(joint: Joint) -> list[tuple[str, ...]]:
    """Edges, starts and filling: median with the ends that hold 90 %."""
    stages = (joint.prior, joint.by_ratios, joint.by_all)
    rows: list[tuple[str, ...]] = [("", "before", "by the ratios", "by all bands")]
    for tissue in joint.by_all.edges:
        rows.append((f"edge, {tissue}, °C", *(_interval([s.edge_C(tissue, q) for q in QUANTILES]) for s in stages)))
    for study in joint.by_all.studies:
        rows.append((f"start, {study}, °C", *(_interval([s.start_C(study, q) for q in QUANTILES]) for s in stages)))
    air = FILLINGS.index("air")
    return [*rows, ("probability of air in the bores", *(f"{s.filling[air]:.2f}" for s in stages))]


QUANTILES = (0.05, 0.5, 0.95)


def _interval(ends: Sequence[float]) -> str:
    low, median, high = ends
    return f"{median:.1f} ({low:.1f}–{high:.1f})"


def bands_table(joint: Joint) -> list[tuple[str, ...]]:
    """Every band: our medians and whether they hold, fitted and predicted."""
    rows: list[tuple[str, ...]] = [("band", "published", "joint", "", "on average", "chance", "predicted", "")]
    for one in joint.predicted:
        without = joint.without.get(one.band.source, joint.prior)
        shown = "" if one.band.asserted else " (shown only)"
        rows.append(
            (
                one.band.title + shown,
                one.band.limits,
                _range(joint, one, joint.by_all),
                _verdict(joint, one, joint.by_all),
                _word(joint.held_on_average(one, joint.by_all)),
                f"{joint.chance(one, joint.by_all):.2f}",
                _range(joint, one, without),
                _verdict(joint, one, without),
            )
        )
    return rows


def _range(joint: Joint, one: Predicted, posterior: Posterior) -> str:
    medians = [value for value in joint.median(one, posterior) if value == value]
    if not medians:
        return "no lesion"
    low, high = figure(min(medians), one.band), figure(max(medians), one.band)
    return low if low == high else f"{low} to {high}"


def _verdict(joint: Joint, one: Predicted, posterior: Posterior) -> str:
    return _word(joint.held(one, posterior))


def _word(held: bool) -> str:
    return "held" if held else "missed"


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    return table(rows[0], rows[1:])
