"""A scenario from beginning to end: planned, solved, and its arms kept in memory or written to a folder."""

import time
from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

from rfa_model._progress import Progress
from rfa_model.parallel.ranks import is_first, on_first, told_by_first
from rfa_model.parallel.workers import available_cores
from rfa_model.pictures.drawing_process import Drawing, drawing_process
from rfa_model.plan import Plan
from rfa_model.results import Results, comparison_table, read_results
from rfa_model.results.answer import answer
from rfa_model.results.claim import checkpoints_in
from rfa_model.results.keeping import older_summary, refuse_foreign, refuse_loss
from rfa_model.scenario import Scenario
from rfa_model.simulation.resume import Earlier, checkpoints, earlier_work
from rfa_model.simulation.sinks import InMemory, folder_of, info_of
from rfa_model.simulation.solve import at_once, solve_plan
from rfa_model.treatment import Workspace
from rfa_model.treatment.checkpoint import EVERY_S


def simulate(
    scenario: Scenario | Plan,
    *,
    arms: Sequence[str] = (),
    resolution: str | None = None,
    progress: Progress | None = None,
    workers: int = 1,
    executor: Executor | None = None,
    workspace: Workspace | None = None,
) -> Results:
    """Solve a scenario's arms, one after the other or side by side.

    Parameters
    ----------
    scenario : Scenario or Plan
    arms : sequence of str
        Only these arms; all if empty.
    resolution : str or None
        Instead of the scenario's.
    progress : Progress or None
        Told about every step; None is silent.
    workers : int
        Arms solved at once, each in a fresh process that tells its own progress. With more than one, a script that
        calls this needs the guard ``if __name__ == "__main__":``. 1 under ``mpiexec``.
    executor : concurrent.futures.Executor or None
        Takes the arms instead: a pool that is already there, or one on other machines.
    workspace : Workspace or None
        What earlier simulations in this process left of their probes, and where this one leaves its own. With one, arms
        are solved in turn.

    Returns
    -------
    Results
        Under ``mpiexec`` complete on the first process, without arms on the others.

    Raises
    ------
    InputError
        If a needle cannot be placed as asked, or an arm is unknown; nothing has been solved then.
    SolveError
        If an arm cannot be solved; side by side, the others have been solved then.
    """
    plan = scenario if isinstance(scenario, Plan) else Plan.of(scenario, arms, resolution)
    memory = InMemory(plan)
    solve_plan(
        plan,
        memory,
        progress=progress or Progress(quiet=True),
        workers=workers,
        executor=executor,
        workspace=workspace,
    )
    return memory.results()


def run_scenario(
    path: Path,
    *,
    out: Path,
    arms: Sequence[str] = (),
    resolution: str | None = None,
    quiet: bool = False,
    workers: int | None = None,
    executor: Executor | None = None,
    overwrite: bool = False,
    resume: bool = False,
    checkpoint_every_s: float = EVERY_S,
    max_wall_s: float | None = None,
) -> int:
    """Solve a scenario file, write the results folder with pictures, print the comparison; the command line's ``run``.

    What this program wrote into ``out`` for the same scenario is replaced, results of another only with ``overwrite``,
    and the user's own files stay.

    Parameters
    ----------
    path, out : Path
    arms, resolution
        As :func:`simulate`.
    quiet : bool
        No progress.
    workers : int or None
        Arms solved at once; None: one per core.
    executor : concurrent.futures.Executor or None
        As many processes, where they have been started already.
    overwrite : bool
    resume : bool
        Keep the arms that an earlier run finished, and go on with the others from their checkpoints.
    checkpoint_every_s : float
        Wall time between two checkpoints of an arm, which take 1 % of the run at most; 0: none.
    max_wall_s : float or None
        Wall time after which every arm stops at the end of a step, and leaves a checkpoint.

    Raises
    ------
    InputError, SolveError
        As :func:`simulate`; arms finished before stay in ``out``. InputError also if what is there cannot be resumed,
        and :class:`~rfa_model.treatment.checkpoint.OutOfTime`, a SolveError, once the wall time is over.
    KeyboardInterrupt
        Says what there is to be resumed.
    """
    stop_at_s = None if max_wall_s is None else time.monotonic() + max_wall_s
    plan = Plan.of(path, arms, resolution)
    earlier = Earlier()
    if resume:
        earlier = told_by_first(partial(earlier_work, plan, out))
        if arms:
            plan = Plan.of(path, [*arms, *earlier.kept], resolution)
    else:
        refusal = refuse_foreign if overwrite else partial(refuse_loss, info=info_of(plan), arms=list(plan.arms))
        on_first(partial(refusal, out))
    left = replace(plan, arms={name: arm for name, arm in plan.arms.items() if name not in earlier.kept})
    count = at_once(left, workers or available_cores())
    progress = Progress(quiet=quiet or not is_first())
    kept_states = checkpoints(left, out, every_s=checkpoint_every_s, resume=resume, stop_at_s=stop_at_s)
    _tell(progress, plan, earlier, out, resume)
    poses = {name: arm.pose for name, arm in plan.arms.items()}
    try:
        with drawing_process(poses, out) if count > 1 else nullcontext() as drawing:
            with folder_of(plan, out, drawing, earlier.kept if resume else None) as folder:
                solve_plan(left, folder, progress=progress, workers=count, executor=executor, checkpoints=kept_states)
            if is_first():
                _conclude(plan, out, drawing)
    except KeyboardInterrupt:
        if checkpoints_in(out) or older_summary(out).get("arms"):
            raise KeyboardInterrupt("the same command with --resume goes on") from None
        raise
    return 0


def _tell(progress: Progress, plan: Plan, earlier: Earlier, out: Path, resume: bool) -> None:
    """Say, before anything is solved, what is known of it."""
    for name, arm in plan.arms.items():
        if name in earlier.kept:
            progress.say("solved before, kept", name)
        elif arm.notice:
            progress.say(arm.notice, name)
    if resume and not earlier.kept and not earlier.reached_s:
        progress.say("nothing there to resume, so all begins at the start", str(out))
    if not resume and (swept := checkpoints_in(out)):
        progress.say(f"checkpoint of {', '.join(swept)} removed, from which --resume would have gone on", str(out))


def _conclude(plan: Plan, out: Path, drawing: Drawing | None) -> None:
    """Print the answer and the table, and draw what is not drawn yet."""
    done = read_results(out)
    answered = answer(done.summary["arms"], plan.scenario.limit_values())
    print(f"{answered.text()}\n\n{comparison_table(done)}")
    if not any(arm["uncertainty"] for arm in done.summary["arms"].values()):
        print("\nNo numerical uncertainty is known for this scenario; rfa-model study works it out.")
    print("\nNumbers from:")
    for key, citation in plan.references.items():
        print(f"  {key}: {citation}")
    pictures = _draw_all(out) if drawing is None else drawing.finish()
    print(f"\n{out}: summary.json, fields, lesions, nerves and {len(pictures)} pictures")


def _draw_all(out: Path) -> list[Path]:
    from rfa_model.pictures import draw_all

    return draw_all(out)
