"""One treatment: an applicator in its place, driven by a protocol. Composed here, and solved with one call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from rfa_model import library
from rfa_model._progress import Progress
from rfa_model.anatomy import Anatomy
from rfa_model.anatomy.base import Layered
from rfa_model.applicators.applicator import Applicator
from rfa_model.applicators.choice import ApplicatorBase
from rfa_model.applicators.driving import Control
from rfa_model.applicators.placed import Sensor
from rfa_model.applicators.pose import Pose
from rfa_model.errors import InputError
from rfa_model.generator import Generator, PhaseBase
from rfa_model.laws import Criterion, StructureLimits
from rfa_model.laws.limits import usual_limits
from rfa_model.library import Tissue
from rfa_model.metrics.data import ArmData
from rfa_model.metrics.evaluate import evaluate, measured
from rfa_model.metrics.mesh import compact
from rfa_model.metrics.soundness import refuse_unsound
from rfa_model.metrics.summary import ArmMetrics
from rfa_model.parallel.ranks import on_first
from rfa_model.physics.drives import Drive, Monopolar
from rfa_model.physics.fibres import electric_directions
from rfa_model.physics.laws import TissueLaws
from rfa_model.physics.materials import CellMaterials, Shares, cut_shares, mix, volume_fractions
from rfa_model.physics.rest import damage_at_rest
from rfa_model.scenario import Body, Numerics, Placement, usual_criteria
from rfa_model.solver.domain import Domain
from rfa_model.solver.gather import local_cells
from rfa_model.solver.step_report import Observer
from rfa_model.treatment.checkpoint import Checkpoint
from rfa_model.treatment.gone_through import gone_through
from rfa_model.treatment.in_turn import solved_in_turn
from rfa_model.treatment.workspace import Workspace

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Solution:
    """A solved treatment: its fields and histories, and what was measured in them."""

    arm: ArmData
    metrics: ArmMetrics


@dataclass(frozen=True)
class Treatment:
    """Everything that one solution depends on. Each part can be replaced by another object that does the same.

    A scenario file is one way to make it (:meth:`rfa_model.plan.Plan.treatment`); by hand, what is left out is the
    library's.

    Attributes
    ----------
    anatomy : Anatomy
        Where each tissue is, the nerves to be taken, the structures to be spared.
    applicator : Applicator
        What is brought there.
    pose : Pose
        Where it lies: applicator frame to patient frame (see :func:`rfa_model.placement.place`).
    protocol : sequence of Phase
        What the generator is to do.
    laws : TissueLaws
        σ(T), k(T), perfusion, vaporisation, damage.
    tissues : mapping of str to Tissue
        Values of each tissue that the anatomy names.
    drive : Drive
        How the generator is joined to the contacts: all of them against the pad unless told.
    control : str
        What the generator acts on, of the applicator's sensors that control: the ``first``, the ``hotter``, their
        ``mean``; or ``each``: every contact has a generator and a sensor of its own (its drive: ``Separate()``).
    body : Body
        Temperature at rest, perfusion, metabolic heat.
    generator : Generator
        Controller and limits.
    criteria : mapping of str to Criterion
        What counts as lesion; nerves and structures are judged by "arrhenius", or by the first.
    limits : mapping of str to StructureLimits, or None
        Of the structures to be spared; None: the usual ones of this anatomy.
    numerics : Numerics
        Mesh, boundary, time steps.
    name : str
        For messages and results.
    placement : Placement or None
        How the pose was arrived at; a record.
    probe : ApplicatorBase or None
        The applicator in words; a record.
    before : tuple of Treatment
        Lesions made before this one with the same applicator, in turn: heat and damage they left are carried over.
    """

    anatomy: Anatomy
    applicator: Applicator
    pose: Pose
    protocol: Sequence[PhaseBase]
    laws: TissueLaws = field(default_factory=TissueLaws)
    tissues: Mapping[str, Tissue] = field(default_factory=library.tissues)
    drive: Drive = field(default_factory=Monopolar)
    control: Control = "first"
    body: Body = field(default_factory=Body)
    generator: Generator = field(default_factory=Generator)
    criteria: Mapping[str, Criterion] = field(default_factory=usual_criteria)
    limits: Mapping[str, StructureLimits] | None = None
    numerics: Numerics = field(default_factory=Numerics)
    name: str = "arm"
    placement: Placement | None = None
    probe: ApplicatorBase | None = None
    before: tuple["Treatment", ...] = ()

    @property
    def control_sensors(self) -> tuple[Sensor, ...]:
        """The sensors that the generator acts on; InputError if there is none."""
        found = self.applicator.control_sensors
        if not found:
            raise InputError(
                f"arm '{self.name}': applicator {self.applicator.name} has no sensor that controls; give it one"
            )
        return found[:1] if self.control == "first" else found

    @property
    def duration_s(self) -> float:
        """Duration of the whole protocol, and of those before, s."""
        return sum(phase.duration_s for one in (*self.before, self) for phase in one.protocol)

    @property
    def damage_law_name(self) -> str:
        """Name of the law of damage; of one without, its class's."""
        return str(getattr(self.laws.damage, "name", type(self.laws.damage).__name__))

    def damage_at_rest(self) -> dict[str, float]:
        """Return Ω of tissue that nothing heats over the whole protocol, by the name of every law that is used."""
        laws = {c.law.name: c.law for c in self.criteria.values() if c.law is not None}
        known = {self.damage_law_name: self.laws.damage, **laws}
        return {name: damage_at_rest(law, self.body.temperature_C, self.duration_s) for name, law in known.items()}

    def solve(
        self,
        observers: Sequence[Observer] = (),
        *,
        progress: Progress | None = None,
        workspace: Workspace | None = None,
        checkpoint: Checkpoint | None = None,
        lazily: bool = False,
        sparsely: bool = False,
    ) -> Solution | None:
        """Solve it and measure the lesion.

        Parameters
        ----------
        observers : sequence of Observer
            Told about every accepted step.
        progress : Progress or None
            Where to report; None is silent.
        workspace : Workspace or None
            What other treatments in this process left of the same applicator.
        checkpoint : Checkpoint or None
            Where to leave the state from time to time, and what to go on from; None: nowhere.
        lazily : bool
            Compute a metric when it is asked for first, and the lesions' surfaces and nerves' tables not at all.
        sparsely : bool
            Keep in the history the lesions' volumes at the start and the ends of phases alone and, in a last phase that
            is off, the impedance at its end alone; elsewhere they are NaN, for observers too. A checkpoint is gone on
            with as it was begun.

        Returns
        -------
        Solution or None
            None on all processes but the first.

        Raises
        ------
        InputError
            If the applicator cannot be meshed, the anatomy and its nerves do not fit into the domain, or the
            checkpoint is another run's.
        SolveError
            If a step cannot be solved; the message names the treatment and the time. OutOfTime where the checkpoint's
            time is over.
        """
        progress, workspace = progress or Progress(quiet=True), workspace or Workspace()
        if self.before:
            return self._measured(lazily, solved_in_turn(self, observers, progress, workspace, checkpoint, sparsely))
        arm = gone_through(self, observers, progress, workspace, checkpoint, sparsely=sparsely).arm
        return on_first(partial(self._measured, lazily, arm))

    def _measured(self, lazily: bool, arm: ArmData | None) -> Solution:
        assert arm is not None
        refuse_unsound(arm)
        limits = usual_limits(tuple(self.anatomy.structures)) if self.limits is None else self.limits
        of = measured if lazily else evaluate
        return Solution(arm, of(arm, self.anatomy, list(self.criteria.values()), limits))

    def materials(self, domain: Domain) -> CellMaterials:
        """Return the material of every tissue cell this process owns: the anatomy seen from the posed applicator."""
        latent = self.laws.vaporisation.latent_J_per_kg
        shares, names = self._shares(domain), self.anatomy.tissue_names
        directions = electric_directions(shares.fractions, names, self.tissues, self.pose.rotation)
        return replace(mix(shares, names, self.tissues, latent), electric_directions=directions)

    def _shares(self, domain: Domain) -> Shares:
        corners, count = domain.corners_mm("tissue"), len(self.anatomy.tissue_names)
        if count == 1:
            return Shares.unordered(np.ones((len(corners), 1)))
        if isinstance(self.anatomy, Layered):
            points = domain.tables.V.tabulate_dof_coordinates() * 1e3
            nodes, cells = compact(local_cells(domain, "tissue"), len(points))
            distances = self.anatomy.layer_distances_mm(self.pose.to_patient(points[nodes]))
            return cut_shares(distances, self.anatomy.layer_tissues, count, cells, points[nodes])
        there = lambda q: self.anatomy.tissue_at(self.pose.to_patient(q))  # noqa: E731
        return Shares.unordered(volume_fractions(corners, there, count))

    def at(self, pose: Pose) -> "Treatment":
        """Return the same treatment with the applicator elsewhere."""
        return replace(self, pose=pose, placement=None)
