"""A surrogate in a folder: words and numbers in JSON, arrays in sealed NumPy files; nothing in them is executed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from rfa_model._files import whole_file
from rfa_model._sealed_arrays import DAMAGED, opened_sealed, write_sealed
from rfa_model.applicators.pose import Pose
from rfa_model.assurance.uncertainty.changes import content
from rfa_model.errors import InputError
from rfa_model.laws import StructureLimits
from rfa_model.metrics.entry import JSON
from rfa_model.placement.frame import Frame
from rfa_model.placement.offsets import OFFSETS
from rfa_model.scenario import Scenario
from rfa_model.studies.paths import checked
from rfa_model.studies.surrogate.basis import Basis
from rfa_model.studies.surrogate.build import treatment_key
from rfa_model.studies.surrogate.inputs import Inputs
from rfa_model.studies.surrogate.lattice import Lattice
from rfa_model.studies.surrogate.learnt import LearntFields
from rfa_model.studies.surrogate.model import Probe, Site, Tube
from rfa_model.studies.surrogate.needle_distance import NeedleDistance
from rfa_model.studies.surrogate.poses import Aim
from rfa_model.studies.surrogate.process import Processes
from rfa_model.studies.surrogate.resting import Resting
from rfa_model.studies.surrogate.stored_arrays import check_sizes, checked_array, shapes_of
from rfa_model.studies.surrogate.surrogate import ArmOf, Errors, Surrogate, as_json
from rfa_model.studies.surrogate.surroundings import TISSUES, Surroundings

FloatArray = NDArray[np.float64]
Arrays = Mapping[str, FloatArray]
SCHEMA = "rfa-model/surrogate/4"
FOLDER, WORDS = "surrogate", "surrogate.json"
MOST_BYTES = 1 << 30
COUNTED = ("trials", "right", "decided", "harm_right")
NOT_OURS = (*DAMAGED, AttributeError, ArithmeticError, MemoryError, RecursionError, np.linalg.LinAlgError)


def write_surrogate(surrogate: Surrogate, folder: Path) -> None:
    """Write it into ``folder/surrogate``; InputError if it cannot be written."""
    there = folder / FOLDER
    for name, probe in surrogate.probes.items():
        write_sealed(there / f"{name}.npz", _arrays(probe))
    told: dict[str, JSON] = {
        "schema": SCHEMA,
        "title": surrogate.title,
        "resolution": surrogate.resolution,
        "criterion": surrogate.criterion,
        "probes": {name: _words(probe) for name, probe in surrogate.probes.items()},
        "arms": {
            name: {
                "probe": arm.probe, "kind": arm.kind, "plan": arm.plan.tolist(),
                "errors": as_json(arm.errors),
            }
            for name, arm in surrogate.arms.items()
        },
        "scenario": content(surrogate.scenario),
    }  # fmt: skip
    with whole_file(there / WORDS) as partial:
        partial.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def has_surrogate(folder: Path) -> bool:
    """Whether a study's folder has one."""
    return (folder / FOLDER / WORDS).is_file()


def read_surrogate(folder: Path) -> Surrogate:
    """Read the surrogate of a study's folder.

    Raises
    ------
    InputError
        If there is none, or it is damaged or of another version.
    """
    there = folder / FOLDER
    if not has_surrogate(folder):
        raise InputError(f"{folder}: no surrogate there; `rfa-model surrogate {folder}` makes one of its study")
    cure = f"`rfa-model surrogate {folder}` makes it anew"
    try:
        told = json.loads((there / WORDS).read_text(encoding="utf-8"))
        if told["schema"] != SCHEMA:
            raise InputError(f"{there / WORDS}: is of another version, {str(told['schema'])[:40]!r}; {cure}")
        scenario = checked(cast(dict[str, JSON], told["scenario"]))
        arms = {name: _arm(one, scenario, name) for name, one in told["arms"].items()}
        probes = {name: _probe(there / f"{name}.npz", one, scenario, arms) for name, one in told["probes"].items()}
        if not set(arms) or {arm.probe for arm in arms.values()} != set(probes):
            raise ValueError("arms")
        return Surrogate(str(told["title"]), str(told["resolution"]), str(told["criterion"]), scenario, probes, arms)
    except InputError as error:
        raise InputError(str(error) if cure in str(error) else f"{there}: {error}; {cure}") from None
    except (OSError, *NOT_OURS) as error:
        raise InputError(f"{there}: damaged ({type(error).__name__}); {cure}") from None


def _arrays(probe: Probe) -> dict[str, NDArray[np.generic]]:
    frame, site = probe.inputs.aim.frame, probe.site
    found: dict[str, NDArray[np.generic]] = {
        "frame": np.array([frame.point, frame.across, frame.away, frame.along]),
        "start_rotation": np.asarray(probe.inputs.aim.start.rotation),
        "start_mm": np.asarray(probe.inputs.aim.start.translation_mm),
        "contacts_mm": probe.inputs.contacts_mm,
        "mean": probe.inputs.mean,
        "spread": probe.inputs.spread,
        "shape": probe.inputs.shape,
        "x": probe.volume.x,
        "nodes_mm": probe.nodes_mm,
        "warm": probe.warm,
        "volume/y": probe.volume.y,
        "volume/theta": probe.volume.theta,
        "lattice_mm": probe.low_mm,
        "target_mm": site.target_mm,
    }
    for name, one in (("edge", probe.edge), ("temperature", probe.temperature), ("damage", probe.damage)):
        found |= {f"{name}/mean": one.basis.mean, f"{name}/modes": one.basis.modes}
        found |= {f"{name}/y": one.processes.y, f"{name}/theta": one.processes.theta}
    for name, tube in site.spared.items():
        found[f"spared/{name}"] = tube.points_mm
    if (resting := site.resting) is not None:
        found |= _kept("bone", resting.bone) | {"bone/away": resting.away}
    if (canal := site.canal) is not None:
        found |= _kept("canal", canal)
    for name, about in probe.inputs.about.items():
        found |= {f"{name}/about/mean": about.basis.mean, f"{name}/about/modes": about.basis.modes}
    if (nerves := probe.inputs.about.get("nerves")) is not None:
        found |= _lattice_kept("nerves", nerves.lattice)
    return found


def _lattice_kept(name: str, one: Lattice) -> dict[str, NDArray[np.generic]]:
    return {f"{name}/low_mm": one.low_mm, f"{name}/values": one.values}


def _lattice(name: str, arrays: Arrays, told: Mapping[str, float]) -> Lattice:
    """What :func:`_lattice_kept` kept, with the words beside it."""
    return Lattice(arrays[f"{name}/low_mm"], _number(told["spacing_mm"]), arrays[f"{name}/values"])


def _kept(name: str, one: NeedleDistance) -> dict[str, NDArray[np.generic]]:
    return _lattice_kept(name, one.lattice) | {f"{name}/needle_mm": one.points_mm}


def _distance(name: str, arrays: Arrays, told: Mapping[str, float]) -> NeedleDistance:
    """What :func:`_kept` kept, with the words beside it."""
    return NeedleDistance(_lattice(name, arrays, told), arrays[f"{name}/needle_mm"])


def _words(probe: Probe) -> dict[str, JSON]:
    site = probe.site
    return {
        "nerve_radius_mm": site.radius_mm,
        "target_radius_mm": probe.inputs.aim.frame.nerve_radius_mm,
        "kind": probe.inputs.aim.kind,
        "reach": probe.inputs.reach,
        "lattice": {"spacing_mm": probe.spacing_mm, "shape": list(probe.shape)},
        "further": list(probe.further),
        "spared": {name: tube.limits.model_dump(mode="json") for name, tube in site.spared.items()},
        "bone": None
        if site.resting is None
        else {"spacing_mm": site.resting.bone.lattice.spacing_mm, "rests": site.resting.rests},
        "canal": None if site.canal is None else {"spacing_mm": site.canal.lattice.spacing_mm},
        "nerves": None
        if (nerves := probe.inputs.about.get("nerves")) is None
        else {"spacing_mm": nerves.lattice.spacing_mm},
    }


def _arm(told: Mapping[str, JSON], scenario: Scenario, name: str) -> ArmOf:
    plan = np.asarray(told["plan"], dtype=float)
    kind, errors = str(told["kind"]), cast(Mapping[str, JSON], told["errors"])
    if plan.shape != (5,) or not np.isfinite(plan).all() or kind not in OFFSETS or name not in scenario.arms:
        raise ValueError("arm")
    numbers = {key: value if isinstance(value, dict) else _number(value) for key, value in errors.items()}
    numbers |= {key: int(cast(float, numbers[key])) for key in COUNTED}
    return ArmOf(str(told["probe"]), kind, plan, treatment_key(content(scenario), name), Errors(**numbers))  # type: ignore[arg-type]


def _probe(path: Path, told: Mapping[str, JSON], scenario: Scenario, arms: Mapping[str, ArmOf]) -> Probe:
    arm = next(name for name, one in arms.items() if f"{one.probe}.npz" == path.name)
    spared = {
        name: StructureLimits.model_validate(limits) for name, limits in cast(dict[str, JSON], told["spared"]).items()
    }
    bone = cast(Mapping[str, float] | None, told["bone"])
    narrow = cast(Mapping[str, float] | None, told["canal"])
    nerves = cast(Mapping[str, float] | None, told["nerves"])
    shapes = shapes_of(spared, bone=bool(bone), canal=bool(narrow), nerves=bool(nerves))
    sizes: dict[str, int] = {}
    with opened_sealed(path) as file:
        held = file.zip.infolist() if file.zip is not None else []
        if sum(member.file_size for member in held) > MOST_BYTES:
            raise ValueError("too large")
        arrays = {name: checked_array(file[name], shape, sizes) for name, shape in shapes.items()}
    check_sizes(arrays, sizes, len(cast(list[JSON], told["further"])))
    lattice = cast(Mapping[str, JSON], told["lattice"])
    grid = tuple(int(cast(int, size)) for size in cast(list[JSON], lattice["shape"]))
    if len(grid) != 3 or min(grid) < 2 or int(np.prod(grid)) != sizes["L"] or told["kind"] not in OFFSETS:
        raise ValueError("lattice")
    point, across, away, along = arrays["frame"]
    frame = Frame(point, across, away, along, _number(told["target_radius_mm"]))
    aim = Aim(frame, Pose(arrays["start_rotation"], arrays["start_mm"]), str(told["kind"]))
    resting = Resting(_distance("bone", arrays, bone), arrays["bone/away"], bool(bone["rests"])) if bone else None
    canal = _distance("canal", arrays, narrow) if narrow else None
    lattices = {"bone": resting.bone.lattice} if resting else {}
    if nerves:
        lattices["nerves"] = _lattice("nerves", arrays, nerves)
    about = {name: _about(name, lattice, arrays) for name, lattice in lattices.items()}
    inputs = Inputs(
        aim, arrays["contacts_mm"], about, arrays["mean"], arrays["spread"], arrays["shape"], _number(told["reach"])
    )
    tubes = {name: Tube(arrays[f"spared/{name}"], limits) for name, limits in spared.items()}
    made = Probe(
        scenario.resolved_probe(arm).applicator(),
        inputs,
        Site(arrays["target_mm"], _number(told["nerve_radius_mm"]), tubes, resting, canal),
        _fields(arrays, "edge"),
        _fields(arrays, "temperature"),
        _fields(arrays, "damage"),
        arrays["nodes_mm"],
        arrays["warm"],
        Processes(arrays["x"], arrays["volume/y"], arrays["volume/theta"]),
        arrays["lattice_mm"],
        _number(lattice["spacing_mm"]),
        (grid[0], grid[1], grid[2]),
        tuple(map(str, cast(list[JSON], told["further"]))),
    )
    made.refuse_unsound()
    return made


def _about(name: str, lattice: Lattice, arrays: Arrays) -> Surroundings:
    basis = Basis(arrays[f"{name}/about/mean"], arrays[f"{name}/about/modes"])
    return Surroundings(TISSUES[name], lattice, arrays["contacts_mm"], basis)


def _fields(arrays: Arrays, name: str) -> LearntFields:
    basis = Basis(arrays[f"{name}/mean"], arrays[f"{name}/modes"])
    return LearntFields(basis, Processes(arrays["x"], arrays[f"{name}/y"], arrays[f"{name}/theta"]))


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value) or value < 0:
        raise ValueError("number")
    return float(value)
