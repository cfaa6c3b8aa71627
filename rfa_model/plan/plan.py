"""What a scenario resolves to before anything is solved: anatomy, needles at their places, meshes, inputs, references.

Whatever a run would refuse before solving is refused here, so that what validates, runs. Nothing heavy is loaded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rfa_model.anatomy import Anatomy
from rfa_model.applicators.applicator import Applicator
from rfa_model.applicators.pose import Pose
from rfa_model.meshing.cache import mesh_hash
from rfa_model.meshing.sizes import mesh_sizes
from rfa_model.plan import checks
from rfa_model.plan.forecast import boiling_notice
from rfa_model.plan.laid import laid
from rfa_model.plan.site import Site, site_of
from rfa_model.scenario import Scenario, dump_yaml, load_scenario
from rfa_model.scenario.read import at_their_lines

if TYPE_CHECKING:
    from rfa_model.treatment import Treatment


@dataclass(frozen=True)
class InputFile:
    """A file that the plan depends on, and its SHA-256."""

    path: Path
    sha256: str

    @classmethod
    def of(cls, path: Path) -> InputFile:
        """Read and hash it."""
        return cls(path, hashlib.sha256(path.read_bytes()).hexdigest())


@dataclass(frozen=True)
class PlannedArm:
    """One arm with its applicator in place.

    Attributes
    ----------
    name : str
    applicator : Applicator
    pose : Pose
    mesh_key : str
        What the mesh is found by.
    site : Site
        Where the applicator comes to lie.
    earlier : tuple of Pose
        Of lesions made before with the same applicator, in turn; ``pose`` is the last.
    notice : str
        What is to be known before it begins, such as that it will be slow; empty where there is nothing.
    """

    name: str
    applicator: Applicator
    pose: Pose
    mesh_key: str
    site: Site
    notice: str = ""
    earlier: tuple[Pose, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A scenario ready to be solved.

    Attributes
    ----------
    scenario : Scenario
        At the resolution asked for.
    anatomy : Anatomy
    arms : mapping of str to PlannedArm
        Those asked for, in the scenario's order.
    resolved : Scenario
        The whole scenario with nothing left to look up.
    references : mapping of str to str
        Key to citation of every number used.
    inputs : tuple of InputFile
        Files it depends on; the scenario's first, where it was read from one.
    source : InputFile or None
        The scenario's, where it was read from one.
    """

    scenario: Scenario
    anatomy: Anatomy
    arms: Mapping[str, PlannedArm]
    resolved: Scenario
    references: Mapping[str, str]
    inputs: tuple[InputFile, ...] = ()
    source: InputFile | None = None

    @classmethod
    def of(cls, scenario: Scenario | Path, arms: Sequence[str] = (), resolution: str | None = None) -> Plan:
        """Resolve a scenario, or a scenario file.

        Parameters
        ----------
        scenario : Scenario or Path
        arms : sequence of str
            Only these; all if empty.
        resolution : str or None
            Instead of the scenario's.

        Raises
        ------
        InputError
            If an arm is unknown, a needle cannot lie where it is put, its sphere is too small for it or leaves the
            body, a nerve's target segment leaves the sphere, or a tissue has no values.
        """
        if isinstance(scenario, Path):
            with at_their_lines(scenario):
                return cls._of(load_scenario(scenario), InputFile.of(scenario), arms, resolution)
        return cls._of(scenario, None, arms, resolution)

    @classmethod
    def _of(cls, scenario: Scenario, source: InputFile | None, arms: Sequence[str], resolution: str | None) -> Plan:
        made = at_resolution(scenario, resolution)
        for name in arms:
            made.arm(name)
        anatomy = made.anatomy.build()
        made = laid(made, anatomy)
        checks.check_tissues(made, anatomy)
        chosen = [name for name in made.arms if not arms or name in arms]
        return cls(
            scenario=made,
            anatomy=anatomy,
            arms={name: _planned(made, name, anatomy) for name in chosen},
            resolved=made.resolved(),
            references=made.references(anatomy.tissue_names, anatomy.reference_keys),
            inputs=(*([source] if source else []), *map(InputFile.of, made.anatomy.input_files)),
            source=source,
        )

    @cached_property
    def resolved_yaml(self) -> str:
        """The resolved scenario as a file."""
        return dump_yaml(self.resolved)

    def treatment(self, name: str) -> Treatment:
        """Return what is to be solved for one arm."""
        from rfa_model.treatment.of_scenario import treatment_of

        arm = self.arms[name]
        return treatment_of(self.scenario, name, self.anatomy, arm.applicator, arm.pose, arm.earlier)


def at_resolution(scenario: Scenario, resolution: str | None) -> Scenario:
    """Return the scenario at another mesh resolution; itself for None."""
    if resolution is None:
        return scenario
    numerics = scenario.numerics.model_copy(update={"resolution": resolution})
    return scenario.model_copy(update={"numerics": numerics})


def _planned(scenario: Scenario, name: str, anatomy: Anatomy) -> PlannedArm:
    checks.check_rest(scenario, name)
    numerics = scenario.numerics
    applicator = checks.buildable(scenario, name)
    poses = checks.placed_in_turn(scenario, name, applicator, anatomy)
    pose = poses[-1]
    checks.check_nerves(scenario, name, applicator, poses, anatomy)
    key = mesh_hash(applicator, mesh_sizes(numerics.resolution), numerics.domain_radius_mm)
    notice = boiling_notice(scenario, name, applicator)
    return PlannedArm(name, applicator, pose, key, site_of(applicator, pose, anatomy), notice, tuple(poses[:-1]))
