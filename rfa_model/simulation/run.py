"""A scenario from beginning to end: planned, solved, and its arms kept in memory or written to a folder."""

from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from rfa_model._progress import Progress
from rfa_model.parallel.ranks import is_first, on_first
from rfa_model.parallel.workers import available_cores
from rfa_model.pictures.drawing_process import drawing_process
from rfa_model.plan import Plan
from rfa_model.results import Results, comparison_table, read_results
from rfa_model.results.answer import answer
from rfa_model.results.keeping import refuse_foreign, refuse_loss
from rfa_model.scenario import Scenario
from rfa_model.simulation.sinks import InMemory, folder_of, info_of
from rfa_model.simulation.solve import at_once, solve_plan
from rfa_model.treatment import Workspace


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
    overwrite: bool = False,
) -> int:
    """Solve a scenario file, write the results folder with pictures, print the comparison; the command line's ``run``.

    ``workers`` arms are solved at once, by default one per core. What this program wrote into ``out`` for the same
    scenario is replaced, results of another only with ``overwrite``, and the user's own files stay.

    Raises
    ------
    InputError, SolveError
        As :func:`simulate`; arms finished before stay in ``out``.
    """
    plan = Plan.of(path, arms, resolution)
    refusal = refuse_foreign if overwrite else partial(refuse_loss, info=info_of(plan), arms=list(plan.arms))
    on_first(partial(refusal, out))
    count = at_once(plan, workers or available_cores())
    poses = {name: arm.pose for name, arm in plan.arms.items()}
    with drawing_process(poses, out) if count > 1 else nullcontext() as drawing:
        with folder_of(plan, out, drawing) as folder:
            progress = Progress(quiet=quiet or not is_first())
            for name, arm in plan.arms.items():
                if arm.notice:
                    progress.say(arm.notice, name)
            solve_plan(plan, folder, progress=progress, workers=count)
        if is_first():
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
    return 0


def _draw_all(out: Path) -> list[Path]:
    from rfa_model.pictures import draw_all

    return draw_all(out)
