"""Rebuild public models and solve them twice: ``python -m benchmarks.public_models [--docs DIR]``.

Prints the tables, writes ``docs/public_models.md``, and exits with 1 if our two codes differ by more than a per cent
where that is not known.
"""

import argparse
import datetime
import sys
from dataclasses import replace
from pathlib import Path

from benchmarks import catheter, needle
from benchmarks.catheter import Run
from benchmarks.equations import REFERENCE_C
from benchmarks.peer_comparison import AGREEMENT, Row, cells, verdict
from rfa_model._markdown import table
from rfa_model.library.tables import aligned
from rfa_model.parallel.workers import spread
from rfa_model.results.provenance import in_words, versions

HEAD = ("quantity", "rfa-model", "peer", "difference", "")
AS_ABOVE = "as above"
UNITS = {"impedance": "Ω", "voltage": "V"}
TEXT = """# Public models, rebuilt

Do the codes find what somebody else's program found? Public ablation models are rebuilt here from a written
description of what they solve; none of their code is used. Each is solved twice, by
rfa-model's equations in space and by a peer in the meridian plane that shares no discretisation and no solver with
them, and both are put beside what is stated of the original. Our two may differ by {agreement:g} %, a temperature's
difference being a share of its rise above 37 °C. This page is written by `python -m benchmarks.public_models`.

{date}, {versions}.

{sections}
"""
CATHETER = r"""## A cardiac catheter in a wall

`rirastorza/RFA-tutorial` (FEniCS). **Stated: the picture it stores peaks at {stated:.2f} °C after 10 s. Found:
{ours:.2f} °C by rfa-model, {peer:.2f} °C by the peer**, {off:+.1f} % of the rise.

An electrode of 1.15 mm radius and 3.5 mm length with a hemispherical end stands 0.5 mm deep in a wall 1.5 mm thick;
under the wall lies connective tissue, above it blood, all in a cylinder of 20 mm radius and 40 mm height whose outside
is grounded and at 37 °C; the plastic shaft's end is at 40 °C.

| | σ, S/m | k, W/(m K) | ρc, J/(m³ K) |
|---|---|---|---|
| wall | 0.28 | 0.56 | 1081 · 3686 |
| connective tissue | 0.2 | 0.39 | 1027 · 2372 |
| blood | 0.667 | – | – |
| plastic | insulating | 0.026 | 70 · 1045 |

σ rises by 1.5 % and k by 2 % of its value per degree above 37 °C; nothing is perfused. The generator gives
$V^2 = 280.83\,(80\,^\circ\mathrm{{C}} - T_s)$ between 12.85² and 66.33² V²: the integral of its PI law begins anew with
every step of 0.1 s and adds 0.05 to the gain of 280.78, so that it is a P controller and 80 °C is never reached. $T_s$
is the temperature at $(r, z) = (1.0, -1.16)$ mm.

A treatment of rfa-model has tissue enter as material and knows convection on lumens alone. Here its equations, linear
solvers, time steps and generator are put together by hand on a mesh that follows the media (a quarter of space), with
convection on the faces between them.

{comparison}

Hottest place, $(r, z)$ from the distal point: {ours_mm} mm (rfa-model: {ours_facts}) and {peer_mm} mm (peer:
{peer_facts}). With cells and steps twice as large the peer's numbers move
by {moved:.2f} % at most.

### What the description leaves open

- *What blood does to heat.* Convection towards 37 °C, 610 W/(m² K) where wall and electrode meet blood and 3446 where
  plastic does, blood itself taking no part: read so, the model is hottest in the wall under the electrode, within
  {closest:.1f} °C of what is stated. Blood that stores and conducts heat besides would be the hottest itself.
- *Where the sensor's z is counted from.* Taken as the hemisphere's centre: it then lies 0.01 mm below the
  electrode's end.
- *The electrode's metal*, taken as platinum-iridium (k 71 W/(m K), ρc 21500 · 132 J/(m³ K)).
- *Which media's k rises.* That of all tissue.

These readings were chosen among those tried because they come nearest to what is stated; that ours and the peer agree
says nothing about them. Each changed alone, solved by the peer with cells and steps twice as large:

{readings}
"""


NEEDLE = r"""## A needle in liver, boiling

`sheldonkhall/MITA-model` (FEniCS). **Of its result nothing is stated that could be held against ours; it is checked
with concentric cylinders, Green's function and a solidification front, and at its numbers so is rfa-model:
`cylinders`, `green` and `planar-front` on the [verification page](verification.md).** The model itself is a needle of
1.5 mm radius, 30 mm of it bare, in a grounded sphere of liver at 37 °C, at constant voltage:

| | bare | cooled |
|---|---|---|
| voltage, V | 80 | 60 |
| σ, S/m | 0.132, +2 % per °C, 1 % of it above 100 °C | 0.2, the same |
| k, W/(m K) | 0.512 + 0.01024 (T − 37), constant above 100 °C | 0.5 + 0.01 (T − 37) |
| needle's face | no heat crosses it | 3366 W/(m² K) towards 37 °C |

ρc is 1080 · 3455 and, dried, 370 · 2156 J/(m³ K); 0.8 · 1080 kg/m³ of water boil from 90 to 100 °C; blood takes 31.2
kW/(m³ K) until cells die, in three states. The first {end:g} s are compared, in which tissue at both ends of the bare
metal boils. The original goes on to 600 s with 15 s without power whenever its impedance exceeds 120 Ω; that run is
**not** repeated here.

{comparison}

{beyond} Nine rows were beyond 1 % before, none of them by the description. The peer's steps of 0.1 s by implicit
Euler lagged behind where tissue warms fastest; they are 0.02 s now. At the sharp edges of the bare metal, where the
current crowds, rfa-model's cells were 0.08 mm long, the peer's 0.005 mm: as they shrink to 0.03 and 0.015 mm, the
cooled variant's hottest place after 1 s falls from 71.2 to 70.9 and 70.7 °C, towards the peer's 70.3 °C, which halving
all its cells changes by less than 0.04 °C.
{facts}

### What the description leaves open

- *Whether 90 mm is the sphere's diameter or radius*: taken as its diameter.
- *The needle's end*, flat here, and what heat does in it: nothing here, in metal and shaft.
- *How σ falls above 100 °C*: over 5 °C here. *When blood stops*: about 63 % dead here, smoothly.
"""


def needle_section() -> tuple[str, list[Row]]:
    """The second model's part of the page, and its rows."""
    found, facts = [], []
    runs = dict(spread(_needle_runs, needle.VARIANTS))
    for name in needle.VARIANTS:
        ours, peer = runs[name]
        these = rows(ours.values, peer.values, needle.TIMES_S)
        found += [replace(row, quantity=f"{name}: {row.quantity}") for row in these]
        facts.append(f"- {name}: rfa-model {_facts(ours.facts)}; peer {_facts(peer.facts)}.")
    comparison = table(HEAD, [judged(row) for row in found])
    off = [row.quantity for row in found if verdict(row, AGREEMENT) != "ok"]
    beyond = f"Beyond {100.0 * AGREEMENT:g} %: {', '.join(off) or 'nothing'}."
    end, words = needle.TIMES_S[-1], "\n" + "\n".join(facts)
    return NEEDLE.format(end=end, comparison=comparison, beyond=beyond, facts=words), found


def _needle_runs(name: str) -> tuple[Run, Run]:
    variant = needle.VARIANTS[name]
    return needle.run_ours(variant), needle.run_peer(variant)


def judged(row: Row) -> tuple[str, ...]:
    """A row as text, held against the agreement asked for."""
    return cells(row, AGREEMENT)


def catheter_section() -> tuple[str, list[Row]]:
    """The first model's part of the page, and its rows."""
    names = (AS_ABOVE, *catheter.readings())
    runs = dict(spread(_catheter_run, ("peer", "ours", *names)))
    peer, ours, coarse = runs["peer"], runs["ours"], {name: runs[name] for name in names}
    found = rows(ours.values, peer.values, catheter.TIMES_S)
    moved = max(abs(row.difference) for row in rows(coarse[AS_ABOVE].values, peer.values, catheter.TIMES_S))
    end, lines = catheter.TIMES_S[-1], []
    for name, run in coarse.items():
        hottest, sensor, voltage = (run.values[key, end] for key in ("hottest", "sensor", "voltage"))
        lines.append((name, f"{hottest:.2f}", f"{sensor:.2f}", f"{voltage:.1f}", _place(run.hottest_mm)))
    hottest = [run.values["hottest", end] for run in (ours, peer)]
    return CATHETER.format(
        stated=catheter.STATED_C,
        ours=hottest[0],
        peer=hottest[1],
        off=100.0 * (hottest[0] - catheter.STATED_C) / (catheter.STATED_C - REFERENCE_C),
        closest=max(abs(value - catheter.STATED_C) for value in hottest),
        comparison=table(HEAD, [judged(row) for row in found]),
        ours_mm=_place(ours.hottest_mm),
        peer_mm=_place(peer.hottest_mm),
        ours_facts=_facts(ours.facts),
        peer_facts=_facts(peer.facts),
        moved=100.0 * moved,
        readings=table(("reading", "hottest at 10 s, °C", "sensor, °C", "V", "hottest at (r, z), mm"), lines),
    ), found


def _catheter_run(name: str) -> Run:
    if name == "ours":
        return catheter.run_ours()
    coarse = {} if name == "peer" else {"fineness": 3.0, "step_s": 0.2, **catheter.readings().get(name, {})}
    return catheter.run_peer(**coarse)


def rows(ours: dict[tuple[str, float], float], peer: dict[tuple[str, float], float], times_s) -> list[Row]:
    """Every quantity at the start and at the given times, as far as both have it."""
    found = []
    for (name, time_s), value in peer.items():
        unit = UNITS.get(name, "°C")
        if (time_s not in times_s and not (time_s == 0.0 and unit == "Ω")) or (name, time_s) not in ours:
            continue
        scale = value - REFERENCE_C if unit == "°C" else value
        found.append(Row(f"{name}, {time_s:g} s", unit, ours[name, time_s], value, scale))
    return sorted(found, key=lambda row: row.quantity.partition(",")[0])


def _place(place_mm: tuple[float, float]) -> str:
    return f"({abs(place_mm[0]):.2f}, {place_mm[1]:.2f})"


def _facts(facts: dict[str, str]) -> str:
    return ", ".join(f"{value} {name}" if value.isdigit() else value for name, value in facts.items())


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--docs", type=Path, default=Path("docs"), help="folder for public_models.md")
    docs = parser.parse_args().docs
    parts = [catheter_section(), needle_section()]
    found = [row for _, of_part in parts for row in of_part]
    print(aligned([HEAD, *map(judged, found)]))
    text = TEXT.format(
        agreement=100.0 * AGREEMENT,
        date=f"{datetime.date.today():%d %B %Y}",
        versions=in_words(versions()),
        sections="\n".join(text for text, _ in parts),
    )
    (docs / "public_models.md").write_text(text, encoding="utf-8")
    return 0 if all(verdict(row, AGREEMENT) == "ok" for row in found) else 1


if __name__ == "__main__":
    sys.exit(main())
