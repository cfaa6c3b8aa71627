"""The kinds of file that come from elsewhere, each spoiled at random and then read as the program reads it."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

from rfa_model import _shipped
from rfa_model.cli import main
from rfa_model.plan import Plan
from rfa_model.scenario import parse_scenario
from rfa_model.scenario.yaml_nodes import parse
from tests.scenarios.fuzz.mutate import changed, spoiled

SHORT = [
    "title: t\nanatomy: {kind: homogeneous}\narms: {a: {probe: conventional_18g_10mm}}\n",
    """title: test
anatomy: {kind: lumbar_medial_branch, nerve: L4, side: left}
tissues: {muscle: {electric_conductivity_S_per_m: 0.4}}
body: {temperature_C: 37, perfusion: true}
criteria: [arrhenius, isotherm_50C, {name: mine, isotherm_C: 54}]
limits: {spinal_nerve: {max_temperature_C: {warning: 42, error: 45}}}
arms:
  hot:
    probe: conventional_18g_10mm
    placement: {approach: parallel, offset_mm: {operator: {deep_mm: 1}}}
    generator: {controller: pi, max_power_W: 30}
    protocol: [{ramp: {to_C: 80, duration_s: 15}}, {hold: {temperature_C: 80, duration_s: 90}}, {off: {duration_s: 5}}]
  cold:
    probe: cooled_17g_4mm
    cooling: {coolant_temperature_C: 20}
    protocol: [{voltage: {voltage_V_rms: 20, duration_s: 9}}]
laws: {damage: coagulation, perfusion: {shutdown: true}, vaporisation: {start_C: 99}}
numerics: {resolution: draft, element_order: 1, domain_radius_mm: 40, max_step_s: 5}
""",
    """title: own
anatomy: {kind: homogeneous, tissue: fat}
arms:
  own:
    probe: {kind: conventional, outer_diameter_mm: 1, tip_length_mm: 5, sensor_offset_mm: 0, tip_rounding_mm: 0.1}
    placement: {approach: custom, direction: [0, 0, 1]}
    protocol: [{power: {power_W: 3, duration_s: 9}}]
numerics: {snapshot_interval_s: 5}
""",
]
PLANNED = 20
"""One accepted scenario in so many is also planned, as ``validate`` does; that takes a tenth of a second."""
Case = tuple[str, Callable[[], int], Callable[[Path], None]]
"""What was made, what is to be tried, and how to keep it."""


def scenario(seed: int, room: Path) -> Case:
    """A scenario file, spoiled as text or as a tree."""
    random = Random(seed)
    base = random.choice(SHORT)
    if random.random() < 0.5:
        content = spoiled(base.encode(), random, [text.encode() for text in SHORT])
    else:
        tree = copy.deepcopy(parse(base, "base").data)
        content = json.dumps(changed(tree, random), ensure_ascii=random.random() < 0.5).encode("utf-8", "surrogatepass")
    file = room / "case.yaml"
    file.write_bytes(content)

    def tried() -> int:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return main(["validate", str(file)])
        made = parse_scenario(text) if "\0" not in text else None
        if random.randrange(PLANNED) == 0:
            return main(["validate", str(file)])
        if made is not None and random.randrange(PLANNED) == 0:
            Plan.of(made)
        return 0

    return "scenario", tried, lambda to: to.with_suffix(".yaml").write_bytes(content) and None


def folder(seed: int, room: Path, base: Path) -> Case:
    """A results folder with one or two of its files spoiled, read by the verbs that read such."""
    random = Random(seed)
    out = room / "results"
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(base, out)
    files = sorted(path for path in out.rglob("*") if path.is_file() and path.suffix not in (".stl", ".png", ".log"))
    weighted = [out / "summary.json"] * 12 + files
    contents = [path.read_bytes() for path in files]
    for path in random.sample(weighted, random.choice((1, 1, 2))):
        if path.suffix == ".json" and random.random() < 0.7:
            path.write_text(json.dumps(changed(json.loads((base / path.name).read_bytes()), random), ensure_ascii=True))
        elif path.suffix in (".vtu", ".vtp") and random.random() < 0.7:  # beside the compressed numbers there is little
            head, mark, rest = path.read_bytes().partition(b"<AppendedData")
            path.write_bytes(spoiled(head, random, contents) + mark + rest)
        else:
            path.write_bytes(spoiled(path.read_bytes(), random, contents))

    def tried() -> int:
        codes = [main(["compare", str(out)]), main(["export", str(out), "--quiet", "--out", str(room / "export")])]
        if random.randrange(5) == 0:
            codes.append(main(["report", str(out), "--quiet", "--out", str(room / "report.html")]))
        return max(codes)

    return "folder", tried, lambda to: shutil.copytree(out, to, dirs_exist_ok=True) and None


def mesh(seed: int, room: Path, base: Path) -> Case:
    """A cached mesh, spoiled and, for every other, sealed anew, as whoever writes the cache could."""
    from rfa_model.meshing.applicator_mesh import _first_sound
    from rfa_model.meshing.seal import seal

    random = Random(seed)
    path, key = room / "mesh.msh", "0123456789abcdef"
    content = spoiled(base.read_bytes(), random, [base.read_bytes()], binary=True)
    path.write_bytes(content)
    if seed % 2:
        seal(path, key)

    def tried() -> int:
        return 0 if _first_sound([path], key, GROUPS[base]) else 2

    return "mesh", tried, lambda to: to.with_suffix(".msh").write_bytes(path.read_bytes()) and None


GROUPS: dict[Path, object] = {}


def made_folder(at: Path) -> Path:
    """A small results folder, of made-up fields."""
    from rfa_model.results import ResultsWriter
    from tests.synthetic import synthetic_arm
    from tests.unit.results.conftest import evaluate_made

    # Homogeneous: the lumbar spine's surfaces alone take longer than a case may.
    text = (_shipped.shipped("scenarios") / "bench_muscle_conventional.yaml").read_text(encoding="utf-8")
    info = {"title": "made up", "file": "made_up.yaml", "sha256": "0" * 64}
    with ResultsWriter(at, text, info) as writer:
        arm = synthetic_arm("conventional", n=4, snapshots=3)
        writer.add_arm(arm, evaluate_made(arm))
    return at


def made_mesh(at: Path) -> Path:
    """A coarse mesh of a needle."""
    from rfa_model import library
    from rfa_model.meshing import groups_of
    from rfa_model.meshing.generate import generate_mesh
    from rfa_model.meshing.msh_file import write_msh
    from rfa_model.meshing.sizes import RESOLUTIONS

    applicator = library.probes()["conventional_18g_10mm"].applicator()
    write_msh(generate_mesh(applicator, RESOLUTIONS["draft"], 20.0), at)
    GROUPS[at] = groups_of(applicator)
    return at
