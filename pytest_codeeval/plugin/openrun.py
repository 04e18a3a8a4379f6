"""open_run: makes and opens all that a run holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from pytest_codeeval.core.completion import Identity
from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.metric import Metric
from pytest_codeeval.core.text import printable
from pytest_codeeval.execution.sandbox.choice import TierReport
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.budget import Budget
from pytest_codeeval.generation.calls import CallLog
from pytest_codeeval.generation.dispatcher import ModelDispatcher
from pytest_codeeval.generation.modelspec import ModelSpec
from pytest_codeeval.generation.ratelimit import RateLimiter
from pytest_codeeval.generation.retry import RetryPolicy
from pytest_codeeval.generation.service import CompletionService
from pytest_codeeval.generation.store import CompletionStore
from pytest_codeeval.generation.storefile import FILE_NAME
from pytest_codeeval.generation.trouble import Trouble
from pytest_codeeval.plugin.judges import judge_specs, unneeded
from pytest_codeeval.plugin.run import Run
from pytest_codeeval.plugin.settings import Settings
from pytest_codeeval.plugin.sharding import concurrency_of, shared
from pytest_codeeval.plugin.tools import JUDGED
from pytest_codeeval.plugin.unknowntasks import UnknownTasks
from pytest_codeeval.reports.folder import SAMPLES, ResultsFolder
from pytest_codeeval.scoring.conversation import next_turn


def open_run(
    settings: Settings, backends: Mapping[str, ModelBackend], isolation: TierReport, metrics: Mapping[str, Metric]
) -> Run:
    """Open everything; `backends` are by the label of the model, those of judges by `judge:` and its label.

    Raises UsageError where a results folder cannot be had or holds nothing that a stage could begin with, StorageError
    where the store cannot.
    """
    results = Path(settings.results)
    demand_earlier_stage(settings, backends)
    folders = {spec.label: folder_of(spec, settings, backends[spec.label]) for spec in settings.models}
    store = CompletionStore(results, at_once=False)  # before anything of an earlier run is changed
    # Not of those that are shipped, whose answers are for several suites, and not of judges.
    asked = {spec.label for spec in settings.models if not spec.kind.shipped}
    recorded = {label: counts for label, counts in recorded_by(backends).items() if label in asked}
    run = Run(settings, backends, isolation, metrics, folders, store, UnknownTasks(recorded))
    for label, folder in folders.items():
        backends[label].attach(folder.path, lambda text: run.tell(text))
    dispatchers = _dispatchers(settings, backends, run, store)
    judges = [judge.identity for judge in settings.judges]
    run.service = CompletionService(dispatchers, partial(_take_in, run, settings), run.judgments.note, judges)
    return run


def _take_in(run: Run, settings: Settings, announced: Sequence[Mapping[str, Any]]) -> None:
    """Take in the suites of a run, and say if the judges that it names have nothing to do; see `Run.add_dataset`."""
    for dataset in announced:
        run.add_dataset(dataset)
    idle = unneeded(settings, judged=any(dataset["judges"] for dataset in announced))
    if idle and any("plan" in dataset for dataset in announced):  # which one worker alone tells
        run.tell(printable(f"codeeval: {idle}"))


def folder_of(spec: ModelSpec, settings: Settings, backend: ModelBackend) -> ResultsFolder:
    """Return the results folder of a model.

    Raises UsageError where it cannot be had.
    """
    folder = Path(settings.results) / spec.folder
    return ResultsFolder(folder, _decisive(spec, settings.of(spec), backend), shard=str(settings.shard or ""))


def recorded_by(backends: Mapping[str, ModelBackend]) -> dict[str, Mapping[str, int]]:
    """Return how many samples there are of each task, for the models whose backend knows that beforehand."""
    found = {label: backend.recorded() for label, backend in backends.items()}
    return {label: counts for label, counts in found.items() if counts is not None}


def _dispatchers(
    settings: Settings, backends: Mapping[str, ModelBackend], run: Run, store: CompletionStore
) -> dict[Identity, ModelDispatcher]:
    asked = {spec.identity: (spec.label, spec, run.folders[spec.label].path) for spec in settings.models}
    for key, judge in judge_specs(settings).items():
        asked.setdefault(judge.identity, (key, judge, Path(settings.results) / "judges" / judge.folder))
    askers = {label: folder.path for label, folder in run.folders.items()}
    calls = CallLog({identity: folder for identity, (_, _, folder) in asked.items()}, askers)
    budget = None if settings.max_cost is None else Budget(settings.max_cost / settings.shards)
    return {
        identity: _dispatcher_class(identity, settings, backends)(
            backends[key],
            store,
            calls,
            concurrency=concurrency_of(spec, own),
            fresh=settings.fresh,
            policy=RetryPolicy(attempts=own.retries + 1),
            rates=RateLimiter(shared(own.rpm, settings), shared(own.tpm, settings)),
            budget=budget if backends[key].cacheable else None,
            deadline=own.request_timeout,
            trouble=Trouble(spec.label, lambda text: run.tell(text)),
            follow_up=partial(next_turn, thinking_marks=settings.thinking_marks),
        )
        for identity, (key, spec, _) in asked.items()
        for own in [settings.of(spec) if key == spec.label else settings]
    }


def _dispatcher_class(
    identity: Identity, settings: Settings, backends: Mapping[str, ModelBackend]
) -> Callable[..., ModelDispatcher]:
    """Return what makes the dispatcher of a model: one that gives stored answers only where it is not to be asked."""
    if settings.generates or identity not in {spec.identity for spec in _stored(settings, backends)}:
        return ModelDispatcher
    from pytest_codeeval.generation.stored import StoredAnswers  # for some stages only

    return partial(StoredAnswers, may_ask=lambda request: request.suite.startswith(JUDGED))


def _stored(settings: Settings, backends: Mapping[str, ModelBackend]) -> list[ModelSpec]:
    """Return the models whose answers are stored as they come."""
    return [spec for spec in settings.models if not spec.scripted and backends[spec.label].cacheable]


def demand_earlier_stage(settings: Settings, backends: Mapping[str, ModelBackend]) -> None:
    """Raise UsageError where nothing is there of the stage before those that were asked for."""
    results = Path(settings.results)
    if settings.generates:
        return
    if settings.checks:
        stored = _stored(settings, backends)
        if stored and not (results / FILE_NAME).is_file():
            raise UsageError(
                f"--stage=check: {str(results)!r} holds no stored answers of {stored[0].label} (no {FILE_NAME}); "
                "--stage=generate brings them."
            )
        return
    lacking = [spec for spec in settings.models if not (results / spec.folder / SAMPLES).is_file()]
    if lacking:
        raise UsageError(
            f"--stage=report: {str(results / lacking[0].folder)!r} holds no verdicts on {lacking[0].label}; "
            "--stage=check brings them."
        )


def _decisive(spec: ModelSpec, settings: Settings, backend: ModelBackend) -> dict[str, Any]:
    """The settings that change answers or verdicts: results made with others are not to be mixed with these."""
    model = backend.identity or spec.model
    sampling = {} if spec.scripted else settings.to_json()["params"]
    # Only where there are any, so that folders made without them still match.
    packages = {"allow_packages": sorted(settings.allow_packages)} if settings.allow_packages else {}
    marks = {"thinking_marks": sorted(map(list, settings.thinking_marks))} if settings.thinking_marks else {}
    args = {"model_args": dict(spec.cache_key_args)} if spec.cache_key_args else {}
    mode = {"mode": spec.mode} if spec.mode != "chat" else {}
    shots = {"shots": settings.shots} if settings.shots else {}
    protocol = {"protocol": settings.protocol} if settings.protocol else {}
    system = {"system": settings.system} if settings.system else {}
    tools = {"tools": settings.tools} if settings.tools != "auto" and not spec.scripted else {}
    fuzz = {"fuzz_decides": settings.fuzz} if settings.fuzz_decides else {}
    weights = {"weights": spec.weights} if spec.weights else {}
    return {
        "backend": spec.backend,
        "model": model,
        "endpoint": spec.endpoint,
        **sampling,
        **packages,
        **marks,
        **args,
        **mode,
        **shots,
        **protocol,
        **system,
        **tools,
        **weights,
        **fuzz,
    }
